//! Importing assignments from a file: read, judged, written in one transaction. A dry run does the same to a copy, so what it
//! shows is what would be written.

mod judge;
mod rows;

use domain::access::{Actor, Permission};
use domain::assignments::{Edit, FileOptions, FileReport, MAX_LISTED_ERRORS, RowError};
use serde_json::json;

use crate::audit;
use crate::center::Center;
use crate::customers::View;
use crate::db::Connection;
use crate::error::{Error, Result};

use super::write::{edits_detail, write_edits};
use super::{moves, rehearsal};
use judge::{Judged, Plan};

/// Imports a CSV or XLSX file (told by content) with the columns customer, manager, from, until, and, where account ids
/// are not unique among them, supplier. Chinese or English headers, any order, other columns ignored.
///
/// A row says: on the days from `from` on until before `until` (empty: without an end) this manager has the customer; an
/// empty manager: nobody. Days that no row names stay as they are. The days are taken as written: the partner's setting
/// for the day of an assignment has been applied to what was exported.
///
/// Nothing is written where a row is bad, unless `good_rows` leaves out its customer; the report's `written` tells.
///
/// # Errors
/// `Denied` without `Permission::ManageAssignments`; `Invalid` `file` (`empty`, `not_utf8`, `unreadable`, `too_many_rows`,
/// `too_large`, `missing_columns`). What is wrong with rows is in the report.
pub async fn import(center: &Center, actor: &Actor, bytes: Vec<u8>, options: FileOptions) -> Result<FileReport> {
    let scope = actor.scope(Permission::ManageAssignments)?;
    let read = tokio::task::spawn_blocking(move || rows::read(&bytes)).await.map_err(Error::internal)??;
    let count = read.len() as u64;
    let mut tx =
        if options.dry_run { rehearsal::begin(center, &actor.partner).await? } else { center.db.write().await? };
    let view = View::open(center, &mut tx, actor, scope).await?;
    let Judged { plans, errors, left_out } = judge::judge(&mut tx, &view, read).await?;
    let mut report = FileReport { rows: count, left_out, ..FileReport::default() };
    list_errors(&mut report, errors);
    count_edits(&mut report, &plans);
    let before = moves::state(&mut tx, actor, view.today).await?;
    for Plan { number, laid, .. } in &plans {
        write_edits(center, &mut tx, actor, (*number, laid)).await?;
    }
    let after = moves::state(&mut tx, actor, view.today).await?;
    report.month = Some(view.today.month());
    report.moves = moves::between(&before, &after);
    let good = report.error_count == 0 || options.good_rows;
    if options.dry_run || !good {
        tx.rollback().await?;
        return Ok(report);
    }
    record(center, &mut tx, actor, (&plans, &report)).await?;
    tx.commit().await?;
    report.written = true;
    Ok(report)
}

fn list_errors(report: &mut FileReport, mut errors: Vec<RowError>) {
    errors.sort_by_key(|error| error.row);
    report.error_count = errors.len() as u64;
    errors.truncate(MAX_LISTED_ERRORS);
    report.errors = errors;
}

fn count_edits(report: &mut FileReport, plans: &[Plan]) {
    for Plan { laid, .. } in plans {
        report.unchanged += laid.unchanged as u64;
        report.customers += u64::from(!laid.edits.is_empty());
        for edit in &laid.edits {
            match edit {
                Edit::Remove(_) => report.removed += 1,
                Edit::Resize(..) => report.changed += 1,
                Edit::Add(..) | Edit::GoOn(..) => report.added += 1,
            }
        }
    }
}

/// Leaves a record of each customer, and one of the whole.
async fn record(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    (plans, report): (&[Plan], &FileReport),
) -> Result<()> {
    for Plan { customer, laid, .. } in plans.iter().filter(|plan| !plan.laid.edits.is_empty()) {
        let detail = edits_detail(laid).to_string();
        audit::record(center, connection, actor, ("assignment.by_file", customer.as_str(), &detail)).await?;
    }
    let detail = json!({
        "rows": report.rows, "customers": report.customers, "added": report.added, "changed": report.changed,
        "removed": report.removed, "left_out": report.left_out,
    });
    audit::record(center, connection, actor, ("assignment.import", actor.partner.as_str(), &detail.to_string())).await
}
