//! What all changes of assignments share: reading intervals, checking who and when, telling whether they changed.

use std::collections::HashMap;

use domain::access::Role;
use domain::assignments::Interval;
use domain::errors::FieldError;
use domain::ids::{AssignmentId, MemberId, PartnerId};
use domain::members::MemberState;
use domain::periods::Day;

use crate::db::Connection;
use crate::error::{Error, Result};
use crate::imports::texts::key;

/// Years that a day of assignment may have: outside them it is a slip of the keyboard.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

/// Whether a day may begin or end an assignment.
pub(crate) fn is_sensible(day: Day) -> bool {
    YEARS.contains(&day.date().year())
}

/// Refuses a day that is a slip of the keyboard.
///
/// # Errors
/// `Invalid` `day` `out_of_range`.
pub(super) fn check_day(day: Day) -> Result<()> {
    if is_sensible(day) { Ok(()) } else { Err(FieldError::new("day", "out_of_range").with(day).into()) }
}

/// Refuses who is no active account manager of the partner.
///
/// # Errors
/// `Invalid` `manager` `not_an_account_manager`.
pub(super) async fn check_manager(connection: &mut Connection, partner: &PartnerId, manager: &MemberId) -> Result<()> {
    let found: Option<(String,)> = sqlx::query_as(
        "select m.id from member m join member_role r on r.member_id = m.id
         where m.id = $1 and m.partner_id = $2 and m.state = $3 and r.role = $4",
    )
    .bind(manager.as_str())
    .bind(partner.as_str())
    .bind(MemberState::Active.code())
    .bind(Role::AccountManager.code())
    .fetch_optional(connection)
    .await?;
    found.map(|_| ()).ok_or_else(|| Error::field("manager", "not_an_account_manager"))
}

type Row = (i64, String, String, String, String);

fn interval((customer, id, manager, from, until): Row) -> Result<(i64, Interval)> {
    let interval = Interval {
        id: AssignmentId::new(id),
        manager: MemberId::new(manager),
        from: from.parse().map_err(Error::internal)?,
        until: until.parse().map_err(Error::internal)?,
    };
    Ok((customer, interval))
}

/// A customer's intervals, oldest first.
///
/// # Errors
/// `Internal`.
pub(super) async fn intervals(connection: &mut Connection, customer_no: i64) -> Result<Vec<Interval>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select customer_no, id, manager_id, from_day, until_day from assignment where customer_no = $1
         order by from_day",
    )
    .bind(customer_no)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok(interval(row)?.1)).collect()
}

/// The intervals of all of the partner's customers by their number, oldest first.
///
/// # Errors
/// `Internal`.
pub(super) async fn all_intervals(
    connection: &mut Connection,
    partner: &PartnerId,
) -> Result<HashMap<i64, Vec<Interval>>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select customer_no, id, manager_id, from_day, until_day from assignment where partner_id = $1
         order by customer_no, from_day",
    )
    .bind(partner.as_str())
    .fetch_all(connection)
    .await?;
    let mut all: HashMap<i64, Vec<Interval>> = HashMap::new();
    for row in rows {
        let (customer, interval) = interval(row)?;
        all.entry(customer).or_default().push(interval);
    }
    Ok(all)
}

/// A short text that stands for a long one: what a person saw is told from what is there now.
pub(super) fn stamp(text: &str) -> String {
    let key = key(text.as_bytes());
    format!("{:016x}{:016x}", key.high, key.low)
}
