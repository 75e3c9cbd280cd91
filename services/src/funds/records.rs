//! Income and expense details (收支明细) of an account, newest first.

use domain::access::{Actor, Permission};
use domain::errors::FieldError;
use domain::funds::{FundsRecord, MoneyDirection, RecordQuery, Records, SupplierState};
use domain::ids::{IndirectPartnerId, MoveId, PartnerId};
use domain::ledger::{Account, AccountKind, MoveKind};
use domain::money::Amount;
use domain::paging::PAGE_SIZE;
use domain::periods::Day;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::counterpart::title;
use super::{counterpart, require_all};
use crate::center::Center;
use crate::clock::{local, stored};
use crate::db::{Connection, Statement};
use crate::error::{Error, Result};
use crate::partners;

/// The zone whose days the open API means. Source: `list_partner_account_change_records` has Beijing days.
const BEIJING: &str = "Asia/Shanghai";

/// One page of the changes of an account, with the sums of the whole range.
///
/// # Errors
/// `Denied` without `Permission::ViewFunds`; `Invalid`: `from` `start_after_end`, `to` `range_too_long` over a year, `after`
/// `malformed`, `account` `unknown`.
pub async fn records(center: &Center, actor: &Actor, query: &RecordQuery) -> Result<Records> {
    require_all(actor, Permission::ViewFunds)?;
    let mut tx = center.db.read().await?;
    let zone = partners::get(&mut tx, &actor.partner).await?.zone;
    let window = Window::After(after(query)?, i64::from(PAGE_SIZE));
    read(center, &mut tx, actor, (query, zone, window)).await
}

/// The same by rows to leave out and rows to give, with days of Beijing: as the open API asks. An indirect partner's account needs the
/// permission to manage them.
///
/// # Errors
/// As [`records`]; `Invalid` `indirect_partner` `not_found`.
pub async fn records_from(
    center: &Center,
    actor: &Actor,
    query: &RecordQuery,
    (offset, limit): (u32, u32),
) -> Result<Records> {
    require_all(actor, Permission::ViewFunds)?;
    let mut tx = center.db.read().await?;
    if query.account == Some(AccountKind::Indirect) {
        actor.require(Permission::ManageIndirectPartners)?;
        counterpart::indirect_partner(&mut tx, actor, &IndirectPartnerId::new(&query.owner)).await?;
    }
    let window = Window::Offset(i64::from(offset), i64::from(limit));
    read(center, &mut tx, actor, (query, partners::zone(BEIJING)?, window)).await
}

/// All changes that fit, for a file; `most` of them.
pub(super) async fn all(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    (query, most): (&RecordQuery, i64),
) -> Result<Records> {
    let zone = partners::get(connection, &actor.partner).await?.zone;
    read(center, connection, actor, (query, zone, Window::Offset(0, most))).await
}

/// Which rows of what fits.
#[derive(Clone, Copy)]
enum Window {
    /// So many after a serial number (none: from the newest on).
    After(Option<i64>, i64),
    /// So many after leaving some out.
    Offset(i64, i64),
}

fn after(query: &RecordQuery) -> Result<Option<i64>> {
    let malformed = |_| Error::field("after", "malformed");
    query.after.as_deref().filter(|after| !after.is_empty()).map(|after| after.parse().map_err(malformed)).transpose()
}

async fn read(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    (query, zone, window): (&RecordQuery, TimeZone, Window),
) -> Result<Records> {
    let (from, to) = range(query, center.clock.today(&zone))?;
    let kind = query.account.unwrap_or(AccountKind::Cash);
    let owner = if matches!(kind, AccountKind::Cash | AccountKind::Credit) { "" } else { query.owner.as_str() };
    let account = Account::from_parts(kind, owner)
        .filter(|account| account.kind() != AccountKind::Outside)
        .ok_or_else(|| Error::field("account", "unknown"))?;
    let asked = Asked {
        partner: &actor.partner,
        account,
        query,
        instants: (stored(start_of(from, &zone)?), stored(start_of(to.plus(1), &zone)?)),
    };
    let mut sums = Statement::new(
        "select count(*), coalesce(cast(sum(case when p.amount > 0 then p.amount else 0 end) as bigint), 0),
                coalesce(cast(sum(case when p.amount < 0 then -p.amount else 0 end) as bigint), 0) ",
    );
    asked.conditions(&mut sums);
    let (total, income, expense): (i64, i64, i64) = sums.row(connection).await?;
    let (items, next) = page(connection, &asked, (window, &zone)).await?;
    Ok(Records {
        from,
        to,
        income: Amount::from_units(income),
        expense: Amount::from_units(expense),
        total: total.unsigned_abs(),
        items,
        next,
    })
}

/// First and last day: one year back to today where none are given, and never more.
fn range(query: &RecordQuery, today: Day) -> Result<(Day, Day)> {
    let to = query.to.unwrap_or(today);
    let year_before = Day::from_date(to.date().saturating_sub(1.year()));
    let from = query.from.unwrap_or(year_before);
    if from > to {
        return Err(Error::field("from", "start_after_end"));
    }
    if from < year_before {
        return Err(FieldError::new("to", "range_too_long").with(domain::funds::MAX_RECORD_DAYS).into());
    }
    Ok((from, to))
}

/// The instant at which a day begins.
pub(super) fn start_of(day: Day, zone: &TimeZone) -> Result<Timestamp> {
    Ok(zone.to_zoned(day.date().at(0, 0, 0, 0)).map_err(Error::internal)?.timestamp())
}

struct Asked<'a> {
    partner: &'a PartnerId,
    account: Account,
    query: &'a RecordQuery,
    /// From the first on, before the second.
    instants: (String, String),
}

impl Asked<'_> {
    /// `from …` of postings `p`, moves `m` and accounts `a`, with all conditions.
    fn conditions(&self, sql: &mut Statement) {
        let query = self.query;
        sql.add(FROM).bind(self.partner).add(" and a.kind = ").bind(self.account.kind().code());
        sql.add(" and a.owner = ").bind(self.account.owner().to_owned());
        sql.add(" and m.at >= ").bind(self.instants.0.clone()).add(" and m.at < ").bind(self.instants.1.clone());
        if let Some(trade) = query.trade {
            sql.add(" and m.kind in ").list(trade.kinds().map(MoveKind::code));
        }
        match query.direction {
            Some(MoneyDirection::Income) => sql.add(" and p.amount > 0"),
            Some(MoneyDirection::Expense) => sql.add(" and p.amount < 0"),
            None => sql,
        };
        if !query.counterpart.trim().is_empty() {
            sql.add(" and m.counterpart = ").bind(query.counterpart.trim());
        }
    }
}

const FROM: &str = " from ledger_account a join ledger_posting p on p.account_id = a.id
    join ledger_move m on m.id = p.move_id
    left join customer c on c.id = m.counterpart and c.partner_id = m.partner_id
    left join member b on b.id = m.member_id
    left join supplier_transaction s on s.move_id = m.id
    left join ledger_move r on r.about_id = m.id and r.kind = 'reversal'
    where a.partner_id = ";

async fn page(
    connection: &mut Connection,
    asked: &Asked<'_>,
    (window, zone): (Window, &TimeZone),
) -> Result<(Vec<FundsRecord>, Option<String>)> {
    let mut sql = Statement::new(
        "select p.sequence, p.account_id, m.id, m.kind, m.at, p.amount, p.balance_after, m.counterpart,
                coalesce(c.name, '') as name, coalesce(c.account_name, '') as account_name,
                coalesce(c.account_id, '') as account_number, m.reason, coalesce(m.reference_id, '') as reference,
                coalesce(b.name, '') as by, coalesce(s.transaction_id, '') as transaction_id,
                exists (select 1 from supplier_file_row f where f.move_id = m.id) as matched,
                coalesce(r.id, m.about_id) as counter_move ",
    );
    asked.conditions(&mut sql);
    let most = match window {
        Window::After(after, most) => {
            if let Some(after) = after {
                sql.add(" and p.sequence < ").bind(after);
            }
            sql.add(" order by p.sequence desc limit ").bind(most + 1);
            most
        }
        Window::Offset(offset, most) => {
            sql.add(" order by p.sequence desc limit ").bind(most + 1).add(" offset ").bind(offset);
            most
        }
    };
    let mut rows: Vec<Row> = sql.rows(connection).await?;
    let most = usize::try_from(most).map_err(Error::internal)?;
    let more = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| more).map(|row| row.sequence.to_string());
    Ok((rows.into_iter().map(|row| row.record(zone)).collect::<Result<_>>()?, next))
}

#[derive(sqlx::FromRow)]
struct Row {
    sequence: i64,
    account_id: String,
    id: String,
    kind: String,
    at: String,
    amount: i64,
    balance_after: i64,
    counterpart: String,
    name: String,
    account_name: String,
    account_number: String,
    reason: String,
    reference: String,
    by: String,
    transaction_id: String,
    matched: bool,
    counter_move: Option<String>,
}

impl Row {
    fn record(self, zone: &TimeZone) -> Result<FundsRecord> {
        Ok(FundsRecord {
            serial: self.sequence,
            id: format!("{}{:010}", self.account_id.replace('-', ""), self.sequence),
            moved: MoveId::new(self.id),
            kind: self.kind.parse().map_err(Error::internal)?,
            at: local(&self.at, zone),
            amount: Amount::from_units(self.amount),
            balance_after: Amount::from_units(self.balance_after),
            counterpart: self.counterpart,
            counterpart_account: self.account_name.clone(),
            counterpart_name: title([self.name, self.account_name, self.account_number]),
            reason: self.reason,
            reference: self.reference,
            by: self.by,
            supplier: supplier_state(self.matched, &self.transaction_id),
            supplier_transaction: self.transaction_id,
            counter_move: self.counter_move.map(MoveId::new),
        })
    }
}

/// What is known of a move at the supplier.
pub(super) fn supplier_state(matched: bool, transaction: &str) -> SupplierState {
    match (matched, transaction) {
        (true, _) => SupplierState::Matched,
        (false, "") => SupplierState::None,
        (false, _) => SupplierState::Recorded,
    }
}
