//! Signing in. Works as a plain form too, without WebAssembly.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::components::icon::Icon;
use crate::error::AppError;
use crate::functions::session::{DemoSignIn, SignIn, list_demo_sign_ins, local_path};
use crate::layout::{LanguageMenu, ThemeMenu};
use crate::router::files::Screen;
use crate::{text, tr};

/// `/login`.
pub struct LoginPage {
    demo: Resource<Result<Vec<DemoSignIn>, AppError>>,
}

impl Screen for LoginPage {
    fn data() -> Self {
        Self { demo: Resource::new_blocking(|| (), |()| list_demo_sign_ins()) }
    }

    fn view(this: Self) -> AnyView {
        let action = ServerAction::<SignIn>::new();
        let next = use_query_map().with_untracked(|query| query.get("next").unwrap_or_default());
        Effect::new(move || {
            if action.value().get().is_some_and(|result| result.is_ok()) {
                let _ = window().location().set_href(local_path(&next));
            }
        });
        view! {
            <Title text=format!("{} · {}", tr!(session.sign_in), tr!(nav.product))/>
            <main class="auth" id="main">
                <div class="auth__tools"><LanguageMenu/><ThemeMenu/></div>
                <div class="auth__card">
                    <p class="auth__brand"><Icon name="cloud"/><span>{tr!(nav.product)}</span></p>
                    <h1>{tr!(session.sign_in)}</h1>
                    {move || action.value().get().and_then(Result::err).map(|error| view! {
                        <div class="notice notice--error" role="alert">{text::error(&error)}</div>
                    })}
                    <ActionForm action=action attr:class="stack">
                        <div class="field">
                            <label for="login">{tr!(session.login)}</label>
                            <input id="login" name="login" autocomplete="username" required autofocus maxlength="64"/>
                        </div>
                        <div class="field">
                            <label for="password">{tr!(session.password)}</label>
                            <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="128"/>
                        </div>
                        <button class="btn btn--primary" type="submit" disabled=move || action.pending().get()>
                            {tr!(session.sign_in)}
                        </button>
                    </ActionForm>
                    <p class="muted">{tr!(session.no_password)}</p>
                </div>
                <Suspense>
                    {move || Suspend::new(async move {
                        let sign_ins = this.demo.await.unwrap_or_default();
                        (!sign_ins.is_empty()).then(|| demo_list(sign_ins, action))
                    })}
                </Suspense>
            </main>
        }
        .into_any()
    }
}

fn demo_list(sign_ins: Vec<DemoSignIn>, action: ServerAction<SignIn>) -> impl IntoView {
    let password = sign_ins.first().map(|sign_in| sign_in.password.clone()).unwrap_or_default();
    view! {
        <section class="auth__demo" aria-labelledby="demo">
            <h2 id="demo">{tr!(session.demo)}</h2>
            <p class="muted">{tr!(session.demo_text, password = password)}</p>
            <ul>
                {sign_ins.into_iter().map(|sign_in| { view! {
                    <li>
                        <ActionForm action=action>
                            <input type="hidden" name="login" value=sign_in.login.clone()/>
                            <input type="hidden" name="password" value=sign_in.password/>
                            <button class="btn btn--ghost" type="submit">
                                <strong>{sign_in.name}</strong>
                                <span class="muted">{text::role(sign_in.role)}</span>
                                <span class="mono muted">{sign_in.login}</span>
                            </button>
                        </ActionForm>
                    </li>
                }}).collect_view()}
            </ul>
        </section>
    }
}
