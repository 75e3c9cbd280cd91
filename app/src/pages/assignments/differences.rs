//! Where our account managers and those whom bills name differ (销售 > 客户 > 客户分配 > 与账单对比).

use domain::assignments::{Comparison, Difference, DifferenceQuery, Differences, ShownDifferences};
use domain::periods::MonthRange;
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use crate::components::async_view::{AsyncView, Empty};
use crate::components::filters::Shown;
use crate::components::masked::{Eye, Masked};
use crate::components::pager::Pager;
use crate::components::table::table;
use crate::error::AppError;
use crate::functions::assignments::list_differences;
use crate::layout::PageHead;
use crate::router::files::Screen;
use crate::view_model::assignments::dues;
use crate::view_model::query;
use crate::{text, tr, view_model};

const PATH: &str = "/sales/assignments/differences";

/// `/sales/assignments/differences`.
pub struct DifferencesPage {
    differences: Resource<Result<Differences, AppError>>,
}

impl Screen for DifferencesPage {
    fn data() -> Self {
        let params = use_query_map();
        let differences = Resource::new_blocking(
            move || params.with(query::differences),
            |query: Result<DifferenceQuery, _>| async move { list_differences(query.map_err(AppError::refused)?).await },
        );
        Self { differences }
    }

    fn view(this: Self) -> AnyView {
        let params = use_query_map();
        let differences = this.differences;
        view! {
            <PageHead
                title=tr!(differences.title)
                above=vec![(tr!(nav.sales), None), (tr!(nav.customers_group), None), (tr!(nav.assignments), Some("/sales/assignments"))]
                note=tr!(differences.note)
            >
                {move || exports(&params.get())}
            </PageHead>
            <AsyncView resource=differences view=move |found| view! {
                <section class="card">{filters(Shown::new(params.get_untracked()), found.range)}</section>
                <section class="card">{list(found)}</section>
            }.into_any()/>
        }
        .into_any()
    }
}

/// Links to all rows of the filters as files.
fn exports(params: &ParamsMap) -> impl IntoView + use<> {
    let mut parameters: Vec<(&str, String)> = ["from", "to", "manager", "show"]
        .into_iter()
        .map(|name| (name, params.get(name).unwrap_or_default()))
        .collect();
    parameters.push(("lang", text::language()));
    let href = |ending: &str| query::link(&format!("/assignments/differences.{ending}"), &parameters);
    view! {
        <a class="btn" href=href("csv") rel="external" download="">{tr!(assignments.export_csv)}</a>
        <a class="btn" href=href("xlsx") rel="external" download="">{tr!(assignments.export_xlsx)}</a>
    }
}

fn filters(shown: Shown, range: MonthRange) -> impl IntoView {
    let kinds = ShownDifferences::ALL.iter().map(|kind| (kind.code(), text::shown_differences(*kind))).collect();
    view! {
        <Form method="get" action=PATH attr:class="filters">
            {shown.month("from", tr!(differences.from), Some(range.from.to_string()))}
            {shown.month("to", tr!(differences.to), Some(range.to.to_string()))}
            {shown.text("manager", tr!(terms.account_manager))}
            {shown.choice("show", tr!(differences.show), kinds, false)}
            <div class="filters__actions">
                <button class="btn btn--primary" type="submit">{tr!(common.search)}</button>
                <a class="btn" href=PATH>{tr!(common.reset)}</a>
            </div>
        </Form>
    }
}

fn list(found: Differences) -> impl IntoView {
    let Differences { page, due, .. } = found;
    if page.items.is_empty() {
        return view! { <Empty title=tr!(differences.nothing) text=tr!(differences.nothing_text)/> }.into_any();
    }
    let (number, pages, total) = (page.page, page.pages(), page.total);
    view! {
        <p class="card__body muted">{tr!(differences.sum, due = dues(&due))}</p>
        {difference_table(page.items)}
        <Pager page=number pages total/>
    }
    .into_any()
}

fn difference_table(rows: Vec<Difference>) -> impl IntoView {
    let (customers, managers, named) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    view! {
        {table(tr!(differences.title), view! {
            <thead>
                <tr>
                    <th scope="col">{tr!(imports.month)}</th>
                    <th scope="col">{tr!(terms.customer_name)} <Eye shown=customers label=tr!(terms.customer_name)/></th>
                    <th scope="col">{tr!(differences.ours)} <Eye shown=managers label=tr!(differences.ours)/></th>
                    <th scope="col">{tr!(differences.theirs)} <Eye shown=named label=tr!(differences.theirs)/></th>
                    <th scope="col">{tr!(differences.comparison)}</th>
                    <th scope="col">{tr!(differences.days)}</th>
                    <th scope="col" class="num">{tr!(months.lines)}</th>
                    <th scope="col" class="num">{tr!(terms.due)}</th>
                    <th scope="col">{tr!(terms.currency)}</th>
                    <th scope="col">{tr!(common.actions)}</th>
                </tr>
            </thead>
            <tbody>
                {rows.into_iter().map(|row| {
                    let month = row.month.to_string();
                    let lines = query::link("/sales/consumption/lines", &[
                        ("from", month.clone()), ("to", month.clone()), ("customer_id", row.customer.to_string()),
                        ("currency", row.currency.to_string()),
                    ]);
                    view! {
                        <tr>
                            <td>{month}</td>
                            <th scope="row"><a href=format!("/sales/customers/{}", row.customer)><Masked shown=customers value=row.customer_name/></a></th>
                            <td>{match row.manager {
                                Some(manager) => view! { <Masked shown=managers value=manager.name/> }.into_any(),
                                None => view! { <span class="muted">{tr!(terms.unassigned)}</span> }.into_any(),
                            }}</td>
                            <td>{if row.named.is_empty() {
                                view! { <span class="muted">{tr!(terms.not_provided)}</span> }.into_any()
                            } else {
                                view! { <Masked shown=named value=row.named/> }.into_any()
                            }}</td>
                            <td>{badge(row.comparison)}</td>
                            <td>{view_model::assignments::days(row.days)}</td>
                            <td class="num">{view_model::count(row.lines)}</td>
                            <td class="num" title=row.due.exact()>{row.due.short()}</td>
                            <td>{row.currency.to_string()}</td>
                            <td><a href=lines>{tr!(customers.view_lines)}</a></td>
                        </tr>
                    }
                }).collect_view()}
            </tbody>
        })}
    }
}

fn badge(comparison: Comparison) -> impl IntoView {
    let class = match comparison {
        Comparison::Same => "badge badge--ok",
        Comparison::Differs => "badge badge--error",
        Comparison::Unassigned => "badge badge--warn",
        Comparison::NoName | Comparison::Neither => "badge badge--neutral",
    };
    view! { <span class=class>{text::comparison(comparison)}</span> }
}
