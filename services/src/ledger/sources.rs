//! Which of the partner's accounts money is taken from, and which it goes back to.

use domain::ids::{MoveId, PartnerId};
use domain::ledger::{Account, Leg, Shortage};
use domain::money::Amount;

use super::accounts::{Balances, balances};
use crate::db::Connection;
use crate::error::{Error, Result};

/// Legs that take `amount` from what the partner may allocate or spend: cash before credit, earmarked cash never. Source: the
/// order in which the supplier takes money from a partner's accounts.
///
/// # Errors
/// `Insufficient`.
#[allow(dead_code)] // payments of orders call it
pub(crate) async fn funded_by_partner(
    connection: &mut Connection,
    partner: &PartnerId,
    amount: Amount,
) -> Result<Vec<Leg>> {
    taken_from(balances(connection, partner).await?, amount)
}

/// The same for balances that were read before in this transaction.
///
/// # Errors
/// `Insufficient`.
pub(crate) fn taken_from(own: Balances, amount: Amount) -> Result<Vec<Leg>> {
    let available = own.allocatable();
    if amount > available {
        return Err(Error::Insufficient(Shortage { available, wanted: amount }));
    }
    let from_cash = amount.units().min(own.free_cash());
    Ok(legs([(Account::Cash, -from_cash), (Account::Credit, from_cash - amount.units())]))
}

/// Legs that give `amount` to the partner that has these balances: used credit is given back first, the rest is cash.
pub(crate) fn given_to(own: Balances, amount: Amount) -> Vec<Leg> {
    let to_credit = amount.units().min(own.credit_used().max(0));
    legs([(Account::Credit, to_credit), (Account::Cash, amount.units() - to_credit)])
}

/// Legs that give `amount` back to the accounts that paid it by the move `original`, what was taken last first, without what
/// earlier moves about it gave back.
///
/// # Errors
/// `NotFound`; `Insufficient` where more is to come back than was paid and is not back yet.
#[allow(dead_code)] // refunds of orders call it
pub(crate) async fn given_back(
    connection: &mut Connection,
    partner: &PartnerId,
    (original, amount): (&MoveId, Amount),
) -> Result<Vec<Leg>> {
    let (_, paid) = super::get(connection, partner, original).await?;
    let mut left = Vec::new();
    for posting in paid.iter().filter(|posting| !matches!(posting.account, Account::Outside(_))) {
        let back = given_back_earlier(connection, original, &posting.account).await?;
        left.push((posting.account.clone(), posting.amount.units().saturating_neg().saturating_sub(back).max(0)));
    }
    // cash is taken before credit, so credit comes back before cash
    left.sort_by_key(|(account, _)| matches!(account, Account::Cash));
    let available = left.iter().fold(0_i64, |sum, (_, units)| sum.saturating_add(*units));
    let mut rest = amount.units();
    if rest > available {
        return Err(Error::Insufficient(Shortage { available: Amount::from_units(available), wanted: amount }));
    }
    let given = left.into_iter().map(|(account, units)| {
        let units = units.min(rest);
        rest -= units;
        (account, units)
    });
    Ok(legs(given))
}

async fn given_back_earlier(connection: &mut Connection, original: &MoveId, account: &Account) -> Result<i64> {
    let sum = sqlx::query_scalar(
        "select coalesce(cast(sum(p.amount) as bigint), 0) from ledger_move m
         join ledger_posting p on p.move_id = m.id join ledger_account a on a.id = p.account_id
         where m.about_id = $1 and a.kind = $2 and a.owner = $3",
    )
    .bind(original.as_str())
    .bind(account.kind().code())
    .bind(account.owner())
    .fetch_one(connection)
    .await?;
    Ok(sum)
}

fn legs(parts: impl IntoIterator<Item = (Account, i64)>) -> Vec<Leg> {
    parts
        .into_iter()
        .filter(|(_, units)| *units != 0)
        .map(|(account, units)| Leg { account, amount: Amount::from_units(units) })
        .collect()
}
