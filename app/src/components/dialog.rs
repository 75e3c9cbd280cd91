//! A dialog that asks once, or holds a short form.

use leptos::html;
use leptos::prelude::*;

use crate::components::icon::Icon;
use crate::tr;

/// A button and the modal dialog that it opens. The body holds the form; the dialog closes when `done` becomes true.
#[component]
pub fn DialogButton(
    /// The button's text.
    #[prop(into)]
    label: String,
    /// The button's classes.
    #[prop(default = "btn")]
    class: &'static str,
    /// The dialog's title.
    #[prop(into)]
    title: String,
    /// Closes the dialog when it turns true.
    #[prop(optional, into)]
    done: Option<Signal<bool>>,
    /// Whether the button can be used.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The body.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let open = RwSignal::new(false);
    let show = move |_| {
        if let Some(element) = dialog.get_untracked() {
            open.set(true);
            let _ = element.show_modal();
        }
    };
    let close = move || {
        if let Some(element) = dialog.get_untracked() {
            element.close();
        }
    };
    if let Some(done) = done {
        Effect::new(move || {
            if done.get() {
                close();
            }
        });
    }
    view! {
        <button class=class type="button" on:click=show disabled=disabled>{label}</button>
        <dialog class="dialog" node_ref=dialog aria-label=title.clone() on:close=move |_| open.set(false)>
            <div class="dialog__head">
                <h2>{title.clone()}</h2>
                <button class="btn btn--ghost btn--icon" type="button" aria-label=tr!(common.close) on:click=move |_| close()>
                    <Icon name="x"/>
                </button>
            </div>
            // The body is built when the dialog opens, so that a form starts empty each time.
            {move || open.get().then(|| children())}
        </dialog>
    }
}

/// A modal dialog without a button of its own: it stands open while `open` is true.
#[component]
pub fn Modal(
    /// Whether it stands open; closing it by hand makes it false.
    open: RwSignal<bool>,
    /// The dialog's title.
    #[prop(into)]
    title: String,
    /// More room than usual.
    #[prop(optional)]
    wide: bool,
    /// The body.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let open = open.get();
        if let Some(element) = dialog.get() {
            if open && !element.open() {
                let _ = element.show_modal();
            } else if !open && element.open() {
                element.close();
            }
        }
    });
    let class = if wide { "dialog dialog--wide" } else { "dialog" };
    view! {
        <dialog class=class node_ref=dialog aria-label=title.clone() on:close=move |_| open.set(false)>
            <div class="dialog__head">
                <h2>{title.clone()}</h2>
                <button class="btn btn--ghost btn--icon" type="button" aria-label=tr!(common.close) on:click=move |_| open.set(false)>
                    <Icon name="x"/>
                </button>
            </div>
            // The body is built when the dialog opens, so that a form starts empty each time.
            {move || open.get().then(|| children())}
        </dialog>
    }
}
