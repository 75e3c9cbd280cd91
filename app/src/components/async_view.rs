//! What a page shows while its data is on the way, when it failed, and when it is there.

use std::sync::Arc;

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::components::icon::Icon;
use crate::error::AppError;
use crate::{text, tr};

/// Shows a resource: a placeholder of fixed height at first, the old content while a new one loads, an error with a way
/// out, or the view.
#[component]
pub fn AsyncView<T, V>(
    /// The data.
    resource: Resource<Result<T, AppError>>,
    /// Its view.
    view: V,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: Fn(T) -> AnyView + Send + Sync + 'static,
{
    let show = Arc::new(view);
    view! {
        <Transition fallback=|| view! { <div class="skeleton" role="status" aria-label=tr!(common.loading)></div> }>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(data) => show(data),
                        Err(error) => view! { <ErrorNotice error retry=move || resource.refetch()/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

/// An error with what to do about it.
#[component]
pub fn ErrorNotice<R>(
    /// What went wrong.
    error: AppError,
    /// Tries again.
    retry: R,
) -> impl IntoView
where
    R: Fn() + 'static,
{
    let message = text::error(&error);
    let way_out = match error {
        AppError::SignedOut => {
            view! { <a class="btn btn--primary" href="/login" rel="external">{tr!(session.sign_in)}</a> }.into_any()
        }
        AppError::PasswordChangeNeeded => {
            view! { <a class="btn btn--primary" href="/account/password" rel="external">{tr!(nav.password)}</a> }
                .into_any()
        }
        AppError::Internal(_) | AppError::Connection(_) | AppError::TooMany => {
            view! { <button class="btn" type="button" on:click=move |_| retry()>{tr!(common.retry)}</button> }
                .into_any()
        }
        _ => ().into_any(),
    };
    view! {
        <div class="empty" role="alert">
            <Icon name="circle-alert"/>
            <p class="empty__title">{message}</p>
            {way_out}
        </div>
    }
}

/// Nothing to show, and what to do next.
#[component]
pub fn Empty(
    /// What there is none of.
    #[prop(into)]
    title: String,
    /// What to do next.
    #[prop(into)]
    text: String,
    /// A link or a button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name="inbox"/>
            <p class="empty__title">{title}</p>
            <p class="empty__text">{text}</p>
            {children.map(|children| children())}
        </div>
    }
}

/// The outcome of a write: an error, or a word of success.
#[component]
pub fn Outcome<T>(
    /// What the action answered last.
    value: Signal<Option<Result<T, AppError>>>,
    /// What to say when it worked.
    #[prop(into)]
    done: String,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    move || {
        value.get().map(|result| match result {
            Ok(_) => view! { <div class="notice notice--ok" role="status">{done.clone()}</div> }.into_any(),
            Err(error) => {
                view! { <div class="notice notice--error" role="alert">{text::error(&error)}</div> }.into_any()
            }
        })
    }
}
