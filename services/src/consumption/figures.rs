//! The sums behind the dashboard, one statement each.

mod managers;

use std::cmp::Reverse;
use std::collections::HashMap;

use domain::consumption::{CustomerShare, ServiceShare};
use domain::ids::CustomerId;
use domain::money::Total;
use domain::periods::{Day, Month};

pub(super) use self::managers::{managers, managers_to_list};
use super::facts::{BY_CUSTOMER, BY_SERVICE};
use super::range::Before;
use super::selection::Selection;
use crate::db::Statement;
use crate::db::{Connection, total};
use crate::error::{Error, Result};
use crate::sum_columns;

/// Rows of a "largest" list.
const TOP: usize = 10;

/// Sums of some lines of one currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Figures {
    pub lines: i64,
    pub due: Total,
    pub coupon: Total,
    pub refund: Total,
    pub adjustment: Total,
    pub debt: Total,
    /// Lines that say what is owed, zero or not.
    pub debt_lines: i64,
}

impl Figures {
    /// 实付金额.
    pub fn paid(&self) -> Total {
        self.due - self.coupon
    }
}

impl std::iter::Sum for Figures {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::default(), |sum, item| Self {
            lines: sum.lines + item.lines,
            due: sum.due + item.due,
            coupon: sum.coupon + item.coupon,
            refund: sum.refund + item.refund,
            adjustment: sum.adjustment + item.adjustment,
            debt: sum.debt + item.debt,
            debt_lines: sum.debt_lines + item.debt_lines,
        })
    }
}

/// Figures of one currency and month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MonthFigures {
    /// Dictionary number of the currency.
    pub currency: i64,
    pub month: Month,
    pub figures: Figures,
}

type MonthRow = (i64, String, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64);

/// Sums by currency and month.
///
/// # Errors
/// `Internal`.
pub(super) async fn by_month(
    connection: &mut Connection,
    selection: &Selection,
    months: &[Month],
) -> Result<Vec<MonthFigures>> {
    let mut sql = Statement::new(concat!(
        "select currency_no, month, cast(sum(lines) as bigint), ",
        sum_columns!("due"),
        ", ",
        sum_columns!("coupon"),
        ", ",
        sum_columns!("refund"),
        ", ",
        sum_columns!("adjustment"),
        ", ",
        sum_columns!("debt"),
        ", cast(sum(debt_lines) as bigint) from (",
    ));
    let columns = "currency_no, p.month as month, lines, due, coupon, refund, adjustment, debt, debt_lines";
    selection.of_months_without_customers(&mut sql, BY_CUSTOMER, columns, months);
    sql.add(") x group by currency_no, month");
    let rows: Vec<MonthRow> = sql.rows(connection).await?;
    rows.into_iter()
        .map(|row| {
            let figures = Figures {
                lines: row.2,
                due: total(row.3, row.4),
                coupon: total(row.5, row.6),
                refund: total(row.7, row.8),
                adjustment: total(row.9, row.10),
                debt: total(row.11, row.12),
                debt_lines: row.13,
            };
            Ok(MonthFigures { currency: row.0, month: row.1.parse().map_err(Error::internal)?, figures })
        })
        .collect()
}

/// Due and paid by day, for days that have lines.
///
/// # Errors
/// `Internal`.
pub(super) async fn by_day(
    connection: &mut Connection,
    selection: &Selection,
    days: (Day, Day),
) -> Result<HashMap<Day, (Total, Total)>> {
    let mut sql = Statement::new(concat!("select day, ", sum_columns!("due"), ", ", sum_columns!("coupon"), " from ("));
    selection.of_days(&mut sql, BY_CUSTOMER, "d.day as day, due, coupon", days);
    sql.add(") x group by day");
    let rows: Vec<(String, i64, i64, i64, i64)> = sql.rows(connection).await?;
    rows.into_iter()
        .map(|row| Ok((row.0.parse().map_err(Error::internal)?, due_and_paid((row.1, row.2, row.3, row.4)))))
        .collect()
}

/// Customers with at least one line whose due is not zero.
///
/// # Errors
/// `Internal`.
pub(super) async fn consuming(connection: &mut Connection, selection: &Selection, months: &[Month]) -> Result<u64> {
    let mut sql = Statement::new("select count(distinct customer_no) from (");
    selection.of_months(&mut sql, BY_CUSTOMER, "p.customer_no as customer_no, charged", months);
    sql.add(") x where charged > 0");
    let (customers,): (i64,) = sql.row(connection).await?;
    Ok(count(customers))
}

type BeforeRow = (i64, i64, i64, i64, i64, i64, i64, i64);

/// Due, coupon and debt of the time before, and the customers consuming then.
///
/// # Errors
/// `Internal`.
pub(super) async fn before(
    connection: &mut Connection,
    selection: &Selection,
    before: &Before,
) -> Result<(Figures, u64)> {
    const COLUMNS: &str = "p.customer_no as customer_no, charged, due, coupon, debt, debt_lines";
    let mut sql = Statement::new(concat!(
        "select ",
        sum_columns!("due"),
        ", ",
        sum_columns!("coupon"),
        ", ",
        sum_columns!("debt"),
        ", coalesce(cast(sum(debt_lines) as bigint), 0),
         count(distinct case when charged > 0 then customer_no end) from (",
    ));
    selection.of_months(&mut sql, BY_CUSTOMER, COLUMNS, &before.whole);
    if let Some(days) = before.cut {
        sql.add(" union all ");
        selection.of_days(&mut sql, BY_CUSTOMER, COLUMNS, days);
    }
    sql.add(") x");
    let row: BeforeRow = sql.row(connection).await?;
    let figures = Figures {
        due: total(row.0, row.1),
        coupon: total(row.2, row.3),
        debt: total(row.4, row.5),
        debt_lines: row.6,
        ..Figures::default()
    };
    Ok((figures, count(row.7)))
}

/// The ten customers with the largest due, largest first.
///
/// # Errors
/// `Internal`.
pub(super) async fn top_customers(
    connection: &mut Connection,
    selection: &Selection,
    months: &[Month],
) -> Result<Vec<CustomerShare>> {
    let mut sql =
        Statement::new(concat!("select customer_no, ", sum_columns!("due"), ", ", sum_columns!("coupon"), " from ("));
    selection.of_months(&mut sql, BY_CUSTOMER, "p.customer_no as customer_no, due, coupon", months);
    // A sum of doubles cannot overflow; it only ranks.
    sql.add(") x group by customer_no order by sum(cast(due as double precision)) desc, customer_no limit 10");
    let rows: Vec<(i64, i64, i64, i64, i64)> = sql.rows(connection).await?;

    let mut customers = customers(connection, rows.iter().map(|row| row.0)).await?;
    let mut shares = Vec::with_capacity(TOP);
    for row in rows {
        let Some(Named { id, name, account_id }) = customers.remove(&row.0) else { continue };
        let (due, paid) = due_and_paid((row.1, row.2, row.3, row.4));
        shares.push(CustomerShare { id, name, account_id, due, paid });
    }
    shares.sort_by_key(|share| Reverse(share.due));
    Ok(shares)
}

/// The ten services with the largest due, largest first.
///
/// # Errors
/// `Internal`.
pub(super) async fn top_services(
    connection: &mut Connection,
    selection: &Selection,
    months: &[Month],
) -> Result<Vec<ServiceShare>> {
    let mut sql =
        Statement::new(concat!("select service_no, ", sum_columns!("due"), ", ", sum_columns!("coupon"), " from ("));
    selection.of_months_without_customers(&mut sql, BY_SERVICE, "service_no, due, coupon", months);
    sql.add(") x group by service_no order by sum(cast(due as double precision)) desc, service_no limit 10");
    let rows: Vec<(i64, i64, i64, i64, i64)> = sql.rows(connection).await?;
    let names = texts(connection, rows.iter().map(|row| row.0)).await?;
    let mut shares: Vec<ServiceShare> = rows
        .into_iter()
        .map(|row| {
            let (due, paid) = due_and_paid((row.1, row.2, row.3, row.4));
            ServiceShare { service: names.get(&row.0).cloned().unwrap_or_default(), due, paid }
        })
        .collect();
    shares.sort_by_key(|share| Reverse(share.due));
    Ok(shares)
}

/// What a customer is called.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub id: CustomerId,
    /// Its name, or its account's.
    pub name: String,
    pub account_id: String,
}

/// Customers by number.
///
/// # Errors
/// `Internal`.
pub(super) async fn customers(
    connection: &mut Connection,
    numbers: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, Named>> {
    let mut sql = Statement::new(
        "select no, id, coalesce(nullif(name, ''), nullif(account_name, ''), account_id), account_id
         from customer where no in ",
    );
    sql.list(numbers);
    let rows: Vec<(i64, String, String, String)> = sql.rows(connection).await?;
    let named = |(no, id, name, account_id): (i64, String, String, String)| {
        (no, Named { id: CustomerId::new(id), name, account_id })
    };
    Ok(rows.into_iter().map(named).collect())
}

/// The texts of dictionary numbers.
///
/// # Errors
/// `Internal`.
pub(super) async fn texts(
    connection: &mut Connection,
    numbers: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, String>> {
    let mut sql = Statement::new("select no, value from bill_text where no in ");
    sql.list(numbers);
    let rows: Vec<(i64, String)> = sql.rows(connection).await?;
    Ok(rows.into_iter().collect())
}

/// Due and paid from the two columns of each sum of due and coupon.
fn due_and_paid((due, due_rest, coupon, coupon_rest): (i64, i64, i64, i64)) -> (Total, Total) {
    let due = total(due, due_rest);
    (due, due - total(coupon, coupon_rest))
}

/// A number of rows.
pub(super) fn count(rows: i64) -> u64 {
    u64::try_from(rows).unwrap_or_default()
}
