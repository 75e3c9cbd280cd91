//! Sensitive columns: masked by default, shown by the eye button of their header.

use leptos::prelude::*;

use crate::components::icon::Icon;
use crate::tr;

/// The eye button of a column's header: shows or hides the whole column.
#[component]
pub fn Eye(
    /// Whether the column is shown.
    shown: RwSignal<bool>,
    /// The column's name.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let (show, hide) = (tr!(common.show_column, column = label.clone()), tr!(common.hide_column, column = label));
    view! {
        <button
            class="eye"
            type="button"
            aria-pressed=move || shown.get().to_string()
            aria-label=move || if shown.get() { hide.clone() } else { show.clone() }
            on:click=move |_| shown.update(|shown| *shown = !*shown)
        >
            {move || if shown.get() {
                view! { <Icon name="eye"/> }
            } else {
                view! { <Icon name="eye-off"/> }
            }}
        </button>
    }
}

/// A value of a masked column.
#[component]
pub fn Masked(
    /// Whether the column is shown.
    shown: RwSignal<bool>,
    /// The whole value.
    #[prop(into)]
    value: String,
    /// How it is masked.
    #[prop(default = domain::customers::masked)]
    by: fn(&str) -> String,
) -> impl IntoView {
    let hidden = by(&value);
    move || {
        if shown.get() {
            view! { <span class="ellipsis" title=value.clone()>{value.clone()}</span> }.into_any()
        } else {
            hidden.clone().into_any()
        }
    }
}
