//! Beside the books: what the supplier says about the same moves.

mod compare;
mod rows;

use domain::access::{Actor, Permission};
use domain::errors::FieldError;
use domain::funds::{MatchReason, SetSupplierTransaction, SupplierComparison, SupplierFile};
use domain::ids::SupplierFileId;
use serde_json::json;

use super::transfer::{check_supplier_transaction, record_supplier_transaction};
use super::{require_all, supplier::rows::Row};
use crate::audit;
use crate::center::{Center, new_id};
use crate::clock::stored;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::{ledger, partners};

/// Records the supplier's transaction id of a move, once.
///
/// # Errors
/// `Denied` without `Permission::ManageFunds`; `NotFound`; `Invalid` `supplier_transaction` (`required`, `too_long`, `taken` by another
/// move); `Conflict` `supplier_transaction_recorded`.
pub async fn set_supplier_transaction(center: &Center, actor: &Actor, request: &SetSupplierTransaction) -> Result<()> {
    require_all(actor, Permission::ManageFunds)?;
    let mut tx = center.db.write().await?;
    ledger::get(&mut tx, &actor.partner, &request.id).await?;
    let transaction = check_supplier_transaction(&mut tx, actor, &request.transaction).await?;
    let transaction = transaction.ok_or_else(|| FieldError::new("supplier_transaction", "required"))?;
    record_supplier_transaction(center, &mut tx, actor, (&request.id, transaction)).await?;
    let detail = json!({ "transaction": transaction }).to_string();
    audit::record(center, &mut tx, actor, ("funds.supplier_transaction", request.id.as_str(), &detail)).await?;
    tx.commit().await?;
    Ok(())
}

/// Compares the supplier's income and expense file (CSV or XLSX) with the books, and keeps which moves are matched: by transaction id,
/// else by day, customer and amount where only one fits on both sides. Such a move gets the supplier's transaction id.
///
/// # Errors
/// `Denied` without `Permission::ManageFunds`; `Invalid` `file`: `empty`, `not_utf8`, `unreadable`, `too_many_rows`, `too_large`,
/// `missing_columns`, `bad_row` with its number and what is wrong.
pub async fn compare_supplier_file(
    center: &Center,
    actor: &Actor,
    (name, bytes): (&str, Vec<u8>),
) -> Result<SupplierComparison> {
    require_all(actor, Permission::ManageFunds)?;
    let zone = partners::of(center, actor).await?.zone;
    let read = tokio::task::spawn_blocking(move || rows::read(&bytes, &zone)).await.map_err(Error::internal)??;
    let mut tx = center.db.write().await?;
    let id = SupplierFileId::new(new_id());
    let matched = compare::compare(&mut tx, actor, &read).await?;
    insert(center, &mut tx, actor, (&id, name, &read)).await?;
    for (row, (reason, moved)) in read.iter().zip(&matched) {
        sqlx::query(
            "insert into supplier_file_row (file_id, row_no, transaction_id, day, amount, counterpart, reason, move_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(id.as_str())
        .bind(i64::try_from(row.number).map_err(Error::internal)?)
        .bind(&row.transaction)
        .bind(row.day.to_string())
        .bind(row.amount.units())
        .bind(&row.counterpart)
        .bind(reason.code())
        .bind(moved.as_ref().map(domain::ids::MoveId::as_str))
        .execute(&mut *tx)
        .await?;
        if let (MatchReason::Content, Some(moved)) = (reason, moved)
            && let Some(transaction) = check_supplier_transaction(&mut tx, actor, &row.transaction).await?
        {
            record_supplier_transaction(center, &mut tx, actor, (moved, transaction)).await?;
        }
    }
    let count = matched.iter().filter(|(_, moved)| moved.is_some()).count();
    let detail = json!({ "rows": read.len(), "matched": count }).to_string();
    audit::record(center, &mut tx, actor, ("funds.compare_supplier_file", id.as_str(), &detail)).await?;
    let comparison = compare::kept(&mut tx, actor, &id).await?;
    tx.commit().await?;
    Ok(comparison)
}

async fn insert(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    (id, name, rows): (&SupplierFileId, &str, &[Row]),
) -> Result<()> {
    let days = rows.iter().map(|row| row.day);
    let (Some(from), Some(to)) = (days.clone().min(), days.max()) else { return Err(Error::field("file", "empty")) };
    let name: String = name.chars().take(domain::funds::MAX_REASON).collect();
    sqlx::query(
        "insert into supplier_file (id, partner_id, name, from_day, to_day, uploaded_by, uploaded_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id.as_str())
    .bind(actor.partner.as_str())
    .bind(name)
    .bind(from.to_string())
    .bind(to.to_string())
    .bind(actor.member.as_str())
    .bind(stored(center.clock.now()))
    .execute(connection)
    .await?;
    Ok(())
}

/// A comparison that was made, as things are now: what was matched since is.
///
/// # Errors
/// `Denied` without `Permission::ViewFunds`; `NotFound`.
pub async fn supplier_comparison(center: &Center, actor: &Actor, id: &SupplierFileId) -> Result<SupplierComparison> {
    require_all(actor, Permission::ViewFunds)?;
    let mut tx = center.db.read().await?;
    compare::kept(&mut tx, actor, id).await
}

/// The files that were compared, the newest first.
///
/// # Errors
/// `Denied` without `Permission::ViewFunds`.
pub async fn supplier_files(center: &Center, actor: &Actor) -> Result<Vec<SupplierFile>> {
    require_all(actor, Permission::ViewFunds)?;
    let mut tx = center.db.read().await?;
    let ids: Vec<(String,)> = sqlx::query_as(
        "select id from supplier_file where partner_id = $1 order by uploaded_at desc, id desc limit 50",
    )
    .bind(actor.partner.as_str())
    .fetch_all(&mut *tx)
    .await?;
    let mut files = Vec::new();
    for (id,) in ids {
        files.push(compare::kept(&mut tx, actor, &SupplierFileId::new(id)).await?.file);
    }
    Ok(files)
}
