//! One import at a time: it hands out numbers of versions, customers and texts, and it is the database's one bulk writer.
//!
//! The one that runs holds a lease and renews it as it goes; a process that dies leaves it to run out.

use std::time::Duration;

use domain::ids::DeliveryId;
use jiff::ToSpan as _;

use crate::center::Center;
use crate::clock::stored;
use crate::db::Connection;
use crate::error::{Error, Result};

use super::Progress;
use super::sweep::expire;

const LEASE_SECONDS: i64 = 120;
const ASK_AGAIN: Duration = Duration::from_millis(200);

/// When a lease taken now is over.
pub fn until(center: &Center) -> String {
    stored(center.clock.now().saturating_add(LEASE_SECONDS.seconds()).unwrap_or(center.clock.now()))
}

/// Waits until no other import runs, then marks this one as running.
///
/// # Errors
/// `Conflict` `lease_lost` where the delivery does not wait any more.
pub async fn acquire(center: &Center, id: &DeliveryId, on_progress: &(impl Fn(Progress) + Sync)) -> Result<()> {
    loop {
        let mut tx = center.db.write().await?;
        expire(center, &mut tx).await?;
        let other: Option<String> =
            sqlx::query_scalar("select id from delivery where state = 'running' order by created_at limit 1")
                .fetch_optional(&mut *tx)
                .await?;
        let sql = if other.is_some() {
            "update delivery set lease_until = $2 where id = $1 and state = 'waiting'"
        } else {
            "update delivery set lease_until = $2, state = 'running' where id = $1 and state = 'waiting'"
        };
        let updated = sqlx::query(sql).bind(id.as_str()).bind(until(center)).execute(&mut *tx).await?;
        if updated.rows_affected() == 0 {
            return Err(Error::Conflict("lease_lost"));
        }
        tx.commit().await?;
        let Some(other) = other else { return Ok(()) };
        on_progress(Progress { waiting_for: Some(DeliveryId::new(other)), ..Progress::default() });
        tokio::time::sleep(ASK_AGAIN).await;
    }
}

/// Renews the lease and notes how far the import is.
///
/// # Errors
/// `Conflict` `lease_lost` where it was over and another took its place.
pub async fn renew(
    center: &Center,
    connection: &mut Connection,
    id: &DeliveryId,
    (rows_read, bytes_read): (u64, u64),
) -> Result<()> {
    let updated = sqlx::query(
        "update delivery set lease_until = $2, rows_read = $3, bytes_read = $4 where id = $1 and state = 'running'",
    )
    .bind(id.as_str())
    .bind(until(center))
    .bind(rows_read.cast_signed())
    .bind(bytes_read.cast_signed())
    .execute(connection)
    .await?;
    if updated.rows_affected() == 0 { Err(Error::Conflict("lease_lost")) } else { Ok(()) }
}
