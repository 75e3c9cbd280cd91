//! Which row of the supplier's file is which move.

use std::collections::{HashMap, HashSet};

use domain::access::Actor;
use domain::customers::folded;
use domain::funds::{MatchLine, MatchReason, MatchSide, SupplierComparison, SupplierFile};
use domain::ids::{MoveId, SupplierFileId};
use domain::ledger::AccountKind;
use domain::money::Amount;
use domain::periods::Day;
use jiff::tz::TimeZone;

use super::rows::Row;
use crate::clock::{local, stored};
use crate::db::{Connection, Statement};
use crate::error::{Error, Result};
use crate::funds::counterpart::Customers;
use crate::funds::records::start_of;
use crate::partners;

/// How a row got its move, or why it has none.
pub(super) type Found = (MatchReason, Option<MoveId>);

/// A move that changed the partner's own accounts.
struct Move {
    id: MoveId,
    day: Day,
    /// Over both accounts: a move that took cash and credit is one for the supplier.
    amount: Amount,
    counterpart: String,
    transaction: String,
    matched: bool,
}

/// Finds the move of each row.
pub(super) async fn compare(connection: &mut Connection, actor: &Actor, rows: &[Row]) -> Result<Vec<Found>> {
    let zone = partners::get(connection, &actor.partner).await?.zone;
    let days = rows.iter().map(|row| row.day);
    let (Some(from), Some(to)) = (days.clone().min(), days.max()) else { return Ok(Vec::new()) };
    let customers = Customers::of(connection, &actor.partner).await?;
    // a move may be recorded a day before or after the supplier's day, and still carry its transaction id
    let moves = moves(connection, actor, (from.plus(-7), to.plus(7), &zone)).await?;
    let by_transaction: HashMap<&str, &Move> =
        moves.iter().filter(|one| !one.transaction.is_empty()).map(|one| (one.transaction.as_str(), one)).collect();
    let by_id: HashMap<&str, &Move> = moves.iter().map(|one| (one.id.as_str(), one)).collect();
    let mut taken: HashSet<&str> = HashSet::new();
    let mut found: Vec<Option<Found>> = Vec::new();
    for row in rows {
        let named = by_transaction.get(row.transaction.as_str()).or_else(|| by_id.get(row.transaction.as_str()));
        found.push(named.map(|one| {
            if one.amount == row.amount && taken.insert(one.id.as_str()) {
                (MatchReason::Transaction, Some(one.id.clone()))
            } else {
                (MatchReason::AmountDiffers, None)
            }
        }));
    }
    by_content(&mut found, (rows, &moves, &taken), &customers);
    Ok(found.into_iter().map(|found| found.unwrap_or((MatchReason::NoMove, None))).collect())
}

/// Day, amount and customer.
type Content = (Day, i64, String);

/// The rest, where only one row and one move have the same content.
fn by_content(
    found: &mut [Option<Found>],
    (rows, moves, taken): (&[Row], &[Move], &HashSet<&str>),
    customers: &Customers,
) {
    let mut ours: HashMap<Content, Vec<&MoveId>> = HashMap::new();
    let free = |one: &&Move| !taken.contains(one.id.as_str()) && one.transaction.is_empty() && !one.matched;
    for one in moves.iter().filter(free) {
        ours.entry((one.day, one.amount.units(), one.counterpart.clone())).or_default().push(&one.id);
    }
    let content = |row: &Row| {
        let named = customers.find(&row.counterpart).map(|id| id.to_string());
        (row.day, row.amount.units(), named.unwrap_or_else(|_| folded(&row.counterpart)))
    };
    let mut theirs: HashMap<Content, Vec<usize>> = HashMap::new();
    for (index, row) in rows.iter().enumerate().filter(|(index, _)| found[*index].is_none()) {
        theirs.entry(content(row)).or_default().push(index);
    }
    for (content, indexes) in theirs {
        if let ([index], Some([id])) = (indexes.as_slice(), ours.get(&content).map(Vec::as_slice)) {
            found[*index] = Some((MatchReason::Content, Some((*id).clone())));
        }
    }
}

async fn moves(
    connection: &mut Connection,
    actor: &Actor,
    (from, to, zone): (Day, Day, &TimeZone),
) -> Result<Vec<Move>> {
    let mut sql = Statement::new(
        "select m.id, m.at, m.counterpart, coalesce(s.transaction_id, ''), cast(sum(p.amount) as bigint),
                exists (select 1 from supplier_file_row f where f.move_id = m.id)
         from ledger_move m join ledger_posting p on p.move_id = m.id join ledger_account a on a.id = p.account_id
         left join supplier_transaction s on s.move_id = m.id where m.partner_id = ",
    );
    sql.bind(&actor.partner).add(" and a.kind in ").list([AccountKind::Cash.code(), AccountKind::Credit.code()]);
    sql.add(" and m.at >= ").bind(stored(start_of(from, zone)?));
    sql.add(" and m.at < ").bind(stored(start_of(to.plus(1), zone)?));
    sql.add(" group by m.id, m.at, m.counterpart, s.transaction_id, m.sequence order by m.sequence");
    let rows: Vec<(String, String, String, String, i64, bool)> = sql.rows(connection).await?;
    rows.into_iter()
        .map(|(id, at, counterpart, transaction, units, matched)| {
            let day = Day::of(at.parse().map_err(Error::internal)?, zone);
            Ok(Move { id: MoveId::new(id), day, amount: Amount::from_units(units), counterpart, transaction, matched })
        })
        .collect()
}

/// A comparison that was kept: rows with and without a move, and moves of its days that no file has.
pub(super) async fn kept(
    connection: &mut Connection,
    actor: &Actor,
    id: &SupplierFileId,
) -> Result<SupplierComparison> {
    let zone = partners::get(connection, &actor.partner).await?.zone;
    let (name, from, to, by, at): (String, String, String, String, String) = sqlx::query_as(
        "select f.name, f.from_day, f.to_day, m.name, f.uploaded_at from supplier_file f
         join member m on m.id = f.uploaded_by where f.id = $1 and f.partner_id = $2",
    )
    .bind(id.as_str())
    .bind(actor.partner.as_str())
    .fetch_one(&mut *connection)
    .await?;
    let (from, to) = (from.parse().map_err(Error::internal)?, to.parse().map_err(Error::internal)?);
    let mut lines = theirs(connection, id).await?;
    let matched = lines.iter().filter(|line| line.side == MatchSide::Matched).count() as u64;
    let theirs_only = lines.len() as u64 - matched;
    let names = Customers::of(connection, &actor.partner).await?;
    let ours = moves(connection, actor, (from, to, &zone)).await?.into_iter().filter(|one| !one.matched);
    lines.extend(ours.map(|one| MatchLine {
        side: MatchSide::OursOnly,
        reason: MatchReason::NoMove,
        row: None,
        transaction: one.transaction,
        counterpart: names.name(&domain::ids::CustomerId::new(one.counterpart)),
        moved: Some(one.id),
        day: one.day,
        amount: one.amount,
    }));
    let ours_only = lines.len() as u64 - matched - theirs_only;
    lines.sort_by_key(|line| (line.day, line.row));
    let at = local(&at, &zone);
    let file = SupplierFile { id: id.clone(), name, from, to, by, at, matched, ours_only, theirs_only };
    Ok(SupplierComparison { file, lines })
}

type Theirs = (i64, String, String, i64, String, String, Option<String>);

async fn theirs(connection: &mut Connection, id: &SupplierFileId) -> Result<Vec<MatchLine>> {
    let rows: Vec<Theirs> = sqlx::query_as(
        "select row_no, transaction_id, day, amount, counterpart, reason, move_id from supplier_file_row
         where file_id = $1 order by row_no",
    )
    .bind(id.as_str())
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(row, transaction, day, units, counterpart, reason, moved)| {
            Ok(MatchLine {
                side: if moved.is_some() { MatchSide::Matched } else { MatchSide::TheirsOnly },
                reason: reason.parse().map_err(Error::internal)?,
                row: Some(row.unsigned_abs()),
                transaction,
                moved: moved.map(MoveId::new),
                day: day.parse().map_err(Error::internal)?,
                amount: Amount::from_units(units),
                counterpart,
            })
        })
        .collect()
}
