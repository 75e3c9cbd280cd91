//! The targets of some months in one currency, to be looked at and set.

use std::collections::{BTreeSet, HashMap};

use domain::access::{Actor, Permission, Role};
use domain::customers::ManagerName;
use domain::errors::FieldError;
use domain::ids::{MemberId, PartnerId};
use domain::members::MemberState;
use domain::money::Currency;
use domain::periods::{Month, MonthRange};
use domain::targets::{MAX_TARGET_MONTHS, SheetQuery, TargetBoard, TargetEntry, TargetRow};
use jiff::tz::TimeZone;

use super::store::{self, Key, Stored};
use crate::center::Center;
use crate::clock::local;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::months::closings;
use crate::partners;

/// The currency where neither a bill nor a target names one. Source: the Chinese site bills in CNY.
const USUAL_CURRENCY: &str = "CNY";
/// Months shown where nothing else is asked: this one and those to come.
const USUAL_MONTHS: i32 = 6;

/// The targets of the months asked for, from the current one on where none are, in the currency asked for; of all account
/// managers who are active, and of others who have a target there. Filters on account managers do not narrow it.
///
/// # Errors
/// `Denied` without `Permission::ManageTargets`; `Invalid` for a range that ends before it starts or is longer than
/// [`MAX_TARGET_MONTHS`].
pub async fn board(center: &Center, actor: &Actor, query: &SheetQuery) -> Result<TargetBoard> {
    actor.require(Permission::ManageTargets)?;
    let mut tx = center.db.read().await?;
    let partner = partners::get(&mut tx, &actor.partner).await?;
    let range = range(query, center.clock.today(&partner.zone).month())?;
    let currencies = currencies(&mut tx, &partner.id).await?;
    let usual = || currencies.first().cloned().map_or_else(|| USUAL_CURRENCY.parse().map_err(Error::internal), Ok);
    let currency = query.currency.clone().map_or_else(usual, Ok)?;
    let targets = store::targets(&mut tx, &partner.id, |sql| {
        store::of_range(sql, range);
        sql.add(" and t.currency = ").bind(currency.code());
    })
    .await?;
    let closed = closings(&mut tx, &partner.id).await?;
    let months: Vec<(Month, bool)> = range.months().map(|month| (month, closed.contains_key(&month))).collect();
    let members = members(&mut tx, &partner.id).await?;
    let names: HashMap<&str, &str> =
        members.iter().map(|member| (member.name.id.as_str(), member.name.name.as_str())).collect();
    let rows = members
        .iter()
        .map(|member| {
            let entries = months.iter().map(|(month, _)| {
                let key = Key { manager: member.name.id.clone(), month: *month, currency: currency.clone() };
                targets.get(&key).map_or_else(TargetEntry::default, |target| entry(target, &names, &partner.zone))
            });
            TargetRow { manager: member.name.clone(), settable: member.settable, entries: entries.collect() }
        })
        .filter(|row| row.settable || row.entries.iter().any(|entry| entry.amount.is_some()))
        .collect();
    Ok(TargetBoard { range, months, currencies, currency, rows })
}

fn range(query: &SheetQuery, this: Month) -> Result<MonthRange> {
    let from = query.from.unwrap_or_else(|| query.to.map_or(this, |to| to.min(this)));
    let range = MonthRange { from, to: query.to.unwrap_or_else(|| from.plus(USUAL_MONTHS - 1)) };
    if range.from > range.to {
        return Err(Error::field("from", "start_after_end"));
    }
    if range.len() > MAX_TARGET_MONTHS {
        return Err(FieldError::new("to", "range_too_long").with(MAX_TARGET_MONTHS).into());
    }
    Ok(range)
}

fn entry(target: &Stored, names: &HashMap<&str, &str>, zone: &TimeZone) -> TargetEntry {
    TargetEntry {
        amount: target.amount,
        version: target.version,
        by: names.get(target.changed_by.as_str()).map(|name| (*name).to_owned()).unwrap_or_default(),
        at: local(&target.changed_at, zone),
    }
}

/// The currencies of the partner's bills, most lines first, then those of targets alone.
pub(super) async fn currencies(connection: &mut Connection, partner: &PartnerId) -> Result<Vec<Currency>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "select x.value from (
             select t.value as value, cast(sum(r.lines) as bigint) as lines
             from rollup_service r join bill_text t on t.no = r.currency_no where r.partner_id = $1 group by t.value
             union all
             select currency, 0 from target where partner_id = $1 and amount is not null group by currency) x
         group by x.value order by max(x.lines) desc, x.value",
    )
    .bind(partner.as_str())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|(code,)| code.parse().map_err(Error::internal)).collect()
}

struct Member {
    name: ManagerName,
    settable: bool,
}

/// Every member, by name: who changed a target need not be an account manager.
async fn members(connection: &mut Connection, partner: &PartnerId) -> Result<Vec<Member>> {
    let rows: Vec<(String, String, String, String)> =
        sqlx::query_as("select id, name, login, state from member where partner_id = $1 order by name, login")
            .bind(partner.as_str())
            .fetch_all(&mut *connection)
            .await?;
    let managers: Vec<(String,)> = sqlx::query_as(
        "select r.member_id from member_role r join member m on m.id = r.member_id
         where m.partner_id = $1 and r.role = $2",
    )
    .bind(partner.as_str())
    .bind(Role::AccountManager.code())
    .fetch_all(connection)
    .await?;
    let managers: BTreeSet<String> = managers.into_iter().map(|row| row.0).collect();
    let member = |(id, name, login, state): (String, String, String, String)| Member {
        settable: state == MemberState::Active.code() && managers.contains(&id),
        name: ManagerName { id: MemberId::new(id), name, login },
    };
    Ok(rows.into_iter().map(member).collect())
}
