//! Proves that the books balance, and names what does not.

use domain::ids::PartnerId;
use sqlx::FromRow;

use crate::db::{Connection, Row, total};
use crate::error::Result;
use crate::sum_columns;

/// How many faults of one sort are named.
const NAMED: usize = 20;

/// Moves that are none: (id, postings, sum).
const MOVES: &str = "select m.id, count(p.move_id), coalesce(cast(sum(p.amount) as bigint), 0) from ledger_move m
    left join ledger_posting p on p.move_id = m.id where m.partner_id = $1
    group by m.id having count(p.move_id) < 2 or coalesce(sum(p.amount), 0) <> 0 order by m.id";

/// Accounts whose kept balance is not the sum of their postings: (kind, owner, balance, sum).
const BALANCES: &str = "select a.kind, a.owner, a.balance, coalesce(cast(sum(p.amount) as bigint), 0)
    from ledger_account a left join ledger_posting p on p.account_id = a.id where a.partner_id = $1
    group by a.id, a.kind, a.owner, a.balance, a.sequence
    having a.balance <> coalesce(sum(p.amount), 0) or a.sequence <> count(p.move_id)
      or a.sequence <> coalesce(max(p.sequence), 0) order by a.kind, a.owner";

/// Postings whose balance is not that of the one before plus their amount: (kind, owner, sequence, balance, expected).
const CHAINS: &str = "select kind, owner, sequence, balance_after, before + amount from (
      select a.kind as kind, a.owner as owner, p.sequence as sequence, p.balance_after as balance_after,
        p.amount as amount,
        coalesce(lag(p.balance_after) over (partition by p.account_id order by p.sequence), 0) as before
      from ledger_account a join ledger_posting p on p.account_id = a.id where a.partner_id = $1) x
    where balance_after <> before + amount order by kind, owner, sequence";

/// Accounts below their floor: (kind, owner, balance, floor).
const FLOORS: &str = "select kind, owner, balance, floor from ledger_account
    where partner_id = $1 and floor is not null and balance < floor order by kind, owner";

/// Postings of a move and an account of different partners, or of no move: (move, kind, owner).
const STRAYS: &str =
    "select p.move_id, a.kind, a.owner from ledger_account a join ledger_posting p on p.account_id = a.id
    left join ledger_move m on m.id = p.move_id
    where a.partner_id = $1 and (m.id is null or m.partner_id <> a.partner_id) order by p.move_id";

/// Appends what is wrong with the partner's books.
///
/// # Errors
/// `Internal` where the database cannot be read.
pub(crate) async fn check(connection: &mut Connection, partner: &PartnerId, faults: &mut Vec<String>) -> Result<()> {
    let (whole, rest): (i64, i64) =
        sqlx::query_as(concat!("select ", sum_columns!("balance"), " from ledger_account where partner_id = $1"))
            .bind(partner.as_str())
            .fetch_one(&mut *connection)
            .await?;
    let sum = total(whole, rest);
    if sum != domain::money::Total::ZERO {
        faults.push(format!("partner {partner}: all ledger accounts together are {sum}, not 0"));
    }
    let mut named = Named { partner, faults };
    for (id, postings, sum) in rows::<(String, i64, i64)>(connection, partner, MOVES).await? {
        named.add(format!("move {id}: its {postings} postings sum to {}", yuan(sum)));
    }
    for (kind, owner, balance, sum) in rows::<(String, String, i64, i64)>(connection, partner, BALANCES).await? {
        let what = account(&kind, &owner);
        named.add(format!("{what}: kept balance {}, its postings sum to {}", yuan(balance), yuan(sum)));
    }
    for (kind, owner, at, found, right) in rows::<(String, String, i64, i64, i64)>(connection, partner, CHAINS).await? {
        let what = account(&kind, &owner);
        named.add(format!("{what}: posting {at} says {} is the balance after it, not {}", yuan(found), yuan(right)));
    }
    for (kind, owner, balance, floor) in rows::<(String, String, i64, i64)>(connection, partner, FLOORS).await? {
        let what = account(&kind, &owner);
        named.add(format!("{what}: balance {} is below its floor {}", yuan(balance), yuan(floor)));
    }
    for (id, kind, owner) in rows::<(String, String, String)>(connection, partner, STRAYS).await? {
        named.add(format!("{}: a posting belongs to move {id}, which is not the partner's", account(&kind, &owner)));
    }
    Ok(())
}

struct Named<'a> {
    partner: &'a PartnerId,
    faults: &'a mut Vec<String>,
}

impl Named<'_> {
    fn add(&mut self, fault: String) {
        self.faults.push(format!("partner {}: {fault}", self.partner));
    }
}

async fn rows<R>(connection: &mut Connection, partner: &PartnerId, sql: &'static str) -> Result<Vec<R>>
where
    R: for<'r> FromRow<'r, Row> + Send + Unpin,
{
    let mut rows = sqlx::query_as(sql).bind(partner.as_str()).fetch_all(connection).await?;
    rows.truncate(NAMED);
    Ok(rows)
}

fn account(kind: &str, owner: &str) -> String {
    if owner.is_empty() { format!("ledger account {kind}") } else { format!("ledger account {kind} of {owner}") }
}

fn yuan(units: i64) -> domain::money::Amount {
    domain::money::Amount::from_units(units)
}
