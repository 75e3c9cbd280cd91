//! A choice of several account managers, of teams, and of what nobody manages.
//!
//! Plain boxes to tick in a `details`: complete by keyboard, and part of the form without WebAssembly, too. Fields `teams` and
//! `managers`, each as often as something is ticked.

use std::collections::BTreeSet;

use domain::customers::folded;
use domain::teams::ManagerChoices;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use crate::components::filters::Shown;
use crate::components::icon::Icon;
use crate::error::AppError;
use crate::functions::teams::list_manager_choices;
use crate::tr;

/// What can be chosen, for a page to ask once.
pub type Choices = Resource<Result<ManagerChoices, AppError>>;

/// Asks what can be chosen.
pub fn choices() -> Choices {
    Resource::new_blocking(|| (), |()| list_manager_choices())
}

/// A box to tick.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    name: &'static str,
    value: String,
    label: String,
    detail: String,
}

/// The field; none where there is nobody to choose.
pub fn several(shown: Shown, choices: Option<ManagerChoices>) -> Option<impl IntoView + use<>> {
    let ManagerChoices { managers, teams } = choices.filter(|choices| !choices.managers.is_empty())?;
    let teams: Vec<Choice> = teams
        .into_iter()
        .map(|team| Choice { name: "teams", value: team.id.to_string(), label: team.name, detail: String::new() })
        .collect();
    let nobody = Choice { name: "managers", value: "none".into(), label: tr!(terms.unassigned), detail: String::new() };
    let managers = managers.into_iter().map(|manager| Choice {
        name: "managers",
        value: manager.id.to_string(),
        label: manager.name,
        detail: manager.login,
    });
    let managers: Vec<Choice> = managers.chain([nobody]).collect();
    let asked = ["teams", "managers"].map(|name| shown.values(name)).concat();
    Some(view! { <Several teams managers asked=asked.into_iter().collect()/> })
}

#[component]
fn Several(
    /// The teams.
    teams: Vec<Choice>,
    /// The account managers, and what nobody manages.
    managers: Vec<Choice>,
    /// What is ticked at first.
    asked: BTreeSet<String>,
) -> impl IntoView {
    let element = NodeRef::<html::Details>::new();
    let ticked = RwSignal::new(asked);
    let part = RwSignal::new(String::new());
    let all: Vec<Choice> = teams.iter().chain(&managers).cloned().collect();
    let chosen = move || {
        let names: Vec<&str> = ticked.with(|ticked| {
            all.iter().filter(|one| ticked.contains(&one.value)).map(|one| one.label.as_str()).collect()
        });
        match names.as_slice() {
            [] => tr!(common.all),
            [one] => (*one).to_owned(),
            [one, other] => tr!(people.two, one = *one, other = *other),
            more => tr!(people.chosen, count = more.len()),
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape"
            && let Some(details) = element.get_untracked()
        {
            details.set_open(false);
        }
    };
    let boxes = move |legend: String, choices: Vec<Choice>| {
        (!choices.is_empty()).then(|| {
            view! {
                <fieldset class="picker__group">
                    <legend>{legend}</legend>
                    {choices.into_iter().map(|choice| tick(choice, ticked, part)).collect_view()}
                </fieldset>
            }
        })
    };
    view! {
        <div class="field">
            <span class="field__label" id="several-label">{tr!(people.label)}</span>
            <details class="picker" node_ref=element on:keydown=on_key>
                <summary aria-labelledby="several-label several-chosen">
                    <span class="ellipsis" id="several-chosen">{chosen}</span>
                    <Icon name="chevron-down"/>
                </summary>
                <div class="picker__panel">
                    // It has no name, so that it is no condition: it only shortens the list.
                    <input type="search" aria-label=tr!(people.narrow) placeholder=tr!(people.narrow) autocomplete="off"
                        maxlength="100"
                        on:input=move |event| part.set(folded(&event_target_value(&event)))
                        on:keydown=move |event| if event.key() == "Enter" { event.prevent_default() }/>
                    {boxes(tr!(people.teams), teams)}
                    {boxes(tr!(terms.account_manager), managers)}
                </div>
            </details>
        </div>
    }
}

fn tick(choice: Choice, ticked: RwSignal<BTreeSet<String>>, part: RwSignal<String>) -> impl IntoView {
    let Choice { name, value, label, detail } = choice;
    let checked = ticked.with_untracked(|ticked| ticked.contains(&value));
    let texts = folded(&label) + "\n" + &folded(&detail);
    let key = value.clone();
    view! {
        <label class="check" hidden=move || part.with(|part| !texts.contains(part.as_str()))>
            <input type="checkbox" name=name value=value checked=checked
                on:change=move |event| ticked.update(|ticked| {
                    if event_target_checked(&event) {
                        ticked.insert(key.clone());
                    } else {
                        ticked.remove(&key);
                    }
                })/>
            <span>{label}</span>
            <span class="muted mono">{detail}</span>
        </label>
    }
}
