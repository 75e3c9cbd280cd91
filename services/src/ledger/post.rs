//! Making a move, once.

use domain::access::Actor;
use domain::ids::{MoveId, PartnerId};
use domain::ledger::{Account, Leg, MoveKind, Posted, Posting, Reference, Shortage, has_two_decimals};
use domain::money::Amount;

use super::accounts::{self, Stored};
use crate::center::{Center, new_id};
use crate::clock::stored;
use crate::db::{Connection, Statement};
use crate::error::{Error, Result};

/// The longest idempotency key, in characters.
pub(crate) const MAX_KEY: usize = 128;

/// A request that counts once, however often it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Once {
    /// Chosen by who asks; unique within the partner.
    pub key: String,
    /// What is asked for, in words that are the same for the same request: the same key with other words is refused. Legs would
    /// not do: where money is taken from may depend on what is there.
    pub request: String,
}

/// A move to make.
#[derive(Debug, Clone)]
pub(crate) struct NewMove {
    /// Why.
    pub kind: MoveKind,
    /// At least two, of different accounts, which sum to zero.
    pub legs: Vec<Leg>,
    /// In the words of who asks; may be empty.
    pub reason: String,
    /// Whom it concerns: the customer's or the indirect partner's id. Empty for what concerns the partner alone.
    pub counterpart: String,
    /// What it is moved for.
    pub reference: Option<Reference>,
    /// The move that it reverses or refunds.
    pub about: Option<MoveId>,
    /// Makes it count once; without, every call counts.
    pub once: Option<Once>,
}

impl NewMove {
    /// A move without words, reference and key.
    pub fn new(kind: MoveKind, counterpart: impl Into<String>, legs: Vec<Leg>) -> Self {
        Self {
            kind,
            legs,
            reason: String::new(),
            counterpart: counterpart.into(),
            reference: None,
            about: None,
            once: None,
        }
    }
}

/// Makes a move within the caller's write transaction. The caller has asked for the permission, and rolls back on any error.
///
/// A move whose key is known is not made again: what was made then is answered, [`Posted::repeated`].
///
/// # Errors
/// `Insufficient` where an account would go below its floor; nothing is written then. `Conflict` `idempotency_key_reused` where
/// the key was used for something else. `NotFound` for a customer of another partner. `Internal` for legs that are no move.
pub(crate) async fn post(center: &Center, connection: &mut Connection, actor: &Actor, new: &NewMove) -> Result<Posted> {
    write(center, connection, (&actor.partner, Some(actor.member.as_str())), new).await
}

/// The same for jobs and the command line.
///
/// # Errors
/// As [`post`].
pub(crate) async fn post_unscoped(
    center: &Center,
    connection: &mut Connection,
    partner: &PartnerId,
    new: &NewMove,
) -> Result<Posted> {
    write(center, connection, (partner, None), new).await
}

/// What was made under this key; none where nothing was. For callers whose own rules may no longer hold once the move was made:
/// they ask first.
///
/// # Errors
/// `Conflict` `idempotency_key_reused`; `Invalid` `idempotency_key` (`required`, `too_long`).
pub(crate) async fn find(connection: &mut Connection, partner: &PartnerId, once: &Once) -> Result<Option<Posted>> {
    match once.key.chars().count() {
        0 => return Err(Error::field("idempotency_key", "required")),
        1..=MAX_KEY => {}
        _ => return Err(Error::field("idempotency_key", "too_long")),
    }
    let row: Option<(String, String)> =
        sqlx::query_as("select id, request from ledger_move where partner_id = $1 and idempotency_key = $2")
            .bind(partner.as_str())
            .bind(&once.key)
            .fetch_optional(&mut *connection)
            .await?;
    let Some((id, request)) = row else { return Ok(None) };
    if request != once.request {
        return Err(Error::Conflict("idempotency_key_reused"));
    }
    let id = MoveId::new(id);
    let postings = postings(connection, &id).await?;
    Ok(Some(Posted { id, repeated: true, postings }))
}

/// A move of the partner with its postings.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn get(
    connection: &mut Connection,
    partner: &PartnerId,
    id: &MoveId,
) -> Result<(MoveKind, Vec<Posting>)> {
    let kind: String = sqlx::query_scalar("select kind from ledger_move where id = $1 and partner_id = $2")
        .bind(id.as_str())
        .bind(partner.as_str())
        .fetch_one(&mut *connection)
        .await?;
    Ok((kind.parse().map_err(Error::internal)?, postings(connection, id).await?))
}

pub(super) async fn postings(connection: &mut Connection, id: &MoveId) -> Result<Vec<Posting>> {
    let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(
        "select a.kind, a.owner, p.amount, p.balance_after from ledger_posting p
         join ledger_account a on a.id = p.account_id where p.move_id = $1 order by p.amount, a.kind, a.owner",
    )
    .bind(id.as_str())
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(kind, owner, amount, after)| {
            let kind = kind.parse().map_err(Error::internal)?;
            let account = Account::from_parts(kind, &owner).ok_or_else(|| Error::internal("no such account"))?;
            Ok(Posting { account, amount: Amount::from_units(amount), balance_after: Amount::from_units(after) })
        })
        .collect()
}

async fn write(
    center: &Center,
    connection: &mut Connection,
    (partner, member): (&PartnerId, Option<&str>),
    new: &NewMove,
) -> Result<Posted> {
    if let Some(once) = &new.once
        && let Some(made) = find(connection, partner, once).await?
    {
        return Ok(made);
    }
    check_legs(&new.legs)?;
    // all accounts are looked at before anything is written: a refusal leaves no half of a move behind
    let accounts = accounts::of_legs(connection, partner, &new.legs).await?;
    let mut made = Vec::new();
    for (leg, account) in new.legs.iter().zip(&accounts) {
        let balance_after = Amount::from_units(after(leg, account)?);
        made.push(Posting { account: leg.account.clone(), amount: leg.amount, balance_after });
    }
    let id = MoveId::new(format!("{}{}", new.kind.prefix(), new_id().replace('-', "")));
    insert_move(center, connection, (partner, member), (&id, new)).await?;
    insert_postings(connection, &id, (&made, &accounts)).await?;
    made.sort_by_key(|posting| (posting.amount, posting.account.kind().code(), posting.account.owner().to_owned()));
    Ok(Posted { id, repeated: false, postings: made })
}

fn check_legs(legs: &[Leg]) -> Result<()> {
    let sum: i128 = legs.iter().map(|leg| i128::from(leg.amount.units())).sum();
    let each_once =
        legs.iter().enumerate().all(|(index, leg)| legs[..index].iter().all(|one| one.account != leg.account));
    let sound = legs.iter().all(|leg| leg.amount != Amount::ZERO && has_two_decimals(leg.amount));
    if legs.len() >= 2 && sum == 0 && each_once && sound {
        Ok(())
    } else {
        Err(Error::internal(format!("these legs are no move: {legs:?}")))
    }
}

/// The balance after a leg. What gives money to an account that is below its floor is never refused.
fn after(leg: &Leg, account: &Stored) -> Result<i64> {
    let amount = leg.amount.units();
    let available = account.available();
    if amount < 0 && available < amount.saturating_neg() {
        let wanted = Amount::from_units(amount.saturating_neg());
        return Err(Error::Insufficient(Shortage { available: Amount::from_units(available), wanted }));
    }
    account.balance.checked_add(amount).ok_or_else(|| Error::field("amount", "too_large"))
}

async fn insert_move(
    center: &Center,
    connection: &mut Connection,
    (partner, member): (&PartnerId, Option<&str>),
    (id, new): (&MoveId, &NewMove),
) -> Result<()> {
    let (key, request) = new.once.as_ref().map_or((id.as_str(), ""), |once| (once.key.as_str(), once.request.as_str()));
    sqlx::query(
        "insert into ledger_move (id, partner_id, sequence, kind, at, member_id, reason, counterpart, reference_kind,
                                  reference_id, about_id, idempotency_key, request)
         values ($1, $2, (select coalesce(max(sequence), 0) + 1 from ledger_move where partner_id = $2), $3, $4, $5, $6, $7,
                 $8, $9, $10, $11, $12)",
    )
    .bind(id.as_str())
    .bind(partner.as_str())
    .bind(new.kind.code())
    .bind(stored(center.clock.now()))
    .bind(member)
    .bind(new.reason.trim())
    .bind(&new.counterpart)
    .bind(new.reference.as_ref().map(|reference| reference.kind.code()))
    .bind(new.reference.as_ref().map(|reference| reference.id.as_str()))
    .bind(new.about.as_ref().map(MoveId::as_str))
    .bind(key)
    .bind(request)
    .execute(connection)
    .await?;
    Ok(())
}

async fn insert_postings(
    connection: &mut Connection,
    id: &MoveId,
    (postings, accounts): (&[Posting], &[Stored]),
) -> Result<()> {
    let mut insert =
        Statement::new("insert into ledger_posting (account_id, sequence, move_id, amount, balance_after) values ");
    let mut comma = "(";
    for (posting, account) in postings.iter().zip(accounts) {
        let sequence = account.sequence + 1;
        sqlx::query("update ledger_account set balance = $1, sequence = $2 where id = $3")
            .bind(posting.balance_after.units())
            .bind(sequence)
            .bind(&account.id)
            .execute(&mut *connection)
            .await?;
        insert.add(comma).bind(account.id.as_str()).add(", ").bind(sequence).add(", ").bind(id).add(", ");
        insert.bind(posting.amount.units()).add(", ").bind(posting.balance_after.units()).add(")");
        comma = ", (";
    }
    insert.execute(connection).await
}
