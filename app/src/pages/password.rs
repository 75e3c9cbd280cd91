//! Choosing a new password: forced at the first sign-in, free afterwards.

use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::functions::session::ChangePassword;
use crate::layout::PageHead;
use crate::router::CurrentSession;
use crate::router::files::Screen;
use crate::{text, tr};

/// `/account/password`.
pub struct PasswordPage;

impl Screen for PasswordPage {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let PasswordPage = this;
        let CurrentSession(session) = expect_context();
        let action = ServerAction::<ChangePassword>::new();
        // The frame shows the whole navigation only to a session that may use it.
        Effect::new(move || {
            if action.value().get().is_some_and(|result| result.is_ok()) {
                session.refetch();
            }
        });
        view! {
            <PageHead title=tr!(nav.password) above=vec![(tr!(nav.account), Some("/account"))] note=tr!(session.password_rules)/>
            <Transition>
                {move || Suspend::new(async move {
                    let forced = session.await.ok().flatten().is_some_and(|session| session.must_change_password);
                    forced.then(|| view! { <div class="notice notice--info" role="status">{tr!(session.first_password)}</div> })
                })}
            </Transition>
            {move || action.value().get().and_then(Result::err).map(|error| view! {
                <div class="notice notice--error" role="alert">{text::error(&error)}</div>
            })}
            <section class="card card--narrow">
                <div class="card__body">
                    <ActionForm action=action attr:class="stack">
                        <div class="field">
                            <label for="old">{tr!(session.old_password)}</label>
                            <input id="old" name="old" type="password" autocomplete="current-password" required maxlength="128"/>
                        </div>
                        <div class="field">
                            <label for="new">{tr!(session.new_password)}</label>
                            <input id="new" name="new" type="password" autocomplete="new-password" required minlength="10" maxlength="128"/>
                        </div>
                        <div class="field">
                            <label for="again">{tr!(session.new_password_again)}</label>
                            <input id="again" name="again" type="password" autocomplete="new-password" required minlength="10" maxlength="128"/>
                        </div>
                        <button class="btn btn--primary" type="submit" disabled=move || action.pending().get()>
                            {tr!(session.change_password)}
                        </button>
                    </ActionForm>
                </div>
            </section>
        }
        .into_any()
    }
}
