//! The menu of a page's saved views (我的视图), and the dialogs behind it.

use domain::ids::SavedViewId;
use domain::saved_views::{MAX_NAME, NewView, SavedView, ViewPage};
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_query_map;

use crate::components::dialog::Modal;
use crate::components::icon::Icon;
use crate::error::AppError;
use crate::functions::saved_views::{
    create_saved_view, delete_saved_view, list_saved_views, overwrite_saved_view, rename_saved_view, set_default_view,
};
use crate::view_model::addresses::{NO_VIEW, view_parameters};
use crate::{text, tr};

type Views = Resource<Result<Vec<SavedView>, AppError>>;

/// The menu: the member's views of the page, saving what is shown, and managing them. A page that is opened without
/// conditions goes on to its default view.
#[component]
pub fn SavedViews(
    /// The page.
    page: ViewPage,
) -> impl IntoView {
    let params = use_query_map();
    let views: Views = Resource::new_blocking(|| (), move |()| list_saved_views(page));
    let (saving, managing) = (RwSignal::new(false), RwSignal::new(false));
    let menu = NodeRef::<html::Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    let open = move |dialog: RwSignal<bool>| {
        close();
        dialog.set(true);
    };
    view! {
        <Transition>
            {move || {
                let bare = params.with(|params| params.latest_values().next().is_none());
                let shown = params.with(view_parameters);
                Suspend::new(async move {
                    let Ok(views) = views.await else { return ().into_any() };
                    let default = views.iter().find(|view| view.is_default).filter(|_| bare).map(|view| link(page, view));
                    view! {
                        {default.map(|to| {
                            let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                            view! { <Redirect path=to options/> }
                        })}
                        <details class="menu menu--views" node_ref=menu>
                            <summary class="btn"><Icon name="save"/> <span>{tr!(saved_views.title)}</span></summary>
                            <div class="menu__panel">
                                {entries(page, views, (&shown, close))}
                                <hr/>
                                <ul>
                                    <li><button type="button" on:click=move |_| open(saving)>{tr!(saved_views.save)}</button></li>
                                    <li><button type="button" on:click=move |_| open(managing)>{tr!(saved_views.manage)}</button></li>
                                </ul>
                            </div>
                        </details>
                    }
                    .into_any()
                })
            }}
        </Transition>
        <Modal open=saving title=tr!(saved_views.save)>
            <SaveForm page views open=saving/>
        </Modal>
        <Modal open=managing title=tr!(saved_views.manage) wide=true>
            <Manage views/>
        </Modal>
    }
}

/// An empty view, too, is asked for by name: the bare address opens the default.
fn link(page: ViewPage, view: &SavedView) -> String {
    if view.parameters.is_empty() { no_view(page) } else { format!("{}?{}", page.path(), view.parameters) }
}

fn no_view(page: ViewPage) -> String {
    format!("{}?{}={}", page.path(), NO_VIEW.0, NO_VIEW.1)
}

fn entries<C>(page: ViewPage, views: Vec<SavedView>, (shown, close): (&str, C)) -> impl IntoView + use<C>
where
    C: Fn() + Copy + Send + Sync + 'static,
{
    let usual = view! {
        <li><a href=no_view(page) on:click=move |_| close() aria-current=shown.is_empty().then_some("true")>{tr!(saved_views.no_view)}</a></li>
    };
    let views = views.into_iter().map(|view| {
        let current = !shown.is_empty() && view.parameters == shown;
        view! {
            <li>
                <a href=link(page, &view) on:click=move |_| close() aria-current=current.then_some("true")>
                    <span class="ellipsis" title=view.name.clone()>{view.name.clone()}</span>
                    {view.is_default.then(|| view! { <span class="badge">{tr!(saved_views.default)}</span> })}
                </a>
            </li>
        }
    });
    view! { <ul>{usual}{views.collect_view()}</ul> }
}

#[component]
fn Failure(answer: RwSignal<Option<Result<(), AppError>>>) -> impl IntoView {
    move || {
        answer
            .get()
            .and_then(Result::err)
            .map(|error| view! { <div class="notice notice--error" role="alert">{text::error(&error)}</div> })
    }
}

#[component]
fn SaveForm(page: ViewPage, views: Views, open: RwSignal<bool>) -> impl IntoView {
    let params = use_query_map();
    let (name, is_default) = (RwSignal::new(String::new()), RwSignal::new(false));
    let answer = RwSignal::new(None);
    let save = Action::new(move |new: &NewView| {
        let new = new.clone();
        async move {
            match create_saved_view(new).await {
                Ok(_) => {
                    let _ = open.try_set(false);
                    views.refetch();
                }
                Err(error) => drop(answer.try_set(Some(Err(error)))),
            }
        }
    });
    view! {
        <form on:submit=move |event| {
            event.prevent_default();
            if !save.pending().get_untracked() {
                save.dispatch(NewView {
                    page,
                    name: name.get_untracked(),
                    parameters: params.with_untracked(view_parameters),
                    is_default: is_default.get_untracked(),
                });
            }
        }>
            <div class="dialog__body">
                <Failure answer/>
                <p class="muted">{tr!(saved_views.save_text)}</p>
                <div class="field">
                    <label for="view-name">{tr!(saved_views.name)}</label>
                    <input id="view-name" required autofocus maxlength=MAX_NAME.to_string() autocomplete="off"
                        on:input=move |event| name.set(event_target_value(&event))/>
                </div>
                <label class="check">
                    <input type="checkbox" on:change=move |event| is_default.set(event_target_checked(&event))/>
                    <span>{tr!(saved_views.make_default)}</span>
                </label>
            </div>
            <div class="dialog__foot">
                <button class="btn btn--primary" type="submit" disabled=move || save.pending().get()>{tr!(saved_views.save_now)}</button>
            </div>
        </form>
    }
}

/// What is done to a view.
#[derive(Clone)]
enum Change {
    Rename(String),
    Overwrite(String),
    Default(bool),
    Delete,
}

/// A row for each view: name, overwriting, default, deleting.
#[component]
fn Manage(views: Views) -> impl IntoView {
    let answer = RwSignal::new(None::<Result<(), AppError>>);
    let change = Action::new(move |(id, change): &(SavedViewId, Change)| {
        let (id, change) = (id.clone(), change.clone());
        async move {
            let result = match change {
                Change::Rename(name) => rename_saved_view(id, name).await,
                Change::Overwrite(parameters) => overwrite_saved_view(id, parameters).await,
                Change::Default(is_default) => set_default_view(id, is_default).await,
                Change::Delete => delete_saved_view(id).await,
            };
            if result.is_ok() {
                views.refetch();
            }
            let _ = answer.try_set(Some(result));
        }
    });
    let ask = move |id: SavedViewId, what: Change| {
        if !change.pending().get_untracked() {
            change.dispatch((id, what));
        }
    };
    view! {
        <div class="dialog__body">
            <Failure answer/>
            {move || answer.get().filter(Result::is_ok).map(|_| view! {
                <div class="notice notice--ok" role="status">{tr!(common.saved)}</div>
            })}
            {move || match views.get().and_then(Result::ok) {
                Some(views) if !views.is_empty() => view! {
                    <ul class="view-list">
                        {views.into_iter().map(|view| view! { <ManagedView view ask/> }).collect_view()}
                    </ul>
                }.into_any(),
                _ => view! { <p class="muted">{tr!(saved_views.nothing)}</p> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn ManagedView(view: SavedView, ask: impl Fn(SavedViewId, Change) + Copy + Send + Sync + 'static) -> impl IntoView {
    let params = use_query_map();
    let name = RwSignal::new(view.name.clone());
    let sure = RwSignal::new(false);
    let id = StoredValue::new(view.id.clone());
    let is_default = view.is_default;
    let of_view = |what: String| format!("{what}: {}", view.name);
    let labels =
        [of_view(tr!(saved_views.name)), of_view(tr!(saved_views.overwrite)), of_view(tr!(saved_views.delete))];
    let [name_label, overwrite_label, delete_label] = labels;
    view! {
        <li class="view-list__row">
            <form class="row" on:submit=move |event| {
                event.prevent_default();
                ask(id.get_value(), Change::Rename(name.get_untracked()));
            }>
                <div class="field">
                    <input aria-label=name_label required maxlength=MAX_NAME.to_string() autocomplete="off" value=view.name.clone()
                        on:input=move |event| name.set(event_target_value(&event))/>
                </div>
                <button class="btn btn--small" type="submit">{tr!(saved_views.rename)}</button>
                {is_default.then(|| view! { <span class="badge">{tr!(saved_views.default)}</span> })}
            </form>
            <div class="row">
                <button class="btn btn--small" type="button" aria-pressed=is_default.to_string()
                    on:click=move |_| ask(id.get_value(), Change::Default(!is_default))
                >
                    {if is_default { tr!(saved_views.no_default) } else { tr!(saved_views.set_default) }}
                </button>
                <button class="btn btn--small" type="button" aria-label=overwrite_label
                    on:click=move |_| ask(id.get_value(), Change::Overwrite(params.with_untracked(view_parameters)))
                >
                    {tr!(saved_views.overwrite)}
                </button>
                {move || if sure.get() {
                    view! {
                        <button class="btn btn--small btn--danger" type="button" on:click=move |_| ask(id.get_value(), Change::Delete)>
                            {tr!(saved_views.delete_now)}
                        </button>
                        <button class="btn btn--small" type="button" on:click=move |_| sure.set(false)>{tr!(saved_views.keep)}</button>
                    }.into_any()
                } else {
                    view! {
                        <button class="btn btn--small" type="button" aria-label=delete_label.clone() on:click=move |_| sure.set(true)>
                            {tr!(saved_views.delete)}
                        </button>
                    }.into_any()
                }}
            </div>
        </li>
    }
}
