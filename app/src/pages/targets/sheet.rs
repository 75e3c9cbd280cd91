//! The tab 业绩表: account managers by team and month, with due, target and completion.

use domain::targets::{Figure, Sheet, SheetLine, TeamLines};
use leptos::prelude::*;

use super::may_set;
use crate::components::async_view::Empty;
use crate::components::figures::{as_of, month_states};
use crate::components::table::wide_table;
use crate::view_model::consumption::share;
use crate::view_model::query::{SheetAsked, SheetTab};
use crate::view_model::targets::{Whose, figure_text, lines_of};
use crate::{text, tr};

/// The sheet, and what its figures stand on.
pub fn sheet(sheet: &Sheet, asked: &SheetAsked) -> impl IntoView + use<> {
    if sheet.is_empty() {
        return nothing().into_any();
    }
    let basis = &sheet.basis;
    let currency = basis.currency.as_ref().map(ToString::to_string).unwrap_or_default();
    let note = format!("{} · {currency} · {}", tr!(terms.due), text::attribution(basis.attribution));
    view! {
        <p class="muted">
            {format!("{} – {}", basis.range.from, basis.range.to)} " · "
            {month_states(&basis.status)} " · " {basis.zone.clone()} " · " {as_of(&basis.status)}
        </p>
        <section class="card">
            <div class="card__head">
                <h2>{tr!(targets.sheet)}</h2>
                <span class="card__note">{note}</span>
            </div>
            {wide_table(tr!(targets.sheet), view! { {head(sheet)} {rows(sheet, asked)} })}
            <p class="card__foot muted">{tr!(targets.formula)}</p>
        </section>
    }
    .into_any()
}

fn nothing() -> impl IntoView {
    let set = SheetAsked { tab: SheetTab::Targets, ..SheetAsked::default() }.link();
    view! {
        <Empty title=tr!(targets.nothing) text=tr!(targets.nothing_text)>
            {may_set().then(|| view! { <a class="btn" href=set>{tr!(targets.set_targets)}</a> })}
        </Empty>
    }
}

fn head(sheet: &Sheet) -> impl IntoView + use<> {
    let months = sheet.months.iter().map(|month| view! { <th scope="col" class="num">{month.to_string()}</th> });
    view! {
        <thead>
            <tr>
                <th scope="col">{tr!(terms.account_manager)}</th>
                <th scope="col" class="num">{tr!(terms.total)}</th>
                <th scope="col" class="num">{tr!(terms.share)}</th>
                <th scope="col" class="num" title=tr!(groups.change_hint)>{tr!(groups.change)}</th>
                <th scope="col" class="num">{tr!(targets.target)}</th>
                <th scope="col" class="num" title=tr!(targets.formula)>{tr!(targets.completion)}</th>
                {months.collect_view()}
            </tr>
        </thead>
    }
}

fn rows(sheet: &Sheet, asked: &SheetAsked) -> impl IntoView + use<> {
    let row = |title: Title, line: &SheetLine, whose: Whose| row(title, line, (sheet, asked, whose));
    let has_teams = sheet.has_teams();
    let teams = sheet.teams.iter().map(|team| {
        let subtotal = has_teams.then(|| row(Title::team(team), &team.subtotal, Whose::Team(team)));
        let managers = team.managers.iter().map(|manager| {
            let name = Title { text: manager.manager.name.clone(), detail: manager.manager.login.clone(), class: "" };
            row(name, &manager.line, Whose::Manager(manager.manager.id.as_str()))
        });
        view! { <tbody>{subtotal} {managers.collect_view()}</tbody> }
    });
    let unassigned = sheet.unassigned.as_ref().map(|line| {
        row(Title { text: tr!(terms.unassigned), detail: String::new(), class: "" }, line, Whose::Unassigned)
    });
    // Who sees the own customers only has one row, which is the total.
    let whole = sheet.basis.sees_all.then(|| {
        row(Title { text: tr!(terms.total), detail: String::new(), class: "is-total" }, &sheet.whole, Whose::Everyone)
    });
    view! { {teams.collect_view()} <tbody>{unassigned} {whole}</tbody> }
}

/// What a row is called.
struct Title {
    text: String,
    detail: String,
    class: &'static str,
}

impl Title {
    fn team(team: &TeamLines) -> Self {
        let name = team.team.as_ref().map_or_else(|| tr!(teams.without), |team| team.name.clone());
        Self { text: name, detail: tr!(targets.members, count = team.managers.len()), class: "is-subtotal" }
    }
}

fn row(
    Title { text, detail, class }: Title,
    line: &SheetLine,
    (sheet, asked, whose): (&Sheet, &SheetAsked, Whose),
) -> impl IntoView + use<> {
    let lines = |month| lines_of(&asked.query, &sheet.basis, whose, month);
    let sum = figure_text(&line.sum);
    let change = line.change().map(|change| (change.short(), change.exact()));
    let (change, change_exact) = change.unwrap_or_else(|| ("–".to_owned(), String::new()));
    let months = sheet.months.iter().zip(&line.by_month);
    view! {
        <tr class=class>
            <th scope="row">
                <span class="ellipsis" title=text.clone()>{text.clone()}</span>
                {(!detail.is_empty()).then(|| view! { <span class="muted cell-note ellipsis">{detail}</span> })}
            </th>
            <td class="num" title=sum.due.1.clone()>{due(&line.sum, lines(None))}</td>
            <td class="num">{share(line.sum.due, sheet.whole.sum.due)}</td>
            <td class="num" title=change_exact>{change}</td>
            <td class="num" title=sum.target.1.clone()>{sum.target.0.clone()}</td>
            <td class="num">{completion(&line.sum)}</td>
            {months.map(|(month, figure)| view! {
                <td class="num" title=figure.due.exact()>
                    {due(figure, lines(Some(*month)))}
                    <span class="cell-note">{completion(figure)}</span>
                </td>
            }).collect_view()}
        </tr>
    }
}

/// Behind zero there may be no line that the reader may see.
fn due(figure: &Figure, lines: String) -> impl IntoView + use<> {
    let text = figure_text(figure);
    if text.has_lines { view! { <a href=lines>{text.due.0}</a> }.into_any() } else { text.due.0.into_any() }
}

/// The completion, with its target; where some of the due has none, how much is compared.
fn completion(figure: &Figure) -> impl IntoView + use<> {
    let text = figure_text(figure);
    let title = match (figure.target, &text.measured) {
        (None, _) => tr!(targets.no_target),
        (Some(_), None) => tr!(targets.of_target, target = text.target.1.clone()),
        (Some(_), Some(measured)) => {
            tr!(targets.in_part, measured = measured.clone(), target = text.target.1.clone())
        }
    };
    let partial = text.measured.is_some();
    view! {
        <span class=text.class title=title.clone()>
            {text.completion} {partial.then_some("*")}
            <span class="visually-hidden">{title.clone()}</span>
        </span>
    }
}
