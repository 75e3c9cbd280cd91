//! A text field with suggestions. The text alone is a search; choosing a suggestion also fills in its id.

use domain::consumption::Suggestion;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::components::fetch::fetch;
use crate::error::AppError;
use crate::tr;

/// Where suggestions come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Customers by name, account name or id.
    Customers,
    /// Account managers by name or sign-in name.
    Managers,
}

impl Source {
    async fn ask(self, part: String) -> Result<Vec<Suggestion>, AppError> {
        if part.trim().is_empty() {
            return Ok(Vec::new());
        }
        match self {
            Self::Customers => crate::functions::customers::suggest_customers(part).await,
            Self::Managers => crate::functions::customers::suggest_managers(part).await,
        }
    }
}

/// The field `name` with the hidden field `name_id` for what was chosen.
#[component]
pub fn Combo(
    /// The field's name; its id too.
    name: &'static str,
    /// The label.
    #[prop(into)]
    label: String,
    /// The text at first.
    #[prop(into)]
    text: String,
    /// The chosen id at first.
    #[prop(into)]
    chosen: String,
    /// Where suggestions come from.
    source: Source,
    /// A hint inside the empty field.
    #[prop(into)]
    placeholder: String,
) -> impl IntoView {
    let text = RwSignal::new(text);
    let chosen = RwSignal::new(chosen);
    let typed = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    let active = RwSignal::new(None::<usize>);
    let found = fetch(move || typed.get(), move |part| source.ask(part));
    let items = Memo::new(move |_| found.get().unwrap_or_default());
    let choose = move |item: &Suggestion| {
        text.set(item.label.clone());
        chosen.set(item.id.clone());
        open.set(false);
        active.set(None);
    };
    let on_key = move |event: KeyboardEvent| {
        let count = items.with(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => {
                event.prevent_default();
                open.set(true);
                active.update(|active| *active = Some(active.map_or(0, |at| (at + 1) % count)));
            }
            "ArrowUp" if count > 0 => {
                event.prevent_default();
                active.update(|active| *active = Some(active.map_or(count - 1, |at| (at + count - 1) % count)));
            }
            "Enter" => {
                if let Some(item) =
                    active.get().filter(|_| open.get()).and_then(|at| items.with(|items| items.get(at).cloned()))
                {
                    event.prevent_default();
                    choose(&item);
                }
            }
            "Escape" if open.get() => {
                // else the browser empties the field, too
                event.prevent_default();
                open.set(false);
                active.set(None);
            }
            _ => {}
        }
    };
    let list_id = format!("{name}-list");
    let option_id = move |at: usize| format!("{name}-option-{at}");
    let shown = move || open.get() && items.with(|items| !items.is_empty());
    view! {
        <div class="field combo">
            <label for=name>{label.clone()}</label>
            <input
                id=name
                name=name
                type="search"
                role="combobox"
                autocomplete="off"
                maxlength="100"
                placeholder=placeholder
                aria-autocomplete="list"
                aria-expanded=move || shown().to_string()
                aria-controls=list_id.clone()
                aria-activedescendant=move || active.get().map(option_id)
                prop:value=move || text.get()
                value=text.get_untracked()
                on:input=move |event| {
                    let value = event_target_value(&event);
                    text.set(value.clone());
                    chosen.set(String::new());
                    active.set(None);
                    open.set(true);
                    typed.set(value);
                }
                on:keydown=on_key
                on:blur=move |_| open.set(false)
            />
            <input type="hidden" name=format!("{name}_id") prop:value=move || chosen.get() value=chosen.get_untracked()/>
            <ul class="combo__list" id=list_id role="listbox" aria-label=label hidden=move || !shown()>
                {move || items.get().into_iter().enumerate().map(|(at, item)| {
                    let picked = item.clone();
                    view! {
                        <li
                            role="option"
                            id=option_id(at)
                            aria-selected=move || (active.get() == Some(at)).to_string()
                            // Before the field loses focus and the list closes.
                            on:mousedown=move |event| {
                                event.prevent_default();
                                choose(&picked);
                            }
                        >
                            <span>{item.label}</span>
                            <span class="muted mono">{item.detail}</span>
                        </li>
                    }
                }).collect_view()}
            </ul>
            <span class="visually-hidden" role="status">
                {move || shown().then(|| tr!(common.suggestions, count = items.with(Vec::len)))}
            </span>
        </div>
    }
}
