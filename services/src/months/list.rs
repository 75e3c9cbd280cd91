//! The months that hold data or a state.

use std::collections::{BTreeMap, HashMap};

use domain::access::{Actor, Permission};
use domain::months::{MonthChange, MonthSummary};
use domain::periods::Month;
use jiff::tz::TimeZone;

use crate::center::Center;
use crate::clock::local;
use crate::db::{Connection, total};
use crate::error::{Error, Result};
use crate::partners::{self, Partner};
use crate::sum_columns;

/// The months that hold data or were given a state, newest first.
///
/// # Errors
/// `Denied` without `Permission::CloseMonths`.
pub async fn list(center: &Center, actor: &Actor) -> Result<Vec<MonthSummary>> {
    actor.require(Permission::CloseMonths)?;
    let mut tx = center.db.read().await?;
    let partner = partners::get(&mut tx, &actor.partner).await?;
    summaries(&mut tx, &partner).await
}

/// One of them.
///
/// # Errors
/// `NotFound` for a month without data and state.
pub(super) async fn summary(connection: &mut Connection, partner: &Partner, month: Month) -> Result<MonthSummary> {
    let mut all = summaries(connection, partner).await?.into_iter();
    all.find(|summary| summary.month == month).ok_or(Error::NotFound)
}

/// A partner has some dozens of months, so that those of one screen are not worth a statement of their own.
async fn summaries(connection: &mut Connection, partner: &Partner) -> Result<Vec<MonthSummary>> {
    let months: Vec<(String, String)> = sqlx::query_as(
        "select m.month, coalesce(b.state, 'open')
         from (select month from rollup_service where partner_id = $1
               union select month from bill_month where partner_id = $1) m
         left join bill_month b on b.partner_id = $1 and b.month = m.month
         order by m.month desc",
    )
    .bind(partner.id.as_str())
    .fetch_all(&mut *connection)
    .await?;
    let sums: Vec<(String, String, i64, i64, i64)> = sqlx::query_as(concat!(
        "select r.month, t.value, cast(sum(r.lines) as bigint), ",
        sum_columns!("r.due"),
        " from rollup_service r join bill_text t on t.no = r.currency_no
          where r.partner_id = $1 group by r.month, t.value"
    ))
    .bind(partner.id.as_str())
    .fetch_all(&mut *connection)
    .await?;
    let mut changes = last_changes(connection, partner).await?;
    let mut by_month: HashMap<String, (u64, BTreeMap<_, _>)> = HashMap::new();
    for (month, currency, lines, whole, rest) in sums {
        let (all, due) = by_month.entry(month).or_default();
        *all += lines.cast_unsigned();
        due.insert(currency.parse().map_err(Error::internal)?, total(whole, rest));
    }
    months
        .into_iter()
        .map(|(text, state)| {
            let (lines, due) = by_month.remove(&text).unwrap_or_default();
            Ok(MonthSummary {
                month: text.parse().map_err(Error::internal)?,
                state: state.parse().map_err(Error::internal)?,
                lines,
                due,
                last: changes.remove(&text),
            })
        })
        .collect()
}

/// Month, event, reason, who, when.
type ChangeRow = (String, String, String, Option<String>, String);

macro_rules! changes {
    ($rest:literal) => {
        concat!(
            "select e.month, e.event, e.reason, m.name, e.at
             from month_event e left join member m on m.id = e.member_id and m.partner_id = e.partner_id
             where e.partner_id = $1 ",
            $rest
        )
    };
}

async fn last_changes(connection: &mut Connection, partner: &Partner) -> Result<HashMap<String, MonthChange>> {
    let rows: Vec<ChangeRow> = sqlx::query_as(changes!(
        "and e.no = (select max(l.no) from month_event l where l.partner_id = e.partner_id and l.month = e.month)"
    ))
    .bind(partner.id.as_str())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok((row.0.clone(), change(row, &partner.zone)?))).collect()
}

/// Every change of a month's state, newest first.
///
/// # Errors
/// `Internal`.
pub(super) async fn history(connection: &mut Connection, partner: &Partner, month: Month) -> Result<Vec<MonthChange>> {
    let rows: Vec<ChangeRow> = sqlx::query_as(changes!("and e.month = $2 order by e.no desc"))
        .bind(partner.id.as_str())
        .bind(month.to_string())
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(|row| change(row, &partner.zone)).collect()
}

fn change((_, event, reason, by, at): ChangeRow, zone: &TimeZone) -> Result<MonthChange> {
    Ok(MonthChange {
        event: event.parse().map_err(Error::internal)?,
        reason,
        by: by.unwrap_or_default(),
        at: local(&at, zone),
    })
}
