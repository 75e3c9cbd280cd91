//! Icons from the sprite `/icons.svg`.

use leptos::prelude::*;

/// An icon beside a text; hidden from screen readers, for the text says it.
#[component]
pub fn Icon(
    /// Its name in the sprite.
    name: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false" width="16" height="16">
            <use href=format!("/icons.svg#{name}")></use>
        </svg>
    }
}
