//! The months with their states (销售 > 客户 > 客户消费 > 账期关账).

use domain::bills::MonthState;
use domain::months::{MonthChange, MonthSummary};
use leptos::prelude::*;

use crate::components::async_view::{AsyncView, Empty};
use crate::components::table::table;
use crate::error::AppError;
use crate::functions::months::list_months;
use crate::layout::PageHead;
use crate::pages::imports::list::importer;
use crate::router::files::Screen;
use crate::view_model::months::amounts;
use crate::{text, tr, view_model};

/// `/sales/consumption/months`.
pub struct MonthsPage {
    months: Resource<Result<Vec<MonthSummary>, AppError>>,
}

impl Screen for MonthsPage {
    fn data() -> Self {
        Self { months: Resource::new_blocking(|| (), |()| list_months()) }
    }

    fn view(this: Self) -> AnyView {
        view! {
            <PageHead
                title=tr!(nav.months)
                above=vec![(tr!(nav.sales), None), (tr!(nav.consumption_group), None)]
                note=tr!(months.note)
            />
            <section class="card">
                <AsyncView resource=this.months view=|months| month_table(months).into_any()/>
            </section>
        }
        .into_any()
    }
}

fn month_table(months: Vec<MonthSummary>) -> impl IntoView {
    if months.is_empty() {
        return view! {
            <Empty title=tr!(months.nothing) text=tr!(months.nothing_text)>
                <a class="btn" href="/sales/consumption/imports">{tr!(nav.imports)}</a>
            </Empty>
        }
        .into_any();
    }
    table(
        tr!(nav.months),
        view! {
            <thead>
                <tr>
                    <th scope="col">{tr!(imports.month)}</th>
                    <th scope="col">{tr!(common.state)}</th>
                    <th scope="col" class="num">{tr!(months.lines)}</th>
                    <th scope="col" class="num">{tr!(terms.due)}</th>
                    <th scope="col">{tr!(months.last_change)}</th>
                    <th scope="col">{tr!(months.reason)}</th>
                </tr>
            </thead>
            <tbody>{months.into_iter().map(row).collect_view()}</tbody>
        },
    )
    .into_any()
}

fn row(summary: MonthSummary) -> impl IntoView {
    let last = summary.last.as_ref().map_or_else(|| "–".to_owned(), last_change);
    let reason = summary.last.map(|change| change.reason).unwrap_or_default();
    view! {
        <tr>
            <th scope="row"><a href=format!("/sales/consumption/months/{}", summary.month)>{summary.month.to_string()}</a></th>
            <td>{state_badge(summary.state)}</td>
            <td class="num">{view_model::count(summary.lines)}</td>
            <td class="num">{amounts(&summary.due)}</td>
            <td>{last}</td>
            <td><span class="ellipsis" title=reason.clone()>{reason.clone()}</span></td>
        </tr>
    }
}

/// What was done, by whom, and when.
pub fn last_change(change: &MonthChange) -> String {
    format!("{} · {} · {}", text::month_event(change.event), importer(&change.by), view_model::instant(&change.at))
}

/// How far a month is.
pub fn state_badge(state: MonthState) -> impl IntoView {
    let class = match state {
        MonthState::Open => "badge badge--info",
        MonthState::Billed => "badge badge--warn",
        MonthState::Closed => "badge badge--ok",
    };
    view! { <span class=class>{text::month_state(state)}</span> }
}
