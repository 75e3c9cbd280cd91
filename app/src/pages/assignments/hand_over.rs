//! Handing over all customers of a manager who leaves: to whom, from when, what each gets, and then for good.

use std::collections::BTreeSet;

use domain::assignments::{HandOver, HandOverOutcome, Split};
use domain::customers::ManagerName;
use domain::ids::MemberId;
use domain::periods::Day;
use leptos::prelude::*;

use super::tools::{DayField, Failure, today};
use crate::components::dialog::DialogButton;
use crate::components::fetch::fetch;
use crate::components::table::table;
use crate::error::AppError;
use crate::functions::assignments::{hand_over_customers, list_managers, preview_hand_over};
use crate::{tr, view_model};

/// The answer to the last hand-over of a page.
pub type HandOverResult = RwSignal<Option<Result<HandOverOutcome, AppError>>>;

/// The button and its dialog.
#[component]
pub fn HandOverButton(
    /// Who leaves.
    manager: ManagerName,
    /// What was answered last. The page keeps it: this button is made anew with the list.
    result: HandOverResult,
    /// Called when customers were handed over.
    on_done: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let submit = Action::new(move |(request, plan): &(HandOver, String)| {
        let (request, plan) = (request.clone(), plan.clone());
        async move {
            let outcome = hand_over_customers(request, plan).await;
            let changed = outcome.is_ok();
            let _ = result.try_set(Some(outcome));
            if changed {
                on_done();
            }
        }
    });
    let done = Signal::derive(move || result.get().is_some_and(|result| result.is_ok()));
    let failure = Signal::derive(move || result.get().and_then(Result::err));
    let busy = Signal::derive(move || submit.pending().get());
    view! {
        <div on:click=move |_| if result.with_untracked(Option::is_some) && !busy.get_untracked() { result.set(None) }>
            <DialogButton label=tr!(assignments.hand_over) class="btn" title=tr!(assignments.hand_over) done>
                <HandOverForm manager=manager.clone() failure busy on_submit=move |seen| { submit.dispatch(seen); }/>
            </DialogButton>
        </div>
    }
}

/// What the last hand-over did.
#[component]
pub fn HandOverNotice(
    /// What was answered last.
    result: HandOverResult,
) -> impl IntoView {
    move || {
        result.get().and_then(Result::ok).map(|outcome| {
            let customers: u64 = outcome.shares.iter().map(|share| share.customers).sum();
            view! {
                <div class="notice notice--ok" role="status">
                    {tr!(assignments.handed_over, count = customers, from = outcome.from)}
                </div>
            }
        })
    }
}

#[component]
fn HandOverForm(
    manager: ManagerName,
    failure: Signal<Option<AppError>>,
    busy: Signal<bool>,
    on_submit: impl Fn((HandOver, String)) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let managers = fetch(|| (), |()| list_managers());
    let chosen = RwSignal::new(BTreeSet::<MemberId>::new());
    let day = today();
    // Seen for exactly this choice: another choice must be looked at again.
    let preview = RwSignal::new(None::<(HandOver, Result<HandOverOutcome, AppError>)>);
    let leaving = manager.id.clone();
    let request = Signal::derive(move || {
        let successors: Vec<MemberId> = chosen.with(|chosen| chosen.iter().cloned().collect());
        let day = day.with(|day| day.parse::<Day>().ok())?;
        let split = if successors.len() == 1 { Split::One } else { Split::ByConsumption };
        (!successors.is_empty()).then(|| HandOver { from_manager: leaving.clone(), successors, day, split })
    });
    let look = Action::new(move |request: &HandOver| {
        let request = request.clone();
        async move {
            let answer = preview_hand_over(request.clone()).await;
            let _ = preview.try_set(Some((request, answer)));
        }
    });
    let seen = Signal::derive(move || {
        let (of, answer) = preview.get()?;
        (request.get().as_ref() == Some(&of)).then_some(answer)
    });
    // The plan that was seen, where anything is to be handed over.
    let plan = Signal::derive(move || {
        let outcome = seen.get()?.ok()?;
        outcome.shares.iter().any(|share| share.customers > 0).then_some(outcome.plan)
    });
    // A plan that is no longer what it was must be looked at again.
    Effect::new(move || {
        if failure.with(Option::is_some) {
            preview.set(None);
        }
    });
    let preview_failure = Signal::derive(move || seen.get().and_then(Result::err));
    let leaving = manager.id;
    view! {
        <form on:submit=move |event| {
            event.prevent_default();
            if let Some(request) = request.get_untracked() {
                match plan.get_untracked() {
                    Some(plan) => on_submit((request, plan)),
                    None => {
                        look.dispatch(request);
                    }
                }
            }
        }>
            <div class="dialog__body stack">
                <Failure failure/>
                <Failure failure=preview_failure/>
                <p>{tr!(assignments.hand_over_text, name = manager.name)}</p>
                <fieldset class="field">
                    <legend>{tr!(assignments.successors)}</legend>
                    {move || {
                        let others: Vec<_> = managers.get().unwrap_or_default().into_iter()
                            .filter(|load| load.active && load.manager.id != leaving).collect();
                        if managers.with(Option::is_some) && others.is_empty() {
                            return view! { <p class="muted">{tr!(assignments.no_successors)}</p> }.into_any();
                        }
                        others.into_iter().map(|load| successor(load.manager, chosen)).collect_view().into_any()
                    }}
                    <p class="field__hint">{tr!(assignments.successors_hint)}</p>
                </fieldset>
                <DayField id="hand-over-day" day/>
                {move || seen.get().and_then(Result::ok).map(shares)}
            </div>
            <div class="dialog__foot">
                <button class="btn" type="button" disabled=move || request.get().is_none() || look.pending().get()
                    on:click=move |_| if let Some(request) = request.get_untracked() { look.dispatch(request); }>
                    {tr!(assignments.preview)}
                </button>
                <button class="btn btn--danger" type="submit" disabled=move || busy.get() || plan.get().is_none()>
                    {tr!(assignments.hand_over_now)}
                </button>
            </div>
        </form>
    }
}

fn successor(manager: ManagerName, chosen: RwSignal<BTreeSet<MemberId>>) -> impl IntoView {
    let (id, key) = (manager.id.clone(), manager.id);
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=move || chosen.with(|chosen| chosen.contains(&key))
                on:change=move |event| chosen.update(|chosen| {
                    if event_target_checked(&event) {
                        chosen.insert(id.clone());
                    } else {
                        chosen.remove(&id);
                    }
                })/>
            " " {manager.name} " (" {manager.login} ")"
        </label>
    }
}

fn shares(outcome: HandOverOutcome) -> impl IntoView {
    let currency = outcome.currency.map(|currency| currency.to_string()).unwrap_or_default();
    if outcome.shares.iter().all(|share| share.customers == 0) {
        return view! { <div class="notice notice--info" role="status">{tr!(assignments.nothing_to_hand_over)}</div> }
            .into_any();
    }
    let due = format!("{} {currency}", tr!(assignments.due_of, month = outcome.month));
    let balanced = format!("{} {currency}", tr!(assignments.due_of_three_months));
    view! {
        <h3>{tr!(assignments.moves)}</h3>
        {table(tr!(assignments.moves), view! {
            <thead>
                <tr>
                    <th scope="col">{tr!(assignments.successors)}</th>
                    <th scope="col" class="num">{tr!(nav.customers_group)}</th>
                    <th scope="col" class="num">{due}</th>
                    <th scope="col" class="num">{balanced}</th>
                </tr>
            </thead>
            <tbody>
                {outcome.shares.into_iter().map(|share| view! {
                    <tr>
                        <th scope="row">{share.manager.name}</th>
                        <td class="num">{view_model::count(share.customers)}</td>
                        <td class="num">{share.due.short()}</td>
                        <td class="num">{share.balanced.short()}</td>
                    </tr>
                }).collect_view()}
            </tbody>
        })}
        <p class="muted">{tr!(assignments.hand_over_from, from = outcome.from)}</p>
        {(outcome.planned_later > 0).then(|| view! {
            <p class="muted">{tr!(assignments.planned_later, count = outcome.planned_later)}</p>
        })}
    }
    .into_any()
}
