//! Customers by a pasted list: a condition of filter forms, and the dialog that makes one.

use std::collections::BTreeSet;

use domain::customer_lists::{Ambiguous, Candidate, MAX_ENTRIES, Resolution, cells, check};
use domain::ids::{CustomerId, CustomerListId};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use crate::components::dialog::Modal;
use crate::components::fetch::fetch;
use crate::components::filters::Shown;
use crate::components::icon::Icon;
use crate::error::AppError;
use crate::functions::customer_lists::{create_customer_list, get_customer_list, resolve_customers};
use crate::view_model::addresses::changed;
use crate::{text, tr, view_model};

/// The button that opens the dialog, and the list that is in force: named, kept, and to be taken away.
#[component]
pub fn ListFilter(
    /// What the form shows.
    shown: Shown,
    /// The page.
    path: &'static str,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let list = shown.value("list");
    let there = !list.is_empty();
    let asked = StoredValue::new(list.clone());
    let known = fetch(move || asked.get_value(), known_list);
    let without = changed(path, &shown.params(), &[("list", String::new())]);
    let chip = there.then(|| {
        view! {
            <span class="badge badge--info">
                {move || match known.get() {
                    Some(customers) => tr!(customer_lists.of_list_count, count = view_model::count(customers.len() as u64)),
                    None => tr!(customer_lists.of_list),
                }}
                " " <a href=without aria-label=tr!(lines.remove_filter) title=tr!(lines.remove_filter)>"×"</a>
                <input type="hidden" name="list" value=list/>
            </span>
        }
    });
    view! {
        <div class="field field--auto field--list">
            <span class="field__label">{tr!(customer_lists.title)}</span>
            <div class="row">
                <button class="btn" type="button" on:click=move |_| open.set(true)>
                    {if there { tr!(customer_lists.change) } else { tr!(customer_lists.paste) }}
                </button>
                {chip}
            </div>
            // In the form, but not of it: nothing in the dialog has a name, so nothing of it is sent.
            <Modal open title=tr!(customer_lists.title) wide=true>
                <Chooser shown path known open/>
            </Modal>
        </div>
    }
}

async fn known_list(id: String) -> Result<Vec<Candidate>, AppError> {
    if id.is_empty() {
        return Ok(Vec::new());
    }
    Ok(get_customer_list(CustomerListId::new(id)).await?.customers)
}

/// Pasting, what was found for it, and using that.
#[component]
fn Chooser(
    shown: Shown,
    path: &'static str,
    known: RwSignal<Option<Vec<Candidate>>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let accounts = |customers: Vec<Candidate>| customers.into_iter().map(|one| one.account_id).collect::<Vec<_>>();
    let pasted = RwSignal::new(known.get_untracked().map(accounts).unwrap_or_default().join("\n"));
    let answer = RwSignal::new(None::<Result<Resolution, AppError>>);
    let chosen = RwSignal::new(BTreeSet::<CustomerId>::new());
    let navigate = use_navigate();
    let resolve = Action::new(move |cells: &Vec<String>| {
        let cells = cells.clone();
        async move {
            let found = match check(&cells) {
                Ok(()) => resolve_customers(cells).await,
                Err(error) => Err(AppError::Invalid(vec![error])),
            };
            if let Ok(found) = &found {
                let _ = chosen.try_set(found.found.iter().map(|one| one.id.clone()).collect());
            }
            let _ = answer.try_set(Some(found));
        }
    });
    let use_them = Action::new(move |customers: &Vec<CustomerId>| {
        let (customers, navigate) = (customers.clone(), navigate.clone());
        async move {
            match create_customer_list(customers).await {
                Ok(id) => {
                    let _ = open.try_set(false);
                    let mut changes = vec![("list", id.to_string())];
                    changes.extend(["customer", "customer_id"].map(|name| (name, String::new())));
                    navigate(&changed(path, &shown.params(), &changes), leptos_router::NavigateOptions::default());
                }
                Err(error) => {
                    let _ = answer.try_set(Some(Err(error)));
                }
            }
        }
    });
    let busy = Signal::derive(move || resolve.pending().get() || use_them.pending().get());
    let count = move || chosen.with(BTreeSet::len);
    view! {
        <div class="dialog__body">
            <div class="field">
                <label for="customer-list">{tr!(customer_lists.entries)}</label>
                // of no form: Enter must not send the filters
                <textarea id="customer-list" form="" rows="6" spellcheck="false" autocomplete="off"
                    aria-describedby="customer-list-hint"
                    prop:value=move || pasted.get()
                    on:input=move |event| {
                        pasted.set(event_target_value(&event));
                        answer.set(None);
                        chosen.set(BTreeSet::new());
                    }></textarea>
                <p class="field__hint" id="customer-list-hint">{tr!(customer_lists.entries_hint, count = view_model::count(MAX_ENTRIES as u64))}</p>
            </div>
            {move || answer.get().map(|answer| match answer {
                Ok(found) => found_view(found, chosen).into_any(),
                Err(error) => view! { <div class="notice notice--error" role="alert">{text::error(&error)}</div> }.into_any(),
            })}
        </div>
        <div class="dialog__foot">
            <button class="btn" class:btn--primary=move || count() == 0 type="button" disabled=busy
                on:click=move |_| { resolve.dispatch(cells(&pasted.get_untracked())); }
            >
                {tr!(customer_lists.look_up)}
            </button>
            <button class="btn btn--primary" type="button" disabled=move || busy.get() || count() == 0
                on:click=move |_| { use_them.dispatch(chosen.get_untracked().into_iter().collect()); }
            >
                {move || tr!(customer_lists.use_them, count = view_model::count(count() as u64))}
            </button>
        </div>
    }
}

/// What was found, what is left to choose, and what was not found.
fn found_view(found: Resolution, chosen: RwSignal<BTreeSet<CustomerId>>) -> impl IntoView {
    let Resolution { found, ambiguous, unknown } = found;
    let count = |count: usize| view_model::count(count as u64);
    let summary = tr!(
        customer_lists.outcome,
        found = count(found.len()),
        ambiguous = count(ambiguous.len()),
        unknown = count(unknown.len())
    );
    let kind = if ambiguous.is_empty() && unknown.is_empty() { "notice notice--ok" } else { "notice notice--warn" };
    view! {
        <div class=kind role="status">{summary}</div>
        {(!ambiguous.is_empty()).then(|| view! {
            <section class="stack">
                <h3>{tr!(customer_lists.ambiguous)}</h3>
                {ambiguous.into_iter().map(|one| ambiguous_view(one, chosen)).collect_view()}
            </section>
        })}
        {(!unknown.is_empty()).then(|| view! {
            <section class="stack">
                <h3>{tr!(customer_lists.unknown)}</h3>
                <ul class="scroll-list">
                    {unknown.into_iter().map(|entry| view! { <li><Icon name="circle-alert"/> " " {entry}</li> }).collect_view()}
                </ul>
            </section>
        })}
        {(!found.is_empty()).then(|| view! {
            <details>
                <summary>{tr!(customer_lists.found)}</summary>
                <ul class="scroll-list">
                    {found.into_iter().map(|one| view! { <li>{one.name} " " <span class="muted mono">{one.account_id}</span></li> }).collect_view()}
                </ul>
            </details>
        })}
    }
}

/// An entry with the customers that it may mean, to tick.
fn ambiguous_view(one: Ambiguous, chosen: RwSignal<BTreeSet<CustomerId>>) -> impl IntoView {
    view! {
        <fieldset class="field">
            <legend>{one.entry}</legend>
            {one.candidates.into_iter().map(|candidate| {
                let (id, key) = (candidate.id.clone(), candidate.id);
                view! {
                    <label class="check">
                        <input type="checkbox" form=""
                            prop:checked=move || chosen.with(|chosen| chosen.contains(&key))
                            on:change=move |event| chosen.update(|chosen| {
                                if event_target_checked(&event) {
                                    chosen.insert(id.clone());
                                } else {
                                    chosen.remove(&id);
                                }
                            })
                        />
                        <span>{candidate.name} " " <span class="muted mono">{candidate.account_id}</span> " " <span class="muted">{candidate.supplier}</span></span>
                    </label>
                }
            }).collect_view()}
        </fieldset>
    }
}
