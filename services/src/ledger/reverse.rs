//! Putting a move right: the same move the other way.

use domain::access::Actor;
use domain::ids::MoveId;
use domain::ledger::{Leg, MoveKind, Posted};

use super::post::{NewMove, Once, find, get, post};
use crate::center::Center;
use crate::db::Connection;
use crate::error::{Error, Result};

/// Reverses a move within the caller's write transaction. The caller has asked for the permission.
///
/// # Errors
/// `NotFound`; `Conflict` `already_reversed`, or `not_reversible` for a reversal and for a move of which something was refunded;
/// `Insufficient` where the money is no longer there; those of [`find`].
pub(crate) async fn reverse(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    (original, reason): (&MoveId, &str),
    once: Option<Once>,
) -> Result<Posted> {
    if let Some(once) = &once
        && let Some(made) = find(connection, &actor.partner, once).await?
    {
        return Ok(made);
    }
    let (kind, postings) = get(connection, &actor.partner, original).await?;
    let about: Vec<(String,)> = sqlx::query_as("select kind from ledger_move where about_id = $1")
        .bind(original.as_str())
        .fetch_all(&mut *connection)
        .await?;
    if about.iter().any(|(kind,)| kind == MoveKind::Reversal.code()) {
        return Err(Error::Conflict("already_reversed"));
    }
    if kind == MoveKind::Reversal || !about.is_empty() {
        return Err(Error::Conflict("not_reversible"));
    }
    let back = |posting: domain::ledger::Posting| {
        let amount = posting.amount.checked_neg().ok_or_else(|| Error::internal("no such amount"))?;
        Ok(Leg { account: posting.account, amount })
    };
    let legs = postings.into_iter().map(back).collect::<Result<Vec<_>>>()?;
    let counterpart: String = sqlx::query_scalar("select counterpart from ledger_move where id = $1")
        .bind(original.as_str())
        .fetch_one(&mut *connection)
        .await?;
    let new = NewMove {
        reason: reason.to_owned(),
        about: Some(original.clone()),
        once,
        ..NewMove::new(MoveKind::Reversal, counterpart, legs)
    };
    post(center, connection, actor, &new).await
}
