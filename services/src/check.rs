//! Proves that the sums the dashboards read are the sums of the lines, and that the ledger balances.

use domain::ids::PartnerId;

use crate::center::Center;
use crate::db::Connection;
use crate::error::Result;
use crate::imports::texts::number_of;

/// Compares all rollups with the lines, and the ledger's balances with its postings; names what does not agree. Nothing named means that all is well.
///
/// # Errors
/// `Internal` where the database cannot be read.
pub async fn run_unscoped(center: &Center) -> Result<Vec<String>> {
    let mut tx = center.db.read().await?;
    let mut faults = Vec::new();
    check_versions(&mut tx, &mut faults).await?;
    drop(tx);
    for partner in crate::partners::list_unscoped(center).await? {
        let mut tx = center.db.read().await?;
        check_shown(&mut tx, &partner.id, &mut faults).await?;
        crate::ledger::check(&mut tx, &partner.id, &mut faults).await?;
        crate::funds::check(&mut tx, &partner.id, &mut faults).await?;
    }
    Ok(faults)
}

/// Rows of the first query that the second lacks, and the other way round.
macro_rules! differences {
    ($left:expr, $right:expr) => {
        concat!(
            "select (select count(*) from (",
            $left,
            " except ",
            $right,
            ")) + (select count(*) from (",
            $right,
            " except ",
            $left,
            "))"
        )
    };
}

macro_rules! line_sums {
    () => {
        "count(*), sum(case when due <> 0 then 1 else 0 end), sum(coalesce(list, 0)), sum(due), sum(coupon),
         sum(case when bill_type_no = $2 then due else 0 end), sum(case when bill_type_no = $3 then due else 0 end),
         sum(coalesce(debt, 0)), count(debt), count(list) from bill_line where version_no = $1"
    };
}

macro_rules! part_sums {
    () => {
        "sum(r.lines), sum(r.charged), sum(r.list), sum(r.due), sum(r.coupon), sum(r.refund), sum(r.adjustment),
         sum(r.debt), sum(r.debt_lines), sum(r.list_lines) from shown_part s
         join rollup_part_service r on r.version_no = s.version_no and r.customer_no = s.customer_no
         where s.partner_id = $1"
    };
}

/// Per version; parameters: version, text numbers of refund and adjustment.
const VERSION_CHECKS: [(&str, &str); 6] = [
    (
        "rollup_part_service",
        differences!(
            concat!(
                "select customer_no, service_no, charge_mode_no, association_no, currency_no, ",
                line_sums!(),
                " group by customer_no, service_no, charge_mode_no, association_no, currency_no"
            ),
            "select customer_no, service_no, charge_mode_no, association_no, currency_no, lines, charged, list, due,
               coupon, refund, adjustment, debt, debt_lines, list_lines from rollup_part_service where version_no = $1"
        ),
    ),
    (
        "rollup_part_day",
        differences!(
            concat!(
                "select customer_no, day, association_no, currency_no, ",
                line_sums!(),
                " group by customer_no, day, association_no, currency_no"
            ),
            "select customer_no, day, association_no, currency_no, lines, charged, list, due, coupon, refund,
               adjustment, debt, debt_lines, list_lines from rollup_part_day where version_no = $1"
        ),
    ),
    (
        "rollup_part_manager",
        differences!(
            "select customer_no, source_manager_no, currency_no,
               sum(distinct 1 << (cast(substr(day, 9, 2) as integer) - 1)), count(*), sum(due)
             from bill_line where version_no = $1 group by customer_no, source_manager_no, currency_no",
            "select customer_no, source_manager_no, currency_no, days, lines, due
             from rollup_part_manager where version_no = $1"
        ),
    ),
    (
        "customer_line",
        differences!(
            "select customer_no, day, line_no from bill_line where version_no = $1",
            "select customer_no, day, line_no from customer_line where version_no = $1"
        ),
    ),
    (
        "version_part",
        differences!(
            "select customer_no, count(*) from bill_line where version_no = $1 group by customer_no",
            "select customer_no, lines from version_part where version_no = $1"
        ),
    ),
    (
        "bill_version.lines",
        "select (select count(*) from bill_version where no = $1 and lines <>
           (select count(*) from bill_line where version_no = $1))",
    ),
];

async fn check_versions(connection: &mut Connection, faults: &mut Vec<String>) -> Result<()> {
    let refund = number_of(connection, "refund").await?;
    let adjustment = number_of(connection, "adjustment").await?;
    let versions: Vec<i64> = sqlx::query_scalar(
        "select no from bill_version where kept and state in ('switched', 'superseded', 'held') order by no",
    )
    .fetch_all(&mut *connection)
    .await?;
    for version in versions {
        for (table, sql) in VERSION_CHECKS {
            let query = sqlx::query_scalar(sql).bind(version).bind(refund).bind(adjustment);
            let rows: i64 = query.fetch_one(&mut *connection).await?;
            if rows > 0 {
                faults.push(format!("version {version}: {rows} rows of {table} differ from the lines"));
            }
        }
    }
    Ok(())
}

/// Per partner.
const SHOWN_CHECKS: [(&str, &str); 3] = [
    (
        "rows of rollup_customer differ from the shown lines",
        differences!(
            concat!(
                "select s.month, r.customer_no, r.association_no, r.currency_no, ",
                part_sums!(),
                " group by s.month, r.customer_no, r.association_no, r.currency_no"
            ),
            "select month, customer_no, association_no, currency_no, lines, charged, list, due, coupon, refund,
               adjustment, debt, debt_lines, list_lines from rollup_customer where partner_id = $1"
        ),
    ),
    (
        "rows of rollup_service differ from the shown lines",
        differences!(
            concat!(
                "select s.month, r.service_no, r.charge_mode_no, r.association_no, r.currency_no, ",
                part_sums!(),
                " group by s.month, r.service_no, r.charge_mode_no, r.association_no, r.currency_no"
            ),
            "select month, service_no, charge_mode_no, association_no, currency_no, lines, charged, list, due, coupon,
               refund, adjustment, debt, debt_lines, list_lines from rollup_service where partner_id = $1"
        ),
    ),
    (
        "shown parts are of no version that is shown",
        "select count(*) from shown_part s
         left join bill_version v on v.no = s.version_no
         left join version_part p on p.version_no = s.version_no and p.customer_no = s.customer_no
         where s.partner_id = $1 and (v.no is null or p.version_no is null or not v.kept or v.state <> 'switched'
           or v.month <> s.month or v.partner_id <> s.partner_id)",
    ),
];

async fn check_shown(connection: &mut Connection, partner: &PartnerId, faults: &mut Vec<String>) -> Result<()> {
    for (what, sql) in SHOWN_CHECKS {
        let rows: i64 = sqlx::query_scalar(sql).bind(partner.as_str()).fetch_one(&mut *connection).await?;
        if rows > 0 {
            faults.push(format!("partner {partner}: {rows} {what}"));
        }
    }
    for month in crate::months::wrong_sums(connection, partner).await? {
        faults.push(format!("partner {partner}: the sums of the control sheet of {month} differ from the lines"));
    }
    Ok(())
}
