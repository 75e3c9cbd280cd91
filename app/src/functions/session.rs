//! Signing in and out, and the own password.

use domain::access::{Actor, Permission};
use domain::periods::Day;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::GetUrl;

use crate::codec::Answer;
use crate::error::AppError;

/// The signed-in member as the pages need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// Who.
    pub actor: Actor,
    /// Only the password may be changed.
    pub must_change_password: bool,
    /// The partner's name.
    pub partner: String,
    /// Today in the billing zone.
    pub today: Day,
}

impl SessionView {
    /// Whether a role allows it.
    pub fn may(&self, permission: Permission) -> bool {
        !self.must_change_password && self.actor.may(permission)
    }
}

/// A sign-in that the demo offers, on loopback only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoSignIn {
    /// Sign-in name.
    pub login: String,
    /// The password.
    pub password: String,
    /// Name to show.
    pub name: String,
    /// The role.
    pub role: domain::access::Role,
}

/// Who is signed in; none where nobody is.
#[server(prefix = "/_fn", endpoint = "get_session", output = Answer, input = GetUrl)]
pub async fn get_session() -> Result<Option<SessionView>, AppError> {
    let context = crate::context::request()?;
    let Some(actor) = context.actor else { return Ok(None) };
    let partner = services::partners::of(&context.center, &actor).await?;
    let (must_change_password, today) = (context.must_change_password, context.center.clock.today(&partner.zone));
    Ok(Some(SessionView { actor, must_change_password, partner: partner.name, today }))
}

/// The demo's sign-ins: only where there is a demo partner and the request came over loopback.
#[server(prefix = "/_fn", endpoint = "list_demo_sign_ins", output = Answer, input = GetUrl)]
pub async fn list_demo_sign_ins() -> Result<Vec<DemoSignIn>, AppError> {
    let context = crate::context::request()?;
    if !context.local {
        return Ok(Vec::new());
    }
    let sign_ins = services::demo::offered_sign_ins_unscoped(&context.center).await?;
    Ok(sign_ins
        .into_iter()
        .map(|(login, name, role)| DemoSignIn { login, password: services::demo::DEMO_PASSWORD.to_owned(), name, role })
        .collect())
}

/// Signs in. The page is then loaded anew: nothing of the time before stays. A plain form goes back to the sign-in page,
/// which sends who is signed in on to where they wanted to go.
#[server(prefix = "/_fn", endpoint = "sign_in", output = Answer)]
pub async fn sign_in(login: String, password: String) -> Result<(), AppError> {
    let context = crate::context::request()?;
    if !(context.sign_in_limit)(&context.client) {
        return Err(crate::context::fail(AppError::TooMany));
    }
    if !context.local && services::demo::is_demo_login_unscoped(&context.center, &login).await? {
        return Err(services::Error::field("login", "wrong_login_or_password").into());
    }
    let signed_in = services::members::sign_in(&context.center, &login, &password, &context.client).await?;
    crate::context::session::start(&context, &signed_in.actor.member).await
}

/// Ends this session.
#[server(prefix = "/_fn", endpoint = "sign_out", output = Answer)]
pub async fn sign_out() -> Result<(), AppError> {
    let context = crate::context::request()?;
    if let Some(actor) = &context.actor {
        services::members::sign_out(&context.center, actor, false).await?;
    }
    crate::context::session::end(&context).await?;
    leptos_axum::redirect("/login");
    Ok(())
}

/// Ends every session of the member, this one too.
#[server(prefix = "/_fn", endpoint = "sign_out_everywhere", output = Answer)]
pub async fn sign_out_everywhere() -> Result<(), AppError> {
    let context = crate::context::request()?;
    let actor = context.actor.clone().ok_or_else(|| crate::context::fail(AppError::SignedOut))?;
    services::members::sign_out(&context.center, &actor, true).await?;
    crate::context::session::end(&context).await?;
    leptos_axum::redirect("/login");
    Ok(())
}

/// Changes the own password; other sessions end.
#[server(prefix = "/_fn", endpoint = "change_password", output = Answer)]
pub async fn change_password(old: String, new: String, again: String) -> Result<(), AppError> {
    let context = crate::context::request()?;
    let actor = context.actor.clone().ok_or_else(|| crate::context::fail(AppError::SignedOut))?;
    if new != again {
        return Err(services::Error::field("again", "passwords_differ").into());
    }
    services::members::change_password(&context.center, &actor, &old, &new).await?;
    // All sessions ended with the old password; this browser gets a new one.
    crate::context::session::start(&context, &actor.member).await?;
    leptos_axum::redirect("/");
    Ok(())
}

/// `next` if it is a path of this site, else the start page: never another host.
pub fn local_path(next: &str) -> &str {
    let is_path = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\n', '\r']);
    if is_path { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn after_sign_in_nobody_is_sent_to_another_host() {
        assert_eq!(local_path("/sales/customers?name=a"), "/sales/customers?name=a");
        for next in ["", "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
            assert_eq!(local_path(next), "/", "{next}");
        }
    }
}
