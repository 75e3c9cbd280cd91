//! The control sheet: the shown lines against the sums that the dashboards read.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::PartnerId;
use domain::money::Currency;
use domain::months::{ControlSheet, ControlSums};
use domain::periods::Month;

use crate::center::Center;
use crate::consumption::MonthSums;
use crate::db::{Connection, total};
use crate::error::{Error, Result};
use crate::imports::texts::key;
use crate::sum_columns;

/// The shown lines of a customer in one currency.
pub(super) struct CustomerLines {
    pub customer_no: i64,
    pub currency: Currency,
    pub sums: ControlSums,
    /// Lines whose identities fail.
    pub unbalanced: i64,
}

/// As [`domain::bills::LineAmounts::balanced`] has it, the other way round.
macro_rules! unbalanced {
    () => {
        "(l.list is not null and l.discount is not null
            and l.list <> l.discount + coalesce(l.truncated, 0) + l.due)
         or (coalesce(l.cash, l.credit, l.cash_coupon, l.stored_card, l.bonus, l.debt, l.written_off) is not null
            and coalesce(l.cash, 0) + coalesce(l.credit, 0) + coalesce(l.cash_coupon, 0) + coalesce(l.stored_card, 0)
              + coalesce(l.bonus, 0) + coalesce(l.debt, 0) + coalesce(l.written_off, 0) <> l.due - l.coupon)"
    };
}

/// Customer, currency, lines, due and coupon in two columns each, unbalanced lines.
type Row = (i64, String, i64, i64, i64, i64, i64, i64);

/// The shown lines, summed by customer and currency: as they were summed for what is shown now, or anew.
///
/// # Errors
/// `Internal`.
pub(super) async fn lines(
    connection: &mut Connection,
    partner: &PartnerId,
    month: Month,
) -> Result<Vec<CustomerLines>> {
    let shown = shown(connection, partner, month).await?;
    let rows = if is_summed(connection, (partner, month), &shown).await? {
        summed(connection, partner, month).await?
    } else {
        sum(connection, partner, month).await?
    };
    rows.into_iter()
        .map(|(customer_no, currency, lines, due, due_rest, coupon, coupon_rest, unbalanced)| {
            let sums = ControlSums { lines, due: total(due, due_rest), coupon: total(coupon, coupon_rest) };
            Ok(CustomerLines { customer_no, currency: currency.parse().map_err(Error::internal)?, sums, unbalanced })
        })
        .collect()
}

/// Sums the shown lines where that was not done for what is shown now, and keeps the sums. Nobody waits meanwhile.
///
/// # Errors
/// `Internal`.
pub(super) async fn make_ready(center: &Center, partner: &PartnerId, month: Month) -> Result<()> {
    let mut tx = center.db.read().await?;
    let of = shown(&mut tx, partner, month).await?;
    if of.is_empty() || is_summed(&mut tx, (partner, month), &of).await? {
        return Ok(());
    }
    let rows = sum(&mut tx, partner, month).await?;
    drop(tx);
    let mut tx = center.db.write().await?;
    if shown(&mut tx, partner, month).await? == of {
        keep(&mut tx, (partner, month), (&of, &rows)).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Stands for the shown parts of a month, whose lines never change; empty without any.
async fn shown(connection: &mut Connection, partner: &PartnerId, month: Month) -> Result<String> {
    let parts: Vec<(i64, i64)> = sqlx::query_as(
        "select customer_no, version_no from shown_part where partner_id = $1 and month = $2 order by 1, 2",
    )
    .bind(partner.as_str())
    .bind(month.to_string())
    .fetch_all(connection)
    .await?;
    if parts.is_empty() {
        return Ok(String::new());
    }
    let bytes: Vec<u8> =
        parts.iter().flat_map(|(customer, version)| [customer.to_le_bytes(), version.to_le_bytes()].concat()).collect();
    let key = key(&bytes);
    Ok(format!("{:016x}{:016x}", key.high, key.low))
}

async fn is_summed(connection: &mut Connection, (partner, month): (&PartnerId, Month), shown: &str) -> Result<bool> {
    let of: Option<String> =
        sqlx::query_scalar("select shown from month_lines_of where partner_id = $1 and month = $2")
            .bind(partner.as_str())
            .bind(month.to_string())
            .fetch_optional(connection)
            .await?;
    Ok(of.as_deref() == Some(shown))
}

async fn summed(connection: &mut Connection, partner: &PartnerId, month: Month) -> Result<Vec<Row>> {
    let rows = sqlx::query_as(
        "select customer_no, currency, lines, due, due_rest, coupon, coupon_rest, unbalanced from month_lines
         where partner_id = $1 and month = $2 order by customer_no, currency",
    );
    Ok(rows.bind(partner.as_str()).bind(month.to_string()).fetch_all(connection).await?)
}

async fn keep(
    connection: &mut Connection,
    (partner, month): (&PartnerId, Month),
    (shown, rows): (&str, &[Row]),
) -> Result<()> {
    let (partner, month) = (partner.as_str(), month.to_string());
    sqlx::query("delete from month_lines where partner_id = $1 and month = $2")
        .bind(partner)
        .bind(&month)
        .execute(&mut *connection)
        .await?;
    for (customer, currency, lines, due, due_rest, coupon, coupon_rest, unbalanced) in rows {
        sqlx::query(
            "insert into month_lines (partner_id, month, customer_no, currency, lines, due, due_rest, coupon, coupon_rest,
                                      unbalanced)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(partner)
        .bind(&month)
        .bind(customer)
        .bind(currency)
        .bind(lines)
        .bind(due)
        .bind(due_rest)
        .bind(coupon)
        .bind(coupon_rest)
        .bind(unbalanced)
        .execute(&mut *connection)
        .await?;
    }
    sqlx::query(
        "insert into month_lines_of (partner_id, month, shown) values ($1, $2, $3)
         on conflict (partner_id, month) do update set shown = excluded.shown",
    )
    .bind(partner)
    .bind(&month)
    .bind(shown)
    .execute(connection)
    .await?;
    Ok(())
}

/// Months whose kept sums are those of what is shown, but not those of the lines.
///
/// # Errors
/// `Internal`.
pub(crate) async fn wrong_sums(connection: &mut Connection, partner: &PartnerId) -> Result<Vec<Month>> {
    let months: Vec<String> =
        sqlx::query_scalar("select month from month_lines_of where partner_id = $1 order by month")
            .bind(partner.as_str())
            .fetch_all(&mut *connection)
            .await?;
    let mut wrong = Vec::new();
    for month in months {
        let month: Month = month.parse().map_err(Error::internal)?;
        let shown = shown(connection, partner, month).await?;
        if is_summed(connection, (partner, month), &shown).await?
            && summed(connection, partner, month).await? != sum(connection, partner, month).await?
        {
            wrong.push(month);
        }
    }
    Ok(wrong)
}

/// The shown lines themselves, summed once by customer and currency. Each version is read from beginning to end, and each
/// of its lines asked whether it is shown: looking the lines up customer by customer would read it once a customer.
async fn sum(connection: &mut Connection, partner: &PartnerId, month: Month) -> Result<Vec<Row>> {
    let rows = sqlx::query_as(concat!(
        "select l.customer_no, t.value, count(*), ",
        sum_columns!("l.due"),
        ", ",
        sum_columns!("l.coupon"),
        ", cast(sum(case when ",
        unbalanced!(),
        " then 1 else 0 end) as bigint)
         from (select distinct version_no from shown_part where partner_id = $1 and month = $2) v
         cross join bill_line l cross join bill_text t
         where l.version_no = v.version_no and t.no = l.currency_no
           and exists (select 1 from shown_part s where s.partner_id = $1 and s.month = $2
             and s.customer_no = l.customer_no and s.version_no = l.version_no)
         group by l.customer_no, t.value order by l.customer_no, t.value"
    ))
    .bind(partner.as_str())
    .bind(month.to_string())
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

/// A sheet for each currency that any of the sums has.
pub(super) fn sheets(lines: &[CustomerLines], mut sums: MonthSums) -> Vec<ControlSheet> {
    let mut of_lines: BTreeMap<Currency, ControlSums> = BTreeMap::new();
    for part in lines {
        *of_lines.entry(part.currency.clone()).or_default() += part.sums;
    }
    let currencies: BTreeSet<Currency> =
        of_lines.keys().chain(sums.by_customer.keys()).chain(sums.by_service.keys()).cloned().collect();
    currencies
        .into_iter()
        .map(|currency| ControlSheet {
            lines: of_lines.remove(&currency).unwrap_or_default(),
            by_customer: sums.by_customer.remove(&currency).unwrap_or_default(),
            by_service: sums.by_service.remove(&currency).unwrap_or_default(),
            managers: sums.managers.remove(&currency).unwrap_or_default(),
            currency,
        })
        .collect()
}
