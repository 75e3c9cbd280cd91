//! The saved mappings of columns: listed, and forgotten.

use domain::access::Permission;
use domain::imports::mapping::SavedMapping;
use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::components::async_view::{AsyncView, Outcome};
use crate::components::dialog::DialogButton;
use crate::components::table::table;
use crate::error::AppError;
use crate::functions::imports::{DeleteMapping, list_mappings};
use crate::router::may;
use crate::view_model::imports as model;
use crate::{text, tr, view_model};

/// What the page loads for it.
pub type Mappings = Resource<Result<Vec<SavedMapping>, AppError>>;

/// The saved mappings, to be loaded.
pub fn load() -> Mappings {
    Resource::new_blocking(|| (), |()| list_mappings())
}

/// The card.
#[component]
pub fn SavedMappings(
    /// The mappings. The page loads them.
    mappings: Mappings,
) -> impl IntoView {
    let delete = ServerAction::<DeleteMapping>::new();
    Effect::new(move || {
        if delete.version().get() > 0 {
            mappings.refetch();
        }
    });
    view! {
        <section class="card">
            <div class="card__head"><h2>{tr!(mapping.saved)}</h2></div>
            <Outcome value=delete.value().into() done=tr!(mapping.deleted)/>
            <AsyncView resource=mappings view=move |saved| listed(saved, delete).into_any()/>
        </section>
    }
}

fn listed(saved: Vec<SavedMapping>, delete: ServerAction<DeleteMapping>) -> impl IntoView {
    if saved.is_empty() {
        return view! { <p class="card__body muted">{tr!(mapping.saved_none)}</p> }.into_any();
    }
    table(
        tr!(mapping.saved),
        view! {
            <thead>
                <tr>
                    <th scope="col">{tr!(mapping.name)}</th>
                    <th scope="col">{tr!(mapping.saved_columns)}</th>
                    <th scope="col">{tr!(mapping.saved_by)}</th>
                    <th scope="col">{tr!(mapping.saved_at)}</th>
                    <th scope="col">{tr!(common.actions)}</th>
                </tr>
            </thead>
            <tbody>{saved.into_iter().map(|mapping| row(mapping, delete)).collect_view()}</tbody>
        },
    )
    .into_any()
}

fn row(mapping: SavedMapping, delete: ServerAction<DeleteMapping>) -> impl IntoView {
    let id = StoredValue::new(mapping.id.to_string());
    let done = Signal::derive(move || delete.value().get().is_some());
    let columns = model::mapped_columns(&mapping, text::bill_field);
    view! {
        <tr>
            <th scope="row">{mapping.name}</th>
            <td>{columns}</td>
            <td>{mapping.by}</td>
            <td>{view_model::instant(&mapping.at)}</td>
            <td>
                {may(Permission::ImportBills).then(|| view! {
                    <DialogButton label=tr!(mapping.delete) class="btn btn--small" title=tr!(mapping.delete) done>
                        <ActionForm action=delete>
                            <div class="dialog__body"><p>{tr!(mapping.delete_text)}</p></div>
                            <div class="dialog__foot">
                                <input type="hidden" name="id" value=id.get_value()/>
                                <button class="btn btn--danger" type="submit" disabled=move || delete.pending().get()>{tr!(mapping.delete)}</button>
                            </div>
                        </ActionForm>
                    </DialogButton>
                })}
            </td>
        </tr>
    }
}
