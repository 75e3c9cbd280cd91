//! Allocating (拨款) and reclaiming (回收): looked at first, made once.

use domain::access::{Actor, Permission};
use domain::errors::FieldError;
use domain::funds::{
    BeforeAfter, Counterpart, MAX_TRANSACTION, Transfer, TransferDirection, TransferDone, TransferPreview, check_text,
};
use domain::ids::{IndirectPartnerId, MoveId};
use domain::ledger::{Account, Leg, MoveKind, Posted, Reference, ReferenceKind, Shortage, read_amount, two_decimals};
use domain::money::Amount;
use serde_json::json;

use super::{counterpart, payments};
use crate::audit;
use crate::center::Center;
use crate::clock::stored;
use crate::db::{Connection, is_taken};
use crate::error::{Error, Result};
use crate::ledger::{self, NewMove, Once};

/// What a transfer would do; nothing moves.
///
/// # Errors
/// As [`transfer`].
pub async fn preview(center: &Center, actor: &Actor, transfer: &Transfer) -> Result<TransferPreview> {
    let mut tx = center.db.read().await?;
    let asked = Asked::of(&mut tx, actor, transfer).await?;
    Ok(asked.plan(&mut tx, actor).await?.preview)
}

/// Allocates to a reseller-model customer or an indirect partner, or reclaims from one.
///
/// # Errors
/// `Denied` without `Permission::ManageFunds`, for indirect partners without `Permission::ManageIndirectPartners`; `NotFound` for a
/// customer that does not exist for the actor; `Conflict`: `referral_customer`, `association_unknown`, `changed_since` where a
/// balance is not as it was `seen`, `idempotency_key_reused`, `payment_allocated`, `payment_withdrawn`; `Insufficient` beyond what may be
/// allocated, or beyond the other side's balance; `Invalid`: `amount` (`required`, `malformed`, `not_positive`,
/// `too_many_decimals`, `too_large`), `reason` `too_long`, `payment` (`not_found`, `not_for_reclaim`), `supplier_transaction`
/// (`too_long`, `taken`), `indirect_partner` `not_found`, `idempotency_key` `too_long`.
pub async fn transfer(center: &Center, actor: &Actor, transfer: &Transfer) -> Result<TransferDone> {
    actor.require(match transfer.counterpart {
        Counterpart::Customer(_) => Permission::ManageFunds,
        Counterpart::Indirect(_) => Permission::ManageIndirectPartners,
    })?;
    let mut tx = center.db.write().await?;
    let (posted, _) = make(center, &mut tx, actor, transfer).await?;
    let account = account_of(&transfer.counterpart);
    let counterpart_balance = posted.balance_after(&account).unwrap_or_default();
    tx.commit().await?;
    Ok(TransferDone { id: posted.id, repeated: posted.repeated, counterpart_balance })
}

fn account_of(counterpart: &Counterpart) -> Account {
    match counterpart {
        Counterpart::Customer(id) => Account::Customer(id.clone()),
        Counterpart::Indirect(id) => Account::Indirect(id.clone()),
    }
}

/// Makes a transfer within the caller's transaction. What is refused has written nothing.
///
/// # Errors
/// As [`transfer`].
pub(super) async fn make(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    transfer: &Transfer,
) -> Result<(Posted, Option<TransferPreview>)> {
    let asked = Asked::of(connection, actor, transfer).await?;
    // a request that was answered is answered again, whatever became of balances and payments since
    if let Some(once) = &asked.once
        && let Some(made) = ledger::find(connection, &actor.partner, once).await?
    {
        return Ok((made, None));
    }
    let plan = asked.plan(connection, actor).await?;
    if transfer.seen.is_some_and(|seen| seen != (plan.preview.own.before, plan.preview.counterpart.before)) {
        return Err(Error::Conflict("changed_since"));
    }
    check_payment(connection, actor, transfer).await?;
    let supplier = check_supplier_transaction(connection, actor, &transfer.supplier_transaction).await?;
    let new = NewMove {
        reason: check_text("reason", &transfer.reason)?.to_owned(),
        reference: transfer
            .payment
            .as_ref()
            .map(|payment| Reference { kind: ReferenceKind::Payment, id: payment.to_string() }),
        once: asked.once,
        ..NewMove::new(plan.kind, transfer.counterpart.id(), plan.legs)
    };
    let posted = ledger::post(center, connection, actor, &new).await?;
    if let Some(payment) = &transfer.payment {
        payments::answered(connection, payment, &posted.id).await?;
    }
    if let Some(transaction) = supplier {
        record_supplier_transaction(center, connection, actor, (&posted.id, transaction)).await?;
    }
    let detail = json!({
        "counterpart": transfer.counterpart, "through": transfer.through, "amount": plan.preview.amount,
    });
    let action = match transfer.direction {
        TransferDirection::Allocate => "funds.allocate",
        TransferDirection::Reclaim => "funds.reclaim",
    };
    audit::record(center, connection, actor, (action, posted.id.as_str(), &detail.to_string())).await?;
    Ok((posted, Some(plan.preview)))
}

/// A transfer whose fields can be read and whose other side is known.
struct Asked<'a> {
    transfer: &'a Transfer,
    name: String,
    account: Account,
    amount: Amount,
    once: Option<Once>,
}

/// What is to be posted.
struct Plan {
    kind: MoveKind,
    legs: Vec<Leg>,
    preview: TransferPreview,
}

impl<'a> Asked<'a> {
    async fn of(connection: &mut Connection, actor: &Actor, transfer: &'a Transfer) -> Result<Self> {
        let (name, account) = counterpart::resolve(connection, actor, &transfer.counterpart).await?;
        if let Some(through) = &transfer.through {
            require_through(connection, actor, (through, &transfer.counterpart)).await?;
        }
        let amount = read_amount(&transfer.amount)?;
        let once =
            (!transfer.key.is_empty()).then(|| Once { key: transfer.key.clone(), request: words(transfer, amount) });
        Ok(Self { transfer, name, account, amount, once })
    }

    /// Where the money comes from and goes to, as things are.
    async fn plan(&self, connection: &mut Connection, actor: &Actor) -> Result<Plan> {
        let allocate = self.transfer.direction == TransferDirection::Allocate;
        let theirs = ledger::balance(connection, &actor.partner, &self.account).await?;
        if !allocate && self.amount > theirs {
            return Err(Error::Insufficient(Shortage { available: theirs, wanted: self.amount }));
        }
        let change = if allocate { Some(self.amount) } else { self.amount.checked_neg() };
        let change = change.ok_or_else(too_large)?;
        let (own, mut legs) = self.payer(connection, actor).await?;
        let part = |account: &Account| {
            let units =
                legs.iter().find(|leg| leg.account == *account).map_or(0, |leg| leg.amount.units().saturating_abs());
            Amount::from_units(units)
        };
        let (cash, credit) = (part(&Account::Cash), part(&Account::Credit));
        legs.push(Leg { account: self.account.clone(), amount: change });
        let kind = match (&self.transfer.counterpart, allocate) {
            (Counterpart::Customer(_), true) => MoveKind::Allocate,
            (Counterpart::Customer(_), false) => MoveKind::Reclaim,
            (Counterpart::Indirect(_), true) => MoveKind::AllocateIndirect,
            (Counterpart::Indirect(_), false) => MoveKind::ReclaimIndirect,
        };
        let minus = |before: Amount| before.checked_sub(change).ok_or_else(too_large);
        let preview = TransferPreview {
            direction: self.transfer.direction,
            counterpart_name: self.name.clone(),
            amount: self.amount,
            own: BeforeAfter { before: own.balance, after: minus(own.balance)? },
            allocatable: BeforeAfter { before: own.allocatable, after: minus(own.allocatable)? },
            counterpart: BeforeAfter { before: theirs, after: theirs.checked_add(change).ok_or_else(too_large)? },
            cash,
            credit,
        };
        Ok(Plan { kind, legs, preview })
    }

    /// Whose money it is: what they have, and their side of the move.
    async fn payer(&self, connection: &mut Connection, actor: &Actor) -> Result<(Own, Vec<Leg>)> {
        let allocate = self.transfer.direction == TransferDirection::Allocate;
        if let Some(through) = &self.transfer.through {
            let account = Account::Indirect(through.clone());
            let balance = ledger::balance(connection, &actor.partner, &account).await?;
            if allocate && self.amount > balance {
                return Err(Error::Insufficient(Shortage { available: balance, wanted: self.amount }));
            }
            let amount = if allocate { self.amount.checked_neg() } else { Some(self.amount) };
            let leg = Leg { account, amount: amount.ok_or_else(too_large)? };
            return Ok((Own { balance, allocatable: balance }, vec![leg]));
        }
        let own = ledger::balances(connection, &actor.partner).await?;
        let balance = own.cash.checked_add(own.credit).ok_or_else(too_large)?;
        let legs = if allocate { ledger::taken_from(own, self.amount)? } else { ledger::given_to(own, self.amount) };
        Ok((Own { balance, allocatable: own.allocatable() }, legs))
    }
}

/// What who pays or is paid back has.
struct Own {
    balance: Amount,
    allocatable: Amount,
}

fn too_large() -> Error {
    Error::field("amount", "too_large")
}

/// What is asked for, the same for the same request however its amount is written.
fn words(transfer: &Transfer, amount: Amount) -> String {
    json!([
        "transfer",
        transfer.direction,
        transfer.counterpart,
        transfer.through,
        two_decimals(amount),
        transfer.reason.trim(),
        transfer.payment,
        transfer.supplier_transaction.trim(),
    ])
    .to_string()
}

/// An indirect partner's money goes to its own customers only.
async fn require_through(
    connection: &mut Connection,
    actor: &Actor,
    (through, counterpart): (&IndirectPartnerId, &Counterpart),
) -> Result<()> {
    actor.require(Permission::ManageIndirectPartners)?;
    counterpart::indirect_partner(connection, actor, through).await?;
    match counterpart {
        Counterpart::Customer(_) => Ok(()),
        Counterpart::Indirect(_) => Err(Error::field("indirect_partner", "not_found")),
    }
}

async fn check_payment(connection: &mut Connection, actor: &Actor, transfer: &Transfer) -> Result<()> {
    let Some(payment) = &transfer.payment else { return Ok(()) };
    if transfer.direction == TransferDirection::Reclaim {
        return Err(Error::field("payment", "not_for_reclaim"));
    }
    let unknown = || Error::field("payment", "not_found");
    let (customer, _) = match payments::open(connection, actor, payment).await {
        Err(Error::NotFound) => return Err(unknown()),
        other => other?,
    };
    if transfer.counterpart == Counterpart::Customer(customer) { Ok(()) } else { Err(unknown()) }
}

/// A supplier's transaction id as it is kept; none where none is given.
pub(super) async fn check_supplier_transaction<'a>(
    connection: &mut Connection,
    actor: &Actor,
    text: &'a str,
) -> Result<Option<&'a str>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text.chars().count() > MAX_TRANSACTION {
        return Err(FieldError::new("supplier_transaction", "too_long").with(MAX_TRANSACTION).into());
    }
    let taken: i64 =
        sqlx::query_scalar("select count(*) from supplier_transaction where partner_id = $1 and transaction_id = $2")
            .bind(actor.partner.as_str())
            .bind(text)
            .fetch_one(connection)
            .await?;
    if taken > 0 { Err(Error::field("supplier_transaction", "taken")) } else { Ok(Some(text)) }
}

pub(super) async fn record_supplier_transaction(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    (id, transaction): (&MoveId, &str),
) -> Result<()> {
    sqlx::query(
        "insert into supplier_transaction (move_id, partner_id, transaction_id, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5)",
    )
    .bind(id.as_str())
    .bind(actor.partner.as_str())
    .bind(transaction)
    .bind(actor.member.as_str())
    .bind(stored(center.clock.now()))
    .execute(connection)
    .await
    .map_err(|error| {
        if is_taken(&error, "supplier_transaction.move_id") {
            Error::Conflict("supplier_transaction_recorded")
        } else {
            error.into()
        }
    })?;
    Ok(())
}
