//! Wrong passwords in a row lock an account for a while; the same for logins that do not exist, so that nobody can tell.
//!
//! An attempt is counted before the password is checked: guesses made at the same time cannot pass the limit together.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::members::{LOCK_MINUTES, MAX_FAILED_SIGN_INS};
use jiff::{SignedDuration, Timestamp};

use crate::center::Center;
use crate::clock::stored;
use crate::db::Connection;
use crate::error::{Error, Result};

/// Most unknown logins remembered at once.
const MOST_UNKNOWN: usize = 10_000;

/// How often it was tried in a row, and until when no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Attempts {
    /// Attempts since the last success.
    pub count: i64,
    /// Locked until then.
    pub locked_until: Option<Timestamp>,
}

impl Attempts {
    /// Counts one more; none while locked. A lock that is over starts the count anew.
    fn next(self, now: Timestamp) -> Option<Self> {
        let before = match self.locked_until {
            Some(until) if now < until => return None,
            Some(_) => 0,
            None => self.count,
        };
        let count = before + 1;
        let lock = || now.saturating_add(SignedDuration::from_mins(LOCK_MINUTES)).unwrap_or(Timestamp::MAX);
        Some(Self { count, locked_until: (count >= MAX_FAILED_SIGN_INS).then(lock) })
    }

    /// Whether this attempt, if it is wrong, was the one too many.
    pub fn locks(self) -> bool {
        self.locked_until.is_some()
    }
}

/// The answer to whoever tries while locked.
pub(super) fn locked(field: &str) -> Error {
    Error::field(field, "locked")
}

/// A member's account at an attempt.
pub(super) struct Attempt {
    pub member: String,
    pub partner: String,
    pub active: bool,
    pub password_hash: String,
    pub attempts: Attempts,
}

/// Counts an attempt on `login`; none where there is no such account, and then it is counted in memory.
///
/// # Errors
/// `Invalid` with `field` and `locked`.
pub(super) async fn count(center: &Center, login: &str, field: &str) -> Result<Option<Attempt>> {
    let mut tx = center.db.write().await?;
    let row: Option<(String, String, bool, String, i64, Option<String>)> = sqlx::query_as(
        "select id, partner_id, state = 'active', password_hash, failed_sign_ins, locked_until
         from member where login = $1",
    )
    .bind(login)
    .fetch_optional(&mut *tx)
    .await?;
    let now = center.clock.now();
    let Some((member, partner, active, password_hash, count, locked_until)) = row else {
        return if center.unknown_logins.count(login, now) { Ok(None) } else { Err(locked(field)) };
    };
    let locked_until = locked_until.map(|until| until.parse()).transpose().map_err(Error::internal)?;
    let attempts = Attempts { count, locked_until }.next(now).ok_or_else(|| locked(field))?;
    store(&mut tx, &member, attempts).await?;
    tx.commit().await?;
    Ok(Some(Attempt { member, partner, active, password_hash, attempts }))
}

/// Writes the count; [`Attempts::default`] forgets it.
pub(super) async fn store(connection: &mut Connection, member: &str, attempts: Attempts) -> Result<()> {
    sqlx::query("update member set failed_sign_ins = $1, locked_until = $2 where id = $3")
        .bind(attempts.count)
        .bind(attempts.locked_until.map(stored))
        .bind(member)
        .execute(connection)
        .await?;
    Ok(())
}

/// Attempts on logins that do not exist. A restart forgets them; their number is bounded.
#[derive(Default)]
pub(crate) struct UnknownLogins(Mutex<HashMap<String, (Attempts, Timestamp)>>);

impl UnknownLogins {
    /// Counts one more; false while locked.
    fn count(&self, login: &str, now: Timestamp) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known.get(login).map_or_else(Attempts::default, |(attempts, _)| *attempts);
        let Some(attempts) = before.next(now) else { return false };
        if known.len() >= MOST_UNKNOWN && !known.contains_key(login) {
            let oldest = known.iter().min_by_key(|(_, (_, last))| *last).map(|(login, _)| login.clone());
            oldest.map(|oldest| known.remove(&oldest));
        }
        known.insert(login.to_owned(), (attempts, now));
        true
    }
}
