//! The partner's accounts at a glance.

use domain::access::{Actor, Permission};
use domain::funds::{CustomerPaymentState, FundsOverview, TopUpState};
use domain::ids::{IndirectPartnerId, PartnerId};
use domain::ledger::{Account, AccountKind, MoveKind, Outside};
use domain::money::Amount;

use super::{counterpart, require_all};
use crate::center::Center;
use crate::db::{Connection, Statement};
use crate::error::{Error, Result};
use crate::ledger;

/// The accounts: 账户余额 = top-ups + credit − allocated, and what of it may be allocated now.
///
/// # Errors
/// `Denied` without `Permission::ViewFunds`.
pub async fn overview(center: &Center, actor: &Actor) -> Result<FundsOverview> {
    require_all(actor, Permission::ViewFunds)?;
    let mut tx = center.db.read().await?;
    let partner = &actor.partner;
    let own = ledger::balances(&mut tx, partner).await?;
    let balance = sum([own.cash, own.credit])?;
    let bank = ledger::balance(&mut tx, partner, &Account::Outside(Outside::Bank)).await?;
    let topped_up = bank.checked_neg().ok_or_else(too_large)?;
    let spent = spent_by_partner(&mut tx, partner).await?;
    let in_all = sum([topped_up, own.credit_line, spent])?;
    Ok(FundsOverview {
        cash: own.cash,
        earmarked: own.earmarked,
        credit: own.credit,
        credit_line: own.credit_line,
        balance,
        allocatable: own.allocatable(),
        topped_up,
        allocated: in_all.checked_sub(balance).ok_or_else(too_large)?,
        with_customers: held_by(&mut tx, partner, AccountKind::Customer).await?,
        with_indirect_partners: held_by(&mut tx, partner, AccountKind::Indirect).await?,
        waiting_top_ups: waiting(
            &mut tx,
            partner,
            ("select count(*) from top_up where partner_id = ", TopUpState::Recorded.code()),
        )
        .await?,
        waiting_payments: waiting(
            &mut tx,
            partner,
            ("select count(*) from customer_payment where partner_id = ", CustomerPaymentState::Recorded.code()),
        )
        .await?,
    })
}

/// What an indirect partner has of what was allocated to it.
///
/// # Errors
/// `Denied` without `Permission::ManageIndirectPartners`; `Invalid` `indirect_partner` `not_found`.
pub async fn indirect_balance(center: &Center, actor: &Actor, id: &IndirectPartnerId) -> Result<Amount> {
    actor.require(Permission::ManageIndirectPartners)?;
    let mut tx = center.db.read().await?;
    counterpart::indirect_partner(&mut tx, actor, id).await?;
    ledger::balance(&mut tx, &actor.partner, &Account::Indirect(id.clone())).await
}

fn too_large() -> Error {
    Error::internal("a balance is too large")
}

fn sum(amounts: impl IntoIterator<Item = Amount>) -> Result<Amount> {
    amounts.into_iter().try_fold(Amount::ZERO, Amount::checked_add).ok_or_else(too_large)
}

/// By how much the partner's own payments, not its allocations, changed its accounts; negative for what was spent.
async fn spent_by_partner(connection: &mut Connection, partner: &PartnerId) -> Result<Amount> {
    let mut sql = Statement::new(
        "select coalesce(cast(sum(p.amount) as bigint), 0) from ledger_move m join ledger_posting p on p.move_id = m.id
         join ledger_account a on a.id = p.account_id where m.partner_id = ",
    );
    let kinds = [MoveKind::Payment, MoveKind::Usage, MoveKind::Refund, MoveKind::Adjustment];
    sql.bind(partner).add(" and m.kind in ").list(kinds.map(MoveKind::code));
    sql.add(" and a.kind in ").list([AccountKind::Cash.code(), AccountKind::Credit.code()]);
    let (units,): (i64,) = sql.row(connection).await?;
    Ok(Amount::from_units(units))
}

async fn held_by(connection: &mut Connection, partner: &PartnerId, kind: AccountKind) -> Result<Amount> {
    let units = sqlx::query_scalar(
        "select coalesce(cast(sum(balance) as bigint), 0) from ledger_account where partner_id = $1 and kind = $2",
    )
    .bind(partner.as_str())
    .bind(kind.code())
    .fetch_one(connection)
    .await?;
    Ok(Amount::from_units(units))
}

async fn waiting(
    connection: &mut Connection,
    partner: &PartnerId,
    (of, state): (&'static str, &'static str),
) -> Result<u64> {
    let mut sql = Statement::new(of);
    sql.bind(partner).add(" and state = ").bind(state);
    let (count,): (i64,) = sql.row(connection).await?;
    Ok(count.unsigned_abs())
}
