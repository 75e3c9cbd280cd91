//! Decisions of a person on a delivery: confirm what was held, take it back.

use std::collections::BTreeSet;

use domain::ids::DeliveryId;
use domain::imports::{Covers, VersionState};

use crate::center::Center;
use crate::db::Connection;
use crate::error::{Error, Result};

use super::Importer;
use super::history::{version_of, versions_of};
use super::shown::{Shown, judge};
use super::sweep::sweep_unscoped;
use super::switch;

/// Switches the held versions of a delivery.
///
/// # Errors
/// `Denied`; `NotFound`; `MonthClosed`; `Conflict` `nothing_held`.
pub async fn confirm(center: &Center, who: &Importer, id: &DeliveryId) -> Result<()> {
    let partner = who.partner()?;
    let mut tx = center.db.write().await?;
    require_delivery(&mut tx, who, id).await?;
    let held = versions_of(&mut tx, id, "held").await?;
    if held.is_empty() {
        return Err(Error::Conflict("nothing_held"));
    }
    let (mut months, mut touched) = (BTreeSet::new(), Vec::new());
    for (no, covers) in held {
        let mut version = version_of(&mut tx, no).await?;
        let covers: Covers = covers.parse().map_err(Error::internal)?;
        let shown = Shown::load(&mut tx, partner, &version).await?;
        if judge(&mut tx, &shown, &version, (covers, true), None).await? == VersionState::Unchanged {
            switch::set_state(&mut tx, no, VersionState::Unchanged).await?;
            continue;
        }
        switch::show(&mut tx, (partner, id), (&mut version, covers), (&shown, None)).await?;
        months.insert(version.month);
        touched.push(no);
        touched.extend(shown.parts.iter().map(|(_, version, _)| *version));
    }
    if !months.is_empty() {
        switch::supersede(&mut tx, id).await?;
        touched.sort_unstable();
        touched.dedup();
        switch::settle(center, &mut tx, partner, (&months, &touched)).await?;
    }
    who.record(center, &mut tx, ("import.confirm", id.as_str(), "")).await?;
    tx.commit().await?;
    sweep_unscoped(center).await
}

/// Takes a delivery back, with the mended rows that were added to it: what it replaced is shown again.
///
/// # Errors
/// `Denied`; `NotFound`; `MonthClosed`; `Conflict`: `not_finished`, `replaced_since` where a later delivery replaced some of
/// it, `older_versions_gone` where what it replaced is not kept any more.
pub async fn withdraw(center: &Center, who: &Importer, id: &DeliveryId) -> Result<()> {
    let partner = who.partner()?;
    let mut tx = center.db.write().await?;
    require_delivery(&mut tx, who, id).await?;
    let additions: Vec<String> =
        sqlx::query_scalar("select id from delivery where mends = $1 and state = 'finished' order by created_at, id")
            .bind(id.as_str())
            .fetch_all(&mut *tx)
            .await?;
    let (mut months, mut touched) = (BTreeSet::new(), Vec::new());
    for one in additions.into_iter().map(DeliveryId::new).chain([id.clone()]) {
        take_back(&mut tx, &one, (&mut months, &mut touched)).await?;
    }
    for month in &months {
        crate::months::require_open(&mut tx, partner, *month).await?;
    }
    if !months.is_empty() {
        switch::settle(center, &mut tx, partner, (&months, &touched)).await?;
    }
    who.record(center, &mut tx, ("import.withdraw", id.as_str(), "")).await?;
    tx.commit().await?;
    sweep_unscoped(center).await
}

async fn require_delivery(connection: &mut Connection, who: &Importer, id: &DeliveryId) -> Result<()> {
    let state: String = sqlx::query_scalar("select state from delivery where id = $1 and partner_id = $2")
        .bind(id.as_str())
        .bind(who.partner()?.as_str())
        .fetch_one(connection)
        .await?;
    if state == "finished" { Ok(()) } else { Err(Error::Conflict("not_finished")) }
}

async fn take_back(
    connection: &mut Connection,
    id: &DeliveryId,
    (months, touched): (&mut BTreeSet<domain::periods::Month>, &mut Vec<i64>),
) -> Result<()> {
    let one = |sql: &'static str| sqlx::query_scalar::<_, i64>(sql).bind(id.as_str().to_owned());
    let replaced_since = one("select count(*) from bill_version v join version_part p on p.version_no = v.no
         where v.delivery_id = $1 and v.state in ('switched', 'superseded') and not exists (
           select 1 from shown_part s where s.partner_id = v.partner_id and s.month = v.month
             and s.customer_no = p.customer_no and s.version_no = v.no)")
    .fetch_one(&mut *connection)
    .await?;
    let superseded = one("select count(*) from bill_version where delivery_id = $1 and state = 'superseded'")
        .fetch_one(&mut *connection)
        .await?;
    if replaced_since + superseded > 0 {
        return Err(Error::Conflict("replaced_since"));
    }
    let gone = one("select count(*) from replaced_part r join bill_version v on v.no = r.version_no
         where r.delivery_id = $1 and not v.kept")
    .fetch_one(&mut *connection)
    .await?;
    if gone > 0 {
        return Err(Error::Conflict("older_versions_gone"));
    }
    for (no, _) in versions_of(connection, id, "switched").await? {
        months.insert(version_of(connection, no).await?.month);
        touched.push(no);
    }
    touched.extend(
        one("select distinct version_no from replaced_part where delivery_id = $1").fetch_all(&mut *connection).await?,
    );
    for sql in [
        "delete from shown_part where version_no in (select no from bill_version where delivery_id = $1)",
        "insert into shown_part (partner_id, month, customer_no, version_no)
         select v.partner_id, r.month, r.customer_no, r.version_no
         from replaced_part r join bill_version v on v.no = r.version_no where r.delivery_id = $1",
        "update bill_version set state = 'switched'
         where no in (select version_no from replaced_part where delivery_id = $1)",
        "delete from replaced_part where delivery_id = $1",
        "update bill_version set state = 'withdrawn' where delivery_id = $1",
        "update delivery set state = 'withdrawn' where id = $1",
    ] {
        sqlx::query(sql).bind(id.as_str()).execute(&mut *connection).await?;
    }
    Ok(())
}
