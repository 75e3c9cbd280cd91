//! The rows of the summary, and the sums of all of them.

use domain::consumption::summary::{SummaryBy, SummaryRow, SummarySort, SummarySums, SummaryView};
use domain::consumption::{Basis, DashboardQuery};
use domain::money::Total;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use crate::components::masked::{Eye, Masked};
use crate::components::table::table;
use crate::view_model::summary::{aria_sort, lines_of, sorted};
use crate::{text, tr, view_model};

/// The table; its last row has the sums of all pages.
pub fn table_of(
    rows: Vec<SummaryRow>,
    whole: &SummarySums,
    (basis, view, query): (&Basis, &SummaryView, &DashboardQuery),
    params: &ParamsMap,
) -> impl IntoView + use<> {
    let names = RwSignal::new(false);
    let by = view.by;
    let rows = rows.into_iter().map(|row| {
        let lines = lines_of(query, basis, view, &row);
        row_of(row, names, (by, lines))
    });
    let (has_month, part) = (by != SummaryBy::Customer, part_head(by));
    table(
        tr!(nav.summary),
        view! {
            <thead>{head(names, *view, params, basis)}</thead>
            <tbody>
                {rows.collect_view()}
                <tr class="is-total">
                    <th scope="row">{tr!(summary.whole)}</th>
                    <td></td>
                    {has_month.then(|| view! { <td></td> })}
                    {part.map(|_| view! { <td></td> })}
                    {figures(whole, None)}
                </tr>
            </tbody>
        },
    )
}

fn part_head(by: SummaryBy) -> Option<String> {
    match by {
        SummaryBy::Month | SummaryBy::Customer => None,
        SummaryBy::Association => Some(tr!(terms.association)),
        SummaryBy::Service => Some(tr!(terms.service)),
        SummaryBy::ChargeMode => Some(tr!(terms.charge_mode)),
    }
}

fn head(names: RwSignal<bool>, view: SummaryView, params: &ParamsMap, basis: &Basis) -> impl IntoView + use<> {
    let currency = basis.currency.as_ref().map(ToString::to_string).unwrap_or_default();
    let by_this = |sort: SummarySort, label: String| {
        view! { <a class="table__sort" href=sorted(params, &view, sort)>{label}</a> }
    };
    let amount = |label: String, sort: Option<SummarySort>, title: Option<String>| {
        let head = match sort {
            Some(sort) => by_this(sort, label).into_any(),
            None => label.into_any(),
        };
        view! { <th scope="col" class="num" title=title aria-sort=sort.and_then(|sort| aria_sort(&view, sort))>{head}</th> }
    };
    let month = (view.by != SummaryBy::Customer).then(|| {
        view! {
            <th scope="col" aria-sort=aria_sort(&view, SummarySort::Month)>{by_this(SummarySort::Month, tr!(summary.month))}</th>
        }
    });
    view! {
        <tr>
            <th scope="col" aria-sort=aria_sort(&view, SummarySort::Name)>
                {by_this(SummarySort::Name, tr!(terms.customer_name))} " " <Eye shown=names label=tr!(terms.customer_name)/>
            </th>
            <th scope="col">{tr!(terms.account_id)}</th>
            {month}
            {part_head(view.by).map(|label| view! { <th scope="col">{label}</th> })}
            {amount(format!("{} ({currency})", tr!(terms.due)), Some(SummarySort::Due), Some(tr!(dashboard.due_formula)))}
            {amount(tr!(terms.coupon), Some(SummarySort::Coupon), Some(tr!(dashboard.coupon_formula)))}
            {amount(tr!(terms.paid), Some(SummarySort::Paid), Some(tr!(dashboard.paid_formula)))}
            {amount(tr!(terms.list), Some(SummarySort::List), Some(tr!(summary.list_hint)))}
            {amount(tr!(summary.discount), None, Some(tr!(summary.discount_hint)))}
            {amount(tr!(terms.consumption), None, Some(tr!(summary.split_hint)))}
            {amount(tr!(terms.refund), Some(SummarySort::Refund), Some(tr!(summary.split_hint)))}
            {amount(tr!(terms.adjustment), None, Some(tr!(summary.split_hint)))}
            {amount(tr!(terms.debt), Some(SummarySort::Debt), Some(tr!(dashboard.debt_formula)))}
            {amount(tr!(summary.lines), None, None)}
        </tr>
    }
}

fn row_of(row: SummaryRow, names: RwSignal<bool>, (by, lines): (SummaryBy, Option<String>)) -> impl IntoView {
    let part = part_head(by).map(|_| text::summary_part(by, &row.part));
    view! {
        <tr>
            <th scope="row"><a href=format!("/sales/customers/{}", row.customer)><Masked shown=names value=row.name/></a></th>
            <td class="mono"><span class="ellipsis ellipsis--short" title=row.account_id.clone()>{row.account_id.clone()}</span></td>
            {row.month.map(|month| view! { <td>{month.to_string()}</td> })}
            {part.map(|part| view! { <td><span class="ellipsis" title=part.clone()>{part.clone()}</span></td> })}
            {figures(&row.sums, lines)}
        </tr>
    }
}

fn figures(sums: &SummarySums, lines: Option<String>) -> impl IntoView + use<> {
    let count = view_model::count(sums.lines);
    let count = match lines.clone() {
        Some(lines) => {
            let label = tr!(summary.view_lines, count = count.clone());
            view! { <a href=lines aria-label=label>{count}</a> }.into_any()
        }
        None => count.into_any(),
    };
    view! {
        {amount(Some(sums.due), lines)}
        {amount(Some(sums.coupon), None)}
        {amount(Some(sums.paid()), None)}
        {amount(sums.list, None)}
        {amount(sums.discount(), None)}
        {amount(Some(sums.consumption()), None)}
        {amount(Some(sums.refund), None)}
        {amount(Some(sums.adjustment), None)}
        {amount(sums.debt, None)}
        <td class="num">{count}</td>
    }
}

/// What the source does not give is said so, never zero.
fn amount(total: Option<Total>, lines: Option<String>) -> impl IntoView {
    let Some(total) = total else { return view! { <td class="num muted">{tr!(terms.not_provided)}</td> }.into_any() };
    match lines {
        Some(lines) => view! { <td class="num" title=total.exact()><a href=lines>{total.short()}</a></td> }.into_any(),
        None => view! { <td class="num" title=total.exact()>{total.short()}</td> }.into_any(),
    }
}
