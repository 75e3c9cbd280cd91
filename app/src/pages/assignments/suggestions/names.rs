//! Whom the names in bills mean, and deciding it.

use domain::assignments::{ManagerLoad, NameChoice, NameMeaning, SupplierName};
use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::components::fetch::fetch;
use crate::components::masked::{Eye, Masked};
use crate::components::table::table;
use crate::functions::assignments::{SetSupplierManager, list_managers};
use crate::{text, tr, view_model};

/// The names, those to be settled first.
pub(super) fn names_card(names: Vec<SupplierName>, decide: ServerAction<SetSupplierManager>) -> impl IntoView {
    let (shown, members) = (RwSignal::new(false), RwSignal::new(false));
    let managers = fetch(|| (), |()| list_managers());
    (!names.is_empty()).then(|| {
        view! {
            <section class="card">
                <div class="card__head"><h2>{tr!(suggestions.names)}</h2></div>
                <p class="card__body muted">{tr!(suggestions.names_text)}</p>
                {table(tr!(suggestions.names), view! {
                    <thead>
                        <tr>
                            <th scope="col">{tr!(suggestions.name)} <Eye shown label=tr!(suggestions.name)/></th>
                            <th scope="col" class="num">{tr!(suggestions.customers)}</th>
                            <th scope="col">{tr!(suggestions.means)} <Eye shown=members label=tr!(suggestions.means)/></th>
                            <th scope="col">{tr!(suggestions.decide)}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {names.into_iter().enumerate().map(|(at, name)| view! {
                            <tr>
                                <th scope="row"><Masked shown value=name.name.clone()/></th>
                                <td class="num">{view_model::count(name.customers)}</td>
                                <td>{means(&name, members)}</td>
                                <td>{choice(at, name, managers, decide)}</td>
                            </tr>
                        }).collect_view()}
                    </tbody>
                })}
            </section>
        }
    })
}

fn means(name: &SupplierName, shown: RwSignal<bool>) -> impl IntoView + use<> {
    let class = if name.meaning.is_settled() { "badge badge--ok" } else { "badge badge--warn" };
    let member = name.member.as_ref().filter(|_| name.meaning != NameMeaning::Nobody).map(|member| member.name.clone());
    view! {
        <span class=class>{text::name_meaning(name.meaning)}</span>
        {member.map(|member| view! { " " <Masked shown value=member/> })}
        {name.remembered.then(|| view! { " " <span class="muted">{tr!(suggestions.remembered)}</span> })}
    }
}

fn choice(
    at: usize,
    name: SupplierName,
    managers: RwSignal<Option<Vec<ManagerLoad>>>,
    decide: ServerAction<SetSupplierManager>,
) -> impl IntoView {
    let id = format!("choice-{at}");
    let decided = name.remembered.then(|| name.member.as_ref().map(|member| member.id.to_string()));
    let nobody = decided == Some(None);
    let decided = decided.flatten();
    view! {
        <ActionForm action=decide>
            <div class="row row--nowrap">
            <input type="hidden" name="name" value=name.name.clone()/>
            <label class="visually-hidden" for=id.clone()>{tr!(suggestions.decide)}</label>
            <select id=id name="choice">
                <option value="">{tr!(suggestions.by_name)}</option>
                <option value=NameChoice::NOBODY selected=nobody>{tr!(suggestions.means_nobody)}</option>
                {move || {
                    let decided = decided.clone();
                    managers.get().unwrap_or_default().into_iter().filter(|load| load.active).map(move |load| {
                        let id = load.manager.id.to_string();
                        let selected = decided.as_ref() == Some(&id);
                        view! { <option value=id selected=selected>{format!("{} ({})", load.manager.name, load.manager.login)}</option> }
                    }).collect_view()
                }}
            </select>
            <button class="btn btn--small" type="submit" disabled=decide.pending()>{tr!(suggestions.remember)}</button>
            </div>
        </ActionForm>
    }
}
