//! Sending a bill file: it streams to the host as the request's body, with a progress bar.

use domain::imports::Covers;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use crate::{text, tr};

/// How far an upload is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upload {
    /// Nothing sent yet.
    Idle,
    /// So many percent are sent.
    Sending(u32),
    /// The host has it; the delivery's id.
    Received(String),
    /// The host refused it, with its code.
    Failed(String),
}

/// The form.
#[component]
pub fn UploadForm() -> impl IntoView {
    let file = NodeRef::<html::Input>::new();
    let covers = RwSignal::new(Covers::default());
    let upload = RwSignal::new(Upload::Idle);
    let navigate = use_navigate();
    Effect::new(move || {
        if let Upload::Received(id) = upload.get() {
            navigate(&format!("/sales/consumption/imports/{id}"), leptos_router::NavigateOptions::default());
        }
    });
    let sending = Signal::derive(move || matches!(upload.get(), Upload::Sending(_)));
    let percent = move || match upload.get() {
        Upload::Sending(percent) => percent.to_string(),
        Upload::Received(_) => "100".to_owned(),
        _ => "0".to_owned(),
    };
    view! {
        <section class="card">
            <div class="card__head"><h2>{tr!(imports.upload)}</h2></div>
            <form class="card__body stack" on:submit=move |event| {
                event.prevent_default();
                if !sending.get_untracked() {
                    send(file, covers.get_untracked(), upload);
                }
            }>
                <div class="filters">
                    <div class="field field--wide">
                        <label for="bill">{tr!(imports.file)}</label>
                        <input id="bill" type="file" accept=".csv,.txt,.tsv,.gz,.xlsx,.zip,text/csv,application/gzip,application/zip" required node_ref=file
                            on:change=move |_| upload.set(Upload::Idle)/>
                        <p class="field__hint">{tr!(imports.formats)}</p>
                    </div>
                    <div class="field">
                        <label for="covers">{tr!(imports.covers)}</label>
                        <select id="covers" on:change=move |event| covers.set(event_target_value(&event).parse().unwrap_or_default())>
                            {Covers::ALL.iter().map(|kind| view! {
                                <option value=kind.code() selected=*kind == Covers::default()>{text::covers(*kind)}</option>
                            }).collect_view()}
                        </select>
                        <p class="field__hint">{tr!(imports.covers_hint)}</p>
                    </div>
                    <div class="filters__actions">
                        <button class="btn btn--primary" type="submit" disabled=sending>{tr!(imports.start)}</button>
                    </div>
                </div>
                {move || sending.get().then(|| view! {
                    <label>
                        <span class="muted">{tr!(imports.sending)}</span>
                        <progress class="progress" max="100" value=percent></progress>
                    </label>
                })}
                {move || match upload.get() {
                    Upload::Failed(code) => Some(view! { <div class="notice notice--error" role="alert">{failure(&code)}</div> }),
                    _ => None,
                }}
            </form>
        </section>
    }
}

fn failure(code: &str) -> String {
    match code {
        "too_large" => tr!(imports.too_large),
        "empty" => tr!(imports.empty),
        "signed_out" => tr!(errors.signed_out),
        "denied" => tr!(errors.denied),
        _ => tr!(errors.connection),
    }
}

#[cfg(not(feature = "hydrate"))]
fn send(_file: NodeRef<html::Input>, _covers: Covers, _upload: RwSignal<Upload>) {}

/// Sends with `XMLHttpRequest`, the only way to see an upload's progress.
#[cfg(feature = "hydrate")]
fn send(file: NodeRef<html::Input>, covers: Covers, upload: RwSignal<Upload>) {
    use wasm_bindgen::prelude::*;

    let Some(file) = file.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0)) else {
        return;
    };
    let name =
        crate::view_model::query::link("/imports/upload", &[("name", file.name()), ("covers", covers.code().into())]);
    let Ok(request) = web_sys::XmlHttpRequest::new() else { return };
    if request.open_with_async("POST", &name, true).is_err() {
        return;
    }
    upload.set(Upload::Sending(0));
    if let Ok(target) = request.upload() {
        let progress = Closure::<dyn FnMut(web_sys::ProgressEvent)>::new(move |event: web_sys::ProgressEvent| {
            if event.total() > 0.0 {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 100
                let _ = upload.try_set(Upload::Sending((event.loaded() / event.total() * 100.0) as u32));
            }
        });
        target.set_onprogress(Some(progress.as_ref().unchecked_ref()));
        progress.forget();
    }
    let answered = request.clone();
    let done = Closure::<dyn FnMut()>::new(move || {
        let _ = upload.try_set(answer(&answered));
    });
    request.set_onloadend(Some(done.as_ref().unchecked_ref()));
    done.forget();
    if request.send_with_opt_blob(Some(&file)).is_err() {
        upload.set(Upload::Failed("connection".into()));
    }
}

#[cfg(feature = "hydrate")]
fn answer(request: &web_sys::XmlHttpRequest) -> Upload {
    let text = request.response_text().ok().flatten().unwrap_or_default();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    match (request.status(), json["delivery"].as_str()) {
        (Ok(200), Some(id)) => Upload::Received(id.to_owned()),
        _ => Upload::Failed(json["code"].as_str().unwrap_or("connection").to_owned()),
    }
}
