//! Looking after members: disable and enable, reset a password, unlock.

use domain::access::{Actor, Permission, Role};
use domain::ids::{MemberId, PartnerId};
use domain::members::{MemberState, check_password};

use super::attempts::{self, Attempts};
use super::password;
use crate::center::Center;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::{audit, sessions};

/// Lets a member sign in or no longer; disabling ends its sessions at once. Nothing recorded under its name changes.
///
/// # Errors
/// `Denied` without `Permission::ManageMembers`; `NotFound`; `Conflict`: `own_account`, `last_administrator`.
pub async fn set_state(center: &Center, actor: &Actor, member: &MemberId, state: MemberState) -> Result<()> {
    actor.require(Permission::ManageMembers)?;
    if *member == actor.member {
        return Err(Error::Conflict("own_account"));
    }
    let mut tx = center.db.write().await?;
    let before = state_of(&mut tx, &actor.partner, member).await?;
    if before == state {
        return Ok(());
    }
    if state == MemberState::Disabled {
        another_administrator_stays(&mut tx, &actor.partner, member).await?;
        sessions::delete_of_member(&mut tx, member).await?;
    }
    sqlx::query("update member set state = $1 where id = $2")
        .bind(state.code())
        .bind(member.as_str())
        .execute(&mut *tx)
        .await?;
    audit::record(center, &mut tx, actor, ("member.set_state", member.as_str(), state.code())).await?;
    tx.commit().await?;
    Ok(())
}

async fn state_of(connection: &mut Connection, partner: &PartnerId, member: &MemberId) -> Result<MemberState> {
    let (state,): (String,) = sqlx::query_as("select state from member where id = $1 and partner_id = $2")
        .bind(member.as_str())
        .bind(partner.as_str())
        .fetch_one(connection)
        .await?;
    state.parse().map_err(Error::internal)
}

/// The actor is one, but may have been disabled while this request was on its way.
async fn another_administrator_stays(
    connection: &mut Connection,
    partner: &PartnerId,
    member: &MemberId,
) -> Result<()> {
    let (others,): (i64,) = sqlx::query_as(
        "select count(*) from member m join member_role r on r.member_id = m.id
         where m.partner_id = $1 and m.state = $2 and r.role = $3 and m.id <> $4",
    )
    .bind(partner.as_str())
    .bind(MemberState::Active.code())
    .bind(Role::Administrator.code())
    .bind(member.as_str())
    .fetch_one(connection)
    .await?;
    if others > 0 { Ok(()) } else { Err(Error::Conflict("last_administrator")) }
}

/// Gives a member a new initial password, ends its sessions and any lock. The password is answered once, stored nowhere.
///
/// # Errors
/// `Denied` without `Permission::ManageMembers`; `NotFound`; `Conflict`: `own_account` (who knows the own one changes it).
pub async fn reset_password(center: &Center, actor: &Actor, member: &MemberId) -> Result<String> {
    actor.require(Permission::ManageMembers)?;
    if *member == actor.member {
        return Err(Error::Conflict("own_account"));
    }
    let initial_password = password::initial();
    let hash = password::hash(center, &initial_password).await?;
    let mut tx = center.db.write().await?;
    state_of(&mut tx, &actor.partner, member).await?;
    set_password(&mut tx, member, &hash).await?;
    audit::record(center, &mut tx, actor, ("member.reset_password", member.as_str(), "")).await?;
    tx.commit().await?;
    Ok(initial_password)
}

/// The same for the command line, with a password chosen there; it must be changed at the next sign-in.
///
/// # Errors
/// `NotFound` without such a login; `Invalid` for a `password` that breaks the rules.
pub async fn reset_password_unscoped(center: &Center, login: &str, password: &str) -> Result<()> {
    let login = login.trim().to_lowercase();
    check_password(password, &login)?;
    let hash = password::hash(center, password).await?;
    let mut tx = center.db.write().await?;
    let (member, partner): (String, String) =
        sqlx::query_as("select id, partner_id from member where login = $1").bind(&login).fetch_one(&mut *tx).await?;
    set_password(&mut tx, &MemberId::new(&member), &hash).await?;
    audit::record_unscoped(center, &mut tx, &PartnerId::new(partner), ("member.reset_password", &member, "")).await?;
    tx.commit().await?;
    Ok(())
}

async fn set_password(connection: &mut Connection, member: &MemberId, hash: &str) -> Result<()> {
    sqlx::query("update member set password_hash = $1, must_change_password = true where id = $2")
        .bind(hash)
        .bind(member.as_str())
        .execute(&mut *connection)
        .await?;
    attempts::store(connection, member.as_str(), Attempts::default()).await?;
    sessions::delete_of_member(connection, member).await
}

/// Ends a lock before its time.
///
/// # Errors
/// `Denied` without `Permission::ManageMembers`; `NotFound`.
pub async fn unlock(center: &Center, actor: &Actor, member: &MemberId) -> Result<()> {
    actor.require(Permission::ManageMembers)?;
    let mut tx = center.db.write().await?;
    state_of(&mut tx, &actor.partner, member).await?;
    attempts::store(&mut tx, member.as_str(), Attempts::default()).await?;
    audit::record(center, &mut tx, actor, ("member.unlock", member.as_str(), "")).await?;
    tx.commit().await?;
    Ok(())
}
