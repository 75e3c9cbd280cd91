//! The dashboard's building blocks: tiles, trend, rankings. Also used on a customer's page.

use domain::bills::BillType;
use domain::consumption::groups::{GroupBy, Grouping, MAX_TOP};
use domain::consumption::{Dashboard, DashboardQuery, Split, Step, Tiles, TrendPoint};
use domain::imports::DataStatus;
use domain::money::Total;
use leptos::prelude::*;

use crate::charts::trend::{SeriesNames, spend_trend};
use crate::components::chart::{ChartBox, theme};
use crate::components::icon::Icon;
use crate::components::table::table;
use crate::view_model::consumption::{TileText, bar, count_tile, share, tile};
use crate::view_model::query::{Asked, Tab, dashboard_link, lines_link};
use crate::{text, tr, view_model};

/// What every tile says below its figure, and where its figure leads.
struct TileNotes {
    /// The lines behind the figures.
    lines: String,
    /// Compared with what.
    compared: String,
    /// Time zone, month state, as of when.
    basis: String,
    currency: String,
}

/// The tiles of a dashboard; a single customer need not be counted.
pub fn tiles(dashboard: &Dashboard, query: &DashboardQuery, count_customers: bool) -> impl IntoView + use<> {
    let currency = dashboard.basis.currency.as_ref().map(ToString::to_string).unwrap_or_default();
    let notes = TileNotes {
        lines: lines_link(&exactly(dashboard, query), &[]),
        compared: tr!(dashboard.compared_with, from = dashboard.compared_with.from, to = dashboard.compared_with.to),
        basis: basis(dashboard),
        currency,
    };
    // The customers behind the number, each with what it consumed.
    let customers_link = Asked {
        tab: Tab::Distribution,
        query: exactly(dashboard, query),
        grouping: Grouping { by: GroupBy::Customer, top: MAX_TOP, ..Grouping::default() },
    }
    .link();
    let Tiles { due, paid, coupon, debt, customers } = dashboard.tiles;
    let debt = match debt {
        Some(debt) => tile_view(tr!(terms.debt), tr!(dashboard.debt_formula), &tile(debt), &notes, false).into_any(),
        None => unknown_tile(tr!(terms.debt), tr!(dashboard.debt_formula), &notes).into_any(),
    };
    view! {
        <section class="tiles" aria-label=tr!(dashboard.tiles)>
            {tile_view(tr!(terms.due), tr!(dashboard.due_formula), &tile(due), &notes, false)}
            {tile_view(tr!(terms.paid), tr!(dashboard.paid_formula), &tile(paid), &notes, false)}
            {tile_view(tr!(terms.coupon), tr!(dashboard.coupon_formula), &tile(coupon), &notes, false)}
            {debt}
            {count_customers.then(|| {
                let notes = TileNotes { lines: customers_link, ..notes };
                tile_view(tr!(dashboard.customers), tr!(dashboard.customers_formula), &count_tile(customers), &notes, true)
            })}
        </section>
    }
}

/// `query` with what the server chose for it, so that a link shows the same.
fn exactly(dashboard: &Dashboard, query: &DashboardQuery) -> DashboardQuery {
    DashboardQuery {
        from: Some(dashboard.basis.range.from),
        to: Some(dashboard.basis.range.to),
        preset: None,
        currency: dashboard.basis.currency.clone(),
        ..query.clone()
    }
}

fn basis(dashboard: &Dashboard) -> String {
    format!("{} · {} · {}", dashboard.basis.zone, month_states(&dashboard.basis.status), as_of(&dashboard.basis.status))
}

/// When the data last changed.
pub fn as_of(status: &DataStatus) -> String {
    match &status.as_of {
        Some(at) => tr!(dashboard.as_of, at = view_model::instant(at)),
        None => tr!(dashboard.no_data_yet),
    }
}

/// The months' states, each once.
pub fn month_states(status: &DataStatus) -> String {
    let mut states: Vec<_> = status.months.iter().map(|(_, state)| *state).collect();
    states.sort_unstable();
    states.dedup();
    states.into_iter().map(text::month_state).collect::<Vec<_>>().join(" / ")
}

fn tile_view(
    label: String,
    formula: String,
    figure: &TileText,
    notes: &TileNotes,
    is_count: bool,
) -> impl IntoView + use<> {
    let change = figure.change.clone().unwrap_or_else(|| tr!(dashboard.no_comparison));
    let title = format!("{}: {}", notes.compared, figure.before);
    let currency = if is_count { String::new() } else { notes.currency.clone() };
    view! {
        <article class="tile">
            <div class="tile__label">
                {label.clone()} <span class="tile__currency">{currency}</span> {tip(label, formula, notes)}
            </div>
            <div class="tile__value" title=figure.exact.clone()><a href=notes.lines.clone()>{figure.short.clone()}</a></div>
            <div class=figure.direction.class() title=title.clone()>
                {change} <span class="visually-hidden">{title.clone()}</span>
            </div>
            <div class="tile__note">{tr!(dashboard.before, value = figure.before.clone())}</div>
        </article>
    }
}

fn unknown_tile(label: String, formula: String, notes: &TileNotes) -> impl IntoView + use<> {
    view! {
        <article class="tile">
            <div class="tile__label">{label.clone()} {tip(label, formula, notes)}</div>
            <div class="tile__value"><span class="muted">{tr!(terms.not_provided)}</span></div>
            <div class="tile__note">{tr!(dashboard.debt_unknown)}</div>
        </article>
    }
}

/// The formula, time zone, month state and age of a figure.
fn tip(label: String, formula: String, notes: &TileNotes) -> impl IntoView + use<> {
    view! {
        <details class="tip">
            <summary aria-label=tr!(dashboard.explain, what = label)><Icon name="circle-help"/></summary>
            <div class="tip__panel">
                <p>{formula}</p>
                <p class="muted">{notes.compared.clone()}</p>
                <p class="muted">{notes.basis.clone()}</p>
            </div>
        </details>
    }
}

/// Due by kind of record, each leading to its lines.
pub fn split(dashboard: &Dashboard, query: &DashboardQuery) -> impl IntoView + use<> {
    let Split { consumption, refund, adjustment } = dashboard.split;
    let query = exactly(dashboard, query);
    let row = |bill_type: BillType, amount: Total| {
        let href = lines_link(&query, &[("bill_type", bill_type.code().to_owned())]);
        view! {
            <tr>
                <th scope="row">{text::bill_type(bill_type)}</th>
                <td class="num" title=amount.exact()><a href=href>{amount.short()}</a></td>
            </tr>
        }
    };
    let currency = dashboard.basis.currency.as_ref().map(ToString::to_string).unwrap_or_default();
    view! {
        <section class="card">
            <div class="card__head"><h2>{tr!(dashboard.split)}</h2></div>
            {table(tr!(dashboard.split), view! {
                <thead>
                    <tr>
                        <th scope="col">{tr!(terms.bill_type)}</th>
                        <th scope="col" class="num">{tr!(terms.due)} " (" {currency} ")"</th>
                    </tr>
                </thead>
                <tbody>
                    {row(BillType::Consumption, consumption)}
                    {row(BillType::Refund, refund)}
                    {row(BillType::Adjustment, adjustment)}
                    <tr class="is-total">
                        <th scope="row">{tr!(terms.total)}</th>
                        <td class="num" title=dashboard.tiles.due.now.exact()>{dashboard.tiles.due.now.short()}</td>
                    </tr>
                </tbody>
            })}
        </section>
    }
}

/// The trend with its steps, as a chart and as a table.
pub fn trend(dashboard: &Dashboard, query: &DashboardQuery) -> impl IntoView + use<> {
    let names = SeriesNames { due: tr!(terms.due), paid: tr!(terms.paid) };
    let points = dashboard.trend.clone();
    let option = {
        let (points, names) = (points.clone(), names.clone());
        Signal::derive(move || serde_json::to_string(&spend_trend(&points, &names, theme())).unwrap_or_default())
    };
    let currency = dashboard.basis.currency.as_ref().map(ToString::to_string).unwrap_or_default();
    let step = |step: Step, label: String| {
        let to = DashboardQuery { step: Some(step), ..query.clone() };
        view! { <a href=dashboard_link(&to) aria-current=(dashboard.step == step).then_some("true")>{label}</a> }
    };
    // Days of a long range would be a wall of bars; the service refuses them, so they are not offered.
    let days_offered = dashboard.basis.range.len() <= 3;
    view! {
        <section class="card">
            <div class="card__head">
                <h2>{tr!(dashboard.trend)}</h2>
                <span class="card__note">{currency.clone()}</span>
                {days_offered.then(|| view! {
                    <div class="card__actions segmented" role="group" aria-label=tr!(dashboard.step)>
                        {step(Step::Month, tr!(dashboard.by_month))}
                        {step(Step::Day, tr!(dashboard.by_day))}
                    </div>
                })}
            </div>
            <div class="card__body">
                <ChartBox option label=tr!(dashboard.trend_label) file=tr!(dashboard.trend)/>
                {trend_table(&points, &names, &currency)}
            </div>
        </section>
    }
}

fn trend_table(points: &[TrendPoint], names: &SeriesNames, currency: &str) -> impl IntoView + use<> {
    view! {
        <details class="chart-table">
            <summary>{tr!(dashboard.as_table)}</summary>
            {table(tr!(dashboard.trend), view! {
                <thead>
                    <tr>
                        <th scope="col">{tr!(dashboard.period)}</th>
                        <th scope="col" class="num">{names.due.clone()} " (" {currency.to_owned()} ")"</th>
                        <th scope="col" class="num">{names.paid.clone()} " (" {currency.to_owned()} ")"</th>
                    </tr>
                </thead>
                <tbody>
                    {points.iter().map(|point| view! {
                        <tr>
                            <th scope="row">{point.at.clone()}</th>
                            <td class="num" title=point.due.exact()>{point.due.short()}</td>
                            <td class="num" title=point.paid.exact()>{point.paid.short()}</td>
                        </tr>
                    }).collect_view()}
                </tbody>
            })}
        </details>
    }
}

/// A row of a ranking.
pub struct Ranked {
    /// What it is.
    pub name: String,
    /// A second line to tell equal names apart; may be empty.
    pub detail: String,
    /// Where the name leads; empty for nowhere.
    pub href: String,
    /// The lines behind the figure; empty where they cannot be asked for.
    pub lines: String,
    /// 应付金额.
    pub due: Total,
    /// 实付金额.
    pub paid: Total,
}

/// The ranking's rows of the largest services.
pub fn service_rows(dashboard: &Dashboard, query: &DashboardQuery) -> Vec<Ranked> {
    let query = exactly(dashboard, query);
    dashboard
        .top_services
        .iter()
        .map(|service| {
            let unnamed = service.service.is_empty();
            Ranked {
                name: if unnamed { tr!(lines.unnamed) } else { service.service.clone() },
                detail: String::new(),
                href: String::new(),
                lines: if unnamed {
                    String::new()
                } else {
                    lines_link(&query, &[("service", service.service.clone())])
                },
                due: service.due,
                paid: service.paid,
            }
        })
        .collect()
}

/// A ranking by due, with each row's share of the whole.
pub fn ranking(title: String, column: String, rows: Vec<Ranked>, dashboard: &Dashboard) -> impl IntoView + use<> {
    let whole = dashboard.tiles.due.now;
    let largest = rows.iter().map(|row| row.due).max().unwrap_or_default();
    let currency = dashboard.basis.currency.as_ref().map(ToString::to_string).unwrap_or_default();
    view! {
        <section class="card">
            <div class="card__head"><h2>{title.clone()}</h2></div>
            {table(title, view! {
                <thead>
                    <tr>
                        <th scope="col">{column}</th>
                        <th scope="col" class="num">{tr!(terms.due)} " (" {currency.clone()} ")"</th>
                        <th scope="col" class="num">{tr!(terms.paid)} " (" {currency} ")"</th>
                        <th scope="col" class="num">{tr!(terms.share)}</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(|row| ranked_row(row, whole, largest)).collect_view()}</tbody>
            })}
        </section>
    }
}

fn ranked_row(row: Ranked, whole: Total, largest: Total) -> impl IntoView {
    let name = if row.href.is_empty() {
        view! { <span class="ellipsis" title=row.name.clone()>{row.name.clone()}</span> }.into_any()
    } else {
        view! { <a class="ellipsis" href=row.href title=row.name.clone()>{row.name.clone()}</a> }.into_any()
    };
    let width = bar(row.due, largest);
    view! {
        <tr>
            <th scope="row">
                {name}
                {(!row.detail.is_empty()).then(|| view! { <span class="muted mono ellipsis ellipsis--short" title=row.detail.clone()>" " {row.detail.clone()}</span> })}
            </th>
            <td class="num" title=row.due.exact()>
                {if row.lines.is_empty() { row.due.short().into_any() } else { view! { <a href=row.lines>{row.due.short()}</a> }.into_any() }}
            </td>
            <td class="num" title=row.paid.exact()>{row.paid.short()}</td>
            <td class="num">
                <svg class="share-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                    <rect width=width.to_string() height="6" rx="1"></rect>
                </svg>
                {share(row.due, whole)}
            </td>
        </tr>
    }
}
