//! Assigning and taking back the customers ticked in a list: used by the customer list and by the assignment page.

use std::collections::BTreeSet;

use domain::assignments::{Assign, AssignOutcome, AssignmentState, TakeBack};
use domain::customers::ManagerName;
use domain::ids::MemberId;
use leptos::prelude::*;

use crate::components::dialog::DialogButton;
use crate::components::fetch::fetch;
use crate::components::table::Picked;
use crate::error::AppError;
use crate::functions::assignments::{assign_customers, get_assignment_state, list_managers, take_back_customers};
use crate::functions::session::get_session;
use crate::{text, tr};

/// The answer to the last change of a page.
pub type AssignResult = RwSignal<Option<Result<AssignOutcome, AppError>>>;

/// Assigns or takes back the picked customers.
#[component]
pub fn AssignTools(
    /// The customers ticked in a list.
    picked: Picked,
    /// What was answered last. The page keeps it: these tools are made anew with the list.
    result: AssignResult,
    /// Called when something changed.
    on_done: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let finish = move |outcome: Result<AssignOutcome, AppError>| {
        let changed = outcome.is_ok();
        let _ = result.try_set(Some(outcome));
        if changed {
            let _ = picked.try_set(BTreeSet::new());
            on_done();
        }
    };
    let assign = Action::new(move |request: &Assign| {
        let request = request.clone();
        async move { finish(assign_customers(request).await) }
    });
    let take_back = Action::new(move |request: &TakeBack| {
        let request = request.clone();
        async move { finish(take_back_customers(request).await) }
    });
    let none = Signal::derive(move || picked.with(BTreeSet::is_empty));
    let done = Signal::derive(move || result.get().is_some_and(|result| result.is_ok()));
    let failure = Signal::derive(move || result.get().and_then(Result::err));
    let busy = Signal::derive(move || assign.pending().get() || take_back.pending().get());
    view! {
        <div class="row row--apart card__body">
            <span class="muted">{move || tr!(assignments.picked, count = picked.with(BTreeSet::len))}</span>
            <div class="row" on:click=move |_| result.set(None)>
                <DialogButton label=tr!(assignments.assign) class="btn btn--primary" title=tr!(assignments.assign) done disabled=none>
                    <AssignForm picked failure busy on_submit=move |request| { assign.dispatch(request); }/>
                </DialogButton>
                <DialogButton label=tr!(assignments.take_back) class="btn" title=tr!(assignments.take_back) done disabled=none>
                    <TakeBackForm picked failure busy on_submit=move |request| { take_back.dispatch(request); }/>
                </DialogButton>
            </div>
        </div>
    }
}

/// What the last change did.
#[component]
pub fn AssignNotice(
    /// What was answered last.
    result: AssignResult,
) -> impl IntoView {
    move || {
        result.get().and_then(Result::ok).map(|outcome| {
            view! {
                <div class="notice notice--ok" role="status">
                    {tr!(assignments.done, changed = outcome.changed, unchanged = outcome.unchanged, from = outcome.from)}
                </div>
            }
        })
    }
}

/// Why the last try did not work.
#[component]
pub(super) fn Failure(failure: Signal<Option<AppError>>) -> impl IntoView {
    move || {
        failure.get().map(|error| view! { <div class="notice notice--error" role="alert">{text::error(&error)}</div> })
    }
}

/// Whose the picked customers are: asked when the form opens, and again after a try that did not work.
fn state_of(picked: Picked, failure: Signal<Option<AppError>>) -> Signal<Option<AssignmentState>> {
    let failed = Memo::new(move |_| failure.with(Option::is_some));
    let answer = fetch(
        move || {
            failed.track();
            picked.with(|picked| picked.iter().cloned().collect::<Vec<_>>())
        },
        |customers| async move {
            // nothing is picked any more once the change is made
            if customers.is_empty() { Ok(None) } else { get_assignment_state(customers).await.map(Some) }
        },
    );
    Signal::derive(move || answer.get().flatten())
}

/// The line that says whose customers are to be changed.
#[component]
fn Now(state: Signal<Option<AssignmentState>>) -> impl IntoView {
    move || {
        state.get().map(|state| {
            let shares: Vec<String> = state.now.iter().map(share).collect();
            view! { <p class="muted">{tr!(assignments.now_with, shares = shares.join(&tr!(assignments.separator)))}</p> }
        })
    }
}

fn share((manager, count): &(Option<ManagerName>, u64)) -> String {
    let name = manager.as_ref().map_or_else(|| tr!(terms.unassigned), |manager| manager.name.clone());
    tr!(assignments.now_share, name = name, count = *count)
}

#[component]
fn AssignForm(
    picked: Picked,
    failure: Signal<Option<AppError>>,
    busy: Signal<bool>,
    on_submit: impl Fn(Assign) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let managers = fetch(|| (), |()| list_managers());
    let manager = RwSignal::new(String::new());
    let day = today();
    let state = state_of(picked, failure);
    let request = Signal::derive(move || {
        let manager = manager.get();
        Some(Assign {
            customers: picked.with(|picked| picked.iter().cloned().collect()),
            manager: (!manager.is_empty()).then(|| MemberId::new(manager))?,
            day: day.with(|day| day.parse().ok())?,
            seen: state.get()?.seen,
        })
    });
    view! {
        <form on:submit=move |event| {
            event.prevent_default();
            if let Some(request) = request.get_untracked() {
                on_submit(request);
            }
        }>
            <div class="dialog__body stack">
                <Failure failure/>
                <p>{move || tr!(assignments.assign_text, count = picked.with(BTreeSet::len))}</p>
                <Now state/>
                <div class="field">
                    <label for="assign-manager">{tr!(terms.account_manager)}</label>
                    <select id="assign-manager" required on:change=move |event| manager.set(event_target_value(&event))>
                        <option value="">{tr!(assignments.choose_manager)}</option>
                        {move || managers.get().unwrap_or_default().into_iter().filter(|load| load.active).map(|load| view! {
                            <option value=load.manager.id.to_string()>{format!("{} ({})", load.manager.name, load.manager.login)}</option>
                        }).collect_view()}
                    </select>
                </div>
                <DayField id="assign-day" day/>
            </div>
            <div class="dialog__foot">
                <button class="btn btn--primary" type="submit" disabled=move || busy.get() || request.get().is_none()>{tr!(assignments.assign)}</button>
            </div>
        </form>
    }
}

#[component]
fn TakeBackForm(
    picked: Picked,
    failure: Signal<Option<AppError>>,
    busy: Signal<bool>,
    on_submit: impl Fn(TakeBack) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let day = today();
    let state = state_of(picked, failure);
    let request = Signal::derive(move || {
        let customers = picked.with(|picked| picked.iter().cloned().collect());
        Some(TakeBack { customers, day: day.with(|day| day.parse().ok())?, seen: state.get()?.seen })
    });
    view! {
        <form on:submit=move |event| {
            event.prevent_default();
            if let Some(request) = request.get_untracked() {
                on_submit(request);
            }
        }>
            <div class="dialog__body stack">
                <Failure failure/>
                <p>{move || tr!(assignments.take_back_text, count = picked.with(BTreeSet::len))}</p>
                <Now state/>
                <DayField id="take-back-day" day/>
            </div>
            <div class="dialog__foot">
                <button class="btn btn--danger" type="submit" disabled=move || busy.get() || request.get().is_none()>
                    {tr!(assignments.take_back)}
                </button>
            </div>
        </form>
    }
}

/// The day from which a change counts.
#[component]
pub(super) fn DayField(id: &'static str, day: RwSignal<String>) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{tr!(assignments.day)}</label>
            <input id=id type="date" required min="2000-01-01" max="2100-12-31" prop:value=move || day.get() on:input=move |event| day.set(event_target_value(&event))/>
            <p class="field__hint">{tr!(assignments.day_hint)}</p>
        </div>
    }
}

/// A day that starts as today in the billing zone, asked for when the form opens: a page may be open for days.
pub(super) fn today() -> RwSignal<String> {
    let day = RwSignal::new(String::new());
    let session = fetch(|| (), |()| get_session());
    Effect::new(move || {
        if let Some(Some(session)) = session.get()
            && day.with_untracked(String::is_empty)
        {
            day.set(session.today.to_string());
        }
    });
    day
}
