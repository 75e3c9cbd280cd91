//! The records of exports (导出记录): each member sees, downloads and deletes the own ones.

use std::fs::File;

use domain::access::{Actor, Permission, Scope};
use domain::exports::{ExportRecord, ExportState};
use domain::ids::ExportId;
use domain::paging::{PAGE_SIZE, Page, page_within};
use serde_json::json;

use super::files::{self, ExportFile};
use crate::center::Center;
use crate::clock::{local, stored};
use crate::error::{Error, Result};
use crate::{audit, partners};

#[derive(sqlx::FromRow)]
struct RecordRow {
    id: String,
    view: String,
    format: String,
    filters: String,
    state: String,
    created_at: String,
    finished_at: Option<String>,
    expires_at: Option<String>,
    row_count: i64,
    byte_count: i64,
    data_version: Option<i64>,
    error: String,
}

/// The actor's own exports of the background, newest first.
///
/// # Errors
/// `Denied` without `Permission::ViewConsumption`.
pub async fn list(center: &Center, actor: &Actor, page: u32) -> Result<Page<ExportRecord>> {
    actor.require(Permission::ViewConsumption)?;
    let mut tx = center.db.read().await?;
    let zone = partners::get(&mut tx, &actor.partner).await?.zone;
    let total: i64 = sqlx::query_scalar("select count(*) from export_job where partner_id = $1 and member_id = $2")
        .bind(actor.partner.as_str())
        .bind(actor.member.as_str())
        .fetch_one(&mut *tx)
        .await?;
    let total = total.unsigned_abs();
    let page = page_within(page, total);
    let rows: Vec<RecordRow> = sqlx::query_as(
        "select id, view, format, filters, state, created_at, finished_at, expires_at, row_count, byte_count, data_version,
                error
         from export_job where partner_id = $1 and member_id = $2 order by created_at desc, id desc limit $3 offset $4",
    )
    .bind(actor.partner.as_str())
    .bind(actor.member.as_str())
    .bind(i64::from(PAGE_SIZE))
    .bind(i64::from(page - 1) * i64::from(PAGE_SIZE))
    .fetch_all(&mut *tx)
    .await?;
    let record = |row: RecordRow| -> Result<ExportRecord> {
        let at = |text: String| local(&text, &zone);
        Ok(ExportRecord {
            id: ExportId::new(row.id),
            view: row.view.parse().map_err(Error::internal)?,
            format: row.format.parse().map_err(Error::internal)?,
            filters: row.filters,
            state: row.state.parse().map_err(Error::internal)?,
            created_at: at(row.created_at),
            finished_at: row.finished_at.map(at),
            expires_at: row.expires_at.map(at),
            rows: row.row_count.unsigned_abs(),
            bytes: row.byte_count.unsigned_abs(),
            version: row.data_version,
            error: row.error,
        })
    };
    Ok(Page { items: rows.into_iter().map(record).collect::<Result<_>>()?, total, page })
}

/// An own export's file, and an audit record of its download. What the actor may see is asked anew: a file with more than that
/// is not handed over any more.
///
/// # Errors
/// `Denied` without `Permission::ViewConsumption`; `NotFound` for no export of the actor's; `Conflict` `export_not_ready`,
/// `export_expired`, or `rights_changed`.
pub async fn open(center: &Center, actor: &Actor, id: &ExportId) -> Result<ExportFile> {
    let scope = actor.scope(Permission::ViewConsumption)?;
    let mut tx = center.db.write().await?;
    let (state, format, name, sees_all, whole_names, expires_at): (String, String, String, bool, bool, Option<String>) =
        sqlx::query_as(
            "select state, format, file_name, sees_all, clear_names, expires_at from export_job
             where id = $1 and partner_id = $2 and member_id = $3",
        )
        .bind(id.as_str())
        .bind(actor.partner.as_str())
        .bind(actor.member.as_str())
        .fetch_one(&mut *tx)
        .await?;
    let over = expires_at.is_some_and(|at| at <= stored(center.clock.now()));
    match state.parse().map_err(Error::internal)? {
        ExportState::Expired => return Err(Error::Conflict("export_expired")),
        ExportState::Finished if over => return Err(Error::Conflict("export_expired")),
        ExportState::Finished => {}
        _ => return Err(Error::Conflict("export_not_ready")),
    }
    if (sees_all && !matches!(scope, Scope::All { .. })) || (whole_names && !actor.may(Permission::ExportNames)) {
        return Err(Error::Conflict("rights_changed"));
    }
    let Ok(file) = File::open(files::place(center, id)) else { return Err(Error::Conflict("export_expired")) };
    let detail = json!({ "format": format }).to_string();
    audit::record(center, &mut tx, actor, ("export.download", id.as_str(), &detail)).await?;
    tx.commit().await?;
    ExportFile::new(name, format.parse().map_err(Error::internal)?, file)
}

/// Deletes an own export with its file; one that waits or runs is cancelled so.
///
/// # Errors
/// `Denied` without `Permission::ViewConsumption`; `NotFound` for no export of the actor's.
pub async fn delete(center: &Center, actor: &Actor, id: &ExportId) -> Result<()> {
    actor.require(Permission::ViewConsumption)?;
    let mut tx = center.db.write().await?;
    let deleted = sqlx::query("delete from export_job where id = $1 and partner_id = $2 and member_id = $3")
        .bind(id.as_str())
        .bind(actor.partner.as_str())
        .bind(actor.member.as_str())
        .execute(&mut *tx)
        .await?;
    if deleted.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    audit::record(center, &mut tx, actor, ("export.delete", id.as_str(), "")).await?;
    tx.commit().await?;
    files::remove(center, id);
    Ok(())
}
