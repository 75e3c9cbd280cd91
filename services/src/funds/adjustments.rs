//! Adjustment records (调账记录): allocations and reclaims, newest first.

use domain::access::{Actor, Permission};
use domain::funds::{AdjustOperation, AdjustQuery, AdjustRecord};
use domain::ids::{IndirectPartnerId, MoveId};
use domain::ledger::{AccountKind, MoveKind, ReferenceKind};
use domain::money::Amount;
use domain::paging::{PAGE_SIZE, Page, page_within};
use jiff::tz::TimeZone;

use super::counterpart::title;
use super::records::{start_of, supplier_state};
use super::{counterpart, require_all};
use crate::center::Center;
use crate::clock::{local, stored};
use crate::db::{Connection, Statement};
use crate::error::{Error, Result};
use crate::partners;

/// Allocations and reclaims that match, one page of them.
///
/// # Errors
/// `Denied` without `Permission::ViewFunds`; `Invalid`: `from` `start_after_end`, `indirect_partner` `not_found`.
pub async fn adjustments(center: &Center, actor: &Actor, query: &AdjustQuery) -> Result<Page<AdjustRecord>> {
    require_all(actor, Permission::ViewFunds)?;
    let mut tx = center.db.read().await?;
    let asked = Asked::of(&mut tx, actor, query).await?;
    let total = asked.count(&mut tx).await?;
    let page = page_within(query.page, total);
    let size = i64::from(PAGE_SIZE);
    let items = asked.rows(&mut tx, (i64::from(page - 1) * size, size)).await?;
    Ok(Page { items, total, page })
}

/// The same by rows to leave out and rows to give, with the number of all: as the open API asks.
///
/// # Errors
/// As [`adjustments`].
pub async fn adjustments_from(
    center: &Center,
    actor: &Actor,
    query: &AdjustQuery,
    (offset, limit): (u32, u32),
) -> Result<(Vec<AdjustRecord>, u64)> {
    require_all(actor, Permission::ViewFunds)?;
    let mut tx = center.db.read().await?;
    let asked = Asked::of(&mut tx, actor, query).await?;
    let total = asked.count(&mut tx).await?;
    Ok((asked.rows(&mut tx, (i64::from(offset), i64::from(limit))).await?, total))
}

struct Asked<'a> {
    actor: &'a Actor,
    query: &'a AdjustQuery,
    zone: TimeZone,
    /// From the first on, before the second.
    days: (Option<String>, Option<String>),
}

impl<'a> Asked<'a> {
    async fn of(connection: &mut Connection, actor: &'a Actor, query: &'a AdjustQuery) -> Result<Self> {
        let zone = partners::get(connection, &actor.partner).await?.zone;
        if query.from.zip(query.to).is_some_and(|(from, to)| from > to)
            || query.begin.zip(query.end).is_some_and(|(begin, end)| begin > end)
        {
            return Err(Error::field("from", "start_after_end"));
        }
        if !query.through.is_empty() {
            actor.require(Permission::ManageIndirectPartners)?;
            counterpart::indirect_partner(connection, actor, &IndirectPartnerId::new(&query.through)).await?;
        }
        let start = |day| start_of(day, &zone).map(stored);
        let days = (query.from.map(start).transpose()?, query.to.map(|to| start(to.plus(1))).transpose()?);
        Ok(Self { actor, query, zone, days })
    }

    async fn count(&self, connection: &mut Connection) -> Result<u64> {
        let mut sql = Statement::new("select count(*) from ledger_move m where m.partner_id = ");
        self.conditions(&mut sql);
        let (total,): (i64,) = sql.row(connection).await?;
        Ok(total.unsigned_abs())
    }

    async fn rows(&self, connection: &mut Connection, (offset, limit): (i64, i64)) -> Result<Vec<AdjustRecord>> {
        let mut sql = Statement::new(
            "select m.id, m.kind, m.counterpart, coalesce(c.name, '') as name,
                    coalesce(c.account_name, '') as account_name, coalesce(c.account_id, '') as account_number, m.at,
                    (select coalesce(cast(sum(p.amount) as bigint), 0) from ledger_posting p
                     where p.move_id = m.id and p.amount > 0) as amount,
                    coalesce(b.name, '') as by, m.reason, m.reference_kind, coalesce(m.reference_id, '') as reference,
                    coalesce(s.transaction_id, '') as transaction_id,
                    exists (select 1 from supplier_file_row f where f.move_id = m.id) as matched,
                    exists (select 1 from ledger_move r where r.about_id = m.id and r.kind = 'reversal') as reversed
             from ledger_move m left join customer c on c.id = m.counterpart and c.partner_id = m.partner_id
             left join member b on b.id = m.member_id left join supplier_transaction s on s.move_id = m.id
             where m.partner_id = ",
        );
        self.conditions(&mut sql);
        sql.add(" order by m.sequence desc limit ").bind(limit).add(" offset ").bind(offset);
        let rows: Vec<Row> = sql.rows(connection).await?;
        rows.into_iter().map(|row| row.record(&self.zone)).collect()
    }

    fn conditions(&self, sql: &mut Statement) {
        let query = self.query;
        sql.bind(&self.actor.partner);
        let operations = query.operation.map_or_else(|| AdjustOperation::ALL.to_vec(), |operation| vec![operation]);
        let kinds = operations.iter().flat_map(|operation| operation.kinds());
        sql.add(" and m.kind in ").list(kinds.map(|kind: &MoveKind| kind.code()));
        if !query.counterpart.trim().is_empty() {
            sql.add(" and m.counterpart = ").bind(query.counterpart.trim());
        }
        if !query.transaction.trim().is_empty() {
            sql.add(" and m.id = ").bind(query.transaction.trim());
        }
        if let Some(from) = &self.days.0 {
            sql.add(" and m.at >= ").bind(from.clone());
        }
        if let Some(to) = &self.days.1 {
            sql.add(" and m.at < ").bind(to.clone());
        }
        if let Some(begin) = query.begin {
            sql.add(" and m.at >= ").bind(stored(begin));
        }
        if let Some(end) = query.end {
            // up to and including the second that was named
            sql.add(" and m.at < ").bind(stored(end.saturating_add(jiff::SignedDuration::from_secs(1)).unwrap_or(end)));
        }
        // whose money it was: the partner's own, or that of one indirect partner
        sql.add(" and exists (select 1 from ledger_posting p join ledger_account a on a.id = p.account_id ");
        sql.add(" where p.move_id = m.id and ");
        if query.through.is_empty() {
            sql.add("a.kind in ").list([AccountKind::Cash.code(), AccountKind::Credit.code()]).add(")");
        } else {
            sql.add("a.kind = ").bind(AccountKind::Indirect.code()).add(" and a.owner = ").bind(query.through.as_str());
            sql.add(" and m.kind in ").list([MoveKind::Allocate.code(), MoveKind::Reclaim.code()]).add(")");
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    kind: String,
    counterpart: String,
    name: String,
    account_name: String,
    account_number: String,
    at: String,
    amount: i64,
    by: String,
    reason: String,
    reference_kind: Option<String>,
    reference: String,
    transaction_id: String,
    matched: bool,
    reversed: bool,
}

impl Row {
    fn record(self, zone: &TimeZone) -> Result<AdjustRecord> {
        let kind: MoveKind = self.kind.parse().map_err(Error::internal)?;
        let of_payment = self.reference_kind.as_deref() == Some(ReferenceKind::Payment.code());
        Ok(AdjustRecord {
            id: MoveId::new(self.id),
            counterpart: self.counterpart,
            counterpart_name: title([self.name, self.account_name, self.account_number]),
            operation: AdjustOperation::of(kind).ok_or_else(|| Error::internal("no adjustment"))?,
            amount: Amount::from_units(self.amount),
            at: local(&self.at, zone),
            by: self.by,
            reason: self.reason,
            payment: if of_payment { self.reference } else { String::new() },
            supplier: supplier_state(self.matched, &self.transaction_id),
            supplier_transaction: self.transaction_id,
            reversed: self.reversed,
        })
    }
}
