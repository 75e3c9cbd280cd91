//! Members (组织 > 成员管理).

use domain::ids::MemberId;
use domain::members::{MemberState, MemberSummary};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::GetUrl;

use crate::codec::Answer;
use crate::error::AppError;

/// An initial password, shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InitialPassword {
    /// Whose.
    pub login: String,
    /// The password; the member must change it at the first sign-in.
    pub password: String,
}

/// The partner's members.
#[server(prefix = "/_fn", endpoint = "list_members", output = Answer, input = GetUrl)]
pub async fn list_members() -> Result<Vec<MemberSummary>, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::members::list(&center, &actor).await?)
}

/// Creates a member with an initial password.
#[server(prefix = "/_fn", endpoint = "create_member", output = Answer)]
pub async fn create_member(
    login: String,
    name: String,
    #[server(default)] roles: Vec<domain::access::Role>,
) -> Result<InitialPassword, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    let new = domain::members::NewMember { login, name, roles };
    let created = services::members::create(&center, &actor, &new).await?;
    Ok(InitialPassword { login: new.login.trim().to_lowercase(), password: created.initial_password })
}

/// Lets a member sign in or no longer.
#[server(prefix = "/_fn", endpoint = "set_member_state", output = Answer)]
pub async fn set_member_state(id: MemberId, state: MemberState) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::members::set_state(&center, &actor, &id, state).await?)
}

/// Gives a member a new initial password; its sessions end.
#[server(prefix = "/_fn", endpoint = "reset_member_password", output = Answer)]
pub async fn reset_member_password(id: MemberId, login: String) -> Result<InitialPassword, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    let password = services::members::reset_password(&center, &actor, &id).await?;
    Ok(InitialPassword { login, password })
}

/// Lifts the lock after too many wrong passwords.
#[server(prefix = "/_fn", endpoint = "unlock_member", output = Answer)]
pub async fn unlock_member(id: MemberId) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::members::unlock(&center, &actor, &id).await?)
}
