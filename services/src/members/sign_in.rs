//! Signing in. Whatever is wrong, the answer is one and the same, and takes as long.

use std::time::Duration;

use domain::access::Actor;
use domain::ids::{MemberId, PartnerId};
use domain::members::check_login;
use tokio::time::{Instant, sleep_until};

use super::attempts::{self, Attempt, Attempts};
use super::{actor, password};
use crate::audit;
use crate::center::Center;
use crate::clock::stored;
use crate::error::{Error, Result};

/// A refusal takes at least this long: counting a known login's attempt writes to disk, an unknown one's does not, and
/// nobody should be able to measure it.
const REFUSAL_TAKES: Duration = Duration::from_millis(250);

/// Who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The member, with the roles of this moment.
    pub actor: Actor,
    /// Must choose a new password before anything else.
    pub must_change_password: bool,
}

/// Signs in by login (upper and lower case alike) and password. `client` is the address for the audit trail.
///
/// # Errors
/// `Invalid`, field `login`: `wrong_login_or_password`, the same for an unknown login, a disabled member and a wrong
/// password; `locked` after too many wrong ones, whether there is such an account or not.
pub async fn sign_in(center: &Center, login: &str, password: &str, client: &str) -> Result<SignedIn> {
    let start = Instant::now();
    let outcome = check(center, login, password, client).await;
    if outcome.is_err() {
        sleep_until(start + REFUSAL_TAKES).await;
    }
    outcome
}

async fn check(center: &Center, login: &str, password: &str, client: &str) -> Result<SignedIn> {
    let wrong = || Error::field("login", "wrong_login_or_password");
    let login = login.trim().to_lowercase();
    let attempt = match check_login(&login) {
        Ok(()) => attempts::count(center, &login, "login").await?,
        // no account can have such a name, so there is nothing to hide
        Err(_) => None,
    };
    let Some(attempt) = attempt else {
        password::fits(center, password, password::DUMMY_HASH).await?;
        return Err(wrong());
    };
    if !password::fits(center, password, &attempt.password_hash).await? || !attempt.active {
        record_lock(center, &attempt).await?;
        return Err(wrong());
    }
    enter(center, &attempt, client).await?.ok_or_else(wrong)
}

/// Writes the success; none where the account was disabled or its password reset while the password was checked.
async fn enter(center: &Center, attempt: &Attempt, client: &str) -> Result<Option<SignedIn>> {
    let mut tx = center.db.write().await?;
    let entered = sqlx::query("update member set last_sign_in = $1 where id = $2 and password_hash = $3")
        .bind(stored(center.clock.now()))
        .bind(&attempt.member)
        .bind(&attempt.password_hash)
        .execute(&mut *tx)
        .await?;
    let signed_in = actor::load(&mut tx, &MemberId::new(&attempt.member)).await?;
    let Some(signed_in) = signed_in.filter(|_| entered.rows_affected() == 1) else { return Ok(None) };
    attempts::store(&mut tx, &attempt.member, Attempts::default()).await?;
    let client: String = client.chars().take(64).collect();
    audit::record(center, &mut tx, &signed_in.actor, ("member.sign_in", &attempt.member, &client)).await?;
    tx.commit().await?;
    Ok(Some(signed_in))
}

/// Records that this wrong attempt locked the account, if it did.
pub(super) async fn record_lock(center: &Center, attempt: &Attempt) -> Result<()> {
    let Some(until) = attempt.attempts.locked_until.filter(|_| attempt.attempts.locks()) else { return Ok(()) };
    let mut tx = center.db.write().await?;
    let what = ("member.lock", attempt.member.as_str(), &*stored(until));
    audit::record_unscoped(center, &mut tx, &PartnerId::new(&attempt.partner), what).await?;
    tx.commit().await?;
    Ok(())
}

/// Notes that the actor signs out; `everywhere` ends all sessions of the member. The host ends its own session itself.
///
/// # Errors
/// `Internal`.
pub async fn sign_out(center: &Center, actor: &Actor, everywhere: bool) -> Result<()> {
    let mut tx = center.db.write().await?;
    let detail = if everywhere { "everywhere" } else { "" };
    if everywhere {
        crate::sessions::delete_of_member(&mut tx, &actor.member).await?;
    }
    crate::audit::record(center, &mut tx, actor, ("member.sign_out", actor.member.as_str(), detail)).await?;
    tx.commit().await?;
    Ok(())
}
