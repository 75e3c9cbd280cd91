//! What can be done to a month, each behind a dialog that says what it does.

use domain::bills::MonthState;
use domain::months::{MAX_REASON, MonthSheet};
use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::components::dialog::DialogButton;
use crate::error::AppError;
use crate::functions::months::{BillMonth, CloseMonth, ReopenMonth, UnbillMonth};
use crate::tr;

/// The writes of the page.
#[derive(Clone, Copy)]
pub struct Actions {
    bill: ServerAction<BillMonth>,
    unbill: ServerAction<UnbillMonth>,
    close: ServerAction<CloseMonth>,
    reopen: ServerAction<ReopenMonth>,
    /// What the last of them answered.
    pub outcome: RwSignal<Option<Result<(), AppError>>>,
}

impl Actions {
    /// For a page: `on_answer` is called after each of them.
    pub fn new(on_answer: impl Fn() + Copy + Send + Sync + 'static) -> Self {
        let actions = Self {
            bill: ServerAction::new(),
            unbill: ServerAction::new(),
            close: ServerAction::new(),
            reopen: ServerAction::new(),
            outcome: RwSignal::new(None),
        };
        for value in [actions.bill.value(), actions.unbill.value(), actions.close.value(), actions.reopen.value()] {
            Effect::new(move || {
                if let Some(answer) = value.get() {
                    actions.outcome.set(Some(answer));
                    on_answer();
                }
            });
        }
        actions
    }
}

/// The buttons that the month's state allows.
pub fn buttons(sheet: &MonthSheet, actions: Actions) -> impl IntoView + use<> {
    let month = StoredValue::new(sheet.summary.month.to_string());
    let answered = Signal::derive(move || actions.outcome.get().is_some());
    match (sheet.summary.state, sheet.future) {
        (MonthState::Open, true) => ().into_any(),
        (MonthState::Open, false) => bill_dialog(month, answered, actions).into_any(),
        (MonthState::Billed, true) => unbill_dialog(month, answered, actions).into_any(),
        (MonthState::Billed, false) => view! {
            {unbill_dialog(month, answered, actions)}
            {close_dialog(month, StoredValue::new(sheet.found()), answered, actions)}
        }
        .into_any(),
        (MonthState::Closed, _) => reopen_dialog(month, answered, actions).into_any(),
    }
}

/// What a dialog says: the button's text and class, what it does, and the class of the button that does it.
struct Says {
    label: String,
    class: &'static str,
    text: String,
    sends: &'static str,
}

/// A button and its dialog: what it does, what more the reader must say, the button that does it. `form` puts it all into the
/// form of its action.
fn dialog(
    says: Says,
    (month, answered): (StoredValue<String>, Signal<bool>),
    more: impl Fn() -> AnyView + Send + Sync + 'static,
    form: impl Fn(AnyView) -> AnyView + Send + Sync + 'static,
) -> impl IntoView {
    let Says { label, class, text, sends } = says;
    let title = label.clone();
    view! {
        <DialogButton label=title.clone() class title done=answered>
            {form(view! {
                <div class="dialog__body stack"><p>{text.clone()}</p> {more()}</div>
                <div class="dialog__foot">
                    <input type="hidden" name="month" value=month.get_value()/>
                    <button class=sends type="submit">{label.clone()}</button>
                </div>
            }.into_any())}
        </DialogButton>
    }
}

fn bill_dialog(month: StoredValue<String>, answered: Signal<bool>, actions: Actions) -> impl IntoView {
    let says = Says {
        label: tr!(months.bill),
        class: "btn btn--primary",
        text: tr!(months.bill_text, month = month.get_value()),
        sends: "btn btn--primary",
    };
    let form = move |fields| view! { <ActionForm action=actions.bill>{fields}</ActionForm> }.into_any();
    dialog(says, (month, answered), || ().into_any(), form)
}

fn unbill_dialog(month: StoredValue<String>, answered: Signal<bool>, actions: Actions) -> impl IntoView {
    let says = Says {
        label: tr!(months.unbill),
        class: "btn",
        text: tr!(months.unbill_text, month = month.get_value()),
        sends: "btn btn--primary",
    };
    let form = move |fields| view! { <ActionForm action=actions.unbill>{fields}</ActionForm> }.into_any();
    dialog(says, (month, answered), || ().into_any(), form)
}

/// Where a check found something, the reader must say so before the month is closed.
fn close_dialog(
    month: StoredValue<String>,
    found: StoredValue<String>,
    answered: Signal<bool>,
    actions: Actions,
) -> impl IntoView {
    let says = Says {
        label: tr!(months.close),
        class: "btn btn--primary",
        text: tr!(months.close_text, month = month.get_value()),
        sends: "btn btn--primary",
    };
    let seen = move || {
        (!found.read_value().is_empty())
            .then(|| {
                view! {
                    <div class="notice notice--warn">{tr!(months.close_findings)}</div>
                    <label class="check">
                        <input type="checkbox" name="seen" value=found.get_value() required/>
                        <span>{tr!(months.close_anyway)}</span>
                    </label>
                }
            })
            .into_any()
    };
    let form = move |fields| view! { <ActionForm action=actions.close>{fields}</ActionForm> }.into_any();
    dialog(says, (month, answered), seen, form)
}

fn reopen_dialog(month: StoredValue<String>, answered: Signal<bool>, actions: Actions) -> impl IntoView {
    let says = Says {
        label: tr!(months.reopen),
        class: "btn btn--danger",
        text: tr!(months.reopen_text, month = month.get_value()),
        sends: "btn btn--danger",
    };
    let reason = || {
        view! {
            <div class="field">
                <label for="reason">{tr!(months.reason)}</label>
                <input id="reason" name="reason" required maxlength=MAX_REASON.to_string() autocomplete="off"/>
                <p class="field__hint">{tr!(months.reason_hint)}</p>
            </div>
        }
        .into_any()
    };
    let form = move |fields| view! { <ActionForm action=actions.reopen>{fields}</ActionForm> }.into_any();
    dialog(says, (month, answered), reason, form)
}
