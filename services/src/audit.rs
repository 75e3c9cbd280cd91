//! The audit trail: one record for every write and every export, in the same transaction.

use domain::access::Actor;
use domain::ids::PartnerId;

use crate::center::{Center, new_id};
use crate::clock::stored;
use crate::db::Connection;
use crate::error::Result;

/// Records what `actor` did. `action` is `area.verb`, `subject` an id, `detail` what changed; no secrets, no personal data.
///
/// # Errors
/// `Internal`; the caller's transaction must then be rolled back.
pub async fn record(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    (action, subject, detail): (&str, &str, &str),
) -> Result<()> {
    insert(center, connection, (&actor.partner, Some(actor.member.as_str())), (action, subject, detail)).await
}

/// The same for the command line and jobs, which act for no member.
///
/// # Errors
/// As [`record`].
pub async fn record_unscoped(
    center: &Center,
    connection: &mut Connection,
    partner: &PartnerId,
    (action, subject, detail): (&str, &str, &str),
) -> Result<()> {
    insert(center, connection, (partner, None), (action, subject, detail)).await
}

async fn insert(
    center: &Center,
    connection: &mut Connection,
    (partner, member): (&PartnerId, Option<&str>),
    (action, subject, detail): (&str, &str, &str),
) -> Result<()> {
    sqlx::query(
        "insert into audit_record (id, partner_id, member_id, at, action, subject, detail)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(new_id())
    .bind(partner.as_str())
    .bind(member)
    .bind(stored(center.clock.now()))
    .bind(action)
    .bind(subject)
    .bind(detail)
    .execute(connection)
    .await?;
    Ok(())
}
