//! Sessions as they are stored: for the session store of the host. No audit records: signing in and out has its own.
//!
//! A session is known by the hash of its token; the token itself is only in the browser.

use domain::ids::MemberId;
use jiff::Timestamp;

use crate::center::Center;
use crate::clock::stored;
use crate::db::Connection;
use crate::error::{Error, Result};

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who is signed in; none before.
    pub member: Option<MemberId>,
    /// What the host keeps in it.
    pub data: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Stores a new session; false where the hash is in use, and then nothing is written.
///
/// # Errors
/// `Internal`; also for a member that does not exist.
pub async fn create(center: &Center, token_hash: &str, session: &Session) -> Result<bool> {
    let mut tx = center.db.write().await?;
    let created = sqlx::query(
        "insert into session (token_hash, member_id, data, expires_at) values ($1, $2, $3, $4)
         on conflict (token_hash) do nothing",
    )
    .bind(token_hash)
    .bind(session.member.as_ref().map(MemberId::as_str))
    .bind(&session.data)
    .bind(stored(session.expires_at))
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(created.rows_affected() == 1)
}

/// Stores a changed session; false where it has ended meanwhile: it is not brought back.
///
/// # Errors
/// `Internal`.
pub async fn save(center: &Center, token_hash: &str, session: &Session) -> Result<bool> {
    let mut tx = center.db.write().await?;
    let saved = sqlx::query("update session set member_id = $1, data = $2, expires_at = $3 where token_hash = $4")
        .bind(session.member.as_ref().map(MemberId::as_str))
        .bind(&session.data)
        .bind(stored(session.expires_at))
        .bind(token_hash)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(saved.rows_affected() == 1)
}

/// The session, if it has not ended.
///
/// # Errors
/// `Internal`.
pub async fn load(center: &Center, token_hash: &str) -> Result<Option<Session>> {
    let mut tx = center.db.read().await?;
    let row: Option<(Option<String>, String, String)> =
        sqlx::query_as("select member_id, data, expires_at from session where token_hash = $1 and expires_at > $2")
            .bind(token_hash)
            .bind(stored(center.clock.now()))
            .fetch_optional(&mut *tx)
            .await?;
    let Some((member, data, expires_at)) = row else { return Ok(None) };
    let expires_at = expires_at.parse().map_err(Error::internal)?;
    Ok(Some(Session { member: member.map(MemberId::new), data, expires_at }))
}

/// Ends a session.
///
/// # Errors
/// `Internal`.
pub async fn delete(center: &Center, token_hash: &str) -> Result<()> {
    let mut tx = center.db.write().await?;
    sqlx::query("delete from session where token_hash = $1").bind(token_hash).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes what has ended; answers how many.
///
/// # Errors
/// `Internal`.
pub async fn delete_expired(center: &Center) -> Result<u64> {
    let mut tx = center.db.write().await?;
    let deleted = sqlx::query("delete from session where expires_at <= $1")
        .bind(stored(center.clock.now()))
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(deleted.rows_affected())
}

/// Ends all sessions of a member ("sign out everywhere"), within the caller's transaction.
pub(crate) async fn delete_of_member(connection: &mut Connection, member: &MemberId) -> Result<()> {
    sqlx::query("delete from session where member_id = $1").bind(member.as_str()).execute(connection).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
