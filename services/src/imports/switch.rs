//! Making versions visible, and taking them back: each within one transaction of the caller.

use std::collections::BTreeSet;

use domain::ids::{DeliveryId, PartnerId};
use domain::imports::{Covers, VersionState};
use domain::periods::Month;

use crate::center::Center;
use crate::clock::stored;
use crate::db::{Connection, Statement};
use crate::error::{Error, Result};

use super::carry::{Carried, take_over};
use super::draft::Version;
use super::shown::Shown;

/// Shows a version in place of what it re-states. A version that covers days first takes over the lines of all other days, as
/// far as they are not `ready`.
///
/// # Errors
/// `MonthClosed`.
pub async fn show(
    connection: &mut Connection,
    (partner, delivery): (&PartnerId, &DeliveryId),
    (version, covers): (&mut Version, Covers),
    (shown, ready): (&Shown, Option<&Carried>),
) -> Result<()> {
    crate::months::require_open(connection, partner, version.month).await?;
    if covers == Covers::Days {
        take_over(connection, partner, (version, shown), ready).await?;
    }
    write_parts(connection, version).await?;
    match covers {
        Covers::Append => {}
        Covers::Customers => replace(connection, (partner, delivery), version, REPLACE_CUSTOMERS).await?,
        Covers::Month | Covers::Days => replace(connection, (partner, delivery), version, REPLACE_ALL).await?,
    }
    sqlx::query(
        "insert into shown_part (partner_id, month, customer_no, version_no)
         select $1, $2, customer_no, version_no from version_part where version_no = $3",
    )
    .bind(partner.as_str())
    .bind(version.month.to_string())
    .bind(version.no)
    .execute(&mut *connection)
    .await?;
    set_state(connection, version.no, VersionState::Switched).await
}

/// After a delivery's versions were shown: what is shown for no customer any more is superseded.
///
/// # Errors
/// `Internal`.
pub async fn supersede(connection: &mut Connection, delivery: &DeliveryId) -> Result<()> {
    sqlx::query(
        "update bill_version set state = 'superseded'
         where state = 'switched' and no in (select version_no from replaced_part where delivery_id = $1)
           and not exists (select 1 from shown_part s where s.version_no = bill_version.no)",
    )
    .bind(delivery.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

const REPLACE_ALL: &str = "insert into replaced_part (delivery_id, month, customer_no, version_no)
     select $1, s.month, s.customer_no, s.version_no
     from shown_part s join bill_version v on v.no = s.version_no
     where s.partner_id = $2 and s.month = $3 and v.partner_id = $2 and v.month = $3 and v.supplier = $4 and v.account = $5 and v.no <> $6";
const REPLACE_CUSTOMERS: &str = "insert into replaced_part (delivery_id, month, customer_no, version_no)
     select $1, s.month, s.customer_no, s.version_no
     from shown_part s join bill_version v on v.no = s.version_no
     where s.partner_id = $2 and s.month = $3 and v.partner_id = $2 and v.month = $3 and v.supplier = $4 and v.account = $5
       and s.customer_no in (select customer_no from version_part where version_no = $6)";

/// Remembers what is shown of a unit and takes it out.
async fn replace(
    connection: &mut Connection,
    (partner, delivery): (&PartnerId, &DeliveryId),
    version: &Version,
    sql: &'static str,
) -> Result<()> {
    sqlx::query(sql)
        .bind(delivery.as_str())
        .bind(partner.as_str())
        .bind(version.month.to_string())
        .bind(&version.supplier)
        .bind(&version.account)
        .bind(version.no)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "delete from shown_part where partner_id = $1 and month = $2 and (customer_no, version_no) in
           (select customer_no, version_no from replaced_part where delivery_id = $3 and month = $2)",
    )
    .bind(partner.as_str())
    .bind(version.month.to_string())
    .bind(delivery.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes a version's lines and hashes by customer, and its number of lines.
///
/// # Errors
/// `Internal`.
pub async fn write_parts(connection: &mut Connection, version: &Version) -> Result<()> {
    sqlx::query("delete from version_part where version_no = $1").bind(version.no).execute(&mut *connection).await?;
    let mut total = 0;
    for (customer, part) in &version.parts.customers {
        let (high, low) = part.halves();
        total += part.lines;
        sqlx::query(
            "insert into version_part (version_no, customer_no, lines, hash_high, hash_low) values ($1, $2, $3, $4, $5)",
        )
        .bind(version.no)
        .bind(customer)
        .bind(part.lines.cast_signed())
        .bind(high)
        .bind(low)
        .execute(&mut *connection)
        .await?;
    }
    sqlx::query("update bill_version set lines = $2 where no = $1")
        .bind(version.no)
        .bind(total.cast_signed())
        .execute(connection)
        .await?;
    Ok(())
}

/// Sets where a version stands.
///
/// # Errors
/// `Internal`.
pub async fn set_state(connection: &mut Connection, version: i64, state: VersionState) -> Result<()> {
    sqlx::query("update bill_version set state = $2 where no = $1")
        .bind(version)
        .bind(state.code())
        .execute(connection)
        .await?;
    Ok(())
}

/// After parts were shown or taken away: sums the months anew, dates the customers' first lines, and counts the change.
///
/// # Errors
/// `Internal`.
pub async fn settle(
    center: &Center,
    connection: &mut Connection,
    partner: &PartnerId,
    (months, versions): (&BTreeSet<Month>, &[i64]),
) -> Result<()> {
    for month in months {
        for sql in SUM_MONTH {
            let summed =
                sqlx::query(sql).bind(partner.as_str()).bind(month.to_string()).execute(&mut *connection).await;
            summed.map_err(too_large)?;
        }
    }
    let mut first_seen = Statement::new(
        "update customer set first_seen = (
           select min(d.day) from shown_part s
           join rollup_part_day d on d.version_no = s.version_no and d.customer_no = s.customer_no
           where s.customer_no = customer.no)
         where no in (select customer_no from version_part where version_no in ",
    );
    first_seen.list(versions.iter().copied()).add(")");
    first_seen.execute(connection).await?;
    sqlx::query("update partner set data_version = data_version + 1, data_changed_at = $2 where id = $1")
        .bind(partner.as_str())
        .bind(stored(center.clock.now()))
        .execute(connection)
        .await?;
    Ok(())
}

/// A month's sum that passes 64 bits is the bill's fault, not ours: it is said so.
pub fn too_large(error: sqlx::Error) -> Error {
    let overflows = error.as_database_error().is_some_and(|error| error.message().contains("integer overflow"));
    if overflows { Error::Conflict("sum_too_large") } else { error.into() }
}

macro_rules! sums {
    () => {
        "cast(sum(r.lines) as bigint), cast(sum(r.charged) as bigint), cast(sum(r.list) as bigint),
         cast(sum(r.due) as bigint), cast(sum(r.coupon) as bigint), cast(sum(r.refund) as bigint),
         cast(sum(r.adjustment) as bigint), cast(sum(r.debt) as bigint), cast(sum(r.debt_lines) as bigint),
         cast(sum(r.list_lines) as bigint)
         from shown_part s
         join rollup_part_service r on r.version_no = s.version_no and r.customer_no = s.customer_no
         where s.partner_id = $1 and s.month = $2"
    };
}

/// The rollups of a month, from those of the shown parts.
pub const SUM_MONTH: [&str; 4] = [
    "delete from rollup_customer where partner_id = $1 and month = $2",
    concat!(
        "insert into rollup_customer (partner_id, month, customer_no, association_no, currency_no, lines, charged, list,
           due, coupon, refund, adjustment, debt, debt_lines, list_lines)
         select s.partner_id, s.month, r.customer_no, r.association_no, r.currency_no, ",
        sums!(),
        " group by s.partner_id, s.month, r.customer_no, r.association_no, r.currency_no"
    ),
    "delete from rollup_service where partner_id = $1 and month = $2",
    concat!(
        "insert into rollup_service (partner_id, month, service_no, charge_mode_no, association_no, currency_no, lines,
           charged, list, due, coupon, refund, adjustment, debt, debt_lines, list_lines)
         select s.partner_id, s.month, r.service_no, r.charge_mode_no, r.association_no, r.currency_no, ",
        sums!(),
        " group by s.partner_id, s.month, r.service_no, r.charge_mode_no, r.association_no, r.currency_no"
    ),
];
