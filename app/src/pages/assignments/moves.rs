//! What moves between account managers, and to whom nobody had.

use domain::assignments::ManagerMove;
use leptos::prelude::*;

use crate::components::masked::{Eye, Masked};
use crate::components::table::table;
use crate::tr;
use crate::view_model::assignments as model;

/// Customers and dues before and after; `month` is that of the dues.
pub fn moves_table(moves: Vec<ManagerMove>, month: String) -> impl IntoView {
    let shown = RwSignal::new(false);
    view! {
        {table(tr!(assignments.moves), view! {
            <thead>
                <tr>
                    <th scope="col">{tr!(terms.account_manager)} <Eye shown label=tr!(terms.account_manager)/></th>
                    <th scope="col" class="num">{tr!(assignments.customers_today)}</th>
                    <th scope="col" class="num">{tr!(assignments.lasting)}</th>
                    <th scope="col" class="num">{tr!(assignments.due_of, month = month)}</th>
                </tr>
            </thead>
            <tbody>
                {moves.into_iter().map(|one| {
                    let due = model::due_moves(&one.due);
                    view! {
                        <tr>
                            <th scope="row">{match one.manager {
                                Some(manager) => view! { <Masked shown value=manager.name/> " (" {manager.login} ")" }.into_any(),
                                None => tr!(terms.unassigned).into_any(),
                            }}</th>
                            <td class="num">{model::count_move(one.customers)}</td>
                            <td class="num">{model::count_move(one.lasting)}</td>
                            <td class="num">{due.into_iter().map(|line| view! { <div>{line}</div> }).collect_view()}</td>
                        </tr>
                    }
                }).collect_view()}
            </tbody>
        })}
    }
}
