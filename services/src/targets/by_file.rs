//! Importing targets from a file: read, judged, written in one transaction. A dry run does the same without writing.

mod judge;
mod rows;

use domain::access::{Actor, Permission};
use domain::assignments::{FileOptions, MAX_LISTED_ERRORS, RowError};
use domain::periods::Month;
use domain::targets::{MAX_LISTED_CHANGES, TargetReport};
use serde_json::json;

use super::store;
use crate::audit;
use crate::center::Center;
use crate::error::{Error, Result};
use judge::Judged;

/// Whether a person can mean this month.
pub(super) fn is_sensible(month: Month) -> bool {
    crate::assignments::is_sensible(month.first_day())
}

/// Imports a CSV or XLSX file (told by content) with the columns manager (sign-in name, or name), month, currency, amount.
/// Chinese or English headers, any order, other columns ignored.
///
/// A row sets one target; an empty amount takes it away. Targets that no row names stay as they are. Two rows about the same
/// target contradict each other, whatever they say.
///
/// Nothing is written where a row is bad, unless `good_rows` leaves the bad ones out; the report's `written` tells. `seen` is
/// the report's of the dry run that the person looked at.
///
/// # Errors
/// `Denied` without `Permission::ManageTargets`; `Invalid` `file` (`empty`, `not_utf8`, `unreadable`, `too_many_rows`,
/// `too_large`, `missing_columns`); `Conflict` `changed_since` where somebody changed a target since the state that was `seen`.
/// What is wrong with rows is in the report.
pub async fn import(
    center: &Center,
    actor: &Actor,
    bytes: Vec<u8>,
    options: FileOptions,
    seen: Option<i64>,
) -> Result<TargetReport> {
    actor.require(Permission::ManageTargets)?;
    let read = tokio::task::spawn_blocking(move || rows::read(&bytes)).await.map_err(Error::internal)??;
    let count = read.len() as u64;
    let mut tx = center.db.write().await?;
    let state = store::state(&mut tx, &actor.partner).await?;
    if seen.is_some_and(|seen| seen != state) {
        return Err(Error::Conflict("changed_since"));
    }
    let judged = judge::judge(&mut tx, &actor.partner, read).await?;
    let mut report = reported(&judged, count);
    report.seen = state;
    let good = report.error_count == 0 || options.good_rows;
    if options.dry_run || !good {
        return Ok(report);
    }
    for change in &judged.changes {
        store::write(center, &mut tx, actor, (&change.key, change.after)).await?;
        let detail = json!({
            "month": change.key.month, "currency": change.key.currency, "from": change.before, "to": change.after,
        });
        let record = ("target.by_file", change.key.manager.as_str(), detail.to_string());
        audit::record(center, &mut tx, actor, (record.0, record.1, &record.2)).await?;
    }
    let detail = json!({
        "rows": report.rows, "added": report.added, "changed": report.changed, "removed": report.removed,
        "left_out": report.left_out,
    });
    audit::record(center, &mut tx, actor, ("target.import", actor.partner.as_str(), &detail.to_string())).await?;
    report.seen = store::state(&mut tx, &actor.partner).await?;
    tx.commit().await?;
    report.written = true;
    Ok(report)
}

fn reported(judged: &Judged, rows: u64) -> TargetReport {
    let mut errors: Vec<RowError> = judged.errors.clone();
    errors.sort_by_key(|error| error.row);
    let error_count = errors.len() as u64;
    errors.truncate(MAX_LISTED_ERRORS);
    let count = |which: fn(&judge::Change) -> bool| judged.changes.iter().filter(|change| which(change)).count() as u64;
    TargetReport {
        rows,
        left_out: judged.left_out,
        added: count(|change| change.before.is_none()),
        changed: count(|change| change.before.is_some() && change.after.is_some()),
        removed: count(|change| change.after.is_none()),
        unchanged: judged.unchanged,
        error_count,
        errors,
        changes: judged.changes.iter().take(MAX_LISTED_CHANGES).map(judge::Change::listed).collect(),
        ..TargetReport::default()
    }
}
