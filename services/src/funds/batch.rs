//! Allocations and reclaims from a file: read, made in one transaction. A dry run does the same and rolls back, so that what it shows
//! is what would happen.

mod rows;

use domain::access::{Actor, Permission};
use domain::assignments::{MAX_LISTED_ERRORS, RowError};
use domain::errors::FieldError;
use domain::funds::{BatchLine, BatchOptions, BatchReport, BeforeAfter, Counterpart, Transfer, TransferDirection};
use domain::ids::{CustomerId, PartnerId};
use domain::ledger::{Account, read_amount};
use domain::money::Amount;
use serde_json::json;

use super::counterpart::Customers;
use super::{require_all, transfer};
use crate::audit;
use crate::center::Center;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::ledger;
use rows::Row;

/// Makes the transfers of a CSV or XLSX file (told by content) with the columns customer (our id, the account's id or name, or the
/// customer's name), operation (拨款 or 回收), amount, and if wanted reason and the supplier's transaction id. Chinese or English
/// headers, any order, other columns ignored.
///
/// Rows are taken in the file's order, so that a reclaim can pay for an allocation below it. Nothing moves where a row is bad,
/// unless `good_rows` leaves the bad ones out; the report's `written` tells.
///
/// # Errors
/// `Denied` without `Permission::ManageFunds`; `Invalid` `file` (`empty`, `not_utf8`, `unreadable`, `too_many_rows`, `too_large`,
/// `missing_columns`), `idempotency_key` `too_long`; `Conflict` `changed_since` where money moved since the state that was `seen`,
/// `idempotency_key_reused` where the key was sent with another file. What is wrong with rows is in the report.
pub async fn batch(center: &Center, actor: &Actor, bytes: Vec<u8>, options: &BatchOptions) -> Result<BatchReport> {
    require_all(actor, Permission::ManageFunds)?;
    let read = tokio::task::spawn_blocking(move || rows::read(&bytes)).await.map_err(Error::internal)??;
    let mut tx = center.db.write().await?;
    let state = state(&mut tx, &actor.partner).await?;
    let before = ledger::balances(&mut tx, &actor.partner).await?.allocatable();
    let mut report = make_all(center, &mut tx, actor, (&read, options)).await?;
    // a file that was sent before finds its own moves, not those of somebody else
    if report.repeated == 0 && options.seen.is_some_and(|seen| seen != state) {
        return Err(Error::Conflict("changed_since"));
    }
    let after = ledger::balances(&mut tx, &actor.partner).await?.allocatable();
    report.allocatable = BeforeAfter { before, after };
    report.seen = state;
    if options.dry_run || (report.error_count > 0 && !options.good_rows) || report.transfers == 0 {
        // dropped: whatever was made is rolled back
        report.lines.iter_mut().for_each(|line| line.moved = None);
        return Ok(report);
    }
    let detail = json!({
        "rows": report.rows, "transfers": report.transfers, "repeated": report.repeated, "left_out": report.left_out,
        "allocated": report.allocated, "reclaimed": report.reclaimed,
    });
    audit::record(center, &mut tx, actor, ("funds.batch", actor.partner.as_str(), &detail.to_string())).await?;
    tx.commit().await?;
    report.written = true;
    Ok(report)
}

async fn make_all(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    (rows, options): (&[Row], &BatchOptions),
) -> Result<BatchReport> {
    let customers = Customers::of(connection, &actor.partner).await?;
    let mut report = BatchReport { rows: rows.len() as u64, ..BatchReport::default() };
    let mut errors: Vec<RowError> = Vec::new();
    for row in rows {
        let wrong = match make(center, connection, actor, (row, &customers, options)).await {
            Ok((line, repeated)) => {
                add(&mut report, line, repeated)?;
                continue;
            }
            Err(Error::Invalid(fields)) => fields,
            Err(Error::Insufficient(short)) => {
                vec![FieldError::new("amount", "insufficient_balance").with(short.available)]
            }
            Err(Error::Conflict("idempotency_key_reused")) => return Err(Error::Conflict("idempotency_key_reused")),
            Err(Error::Conflict(code)) => vec![FieldError::new("customer", code).with(&row.customer)],
            Err(Error::NotFound) => vec![FieldError::new("customer", "unknown_customer").with(&row.customer)],
            Err(other) => return Err(other),
        };
        report.left_out += 1;
        errors.extend(wrong.into_iter().map(|error| RowError { row: row.number, error }));
    }
    report.error_count = errors.len() as u64;
    errors.truncate(MAX_LISTED_ERRORS);
    report.errors = errors;
    Ok(report)
}

async fn make(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    (row, customers, options): (&Row, &Customers, &BatchOptions),
) -> Result<(BatchLine, bool)> {
    let (customer, direction, amount) = read(row, customers)?;
    let asked = Transfer {
        reason: row.reason.clone(),
        supplier_transaction: row.supplier_transaction.clone(),
        key: if options.key.is_empty() { String::new() } else { format!("{}:{}", options.key, row.number) },
        ..Transfer::new(direction, Counterpart::Customer(customer.clone()), row.amount.as_str())
    };
    let (posted, preview) = transfer::make(center, connection, actor, &asked).await?;
    let after = posted.balance_after(&Account::Customer(customer.clone())).unwrap_or_default();
    let change = if direction == TransferDirection::Allocate { Some(amount) } else { amount.checked_neg() };
    let before = change.and_then(|change| after.checked_sub(change)).unwrap_or_default();
    let line = BatchLine {
        row: row.number,
        name: preview.map_or_else(|| customers.name(&customer), |preview| preview.counterpart_name),
        customer,
        direction,
        amount,
        balance: BeforeAfter { before, after },
        moved: Some(posted.id),
    };
    Ok((line, posted.repeated))
}

/// All that is wrong with a row by itself.
fn read(row: &Row, customers: &Customers) -> Result<(CustomerId, TransferDirection, Amount)> {
    match (customers.find(&row.customer), row.direction.clone(), read_amount(&row.amount)) {
        (Ok(customer), Ok(direction), Ok(amount)) => Ok((customer, direction, amount)),
        (customer, direction, amount) => {
            let wrong = [customer.err(), direction.err(), amount.err()];
            Err(Error::Invalid(wrong.into_iter().flatten().collect()))
        }
    }
}

fn add(report: &mut BatchReport, line: BatchLine, repeated: bool) -> Result<()> {
    let sum = match line.direction {
        TransferDirection::Allocate => &mut report.allocated,
        TransferDirection::Reclaim => &mut report.reclaimed,
    };
    *sum = sum.checked_add(line.amount).ok_or_else(|| Error::field("file", "too_large"))?;
    report.transfers += 1;
    report.repeated += u64::from(repeated);
    report.lines.push(line);
    Ok(())
}

/// A number that grows with every move.
async fn state(connection: &mut Connection, partner: &PartnerId) -> Result<i64> {
    let state = sqlx::query_scalar("select coalesce(max(sequence), 0) from ledger_move where partner_id = $1")
        .bind(partner.as_str())
        .fetch_one(connection)
        .await?;
    Ok(state)
}
