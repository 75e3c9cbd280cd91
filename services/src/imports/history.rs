//! What was imported: for those who may see bill files, and what everyone may know of the data.

use std::collections::{BTreeMap, HashMap};

use domain::access::{Actor, Permission};
use domain::ids::{DeliveryId, PartnerId};
use domain::imports::{Covers, DeliverySummary, HeldVersion, ImportReport, VersionReport, VersionState};
use domain::money::Total;
use domain::paging::{PAGE_SIZE, Page, page_within};
use jiff::tz::TimeZone;

use crate::center::Center;
use crate::clock::local;
use crate::db::{Connection, total};
use crate::error::{Error, Result};
use crate::sum_columns;

use super::draft::Version;
use super::sums::{Part, Parts};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    by_name: Option<String>,
    created_at: String,
    files: String,
    covers: String,
    state: String,
    rows_read: i64,
    bytes_read: i64,
    bytes_total: i64,
    reports: String,
    error: String,
}

macro_rules! deliveries {
    ($rest:literal) => {
        concat!(
            "select d.id, m.name as by_name, d.created_at, d.files, d.covers, d.state, d.rows_read, d.bytes_read,
               d.bytes_total, d.reports, d.error
             from delivery d left join member m on m.id = d.member_id where d.partner_id = $1 ",
            $rest
        )
    };
}

/// The deliveries, newest first; the versions in their reports stand where they stand now.
///
/// # Errors
/// `Denied` without `Permission::ViewImports`.
pub async fn history(center: &Center, actor: &Actor, page: u32) -> Result<Page<DeliverySummary>> {
    actor.require(Permission::ViewImports)?;
    let mut tx = center.db.read().await?;
    let count: i64 = sqlx::query_scalar("select count(*) from delivery where partner_id = $1")
        .bind(actor.partner.as_str())
        .fetch_one(&mut *tx)
        .await?;
    let page = page_within(page, count.cast_unsigned());
    let rows: Vec<Row> = sqlx::query_as(deliveries!("order by d.created_at desc, d.id desc limit $2 offset $3"))
        .bind(actor.partner.as_str())
        .bind(i64::from(PAGE_SIZE))
        .bind(i64::from(page - 1) * i64::from(PAGE_SIZE))
        .fetch_all(&mut *tx)
        .await?;
    let zone = crate::partners::get(&mut tx, &actor.partner).await?.zone;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(summary(&mut tx, row, &zone).await?);
    }
    Ok(Page { items, total: count.cast_unsigned(), page })
}

/// One delivery: also how far it is while it runs.
///
/// # Errors
/// `Denied` without `Permission::ViewImports`; `NotFound`.
pub async fn get(center: &Center, actor: &Actor, id: &DeliveryId) -> Result<DeliverySummary> {
    actor.require(Permission::ViewImports)?;
    let mut tx = center.db.read().await?;
    let row: Row = sqlx::query_as(deliveries!("and d.id = $2"))
        .bind(actor.partner.as_str())
        .bind(id.as_str())
        .fetch_one(&mut *tx)
        .await?;
    let zone = crate::partners::get(&mut tx, &actor.partner).await?.zone;
    summary(&mut tx, row, &zone).await
}

async fn summary(connection: &mut Connection, row: Row, zone: &TimeZone) -> Result<DeliverySummary> {
    let mut reports: Vec<ImportReport> = serde_json::from_str(&row.reports)?;
    let states: Vec<(i64, String)> = sqlx::query_as("select no, state from bill_version where delivery_id = $1")
        .bind(&row.id)
        .fetch_all(connection)
        .await?;
    let states: HashMap<i64, String> = states.into_iter().collect();
    for version in reports.iter_mut().flat_map(|report| &mut report.versions) {
        if let Some(state) = states.get(&version.version).and_then(|state| state.parse().ok()) {
            version.state = state;
        }
    }
    Ok(DeliverySummary {
        id: DeliveryId::new(row.id),
        by: row.by_name.unwrap_or_default(),
        at: local(&row.created_at, zone),
        files: serde_json::from_str(&row.files)?,
        covers: row.covers.parse().map_err(Error::internal)?,
        state: row.state.parse().map_err(Error::internal)?,
        rows_read: row.rows_read.cast_unsigned(),
        bytes_read: row.bytes_read.cast_unsigned(),
        bytes_total: row.bytes_total.cast_unsigned(),
        reports,
        error: row.error,
    })
}

/// Versions of a delivery in a state: number and what they cover.
pub(super) async fn versions_of(
    connection: &mut Connection,
    id: &DeliveryId,
    state: &str,
) -> Result<Vec<(i64, String)>> {
    let sql = "select no, covers from bill_version where delivery_id = $1 and state = $2 order by no";
    Ok(sqlx::query_as(sql).bind(id.as_str()).bind(state).fetch_all(connection).await?)
}

/// A stored version with its lines by customer and day.
pub(super) async fn version_of(connection: &mut Connection, no: i64) -> Result<Version> {
    let (supplier, account, month): (String, String, String) =
        sqlx::query_as("select supplier, account, month from bill_version where no = $1")
            .bind(no)
            .fetch_one(&mut *connection)
            .await?;
    let customers: Vec<(i64, i64, i64, i64)> =
        sqlx::query_as("select customer_no, lines, hash_high, hash_low from version_part where version_no = $1")
            .bind(no)
            .fetch_all(&mut *connection)
            .await?;
    let days: Vec<(String, i64)> = sqlx::query_as(
        "select day, cast(sum(lines) as bigint) from rollup_part_day where version_no = $1 group by day",
    )
    .bind(no)
    .fetch_all(connection)
    .await?;
    let mut parts = Parts::default();
    for (customer, lines, high, low) in customers {
        parts.customers.insert(customer, Part::from_stored(lines, high, low));
    }
    for (day, lines) in days {
        parts.days.insert(day.parse().map_err(Error::internal)?, lines.cast_unsigned());
    }
    Ok(Version { no, supplier, account, month: month.parse().map_err(Error::internal)?, parts })
}

/// The held versions of a delivery: what each would take away.
///
/// # Errors
/// `Denied` without `Permission::ViewImports`; `NotFound`.
pub async fn held(center: &Center, actor: &Actor, id: &DeliveryId) -> Result<Vec<HeldVersion>> {
    actor.require(Permission::ViewImports)?;
    let mut tx = center.db.read().await?;
    sqlx::query_scalar::<_, String>("select id from delivery where id = $1 and partner_id = $2")
        .bind(id.as_str())
        .bind(actor.partner.as_str())
        .fetch_one(&mut *tx)
        .await?;
    let mut all = Vec::new();
    for (no, covers) in versions_of(&mut tx, id, "held").await? {
        let covers: Covers = covers.parse().map_err(Error::internal)?;
        all.push(held_version(&mut tx, &actor.partner, (no, covers)).await?);
    }
    Ok(all)
}

/// Sums of day rollups by customer and currency: customer, its name, currency, lines, due in two parts.
type Sum = (i64, String, String, i64, i64, i64);

macro_rules! day_sums {
    ($from:literal) => {
        concat!(
            "select c.no, case when c.name = '' then c.account_id else c.name end, t.value,
               cast(sum(d.lines) as bigint), ",
            sum_columns!("d.due"),
            $from,
            "group by c.no, c.name, c.account_id, t.value"
        )
    };
}

async fn held_version(
    connection: &mut Connection,
    partner: &PartnerId,
    (no, covers): (i64, Covers),
) -> Result<HeldVersion> {
    let version = version_of(connection, no).await?;
    let then: Vec<Sum> = sqlx::query_as(day_sums!(
        " from rollup_part_day d join customer c on c.no = d.customer_no join bill_text t on t.no = d.currency_no
          where d.version_no = $1 "
    ))
    .bind(no)
    .fetch_all(&mut *connection)
    .await?;
    let now = match covers {
        Covers::Days => day_sums!(
            " from shown_part s join bill_version v on v.no = s.version_no
              join rollup_part_day d on d.version_no = s.version_no and d.customer_no = s.customer_no
              join customer c on c.no = d.customer_no join bill_text t on t.no = d.currency_no
              where s.partner_id = $1 and s.month = $2 and v.partner_id = $1 and v.month = $2 and v.supplier = $3 and v.account = $4
                and d.day in (select day from rollup_part_day where version_no = $5) "
        ),
        Covers::Customers => day_sums!(
            " from shown_part s join bill_version v on v.no = s.version_no
              join rollup_part_day d on d.version_no = s.version_no and d.customer_no = s.customer_no
              join customer c on c.no = d.customer_no join bill_text t on t.no = d.currency_no
              where s.partner_id = $1 and s.month = $2 and v.partner_id = $1 and v.month = $2 and v.supplier = $3 and v.account = $4
                and s.customer_no in (select customer_no from version_part where version_no = $5) "
        ),
        Covers::Month | Covers::Append => day_sums!(
            " from shown_part s join bill_version v on v.no = s.version_no
              join rollup_part_day d on d.version_no = s.version_no and d.customer_no = s.customer_no
              join customer c on c.no = d.customer_no join bill_text t on t.no = d.currency_no
              where s.partner_id = $1 and s.month = $2 and v.partner_id = $1 and v.month = $2 and v.supplier = $3 and v.account = $4 and v.no <> $5 "
        ),
    };
    let now: Vec<Sum> = sqlx::query_as(now)
        .bind(partner.as_str())
        .bind(version.month.to_string())
        .bind(&version.supplier)
        .bind(&version.account)
        .bind(no)
        .fetch_all(connection)
        .await?;
    let report = VersionReport {
        supplier: version.supplier,
        account: version.account,
        month: version.month,
        version: no,
        state: VersionState::Held,
    };
    Ok(compare(report, &now, &then))
}

fn compare(version: VersionReport, now: &[Sum], then: &[Sum]) -> HeldVersion {
    let lines = |sums: &[Sum]| sums.iter().map(|sum| sum.3.cast_unsigned()).sum();
    let due = |sums: &[Sum]| {
        let mut all = BTreeMap::<String, Total>::new();
        for (_, _, currency, _, whole, rest) in sums {
            *all.entry(currency.clone()).or_default() += total(*whole, *rest);
        }
        all
    };
    let mut customers = BTreeMap::<i64, (String, u64, u64)>::new();
    for (customer, name, _, lines, _, _) in now {
        customers.entry(*customer).or_insert_with(|| (name.clone(), 0, 0)).1 += lines.cast_unsigned();
    }
    for (customer, _, _, lines, _, _) in then {
        if let Some(entry) = customers.get_mut(customer) {
            entry.2 += lines.cast_unsigned();
        }
    }
    HeldVersion {
        version,
        lines_now: lines(now),
        lines_then: lines(then),
        due_now: due(now),
        due_then: due(then),
        customers: customers.into_values().filter(|(_, now, then)| then < now).collect(),
    }
}
