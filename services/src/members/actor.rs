//! Who asks: read anew for every request, so that a disabled member and a lost role count at once.

use domain::access::{Actor, Role};
use domain::ids::{MemberId, PartnerId};
use domain::members::MemberState;

use super::sign_in::SignedIn;
use crate::center::Center;
use crate::db::Connection;
use crate::error::{Error, Result};

/// The member as an actor, with the roles of this moment; none where there is no such member or it is disabled.
///
/// # Errors
/// `Internal`.
pub async fn actor(center: &Center, member: &MemberId) -> Result<Option<Actor>> {
    Ok(signed_in(center, member).await?.map(|signed_in| signed_in.actor))
}

/// The active member of a sign-in name as an actor: for the command line, whose user may read the database anyway.
///
/// # Errors
/// `NotFound`.
pub async fn actor_of_login_unscoped(center: &Center, login: &str) -> Result<Actor> {
    let mut tx = center.db.read().await?;
    let (id,): (String,) = sqlx::query_as("select id from member where login = $1")
        .bind(login.trim().to_lowercase())
        .fetch_one(&mut *tx)
        .await?;
    Ok(load(&mut tx, &MemberId::new(id)).await?.ok_or(Error::NotFound)?.actor)
}

/// The same with whether the member must first choose a new password: until then, every page leads there.
///
/// # Errors
/// `Internal`.
pub async fn signed_in(center: &Center, member: &MemberId) -> Result<Option<SignedIn>> {
    let mut tx = center.db.read().await?;
    load(&mut tx, member).await
}

/// The same within the caller's transaction.
pub(super) async fn load(connection: &mut Connection, member: &MemberId) -> Result<Option<SignedIn>> {
    let row: Option<(String, String, String, bool)> =
        sqlx::query_as("select partner_id, login, name, must_change_password from member where id = $1 and state = $2")
            .bind(member.as_str())
            .bind(MemberState::Active.code())
            .fetch_optional(&mut *connection)
            .await?;
    let Some((partner, login, name, must_change_password)) = row else { return Ok(None) };
    let codes: Vec<(String,)> = sqlx::query_as("select role from member_role where member_id = $1")
        .bind(member.as_str())
        .fetch_all(connection)
        .await?;
    let roles = parse_roles(codes.iter().map(|(code,)| code.as_str()))?;
    let actor = Actor { member: member.clone(), partner: PartnerId::new(partner), login, name, roles };
    Ok(Some(SignedIn { actor, must_change_password }))
}

/// Roles from their codes, in the order in which a person should see them.
pub(crate) fn parse_roles<'a>(codes: impl Iterator<Item = &'a str>) -> Result<Vec<Role>> {
    let mut roles = codes.map(str::parse).collect::<Result<Vec<Role>, _>>().map_err(Error::internal)?;
    roles.sort_unstable();
    Ok(roles)
}
