//! Passwords: Argon2id with 19 MiB, two passes, one lane; slow on purpose, so off the async threads and few at once.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::access::Actor;
use domain::members::{PASSWORD_MAX, check_password};

use super::attempts::{self, Attempts};
use super::sign_in::record_lock;
use crate::center::Center;
use crate::error::{Error, Result};
use crate::{audit, sessions};

/// What is verified where there is no account: the same work for the same answer. No password fits it.
pub(super) const DUMMY_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm8gc3VjaCBhY2NvdW50IQ$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// Letters and digits that are not mistaken for each other.
const READABLE: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password for storing.
pub(super) async fn hash(center: &Center, password: &str) -> Result<String> {
    let password = password.to_owned();
    slowly(center, move || {
        let hash = argon2()?.hash_password(password.as_bytes()).map_err(Error::internal)?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether the password fits the stored hash. A hash that cannot be read fits none, after the same work.
pub(super) async fn fits(center: &Center, password: &str, stored: &str) -> Result<bool> {
    // too long for any account, and too much to hash for nothing
    let password = if password.chars().count() > PASSWORD_MAX { String::new() } else { password.to_owned() };
    let stored = stored.to_owned();
    slowly(center, move || {
        let readable = PasswordHash::new(&stored);
        let hash = match &readable {
            Ok(hash) => hash,
            Err(_) => &PasswordHash::new(DUMMY_HASH).map_err(Error::internal)?,
        };
        Ok(argon2()?.verify_password(password.as_bytes(), hash).is_ok() && readable.is_ok())
    })
    .await
}

async fn slowly<T: Send + 'static>(center: &Center, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let _turn = center.hashing.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

/// A first password to read out or copy: four groups of four, 79 bits.
pub(super) fn initial() -> String {
    let group = || -> String { (0..4).map(|_| char::from(READABLE[rand::random_range(0..READABLE.len())])).collect() };
    [group(), group(), group(), group()].join("-")
}

/// Changes the actor's own password and ends all sessions of the member: the host starts a new one.
///
/// # Errors
/// `Invalid`: `old` with `wrong_password` (counts towards the lock) or `locked`; `password` with a code of
/// [`check_password`] or `password_same`.
pub async fn change_password(center: &Center, actor: &Actor, old: &str, new: &str) -> Result<()> {
    check_password(new, &actor.login)?;
    if old == new {
        return Err(Error::field("password", "password_same"));
    }
    let attempt = attempts::count(center, &actor.login, "old").await?.ok_or(Error::NotFound)?;
    if !fits(center, old, &attempt.password_hash).await? {
        record_lock(center, &attempt).await?;
        return Err(Error::field("old", "wrong_password"));
    }
    let hash = hash(center, new).await?;
    let mut tx = center.db.write().await?;
    // the old hash is part of the condition: a reset that came between is not undone
    let changed = sqlx::query(
        "update member set password_hash = $1, must_change_password = false
         where id = $2 and partner_id = $3 and password_hash = $4 and state = 'active'",
    )
    .bind(hash)
    .bind(actor.member.as_str())
    .bind(actor.partner.as_str())
    .bind(&attempt.password_hash)
    .execute(&mut *tx)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(Error::field("old", "wrong_password"));
    }
    attempts::store(&mut tx, &attempt.member, Attempts::default()).await?;
    sessions::delete_of_member(&mut tx, &actor.member).await?;
    audit::record(center, &mut tx, actor, ("member.change_password", actor.member.as_str(), "")).await?;
    tx.commit().await?;
    Ok(())
}
