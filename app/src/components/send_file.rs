//! A file that is sent to the host, which answers with a report: chosen, looked at without being written, then sent for good.

use domain::assignments::RowError;
use leptos::html;
use leptos::prelude::*;
use serde::de::DeserializeOwned;

use crate::components::icon::Icon;
use crate::components::table::table;
use crate::error::AppError;
use crate::{text, tr};

/// Where sending stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Sending<R> {
    /// No file was looked at.
    #[default]
    Idle,
    /// The host has been asked.
    Busy,
    /// What it would do, or did.
    Report(R),
    /// It cannot be read, or may not be sent.
    Failed(AppError),
}

/// What the form says.
#[derive(Debug, Clone)]
pub struct FileTexts {
    /// What the file is for.
    pub note: String,
    /// The file's label.
    pub label: String,
    /// What it must look like.
    pub hint: String,
    /// The button that only looks at it.
    pub check: String,
}

/// A form that sends the chosen file as the body of `POST to?dry_run=1`, and what came of it. The report's view gets a
/// callback that sends the file again, with another query.
#[component]
pub fn SendFile<R, V>(
    /// The input's id.
    id: &'static str,
    /// The host's path.
    to: &'static str,
    /// Which files can be chosen.
    accept: &'static str,
    /// What the form says.
    texts: FileTexts,
    /// Where it stands. The page keeps it.
    state: RwSignal<Sending<R>>,
    /// The report's view.
    report: V,
) -> impl IntoView
where
    R: Clone + PartialEq + DeserializeOwned + Send + Sync + 'static,
    V: Fn(R, Callback<String>) -> AnyView + Send + 'static,
{
    let file = NodeRef::<html::Input>::new();
    let busy = Signal::derive(move || state.with(|state| *state == Sending::Busy));
    let ask = Callback::new(move |query: String| {
        if !busy.get_untracked() {
            send(file, &format!("{to}?{query}"), state);
        }
    });
    view! {
        <form class="card__body stack" on:submit=move |event| {
            event.prevent_default();
            ask.run("dry_run=1".to_owned());
        }>
            <p class="muted">{texts.note}</p>
            <div class="filters">
                <div class="field field--wide">
                    <label for=id>{texts.label}</label>
                    <input id=id type="file" accept=accept required node_ref=file
                        on:change=move |_| state.set(Sending::Idle)/>
                    <p class="field__hint">{texts.hint}</p>
                </div>
                <div class="filters__actions">
                    <button class="btn" type="submit" disabled=busy>{texts.check}</button>
                </div>
            </div>
        </form>
        {move || match state.get() {
            Sending::Idle => ().into_any(),
            Sending::Busy => view! { <p class="card__body muted" role="status">{tr!(common.loading)}</p> }.into_any(),
            Sending::Failed(error) => view! {
                <div class="card__body"><div class="notice notice--error" role="alert">{text::error(&error)}</div></div>
            }.into_any(),
            Sending::Report(answer) => report(answer, ask),
        }}
    }
}

/// The errors of a file; `column` names a column as the file's header does.
pub fn errors_table(errors: Vec<RowError>, column: fn(&str) -> String) -> impl IntoView {
    table(
        tr!(assignments.errors),
        view! {
            <thead>
                <tr>
                    <th scope="col" class="num">{tr!(imports.row)}</th>
                    <th scope="col">{tr!(imports.column)}</th>
                    <th scope="col">{tr!(imports.reason)}</th>
                </tr>
            </thead>
            <tbody>
                {errors.into_iter().map(|RowError { row, error }| view! {
                    <tr>
                        <td class="num">{row.to_string()}</td>
                        <td>{column(&error.field)}</td>
                        <td><Icon name="circle-alert"/> " " {text::row_error(&error)}</td>
                    </tr>
                }).collect_view()}
            </tbody>
        },
    )
}

#[cfg(not(feature = "hydrate"))]
fn send<R>(_: NodeRef<html::Input>, _: &str, _: RwSignal<Sending<R>>) {}

/// Sends the chosen file as the request's body.
#[cfg(feature = "hydrate")]
fn send<R>(file: NodeRef<html::Input>, address: &str, state: RwSignal<Sending<R>>)
where
    R: DeserializeOwned + Send + Sync + 'static,
{
    use wasm_bindgen::prelude::*;

    let Some(file) = file.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0)) else {
        return;
    };
    let connection = || Sending::Failed(AppError::Connection("upload".into()));
    let Ok(request) = web_sys::XmlHttpRequest::new() else { return };
    if request.open_with_async("POST", address, true).is_err() {
        return;
    }
    state.set(Sending::Busy);
    let answered = request.clone();
    let done = Closure::once_into_js(move || {
        let text = answered.response_text().ok().flatten().unwrap_or_default();
        // a report comes with 200 and 422, an error with any other status and 422 too: told by its form
        let read = serde_json::from_str(&text).map(Sending::Report);
        let read = read.or_else(|_| serde_json::from_str(&text).map(Sending::Failed));
        let _ = state.try_set(read.unwrap_or_else(|_| connection()));
    });
    request.set_onloadend(Some(done.unchecked_ref()));
    if request.send_with_opt_blob(Some(&file)).is_err() {
        state.set(connection());
    }
}
