//! The own account: who one is, and ending sessions.

use leptos::prelude::*;

use crate::functions::session::SessionView;
use crate::layout::PageHead;
use crate::router::CurrentSession;
use crate::router::files::Screen;
use crate::{text, tr};

/// `/account`.
pub struct AccountPage;

impl Screen for AccountPage {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let AccountPage = this;
        let CurrentSession(session) = expect_context();
        view! {
            <PageHead title=tr!(nav.account)/>
            <Transition>
                {move || Suspend::new(async move {
                    session.await.ok().flatten().map(|session| account(&session))
                })}
            </Transition>
        }
        .into_any()
    }
}

fn account(session: &SessionView) -> impl IntoView + use<> {
    let roles = session.actor.roles.iter().map(|role| text::role(*role)).collect::<Vec<_>>().join(" · ");
    let reach =
        if session.actor.sees_own_customers_only() { tr!(account.own_customers) } else { tr!(account.all_customers) };
    view! {
        <section class="card">
            <div class="card__body">
                <dl class="dl">
                    <dt>{tr!(members.name)}</dt><dd>{session.actor.name.clone()}</dd>
                    <dt>{tr!(session.login)}</dt><dd class="mono">{session.actor.login.clone()}</dd>
                    <dt>{tr!(account.partner)}</dt><dd>{session.partner.clone()}</dd>
                    <dt>{tr!(members.roles)}</dt><dd>{roles}</dd>
                    <dt>{tr!(account.reach)}</dt><dd>{reach}</dd>
                </dl>
            </div>
        </section>
        <section class="card">
            <div class="card__head"><h2>{tr!(account.security)}</h2></div>
            <div class="card__body row">
                <a class="btn" href="/account/password">{tr!(nav.password)}</a>
                <form method="post" action="/_fn/sign_out_everywhere">
                    <button class="btn" type="submit">{tr!(account.sign_out_everywhere)}</button>
                </form>
            </div>
        </section>
    }
}
