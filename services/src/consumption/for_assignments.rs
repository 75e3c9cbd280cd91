//! What assignments move: dues by account manager, dues of single customers.

use std::collections::HashMap;

use domain::access::{Actor, Permission};
use domain::consumption::ManagerShare;
use domain::money::{Currency, Total};
use domain::periods::{Day, Month, MonthRange};

use super::figures::{self, texts};
use super::selection::Selection;
use crate::db::{Connection, Statement, total};
use crate::error::{Error, Result};
use crate::sum_columns;

/// The due of the current bill month by account manager as it was on the day, for each currency of the month. In the
/// caller's transaction, so that it also shows what is not committed yet.
///
/// # Errors
/// `Denied` without `Permission::ViewConsumption`.
pub(crate) async fn dues_by_manager(
    connection: &mut Connection,
    actor: &Actor,
    today: Day,
) -> Result<Vec<(Currency, Vec<ManagerShare>)>> {
    let month = today.month();
    let range = MonthRange { from: month, to: month };
    let selection = Selection::whole(connection, actor, range, today).await?;
    let mut dues = Vec::new();
    for (number, currency) in currencies(connection, &selection, &[month]).await? {
        dues.push((currency, figures::managers(connection, &selection.in_currency(number), &[month]).await?));
    }
    Ok(dues)
}

/// Dues of customers by their numbers, in the currency with most lines in these months: of all the months together, and of
/// the last one. Customers without lines are not there.
pub(crate) struct CustomerDues {
    /// The currency; none without lines.
    pub currency: Option<Currency>,
    /// All months, the last month.
    pub dues: HashMap<i64, (Total, Total)>,
}

/// What customers consumed, whoever had them then.
///
/// # Errors
/// `Denied` without `Permission::ViewConsumption`.
pub(crate) async fn dues_of_customers(
    connection: &mut Connection,
    actor: &Actor,
    (months, today): (MonthRange, Day),
) -> Result<CustomerDues> {
    actor.scope(Permission::ViewConsumption)?;
    let selection = Selection::whole(connection, actor, months, today).await?;
    let every: Vec<Month> = months.months().collect();
    let Some((number, currency)) = currencies(connection, &selection, &every).await?.into_iter().next() else {
        return Ok(CustomerDues { currency: None, dues: HashMap::new() });
    };
    let mut sql = Statement::new(concat!(
        "select customer_no, month, ",
        sum_columns!("due"),
        " from rollup_customer where partner_id = "
    ));
    sql.bind(&selection.partner).add(" and currency_no = ").bind(number);
    sql.add(" and month in ").list(every.iter().map(ToString::to_string)).add(" group by customer_no, month");
    let rows: Vec<(i64, String, i64, i64)> = sql.rows(connection).await?;
    let mut dues: HashMap<i64, (Total, Total)> = HashMap::new();
    for (customer, month, whole, rest) in rows {
        let due = total(whole, rest);
        let sums = dues.entry(customer).or_default();
        sums.0 += due;
        if month == months.to.to_string() {
            sums.1 += due;
        }
    }
    Ok(CustomerDues { currency: Some(currency), dues })
}

/// The currencies of the months with their dictionary numbers, most lines first.
async fn currencies(
    connection: &mut Connection,
    selection: &Selection,
    months: &[Month],
) -> Result<Vec<(i64, Currency)>> {
    let mut sql = Statement::new("select currency_no from rollup_customer where partner_id = ");
    sql.bind(&selection.partner).add(" and month in ").list(months.iter().map(ToString::to_string));
    sql.add(" group by currency_no order by sum(lines) desc, currency_no");
    let rows: Vec<(i64,)> = sql.rows(connection).await?;
    let names = texts(connection, rows.iter().map(|(number,)| *number)).await?;
    let named = |number: i64| names.get(&number).map_or("", String::as_str).parse().map_err(Error::internal);
    rows.into_iter().map(|(number,)| Ok((number, named(number)?))).collect()
}
