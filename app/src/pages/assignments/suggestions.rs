//! First assignments from bills (销售 > 客户 > 客户分配 > 账单建议).

mod names;

use std::collections::BTreeSet;

use domain::assignments::{FirstAssignments, FirstReport, Proposal, Suggestions};
use domain::paging::Page;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::moves::moves_table;
use crate::components::async_view::{AsyncView, Empty};
use crate::components::masked::{Eye, Masked};
use crate::components::pager::Pager;
use crate::components::table::{PickCell, PickHead, Picked, table};
use crate::error::AppError;
use crate::functions::assignments::{SetSupplierManager, assign_from_bills, list_suggestions, preview_from_bills};
use crate::layout::PageHead;
use crate::router::files::Screen;
use crate::view_model::query;
use crate::{text, tr, view_model};
use names::names_card;

/// `/sales/assignments/suggestions`.
pub struct SuggestionsPage {
    suggestions: Resource<Result<Suggestions, AppError>>,
}

/// What was looked at last, and what it would do.
type Looked = RwSignal<Option<(FirstAssignments, Result<FirstReport, AppError>)>>;
/// What writing answered.
type Written = RwSignal<Option<Result<FirstReport, AppError>>>;

impl Screen for SuggestionsPage {
    fn data() -> Self {
        let params = use_query_map();
        let suggestions = Resource::new_blocking(
            move || params.with(query::page),
            |page| async move { list_suggestions(page.map_err(AppError::refused)?).await },
        );
        Self { suggestions }
    }

    fn view(this: Self) -> AnyView {
        let suggestions = this.suggestions;
        let (picked, looked, written) = (Picked::default(), Looked::new(None), Written::new(None));
        let decide = ServerAction::<SetSupplierManager>::new();
        Effect::new(move || {
            if decide.value().with(Option::is_some) {
                looked.set(None);
                suggestions.refetch();
            }
        });
        let failure = move || decide.value().get().and_then(Result::err);
        view! {
            <PageHead
                title=tr!(suggestions.title)
                above=vec![(tr!(nav.sales), None), (tr!(nav.customers_group), None), (tr!(nav.assignments), Some("/sales/assignments"))]
                note=tr!(suggestions.note)
            />
            {move || failure().map(|error| view! { <div class="notice notice--error" role="alert">{text::error(&error)}</div> })}
            <WrittenNotice written/>
            <LookedCard looked written on_done=move || { picked.set(BTreeSet::new()); suggestions.refetch(); }/>
            <AsyncView resource=suggestions view=move |found| {
                let Suggestions { names, proposals, waiting, unnamed } = found;
                view! {
                    <section class="card">
                        <div class="card__head"><h2>{tr!(suggestions.proposals)}</h2></div>
                        {left_out(waiting, unnamed)}
                        {proposals_of(proposals, (picked, looked, written))}
                    </section>
                    {names_card(names, decide)}
                }.into_any()
            }/>
        }
        .into_any()
    }
}

/// Customers without a proposal, and why.
fn left_out(waiting: u64, unnamed: u64) -> impl IntoView {
    view! {
        {(waiting > 0).then(|| view! {
            <div class="card__body"><div class="notice notice--warn">{tr!(suggestions.waiting, count = waiting)}</div></div>
        })}
        {(unnamed > 0).then(|| view! {
            <p class="card__body muted">{tr!(suggestions.unnamed, count = unnamed)}</p>
        })}
    }
}

fn proposals_of(page: Page<Proposal>, (picked, looked, written): (Picked, Looked, Written)) -> impl IntoView {
    if page.items.is_empty() {
        return view! { <Empty title=tr!(suggestions.nothing) text=tr!(suggestions.nothing_text)/> }.into_any();
    }
    let (number, pages, total) = (page.page, page.pages(), page.total);
    let look = Action::new(move |what: &FirstAssignments| {
        let what = what.clone();
        async move {
            let answer = preview_from_bills(what.clone()).await;
            let _ = written.try_set(None);
            let _ = looked.try_set(Some((what, answer)));
        }
    });
    let busy = look.pending();
    let chosen = move || picked.with_untracked(|picked| picked.iter().cloned().collect::<Vec<_>>());
    view! {
        <div class="row row--apart card__body">
            <span class="muted">{move || tr!(assignments.picked, count = picked.with(BTreeSet::len))}</span>
            <div class="row">
                <button class="btn" type="button" disabled=move || busy.get() || picked.with(BTreeSet::is_empty)
                    on:click=move |_| { look.dispatch(FirstAssignments { customers: Some(chosen()) }); }>
                    {tr!(suggestions.preview_picked)}
                </button>
                <button class="btn btn--primary" type="button" disabled=busy
                    on:click=move |_| { look.dispatch(FirstAssignments { customers: None }); }>
                    {tr!(suggestions.preview_all, count = total)}
                </button>
            </div>
        </div>
        {proposal_table(page.items, picked)}
        <Pager page=number pages total/>
    }
    .into_any()
}

fn proposal_table(proposals: Vec<Proposal>, picked: Picked) -> impl IntoView {
    let (customers, managers) = (RwSignal::new(false), RwSignal::new(false));
    view! {
        {table(tr!(suggestions.proposals), view! {
            <thead>
                <tr>
                    <PickHead/>
                    <th scope="col">{tr!(terms.customer_name)} <Eye shown=customers label=tr!(terms.customer_name)/></th>
                    <th scope="col">{tr!(terms.account_id)}</th>
                    <th scope="col">{tr!(terms.account_manager)} <Eye shown=managers label=tr!(terms.account_manager)/></th>
                </tr>
            </thead>
            <tbody>
                {proposals.into_iter().map(|one| view! {
                    <tr>
                        <PickCell customer=one.customer.clone() name=one.account_id.clone() picked/>
                        <th scope="row"><a href=format!("/sales/customers/{}", one.customer)><Masked shown=customers value=one.customer_name/></a></th>
                        <td class="mono"><span class="ellipsis" title=one.account_id.clone()>{one.account_id.clone()}</span></td>
                        <td>
                            {one.spans.into_iter().map(|span| {
                                let until = span.until.map_or_else(|| tr!(assignments.open_end), |day| day.to_string());
                                view! {
                                    <div>
                                        {match span.manager {
                                            Some(manager) => view! { <Masked shown=managers value=manager.name/> }.into_any(),
                                            None => tr!(terms.unassigned).into_any(),
                                        }}
                                        " " <span class="muted">{tr!(suggestions.span, from = span.from, until = until)}</span>
                                    </div>
                                }
                            }).collect_view()}
                            {one.leaves_out.then(|| view! { <span class="badge badge--warn">{tr!(suggestions.leaves_out)}</span> })}
                        </td>
                    </tr>
                }).collect_view()}
            </tbody>
        })}
    }
}

/// What was looked at, with the button that writes it.
#[component]
fn LookedCard(looked: Looked, written: Written, on_done: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let write = Action::new(move |(what, plan): &(FirstAssignments, String)| {
        let (what, plan) = (what.clone(), plan.clone());
        async move {
            let answer = assign_from_bills(what, plan).await;
            let _ = written.try_set(Some(answer));
            // what has changed must be looked at again, too
            let _ = looked.try_set(None);
            on_done();
        }
    });
    let busy = write.pending();
    move || {
        looked.get().map(|(what, answer)| match answer {
            Err(error) => view! { <div class="notice notice--error" role="alert">{text::error(&error)}</div> }.into_any(),
            Ok(report) => view! {
                <section class="card">
                    <div class="card__head"><h2>{tr!(assignments.moves)}</h2></div>
                    <div class="card__body stack">
                        <div class="notice notice--info" role="status">
                            {tr!(suggestions.looked, customers = report.customers, intervals = report.intervals)}
                        </div>
                        {moves_table(report.moves, report.month.to_string())}
                        <div class="row">
                            <button class="btn btn--primary" type="button" disabled=busy
                                on:click=move |_| { write.dispatch((what.clone(), report.plan.clone())); }>
                                {tr!(suggestions.write)}
                            </button>
                            <button class="btn" type="button" on:click=move |_| looked.set(None)>{tr!(suggestions.cancel)}</button>
                        </div>
                    </div>
                </section>
            }
            .into_any(),
        })
    }
}

#[component]
fn WrittenNotice(written: Written) -> impl IntoView {
    move || {
        written.get().map(|answer| match answer {
            Ok(report) => view! {
                <div class="notice notice--ok" role="status">
                    {tr!(suggestions.written, count = view_model::count(report.customers))}
                </div>
            }
            .into_any(),
            Err(error) => {
                view! { <div class="notice notice--error" role="alert">{text::error(&error)}</div> }.into_any()
            }
        })
    }
}
