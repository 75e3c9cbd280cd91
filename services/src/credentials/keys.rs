//! A member's own access keys. Source of the limit of two: the console's page API凭证.

use domain::access::{Actor, Role};
use domain::credentials::{AccessKey, CreatedKey, Credentials, KeyState, MAX_ACTIVE_KEYS, MAX_KEYS, check_description};
use domain::ids::{AccessKeyId, MemberId, PartnerId};
use domain::members::MemberState;

use super::projects;
use crate::audit;
use crate::center::Center;
use crate::clock::stored;
use crate::db::Connection;
use crate::error::{Error, Result};

const ID_LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const SECRET_LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The actor's own keys, newest first, with the partner's domain id and projects.
///
/// # Errors
/// `Internal`.
pub async fn list(center: &Center, actor: &Actor) -> Result<Credentials> {
    let mut tx = center.db.read().await?;
    let rows: Vec<(String, String, String, String, Option<String>)> = sqlx::query_as(
        "select id, description, state, created_at, last_used_at from access_key
         where member_id = $1 order by created_at desc, id",
    )
    .bind(actor.member.as_str())
    .fetch_all(&mut *tx)
    .await?;
    let keys = rows.into_iter().map(|(id, description, state, created_at, last_used_at)| {
        let state = state.parse().map_err(Error::internal)?;
        Ok(AccessKey { id: AccessKeyId::new(id), description, state, created_at, last_used_at })
    });
    Ok(Credentials {
        keys: keys.collect::<Result<_>>()?,
        domain_id: projects::domain_id(&mut tx, &actor.partner).await?,
        projects: projects::of(&mut tx, &actor.partner).await?,
    })
}

/// Makes a key for the actor. The secret is answered here and never again.
///
/// # Errors
/// `Invalid` for `description`; `Conflict`: `two_keys_are_active`, `too_many_keys`; `Internal` where the server key is lost.
pub async fn create(center: &Center, actor: &Actor, description: &str) -> Result<CreatedKey> {
    let description = check_description(description)?;
    let mut tx = center.db.write().await?;
    let key = insert(center, &mut tx, (&actor.partner, &actor.member), description).await?;
    audit::record(center, &mut tx, actor, ("access_key.create", key.access_key.as_str(), description)).await?;
    tx.commit().await?;
    Ok(key)
}

/// The same for the command line: for the member with this sign-in name, of `partner` where one is named; without a sign-in
/// name for the partner's first administrator.
///
/// # Errors
/// As [`create`]; `NotFound` without such an active member, or where neither is named.
pub async fn create_unscoped(
    center: &Center,
    wanted: Option<&PartnerId>,
    login: Option<&str>,
    description: &str,
) -> Result<CreatedKey> {
    let description = check_description(description)?;
    let mut tx = center.db.write().await?;
    let (partner, member) = match (login, wanted) {
        (Some(login), _) => named(&mut tx, login).await?,
        (None, Some(partner)) => (partner.clone(), administrator(&mut tx, partner).await?),
        (None, None) => return Err(Error::NotFound),
    };
    if wanted.is_some_and(|wanted| *wanted != partner) {
        return Err(Error::NotFound);
    }
    let key = insert(center, &mut tx, (&partner, &member), description).await?;
    let what = ("access_key.create", key.access_key.as_str(), member.as_str());
    audit::record_unscoped(center, &mut tx, &partner, what).await?;
    tx.commit().await?;
    Ok(key)
}

async fn named(connection: &mut Connection, login: &str) -> Result<(PartnerId, MemberId)> {
    let (partner, id): (String, String) =
        sqlx::query_as("select partner_id, id from member where login = $1 and state = $2")
            .bind(login.trim().to_lowercase())
            .bind(MemberState::Active.code())
            .fetch_one(connection)
            .await?;
    Ok((PartnerId::new(partner), MemberId::new(id)))
}

async fn administrator(connection: &mut Connection, partner: &PartnerId) -> Result<MemberId> {
    let id: String = sqlx::query_scalar(
        "select m.id from member m join member_role r on r.member_id = m.id
         where m.partner_id = $1 and r.role = $2 and m.state = $3 order by m.created_at, m.id limit 1",
    )
    .bind(partner.as_str())
    .bind(Role::Administrator.code())
    .bind(MemberState::Active.code())
    .fetch_one(connection)
    .await?;
    Ok(MemberId::new(id))
}

async fn insert(
    center: &Center,
    connection: &mut Connection,
    (partner, member): (&PartnerId, &MemberId),
    description: &str,
) -> Result<CreatedKey> {
    one_more_may_be_active(connection, member).await?;
    let (access_key, secret_key) = (random(ID_LETTERS, 20), random(SECRET_LETTERS, 40));
    // A lost or exchanged server key must show here, and not once half of the keys fit another one.
    let before: Option<(String, String)> =
        sqlx::query_as("select id, sealed_secret from access_key limit 1").fetch_optional(&mut *connection).await?;
    if let Some((id, sealed)) = &before {
        center.vault.open(id, sealed)?;
    }
    let sealed = center.vault.seal(&access_key, &secret_key, before.is_none())?;
    sqlx::query(
        "insert into access_key (id, member_id, sealed_secret, description, state, created_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&access_key)
    .bind(member.as_str())
    .bind(sealed)
    .bind(description)
    .bind(KeyState::Active.code())
    .bind(stored(center.clock.now()))
    .execute(&mut *connection)
    .await?;
    let domain_id = projects::domain_id(connection, partner).await?;
    Ok(CreatedKey { access_key: AccessKeyId::new(access_key), secret_key, domain_id })
}

async fn one_more_may_be_active(connection: &mut Connection, member: &MemberId) -> Result<()> {
    let states: Vec<(String,)> = sqlx::query_as("select state from access_key where member_id = $1")
        .bind(member.as_str())
        .fetch_all(connection)
        .await?;
    if states.iter().filter(|(state,)| state == KeyState::Active.code()).count() >= MAX_ACTIVE_KEYS {
        return Err(Error::Conflict("two_keys_are_active"));
    }
    if states.len() >= MAX_KEYS { Err(Error::Conflict("too_many_keys")) } else { Ok(()) }
}

/// Letters that nobody can guess.
fn random(letters: &[u8], length: usize) -> String {
    (0..length)
        .filter_map(|_| letters.get(rand::random_range(0..letters.len())))
        .map(|&letter| char::from(letter))
        .collect()
}

/// Disables one of the actor's keys, at once, or enables it again.
///
/// # Errors
/// `NotFound`; `Conflict` `two_keys_are_active`.
pub async fn set_state(center: &Center, actor: &Actor, id: &AccessKeyId, state: KeyState) -> Result<()> {
    let mut tx = center.db.write().await?;
    let before: String = sqlx::query_scalar("select state from access_key where id = $1 and member_id = $2")
        .bind(id.as_str())
        .bind(actor.member.as_str())
        .fetch_one(&mut *tx)
        .await?;
    if before == state.code() {
        return Ok(());
    }
    if state == KeyState::Active {
        one_more_may_be_active(&mut tx, &actor.member).await?;
    }
    sqlx::query("update access_key set state = $1 where id = $2")
        .bind(state.code())
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
    audit::record(center, &mut tx, actor, ("access_key.set_state", id.as_str(), state.code())).await?;
    tx.commit().await?;
    Ok(())
}

/// Says anew what one of the actor's keys is for.
///
/// # Errors
/// `NotFound`; `Invalid` for `description`.
pub async fn describe(center: &Center, actor: &Actor, id: &AccessKeyId, description: &str) -> Result<()> {
    let description = check_description(description)?;
    let mut tx = center.db.write().await?;
    let changed = sqlx::query("update access_key set description = $1 where id = $2 and member_id = $3")
        .bind(description)
        .bind(id.as_str())
        .bind(actor.member.as_str())
        .execute(&mut *tx)
        .await?;
    if changed.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    audit::record(center, &mut tx, actor, ("access_key.describe", id.as_str(), description)).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes one of the actor's keys; calls signed with it are refused at once.
///
/// # Errors
/// `NotFound`.
pub async fn delete(center: &Center, actor: &Actor, id: &AccessKeyId) -> Result<()> {
    let mut tx = center.db.write().await?;
    let deleted = sqlx::query("delete from access_key where id = $1 and member_id = $2")
        .bind(id.as_str())
        .bind(actor.member.as_str())
        .execute(&mut *tx)
        .await?;
    if deleted.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    audit::record(center, &mut tx, actor, ("access_key.delete", id.as_str(), "")).await?;
    tx.commit().await?;
    Ok(())
}
