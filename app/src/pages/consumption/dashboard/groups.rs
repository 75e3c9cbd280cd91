//! The consumption dashboard, tabs 费用走势 and 费用分布.

use domain::consumption::groups::{Group, GroupBy, Groups, MAX_TOP, Period, SortBy, USUAL_TOP};
use domain::consumption::{DashboardQuery, MAX_MONTHS_BY_DAY, Step};
use domain::money::Total;
use leptos::prelude::*;

use crate::charts::groups::{Series, group_shares, group_trend};
use crate::components::chart::{ChartBox, theme};
use crate::components::filters::Shown;
use crate::components::table::{table, wide_table};
use crate::view_model::consumption::{bar, share};
use crate::view_model::groups::lines_of;
use crate::view_model::query::Asked;
use crate::{text, tr};

/// More groups than these cannot be told apart in a chart.
const DRAWN: usize = 20;

/// How many groups can be chosen to be listed.
const TOPS: [u32; 5] = [5, USUAL_TOP, 20, 50, MAX_TOP];

/// How to group. Who sees only the own customers has nothing to tell apart by account manager.
pub fn fields(shown: Shown, sees_all: bool) -> impl IntoView + use<> {
    let groups = GroupBy::ALL.iter().filter(|by| sees_all || **by != GroupBy::Manager);
    let groups = groups.map(|by| (by.code(), text::group_by(*by))).collect();
    let sorts = SortBy::ALL.iter().map(|sort| (sort.code(), text::sort_by(*sort))).collect();
    let chosen = shown.value("top").parse().unwrap_or(USUAL_TOP);
    view! {
        {shown.choice("by", tr!(groups.by), groups, false)}
        {shown.choice("sort", tr!(groups.sort), sorts, false)}
        <div class="field">
            <label for="top">{tr!(groups.top)}</label>
            <select id="top" name="top">
                {TOPS.map(|count| view! {
                    <option value=count.to_string() selected=chosen == count>{tr!(groups.top_n, count = count)}</option>
                }).into_iter().collect_view()}
            </select>
        </div>
    }
}

/// Tab 费用走势: a stack a month or a day, and every group period by period.
pub fn trend(groups: &Groups, asked: &Asked) -> impl IntoView + use<> {
    let by = text::group_by(groups.grouping.by);
    let query = &asked.query;
    let periods: Vec<String> = groups.periods.iter().map(ToString::to_string).collect();
    let series = series(groups);
    let option =
        Signal::derive(move || serde_json::to_string(&group_trend(&periods, &series, theme())).unwrap_or_default());
    view! {
        <section class="card">
            {head(tr!(groups.trend), groups, Some(steps(groups, asked)))}
            <div class="card__body">
                <ChartBox option label=tr!(groups.trend_label, by = by.clone()) file=format!("{} {by}", tr!(groups.trend))/>
            </div>
            {trend_table(groups, query)}
        </section>
    }
}

/// Tab 费用分布: a bar a group, with its share of the whole.
pub fn distribution(groups: &Groups, query: &DashboardQuery) -> impl IntoView + use<> {
    let by = text::group_by(groups.grouping.by);
    let (series, name) = (series(groups), text::sort_by(groups.measure()));
    let option =
        Signal::derive(move || serde_json::to_string(&group_shares(&name, &series, theme())).unwrap_or_default());
    view! {
        <section class="card">
            {head(tr!(groups.distribution), groups, None)}
            <div class="card__body">
                <ChartBox option label=tr!(groups.distribution_label, by = by.clone())
                    file=format!("{} {by}", tr!(groups.distribution))/>
            </div>
            {distribution_table(groups, query)}
        </section>
    }
}

/// Months or days where both are known, else why there are months only.
fn steps(groups: &Groups, asked: &Asked) -> AnyView {
    if !groups.grouping.by.knows_days() {
        return view! { <span class="card__note">{tr!(groups.months_only)}</span> }.into_any();
    }
    let step = |step: Step, label: String| {
        let to = asked.with(DashboardQuery { step: Some(step), ..asked.query.clone() });
        view! { <a href=to.link() aria-current=(groups.step == step).then_some("true")>{label}</a> }
    };
    let few = groups.basis.range.len() <= MAX_MONTHS_BY_DAY;
    view! {
        <div class="card__actions segmented" role="group" aria-label=tr!(dashboard.step)>
            {step(Step::Month, tr!(dashboard.by_month))}
            {few.then(|| step(Step::Day, tr!(dashboard.by_day)))}
        </div>
    }
    .into_any()
}

fn head(title: String, groups: &Groups, steps: Option<AnyView>) -> impl IntoView + use<> {
    let currency = groups.basis.currency.as_ref().map(ToString::to_string).unwrap_or_default();
    let note = format!("{} · {currency}", text::sort_by(groups.measure()));
    view! {
        <div class="card__head">
            <h2>{format!("{title} · {}", text::group_by(groups.grouping.by))}</h2>
            <span class="card__note">{note}</span>
            {steps}
        </div>
    }
}

fn series(groups: &Groups) -> Vec<Series> {
    let figures = |group: &Group| group.by_period.iter().map(|sums| groups.figure(sums)).collect();
    let by = groups.grouping.by;
    let (first, others) = groups.first(DRAWN);
    let drawn = first.iter().map(|group| Series {
        name: text::group(by, group),
        is_rest: by == GroupBy::Manager && group.key.is_empty(),
        figures: figures(group),
    });
    let others = others.iter().map(|(count, group)| Series {
        name: tr!(groups.others, count = *count),
        is_rest: true,
        figures: figures(group),
    });
    drawn.chain(others).collect()
}

/// Every row of a table: a group with its lines, the others, the whole.
enum Row<'a> {
    Group(&'a Group),
    Others(u64, &'a Group),
    Whole(&'a Group),
}

impl<'a> Row<'a> {
    fn all(groups: &'a Groups) -> impl Iterator<Item = Self> {
        let others = groups.others.iter().map(|(count, group)| Self::Others(*count, group));
        groups.rows.iter().map(Self::Group).chain(others).chain([Self::Whole(&groups.whole)])
    }

    fn group(&self) -> &'a Group {
        match self {
            Self::Group(group) | Self::Others(_, group) | Self::Whole(group) => group,
        }
    }

    fn class(&self) -> &'static str {
        if matches!(self, Self::Whole(_)) { "is-total" } else { "" }
    }

    /// The lines behind it; the others have none of their own.
    fn lines(&self, groups: &Groups, query: &DashboardQuery, period: Option<Period>) -> Option<String> {
        match self {
            Self::Group(group) => lines_of(query, &groups.basis, (groups.grouping.by, group), period),
            Self::Others(..) | Self::Whole(_) => None,
        }
    }

    fn name(&self, by: GroupBy) -> impl IntoView + use<> {
        let (name, detail) = match self {
            Self::Group(group) => (text::group(by, group), group.detail.clone()),
            Self::Others(count, _) => (tr!(groups.others, count = *count), String::new()),
            Self::Whole(_) => (tr!(terms.total), String::new()),
        };
        view! {
            <th scope="row">
                <span class="ellipsis" title=name.clone()>{name.clone()}</span>
                {(!detail.is_empty()).then(|| view! {
                    <span class="muted mono ellipsis ellipsis--short" title=detail.clone()>" " {detail.clone()}</span>
                })}
            </th>
        }
    }
}

fn amount(total: Option<Total>, lines: Option<String>) -> impl IntoView {
    let Some(total) = total else { return view! { <td class="num muted">{tr!(terms.not_provided)}</td> }.into_any() };
    // Behind zero there may be no line that the reader may see.
    match lines.filter(|_| total != Total::ZERO) {
        Some(lines) => view! { <td class="num" title=total.exact()><a href=lines>{total.short()}</a></td> }.into_any(),
        None => view! { <td class="num" title=total.exact()>{total.short()}</td> }.into_any(),
    }
}

fn trend_table(groups: &Groups, query: &DashboardQuery) -> impl IntoView + use<> {
    let by = groups.grouping.by;
    let whole = groups.figure(&groups.whole.sums);
    let rows = Row::all(groups).map(|row| {
        let group = row.group();
        let periods = groups
            .periods
            .iter()
            .zip(&group.by_period)
            .map(|(period, sums)| amount(Some(groups.figure(sums)), row.lines(groups, query, Some(*period))));
        let sum = groups.figure(&group.sums);
        view! {
            <tr class=row.class()>
                {row.name(by)}
                {amount(Some(sum), row.lines(groups, query, None))}
                <td class="num">{share(sum, whole)}</td>
                {amount(group.change(), None)}
                {periods.collect_view()}
            </tr>
        }
    });
    wide_table(
        tr!(groups.trend),
        view! {
            <thead>
                <tr>
                    <th scope="col">{text::group_by(by)}</th>
                    <th scope="col" class="num">{tr!(terms.total)}</th>
                    <th scope="col" class="num">{tr!(terms.share)}</th>
                    <th scope="col" class="num" title=tr!(groups.change_hint)>{tr!(groups.change)}</th>
                    {groups.periods.iter().map(|period| view! { <th scope="col" class="num">{period.to_string()}</th> }).collect_view()}
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        },
    )
}

fn distribution_table(groups: &Groups, query: &DashboardQuery) -> impl IntoView + use<> {
    let by = groups.grouping.by;
    let whole = groups.figure(&groups.whole.sums);
    let others = groups.others.iter().map(|(_, group)| group);
    let largest = groups.rows.iter().chain(others).map(|group| groups.figure(&group.sums)).max().unwrap_or_default();
    let rows = Row::all(groups).map(|row| {
        let sums = row.group().sums;
        let width = if matches!(row, Row::Whole(_)) { 0 } else { bar(groups.figure(&sums), largest) };
        view! {
            <tr class=row.class()>
                {row.name(by)}
                {amount(Some(sums.due), row.lines(groups, query, None))}
                {amount(sums.coupon, None)}
                {amount(sums.paid(), None)}
                <td class="num">
                    <svg class="share-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                        <rect width=width.to_string() height="6" rx="1"></rect>
                    </svg>
                    {share(groups.figure(&sums), whole)}
                </td>
            </tr>
        }
    });
    table(
        tr!(groups.distribution),
        view! {
            <thead>
                <tr>
                    <th scope="col">{text::group_by(by)}</th>
                    <th scope="col" class="num">{tr!(terms.due)}</th>
                    <th scope="col" class="num">{tr!(terms.coupon)}</th>
                    <th scope="col" class="num">{tr!(terms.paid)}</th>
                    <th scope="col" class="num">{tr!(terms.share)}</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        },
    )
}
