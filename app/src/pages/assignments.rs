//! Customer assignment (销售 > 客户 > 客户分配).

pub mod by_file;
pub mod differences;
pub mod hand_over;
mod moves;
pub mod suggestions;
pub mod tools;

use std::collections::BTreeSet;

use domain::access::Permission;
use domain::assignments::{AssignmentRecord, ManagerHistory, ManagerLoad};
use domain::ids::MemberId;
use domain::periods::Day;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::async_view::{AsyncView, Empty};
use crate::components::masked::{Eye, Masked};
use crate::components::table::{PickCell, PickHead, Picked, table};
use crate::error::AppError;
use crate::functions::assignments::{list_manager_history, list_managers};
use crate::layout::PageHead;
use crate::router::files::Screen;
use crate::router::{CurrentSession, may};
use crate::view_model::query::link;
use crate::{tr, view_model};
use by_file::{AssignmentFile, ExportLinks, ImportFile};
use hand_over::{HandOverButton, HandOverNotice, HandOverResult};
use tools::{AssignNotice, AssignResult, AssignTools};

/// `/sales/assignments`.
pub struct AssignmentsPage {
    managers: Resource<Result<Vec<ManagerLoad>, AppError>>,
    history: Resource<Result<Option<ManagerHistory>, AppError>>,
}

impl Screen for AssignmentsPage {
    fn data() -> Self {
        let params = use_query_map();
        let history = Resource::new_blocking(
            move || params.with(|params| params.get("manager_id").unwrap_or_default()),
            |id| async move {
                if id.is_empty() { Ok(None) } else { list_manager_history(MemberId::new(id)).await.map(Some) }
            },
        );
        Self { managers: Resource::new_blocking(|| (), |()| list_managers()), history }
    }

    fn view(this: Self) -> AnyView {
        let AssignmentsPage { managers, history } = this;
        let picked = Picked::default();
        let result = AssignResult::new(None);
        let handed_over = HandOverResult::new(None);
        let file = RwSignal::new(AssignmentFile::default());
        let CurrentSession(session) = expect_context();
        // Another manager's list starts with nothing ticked. Not while that list is built: the one before would be told.
        let params = use_query_map();
        Effect::new(move |before: Option<Option<String>>| {
            let manager = params.with(|params| params.get("manager_id"));
            if before.is_some_and(|before| before != manager) {
                picked.set(BTreeSet::default());
                result.set(None);
                handed_over.set(None);
            }
            manager
        });
        let changed = move || {
            managers.refetch();
            history.refetch();
        };
        view! {
            <PageHead
                title=tr!(nav.assignments)
                above=vec![(tr!(nav.sales), None), (tr!(nav.customers_group), None)]
                note=tr!(assignments.note)
            >
                <Transition>
                    {move || Suspend::new(async move {
                        let sees = session.await.ok().flatten().is_some_and(|session| session.may(Permission::ViewAssignments));
                        sees.then(|| view! { <ExportLinks/> })
                    })}
                </Transition>
                <a class="btn" href="/sales/assignments/differences">{tr!(differences.title)}</a>
                <a class="btn" href="/sales/assignments/suggestions">{tr!(suggestions.title)}</a>
                <a class="btn btn--primary" href="/sales/customers?unassigned=1&sort=consumption">{tr!(assignments.assign_unassigned)}</a>
            </PageHead>
            <AssignNotice result/>
            <HandOverNotice result=handed_over/>
            <section class="card">
                <AsyncView resource=managers view=|managers| manager_table(managers).into_any()/>
            </section>
            <AsyncView resource=history view=move |history| history.map(|history| customers_of(history, (picked, result, handed_over), changed)).into_any()/>
            <Transition>
                {move || Suspend::new(async move {
                    let may_import = session.await.ok().flatten().is_some_and(|session| session.may(Permission::ManageAssignments));
                    may_import.then(|| view! { <ImportFile state=file on_done=changed/> })
                })}
            </Transition>
        }
        .into_any()
    }
}

fn manager_table(managers: Vec<ManagerLoad>) -> impl IntoView {
    if managers.is_empty() {
        return view! {
            <Empty title=tr!(assignments.no_managers) text=tr!(assignments.no_managers_text)>
                {may(Permission::ManageMembers).then(|| view! { <a class="btn" href="/organization/members">{tr!(nav.members)}</a> })}
            </Empty>
        }
        .into_any();
    }
    let shown = RwSignal::new(false);
    view! {
        {table(tr!(nav.assignments), view! {
            <thead>
                <tr>
                    <th scope="col">{tr!(terms.account_manager)} <Eye shown label=tr!(terms.account_manager)/></th>
                    <th scope="col">{tr!(session.login)}</th>
                    <th scope="col">{tr!(common.state)}</th>
                    <th scope="col" class="num">{tr!(assignments.customers_today)}</th>
                    <th scope="col" class="num">{tr!(assignments.planned)}</th>
                    <th scope="col">{tr!(common.actions)}</th>
                </tr>
            </thead>
            <tbody>
                {managers.into_iter().map(|load| {
                    let id = load.manager.id.to_string();
                    view! {
                        <tr>
                            <th scope="row"><Masked shown value=load.manager.name/></th>
                            <td class="mono">{load.manager.login}</td>
                            <td>{if load.active {
                                view! { <span class="badge badge--ok">{tr!(members.active)}</span> }.into_any()
                            } else {
                                view! { <span class="badge badge--neutral">{tr!(members.disabled)}</span> }.into_any()
                            }}</td>
                            <td class="num">{view_model::count(load.customers)}</td>
                            <td class="num">{view_model::count(load.planned)}</td>
                            <td><a href=link("/sales/assignments", &[("manager_id", id)])>{tr!(assignments.view_customers)}</a></td>
                        </tr>
                    }
                }).collect_view()}
            </tbody>
        })}
    }
    .into_any()
}

/// What a manager managed and manages, with the tools to replace and take back.
fn customers_of(
    history: ManagerHistory,
    (picked, result, handed_over): (Picked, AssignResult, HandOverResult),
    changed: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let may_assign = may(Permission::ManageAssignments);
    let ManagerHistory { manager, today, records } = history;
    let (current, other): (Vec<_>, Vec<_>) =
        records.into_iter().partition(|record| record.from <= today && record.until.is_none_or(|until| until > today));
    view! {
        <section class="card">
            <div class="card__head">
                <h2>{tr!(assignments.customers_of, name = manager.name.clone())}</h2>
                {(may_assign && (!current.is_empty() || !other.is_empty())).then(|| view! {
                    <div class="card__actions"><HandOverButton manager result=handed_over on_done=changed/></div>
                })}
            </div>
            {may_assign.then(|| view! { <AssignTools picked result on_done=changed/> })}
            {if current.is_empty() {
                view! { <Empty title=tr!(assignments.none_today) text=tr!(assignments.none_today_text)/> }.into_any()
            } else {
                current_table(current, picked, may_assign).into_any()
            }}
        </section>
        <section class="card">
            <div class="card__head"><h2>{tr!(assignments.past_and_planned)}</h2></div>
            {if other.is_empty() {
                view! { <p class="card__body muted">{tr!(assignments.no_past)}</p> }.into_any()
            } else {
                history_table(other, true).into_any()
            }}
        </section>
    }
}

fn current_table(records: Vec<AssignmentRecord>, picked: Picked, may_assign: bool) -> impl IntoView {
    let shown = RwSignal::new(false);
    view! {
        {table(tr!(assignments.customers_today), view! {
            <thead>
                <tr>
                    {may_assign.then(|| view! { <PickHead/> })}
                    <th scope="col">{tr!(terms.customer_name)} <Eye shown label=tr!(terms.customer_name)/></th>
                    <th scope="col">{tr!(assignments.from)}</th>
                    <th scope="col">{tr!(assignments.until)}</th>
                    <th scope="col">{tr!(assignments.assigned_by)}</th>
                </tr>
            </thead>
            <tbody>
                {records.into_iter().map(|record| {
                    view! {
                        <tr>
                            {may_assign.then(|| view! { <PickCell customer=record.customer.clone() name=record.customer_name.clone() picked/> })}
                            <th scope="row"><a href=format!("/sales/customers/{}", record.customer)><Masked shown value=record.customer_name/></a></th>
                            <td>{record.from.to_string()}</td>
                            <td>{until(record.until)}</td>
                            <td>{record.assigned_by}</td>
                        </tr>
                    }
                }).collect_view()}
            </tbody>
        })}
    }
}

fn until(day: Option<Day>) -> String {
    day.map_or_else(|| tr!(assignments.open_end), |day| day.to_string())
}

/// Assignments with dates and who made them; `of_manager` shows the customers, else the managers.
pub fn history_table(records: Vec<AssignmentRecord>, of_manager: bool) -> impl IntoView {
    let shown = RwSignal::new(false);
    let column = if of_manager { tr!(terms.customer_name) } else { tr!(terms.account_manager) };
    view! {
        {table(tr!(assignments.history), view! {
            <thead>
                <tr>
                    <th scope="col">{column.clone()} <Eye shown label=column/></th>
                    <th scope="col">{tr!(assignments.from)}</th>
                    <th scope="col">{tr!(assignments.until)}</th>
                    <th scope="col">{tr!(assignments.assigned_by)}</th>
                    <th scope="col">{tr!(assignments.assigned_at)}</th>
                    <th scope="col">{tr!(assignments.ended_by)}</th>
                </tr>
            </thead>
            <tbody>
                {records.into_iter().map(|record| {
                    let name = if of_manager { record.customer_name } else { record.manager.name };
                    view! {
                        <tr>
                            <th scope="row"><Masked shown value=name/></th>
                            <td>{record.from.to_string()}</td>
                            <td>{until(record.until)}</td>
                            <td>{record.assigned_by}</td>
                            <td>{view_model::instant(&record.assigned_at)}</td>
                            <td>{record.ended_by.unwrap_or_else(|| "–".to_owned())}</td>
                        </tr>
                    }
                }).collect_view()}
            </tbody>
        })}
    }
}
