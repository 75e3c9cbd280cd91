//! The sums of one whole month for its control sheet, attributed as the dashboard attributes them.

use std::collections::{BTreeMap, HashMap};

use domain::access::Actor;
use domain::customers::ManagerName;
use domain::money::Currency;
use domain::months::{ControlSums, ManagerSums};
use domain::periods::{Day, Month, MonthRange};

use super::facts::BY_CUSTOMER;
use super::figures::texts;
use super::selection::{Managers, Selection, members};
use crate::db::{Connection, Row, Statement, total};
use crate::error::{Error, Result};
use crate::sum_columns;

/// What the dashboards read of a month, by currency.
#[derive(Debug, Default)]
pub(crate) struct MonthSums {
    /// The rollup by customer.
    pub by_customer: BTreeMap<Currency, ControlSums>,
    /// The rollup by service.
    pub by_service: BTreeMap<Currency, ControlSums>,
    /// Account managers as it was, by name, then unassigned.
    pub managers: BTreeMap<Currency, Vec<ManagerSums>>,
    /// Customer number, currency, and the lines of days on which nobody managed the customer.
    pub unassigned: Vec<(i64, Currency, ControlSums)>,
}

/// The sums of a month over everything in the actor's scope.
///
/// # Errors
/// `Denied` without `Permission::ViewConsumption`.
pub(crate) async fn month_sums(
    connection: &mut Connection,
    actor: &Actor,
    month: Month,
    today: Day,
) -> Result<MonthSums> {
    let range = MonthRange { from: month, to: month };
    let whole = Selection::whole(connection, actor, range, today).await?;
    let everyone = members(connection, &actor.partner).await?;
    let managed = Selection {
        managers: Managers::of(everyone.iter().map(|member| member.id.clone()).collect()),
        ..whole.clone()
    };
    let nobody = Selection { managers: Managers::unassigned(), ..whole.clone() };

    let by_customer = grouped(connection, |sql| {
        whole.of_months(sql, BY_CUSTOMER, "0 as part, currency_no, lines, due, coupon", &[month]);
    })
    .await?;
    let by_service = grouped(connection, |sql| {
        let columns = "0 as part, currency_no, lines, due, coupon";
        whole.of_months_without_customers(sql, BY_CUSTOMER, columns, &[month]);
    })
    .await?;
    let of_managers = grouped(connection, |sql| {
        managed.of_months(sql, BY_CUSTOMER, "a.manager_id as part, currency_no, lines, due, coupon", &[month]);
    })
    .await?;
    let unassigned = grouped(connection, |sql| {
        nobody.of_months(sql, BY_CUSTOMER, "p.customer_no as part, currency_no, lines, due, coupon", &[month]);
    })
    .await?;
    Ok(MonthSums {
        by_customer: by_currency(by_customer),
        by_service: by_currency(by_service),
        managers: managers(&everyone, of_managers, &unassigned),
        unassigned,
    })
}

type Part<P> = (P, Currency, ControlSums);
/// Part, currency, lines, due and coupon in two columns each.
type PartRow<P> = (P, i64, i64, i64, i64, i64, i64);

/// Sums by part and currency of the rows that `rows` appends: columns `part`, `currency_no`, `lines`, `due`, `coupon`.
async fn grouped<P>(connection: &mut Connection, rows: impl FnOnce(&mut Statement)) -> Result<Vec<Part<P>>>
where
    PartRow<P>: for<'r> sqlx::FromRow<'r, Row> + Send + Unpin,
{
    let mut sql = Statement::new(concat!(
        "select part, currency_no, cast(sum(lines) as bigint), ",
        sum_columns!("due"),
        ", ",
        sum_columns!("coupon"),
        " from (",
    ));
    rows(&mut sql);
    sql.add(") x group by part, currency_no order by part, currency_no");
    let rows: Vec<PartRow<P>> = sql.rows(connection).await?;
    let names = texts(connection, rows.iter().map(|row| row.1)).await?;
    rows.into_iter()
        .map(|(part, currency, lines, due, due_rest, coupon, coupon_rest)| {
            let currency = names.get(&currency).map_or("", String::as_str).parse().map_err(Error::internal)?;
            Ok((part, currency, ControlSums { lines, due: total(due, due_rest), coupon: total(coupon, coupon_rest) }))
        })
        .collect()
}

fn by_currency(parts: Vec<Part<i64>>) -> BTreeMap<Currency, ControlSums> {
    parts.into_iter().map(|(_, currency, sums)| (currency, sums)).collect()
}

/// By currency, the managers in the order of `everyone`, then unassigned.
fn managers(
    everyone: &[ManagerName],
    managed: Vec<Part<String>>,
    unassigned: &[Part<i64>],
) -> BTreeMap<Currency, Vec<ManagerSums>> {
    let place: HashMap<&str, usize> =
        everyone.iter().enumerate().map(|(at, member)| (member.id.as_str(), at)).collect();
    let mut found: BTreeMap<Currency, BTreeMap<usize, ControlSums>> = BTreeMap::new();
    for (manager, currency, sums) in managed {
        let at = place.get(manager.as_str()).copied().unwrap_or(everyone.len());
        *found.entry(currency).or_default().entry(at).or_default() += sums;
    }
    for (_, currency, sums) in unassigned {
        *found.entry(currency.clone()).or_default().entry(everyone.len()).or_default() += *sums;
    }
    let share = |(at, sums): (usize, ControlSums)| ManagerSums { manager: everyone.get(at).cloned(), sums };
    found.into_iter().map(|(currency, shares)| (currency, shares.into_iter().map(share).collect())).collect()
}
