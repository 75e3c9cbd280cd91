//! One month: what to look at before it is closed, whether it adds up, and what was done to it.

use domain::errors::FieldError;
use domain::months::{Finding, MonthChange, MonthCheck, MonthSheet, MonthSummary, Place};
use domain::periods::Month;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::control::control_card;
use super::dialogs::{Actions, buttons};
use super::list::{last_change, state_badge};
use crate::components::async_view::{AsyncView, Empty, Outcome};
use crate::components::masked::{Eye, Masked};
use crate::components::table::table;
use crate::error::AppError;
use crate::functions::months::get_month;
use crate::layout::PageHead;
use crate::pages::imports::list::importer;
use crate::router::files::Screen;
use crate::view_model::months::{amounts, check_link, finding_link};
use crate::{text, tr, view_model};

/// `/sales/consumption/months/{month}`.
pub struct MonthPage {
    sheet: Resource<Result<MonthSheet, AppError>>,
}

impl Screen for MonthPage {
    fn data() -> Self {
        let params = use_params_map();
        let sheet = Resource::new_blocking(
            move || params.with(|params| params.get("month").unwrap_or_default()),
            |text| async move {
                let month = text.parse();
                get_month(month.map_err(|_| AppError::refused(vec![FieldError::new("month", "malformed").with(text)]))?)
                    .await
            },
        );
        Self { sheet }
    }

    fn view(this: Self) -> AnyView {
        let sheet = this.sheet;
        let actions = Actions::new(move || sheet.refetch());
        view! {
            <PageHead
                title=tr!(months.detail)
                above=vec![(tr!(nav.sales), None), (tr!(nav.months), Some("/sales/consumption/months"))]
            />
            <Outcome value=actions.outcome.into() done=tr!(common.saved)/>
            <AsyncView resource=sheet view=move |sheet| view! {
                {head(&sheet, actions)}
                {checks_card(&sheet.checks, sheet.summary.month)}
                {sheet.control.iter().map(control_card).collect_view()}
                {history_card(sheet.history)}
            }.into_any()/>
        }
        .into_any()
    }
}

fn head(sheet: &MonthSheet, actions: Actions) -> impl IntoView + use<> {
    let MonthSummary { month, state, lines, due, last } = sheet.summary.clone();
    view! {
        <section class="card">
            <div class="card__head">
                <h2>{month.to_string()}</h2>
                {state_badge(state)}
                <div class="card__actions">{buttons(sheet, actions)}</div>
            </div>
            <div class="card__body">
                <dl class="dl">
                    <dt>{tr!(months.lines)}</dt><dd>{view_model::count(lines)}</dd>
                    <dt>{tr!(terms.due)}</dt><dd class="mono">{amounts(&due)}</dd>
                    <dt>{tr!(months.last_change)}</dt>
                    <dd>{last.as_ref().map_or_else(|| "–".to_owned(), last_change)}</dd>
                </dl>
            </div>
        </section>
    }
}

fn checks_card(checks: &[MonthCheck], month: Month) -> impl IntoView + use<> {
    let shown = RwSignal::new(false);
    view! {
        <section class="card">
            <div class="card__head">
                <h2>{tr!(months.checks)}</h2>
                <div class="card__actions"><Eye shown label=tr!(terms.customer_name)/></div>
            </div>
            {table(tr!(months.checks), view! {
                <thead>
                    <tr>
                        <th scope="col">{tr!(months.check)}</th>
                        <th scope="col" class="num">{tr!(months.found)}</th>
                        <th scope="col" class="num">{tr!(terms.due)}</th>
                        <th scope="col">{tr!(months.where_to_look)}</th>
                    </tr>
                </thead>
                <tbody>{checks.iter().map(|check| check_row(check, month, shown)).collect_view()}</tbody>
            })}
        </section>
    }
}

fn check_row(check: &MonthCheck, month: Month, shown: RwSignal<bool>) -> impl IntoView + use<> {
    let kind = check.kind;
    let fine = check.count == 0;
    let class = if fine { "badge badge--ok" } else { "badge badge--warn" };
    let found = if fine { tr!(months.nothing_found) } else { view_model::count(check.count) };
    let findings = check.findings.clone();
    view! {
        <tr>
            <th scope="row">{text::month_check(kind)}</th>
            <td class="num"><span class=class>{found}</span></td>
            <td class="num">{amounts(&check.due)}</td>
            <td>
                {(!fine).then(|| view! {
                    <details>
                        <summary>{tr!(months.details)}</summary>
                        <ul>{findings.into_iter().map(|one| finding(one, finding_link(kind, month), shown)).collect_view()}</ul>
                        <a href=check_link(kind, month)>{tr!(months.show_all)}</a>
                    </details>
                })}
            </td>
        </tr>
    }
}

fn finding(finding: Finding, link: impl Fn(&Place) -> Option<String>, shown: RwSignal<bool>) -> impl IntoView {
    let count = (finding.count > 0).then(|| format!(" ({})", view_model::count(finding.count)));
    let label = match &finding.place {
        Place::Customer(_) => view! { <Masked shown value=finding.label.clone()/> }.into_any(),
        _ => finding.label.clone().into_any(),
    };
    view! {
        <li>
            {match link(&finding.place) {
                Some(href) => view! { <a href=href>{label}</a> }.into_any(),
                None => label,
            }}
            {count}
        </li>
    }
}

fn history_card(history: Vec<MonthChange>) -> impl IntoView {
    let row = |change: MonthChange| {
        view! {
            <tr>
                <th scope="row">{text::month_event(change.event)}</th>
                <td>{importer(&change.by)}</td>
                <td>{view_model::instant(&change.at)}</td>
                <td>{change.reason}</td>
            </tr>
        }
    };
    view! {
        <section class="card">
            <div class="card__head"><h2>{tr!(months.history)}</h2></div>
            {if history.is_empty() {
                view! { <Empty title=tr!(months.no_history) text=tr!(months.no_history_text)/> }.into_any()
            } else {
                table(tr!(months.history), view! {
                    <thead>
                        <tr>
                            <th scope="col">{tr!(months.event)}</th>
                            <th scope="col">{tr!(months.by)}</th>
                            <th scope="col">{tr!(imports.at)}</th>
                            <th scope="col">{tr!(months.reason)}</th>
                        </tr>
                    </thead>
                    <tbody>{history.into_iter().map(row).collect_view()}</tbody>
                })
                .into_any()
            }}
        </section>
    }
}
