//! Who has how much of a selection.

use std::cmp::Reverse;
use std::collections::HashMap;

use domain::consumption::ManagerShare;
use domain::ids::MemberId;
use domain::money::Total;
use domain::periods::Month;

use super::super::selection::{Customers, Selection, members};
use super::{count, due_and_paid};
use crate::db::Connection;
use crate::db::Statement;
use crate::error::Result;
use crate::sum_columns;

type ManagerRow = (Option<String>, i64, i64, i64, i64, i64);

/// What each account manager has of the selection, largest first, then what nobody has.
///
/// # Errors
/// `Internal`.
pub(in super::super) async fn managers(
    connection: &mut Connection,
    selection: &Selection,
    months: &[Month],
) -> Result<Vec<ManagerShare>> {
    let mut sql = Statement::new(concat!(
        "select manager_id, ",
        sum_columns!("due"),
        ", ",
        sum_columns!("coupon"),
        ", count(distinct customer_no) from (",
    ));
    selection.of_managers(&mut sql, months);
    sql.add(") x group by manager_id");
    let rows: Vec<ManagerRow> = sql.rows(connection).await?;
    let mut found: HashMap<Option<String>, (Total, Total, u64)> = rows
        .into_iter()
        .map(|(manager, due, due_rest, coupon, coupon_rest, customers)| {
            let (due, paid) = due_and_paid((due, due_rest, coupon, coupon_rest));
            (manager, (due, paid, count(customers)))
        })
        .collect();
    for manager in managers_to_list(connection, selection).await? {
        found.entry(Some(manager)).or_default();
    }
    if selection.managers.holds_nobody() {
        found.entry(None).or_default();
    }
    let mut shares = Vec::with_capacity(found.len());
    let unassigned = found.remove(&None);
    for manager in members(connection, &selection.partner).await? {
        if let Some((due, paid, customers)) = found.remove(&Some(manager.id.as_str().to_owned())) {
            shares.push(ManagerShare { manager: Some(manager), due, paid, customers });
        }
    }
    shares.sort_by_key(|share| Reverse(share.due));
    shares.extend(unassigned.map(|(due, paid, customers)| ManagerShare { manager: None, due, paid, customers }));
    Ok(shares)
}

/// The managers asked for who have customers today: they are listed without lines, too, as long as no filter asks for
/// certain customers.
///
/// # Errors
/// `Internal`.
pub(in super::super) async fn managers_to_list(
    connection: &mut Connection,
    selection: &Selection,
) -> Result<Vec<String>> {
    if selection.customers != Customers::default() {
        return Ok(Vec::new());
    }
    let rows: Vec<(String,)> = sqlx::query_as(
        "select distinct manager_id from assignment where partner_id = $1 and from_day <= $2 and until_day > $2",
    )
    .bind(selection.partner.as_str())
    .bind(selection.today.to_string())
    .fetch_all(connection)
    .await?;
    let mut managers: Vec<String> = rows.into_iter().map(|row| row.0).collect();
    managers.retain(|id| selection.managers.holds(&MemberId::new(id.as_str())));
    Ok(managers)
}
