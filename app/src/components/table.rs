//! Tables: scrolling within their own box, reachable by keyboard, named for screen readers.

use std::collections::BTreeSet;

use domain::ids::CustomerId;
use leptos::prelude::*;

use crate::tr;

/// A table of what `label` says; `content` is its head and body.
pub fn table<V: IntoView>(label: String, content: V) -> impl IntoView {
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=label>
            <table class="table">{content}</table>
        </div>
    }
}

/// A wide table of the same kind: its first column stays in view while the others scroll.
pub fn wide_table<V: IntoView>(label: String, content: V) -> impl IntoView {
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=label>
            <table class="table table--wide">{content}</table>
        </div>
    }
}

/// The customers ticked in a list.
pub type Picked = RwSignal<BTreeSet<CustomerId>>;

/// The head of a column of ticks.
#[component]
pub fn PickHead() -> impl IntoView {
    view! { <th scope="col" class="is-check"><span class="visually-hidden">{tr!(common.select)}</span></th> }
}

/// The tick of a customer's row.
#[component]
pub fn PickCell(
    /// The customer.
    customer: CustomerId,
    /// The customer's name for screen readers.
    #[prop(into)]
    name: String,
    /// The ticked ones.
    picked: Picked,
) -> impl IntoView {
    let key = customer.clone();
    view! {
        <td class="is-check">
            <input
                type="checkbox"
                aria-label=tr!(customers.select_one, id = name)
                prop:checked=move || picked.with(|picked| picked.contains(&key))
                on:change=move |event| picked.update(|picked| {
                    if event_target_checked(&event) {
                        picked.insert(customer.clone());
                    } else {
                        picked.remove(&customer);
                    }
                })
            />
        </td>
    }
}
