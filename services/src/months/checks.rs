//! What to look at before a month is closed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::ids::{CustomerId, DeliveryId, PartnerId};
use domain::money::{Currency, Total};
use domain::months::{CheckKind, Finding, MonthCheck, NAMED_FINDINGS, Place};
use domain::periods::{Day, Month};

use super::control::CustomerLines;
use crate::consumption::MonthSums;
use crate::db::{Connection, Statement};
use crate::error::{Error, Result};

/// All checks of a month, one of each kind.
///
/// # Errors
/// `Internal`.
pub(super) async fn run(
    connection: &mut Connection,
    (partner, month, today): (&PartnerId, Month, Day),
    (lines, sums): (&[CustomerLines], &MonthSums),
) -> Result<Vec<MonthCheck>> {
    let asked = Asked { partner, month };
    Ok(vec![
        unbalanced(connection, lines).await?,
        missing_customers(connection, asked).await?,
        empty_days(connection, asked, today).await?,
        unassigned(connection, sums).await?,
        rejected(connection, asked).await?,
        held(connection, asked).await?,
    ])
}

#[derive(Clone, Copy)]
struct Asked<'a> {
    partner: &'a PartnerId,
    month: Month,
}

async fn unbalanced(connection: &mut Connection, lines: &[CustomerLines]) -> Result<MonthCheck> {
    let mut customers: BTreeMap<i64, i64> = BTreeMap::new();
    for part in lines.iter().filter(|part| part.unbalanced > 0) {
        *customers.entry(part.customer_no).or_default() += part.unbalanced;
    }
    Ok(MonthCheck {
        kind: CheckKind::Unbalanced,
        count: customers.values().sum::<i64>().cast_unsigned(),
        due: BTreeMap::new(),
        findings: customers_found(connection, &customers).await?,
    })
}

/// Consumed is who has a line whose due is not zero, as on the dashboard.
async fn missing_customers(connection: &mut Connection, asked: Asked<'_>) -> Result<MonthCheck> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "select b.customer_no, cast(sum(b.lines) as bigint) from rollup_customer b
         where b.partner_id = $1 and b.month = $2 and b.charged > 0
           and not exists (select 1 from rollup_customer n
             where n.partner_id = $1 and n.month = $3 and n.customer_no = b.customer_no)
         group by b.customer_no",
    )
    .bind(asked.partner.as_str())
    .bind(asked.month.plus(-1).to_string())
    .bind(asked.month.to_string())
    .fetch_all(&mut *connection)
    .await?;
    let customers: BTreeMap<i64, i64> = rows.into_iter().collect();
    Ok(MonthCheck {
        kind: CheckKind::MissingCustomers,
        count: customers.len() as u64,
        due: BTreeMap::new(),
        findings: customers_found(connection, &customers).await?,
    })
}

async fn empty_days(connection: &mut Connection, asked: Asked<'_>, today: Day) -> Result<MonthCheck> {
    let days: Vec<String> = sqlx::query_scalar(
        "select distinct d.day from shown_part s cross join rollup_part_day d
         where s.partner_id = $1 and s.month = $2 and d.version_no = s.version_no and d.customer_no = s.customer_no",
    )
    .bind(asked.partner.as_str())
    .bind(asked.month.to_string())
    .fetch_all(connection)
    .await?;
    let filled: BTreeSet<Day> =
        days.iter().map(|day| day.parse()).collect::<Result<_, _>>().map_err(Error::internal)?;
    let last = asked.month.last_day().min(today);
    let all = std::iter::successors(Some(asked.month.first_day()), |day| Some(day.plus(1)));
    let empty: Vec<Day> = all.take_while(|day| *day <= last).filter(|day| !filled.contains(day)).collect();
    let finding = |day: &Day| Finding { label: day.to_string(), count: 0, place: Place::Day(*day) };
    Ok(MonthCheck {
        kind: CheckKind::EmptyDays,
        count: empty.len() as u64,
        due: BTreeMap::new(),
        findings: empty.iter().take(NAMED_FINDINGS).map(finding).collect(),
    })
}

async fn unassigned(connection: &mut Connection, sums: &MonthSums) -> Result<MonthCheck> {
    let (mut customers, mut due) = (BTreeMap::<i64, i64>::new(), BTreeMap::<Currency, Total>::new());
    for (customer, currency, sums) in &sums.unassigned {
        *customers.entry(*customer).or_default() += sums.lines;
        *due.entry(currency.clone()).or_default() += sums.due;
    }
    Ok(MonthCheck {
        kind: CheckKind::Unassigned,
        count: customers.len() as u64,
        due,
        findings: customers_found(connection, &customers).await?,
    })
}

/// Of deliveries that are shown in the month, and of the mended rows that were added to them.
async fn rejected(connection: &mut Connection, asked: Asked<'_>) -> Result<MonthCheck> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "select d.id, d.files, count(*) from delivery d
         join rejected_row r on r.delivery_id = d.id and r.row_no > 0
         left join delivery m on m.id = r.mended_by
         where d.partner_id = $1 and d.state = 'finished' and coalesce(m.state, '') <> 'finished'
           and exists (select 1 from bill_version v join shown_part s on s.version_no = v.no
             where v.delivery_id in (d.id, d.mends) and s.partner_id = $1 and s.month = $2)
         group by d.id, d.files order by d.id desc",
    )
    .bind(asked.partner.as_str())
    .bind(asked.month.to_string())
    .fetch_all(connection)
    .await?;
    deliveries_found(CheckKind::Rejected, rows)
}

async fn held(connection: &mut Connection, asked: Asked<'_>) -> Result<MonthCheck> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "select d.id, d.files, count(*) from bill_version v join delivery d on d.id = v.delivery_id
         where v.partner_id = $1 and v.month = $2 and v.state = 'held' and d.state = 'finished'
         group by d.id, d.files order by d.id desc",
    )
    .bind(asked.partner.as_str())
    .bind(asked.month.to_string())
    .fetch_all(connection)
    .await?;
    deliveries_found(CheckKind::Held, rows)
}

fn deliveries_found(kind: CheckKind, rows: Vec<(String, String, i64)>) -> Result<MonthCheck> {
    let count = rows.iter().map(|row| row.2).sum::<i64>().cast_unsigned();
    let mut findings = Vec::new();
    for (id, files, count) in rows.into_iter().take(NAMED_FINDINGS) {
        let files: Vec<String> = serde_json::from_str(&files)?;
        let place = Place::Delivery(DeliveryId::new(id));
        findings.push(Finding { label: files.join(", "), count: count.cast_unsigned(), place });
    }
    Ok(MonthCheck { kind, count, due: BTreeMap::new(), findings })
}

/// The customers with most lines, those first.
async fn customers_found(connection: &mut Connection, lines: &BTreeMap<i64, i64>) -> Result<Vec<Finding>> {
    let mut most: Vec<(i64, i64)> = lines.iter().map(|(customer, lines)| (*customer, *lines)).collect();
    most.sort_by_key(|(customer, lines)| (std::cmp::Reverse(*lines), *customer));
    most.truncate(NAMED_FINDINGS);
    let mut sql =
        Statement::new("select no, id, case when name = '' then account_id else name end from customer where no in ");
    sql.list(most.iter().map(|(customer, _)| *customer));
    let rows: Vec<(i64, String, String)> = sql.rows(connection).await?;
    let mut names: HashMap<i64, (String, String)> = rows.into_iter().map(|(no, id, name)| (no, (id, name))).collect();
    let finding = |(customer, lines): (i64, i64)| {
        let (id, label) = names.remove(&customer)?;
        Some(Finding { label, count: lines.cast_unsigned(), place: Place::Customer(CustomerId::new(id)) })
    };
    Ok(most.into_iter().filter_map(finding).collect())
}
