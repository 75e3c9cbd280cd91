//! Clearing away what no one will see again: lines of dead, unchanged, withdrawn and old versions, in small batches.

use crate::center::Center;
use crate::clock::stored;
use crate::db::Connection;
use crate::error::Result;

use super::kept;

/// Lines deleted at a time; in between others get to write.
const BATCH: i64 = 10_000;

/// Versions whose lines are to go. Kept are what is shown or held, what a shown delivery replaced (withdrawing that one
/// brings it back), and the last three of a (supplier, account, month).
macro_rules! to_clear {
    () => {
        "select v.no from bill_version v join delivery d on d.id = v.delivery_id
         where v.kept and (v.state in ('unchanged', 'withdrawn')
           or (v.state = 'staged' and d.state not in ('waiting', 'running'))
           or (v.state = 'superseded'
             and not exists (
               select 1 from replaced_part r join bill_version n on n.delivery_id = r.delivery_id
               where r.version_no = v.no and n.state = 'switched')
             and (
               select count(*) from bill_version w
               where w.partner_id = v.partner_id and w.month = v.month and w.supplier = v.supplier
                 and w.account = v.account and w.no > v.no and w.kept and w.state in ('switched', 'superseded')) >= 3))"
    };
}

/// The same, and versions whose clearing a dead process did not finish.
const TO_CLEAR: &str = concat!(
    to_clear!(),
    " union select v.no from bill_version v
      where not v.kept and exists (select 1 from bill_line l where l.version_no = v.no) order by 1"
);

/// Ends imports whose lease is over and deletes what is not needed any more. Safe to run at any time, again and again.
///
/// # Errors
/// `Internal`.
pub async fn sweep_unscoped(center: &Center) -> Result<()> {
    let mut tx = center.db.write().await?;
    expire(center, &mut tx).await?;
    kept::expire(center, &mut tx).await?;
    tx.commit().await?;
    kept::sweep(center).await?;
    let mut tx = center.db.read().await?;
    let versions: Vec<i64> = sqlx::query_scalar(TO_CLEAR).fetch_all(&mut *tx).await?;
    drop(tx);
    for version in versions {
        clear(center, version).await?;
    }
    let mut tx = center.db.write().await?;
    sqlx::query(
        "delete from rejected_row where delivery_id in
           (select id from delivery where state in ('refused', 'interrupted', 'withdrawn'))",
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Marks imports whose lease is over as interrupted.
///
/// # Errors
/// `Internal`.
pub async fn expire(center: &Center, connection: &mut Connection) -> Result<()> {
    let now = stored(center.clock.now());
    let dead: Vec<(String, String)> = sqlx::query_as(
        "select id, partner_id from delivery where state in ('waiting', 'running') and lease_until < $1",
    )
    .bind(&now)
    .fetch_all(&mut *connection)
    .await?;
    for (id, partner) in dead {
        sqlx::query("update delivery set state = 'interrupted', finished_at = $2, lease_until = null where id = $1")
            .bind(&id)
            .bind(&now)
            .execute(&mut *connection)
            .await?;
        let partner = domain::ids::PartnerId::new(partner);
        crate::audit::record_unscoped(center, connection, &partner, ("import.interrupt", &id, "")).await?;
    }
    Ok(())
}

/// The lines go last: as long as there are some, the clearing is not finished.
const DELETE_LINES: [&str; 2] = [
    "delete from customer_line where version_no = $1 and (customer_no, day, line_no) in
       (select customer_no, day, line_no from customer_line where version_no = $1
        order by customer_no, day, line_no limit $2)",
    "delete from bill_line where version_no = $1 and line_no in
       (select line_no from bill_line where version_no = $1 order by line_no limit $2)",
];

/// Gives a version up first, then deletes it bit by bit: whoever comes between sees it whole or not at all.
async fn clear(center: &Center, version: i64) -> Result<()> {
    let mut tx = center.db.write().await?;
    for sql in [
        // It may have been shown again since it was looked up.
        concat!("update bill_version set kept = false where no = $1 and no in (", to_clear!(), ")"),
        "update bill_version set state = 'withdrawn' where no = $1 and not kept and state = 'staged'",
    ] {
        sqlx::query(sql).bind(version).execute(&mut *tx).await?;
    }
    let kept: bool =
        sqlx::query_scalar("select kept from bill_version where no = $1").bind(version).fetch_one(&mut *tx).await?;
    if kept {
        return Ok(());
    }
    for sql in [
        "delete from rollup_part_service where version_no = $1",
        "delete from rollup_part_day where version_no = $1",
        "delete from rollup_part_manager where version_no = $1",
        "delete from version_part where version_no = $1",
    ] {
        sqlx::query(sql).bind(version).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    for sql in DELETE_LINES {
        loop {
            let mut tx = center.db.write().await?;
            let deleted = sqlx::query(sql).bind(version).bind(BATCH).execute(&mut *tx).await?;
            tx.commit().await?;
            if deleted.rows_affected() == 0 {
                break;
            }
        }
    }
    Ok(())
}
