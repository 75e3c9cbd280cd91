//! Top-ups by bank transfer (转账汇款): one member records, a second one confirms that the money is there.

use domain::access::{Actor, Permission};
use domain::errors::FieldError;
use domain::funds::{
    DecideTopUp, NewTopUp, TopUp, TopUpAccount, TopUpEvent, TopUpQuery, TopUpState, check_needed, check_text,
};
use domain::ids::{MoveId, TopUpId};
use domain::ledger::{Account, Leg, MoveKind, Outside, Reference, ReferenceKind, Shortage, read_amount};
use domain::money::Amount;
use domain::paging::{PAGE_SIZE, Page, page_within};
use domain::periods::Day;
use jiff::tz::TimeZone;
use serde_json::json;

use super::require_all;
use crate::audit;
use crate::center::{Center, new_id};
use crate::clock::{local, stored};
use crate::db::{Connection, Statement};
use crate::error::{Error, Result};
use crate::ledger::{self, NewMove};
use crate::partners;

/// Records a bank transfer. No money moves yet.
///
/// # Errors
/// `Denied` without `Permission::ManageFunds`; `Invalid`: `amount`, `paid_on` (`required`, `in_future`), `bank_reference` and `payer`
/// (`required`, `too_long`), `memo` `too_long`.
pub async fn record_top_up(center: &Center, actor: &Actor, new: &NewTopUp) -> Result<TopUpId> {
    require_all(actor, Permission::ManageFunds)?;
    let mut tx = center.db.write().await?;
    let today = center.clock.today(&partners::get(&mut tx, &actor.partner).await?.zone);
    let Checked { amount, paid_on, bank_reference, payer, memo } = check(new, today)?;
    let id = TopUpId::new(new_id());
    sqlx::query(
        "insert into top_up (id, partner_id, account, amount, paid_on, bank_reference, payer, memo, state, recorded_by,
                             recorded_at, reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '')",
    )
    .bind(id.as_str())
    .bind(actor.partner.as_str())
    .bind(new.account.code())
    .bind(amount.units())
    .bind(paid_on.to_string())
    .bind(bank_reference)
    .bind(payer)
    .bind(memo)
    .bind(TopUpState::Recorded.code())
    .bind(actor.member.as_str())
    .bind(stored(center.clock.now()))
    .execute(&mut *tx)
    .await?;
    let detail = json!({ "account": new.account, "amount": amount }).to_string();
    audit::record(center, &mut tx, actor, ("funds.record_top_up", id.as_str(), &detail)).await?;
    tx.commit().await?;
    Ok(id)
}

struct Checked<'a> {
    amount: Amount,
    paid_on: Day,
    bank_reference: &'a str,
    payer: &'a str,
    memo: &'a str,
}

/// All that is wrong at once: it is one form.
fn check(new: &NewTopUp, today: Day) -> Result<Checked<'_>> {
    let checked = (
        read_amount(&new.amount),
        past_day("paid_on", new.paid_on, today),
        check_needed("bank_reference", &new.bank_reference),
        check_needed("payer", &new.payer),
        check_text("memo", &new.memo),
    );
    match checked {
        (Ok(amount), Ok(paid_on), Ok(bank_reference), Ok(payer), Ok(memo)) => {
            Ok(Checked { amount, paid_on, bank_reference, payer, memo })
        }
        (amount, paid_on, bank_reference, payer, memo) => {
            let wrong = [amount.err(), paid_on.err(), bank_reference.err(), payer.err(), memo.err()];
            Err(Error::Invalid(wrong.into_iter().flatten().collect()))
        }
    }
}

/// A day that is there and not after today.
pub(super) fn past_day(field: &str, day: Option<Day>, today: Day) -> std::result::Result<Day, FieldError> {
    match day {
        None => Err(FieldError::new(field, "required")),
        Some(day) if day > today => Err(FieldError::new(field, "in_future").with(day)),
        Some(day) => Ok(day),
    }
}

/// Decides about a recorded top-up; confirming moves the money.
///
/// # Errors
/// `Denied` without `Permission::ManageFunds`; `NotFound`; `Conflict`: `already_decided`, `second_member_needed` where who recorded it
/// confirms or refuses, `recorded_by_other` where somebody else withdraws; `Invalid` `reason` (`required` to refuse, `too_long`);
/// `Insufficient` where more credit would be given back than is used.
pub async fn decide_top_up(center: &Center, actor: &Actor, request: &DecideTopUp) -> Result<TopUpState> {
    require_all(actor, Permission::ManageFunds)?;
    let reason = if request.event == TopUpEvent::Refuse {
        check_needed("reason", &request.reason)?
    } else {
        check_text("reason", &request.reason)?
    };
    let mut tx = center.db.write().await?;
    let (account, units, state, recorded_by): (String, i64, String, String) =
        sqlx::query_as("select account, amount, state, recorded_by from top_up where id = $1 and partner_id = $2")
            .bind(request.id.as_str())
            .bind(actor.partner.as_str())
            .fetch_one(&mut *tx)
            .await?;
    let before: TopUpState = state.parse().map_err(Error::internal)?;
    let after = before.next(request.event).ok_or(Error::Conflict("already_decided"))?;
    match (request.event.needs_second_member(), recorded_by == actor.member.as_str()) {
        (true, true) => return Err(Error::Conflict("second_member_needed")),
        (false, false) => return Err(Error::Conflict("recorded_by_other")),
        _ => {}
    }
    let amount = Amount::from_units(units);
    let moved = if after == TopUpState::Confirmed {
        let into = account.parse().map_err(Error::internal)?;
        Some(move_in(center, &mut tx, actor, (&request.id, into, amount)).await?)
    } else {
        None
    };
    sqlx::query(
        "update top_up set state = $1, decided_by = $2, decided_at = $3, reason = $4, move_id = $5 where id = $6",
    )
    .bind(after.code())
    .bind(actor.member.as_str())
    .bind(stored(center.clock.now()))
    .bind(reason)
    .bind(moved.as_ref().map(MoveId::as_str))
    .bind(request.id.as_str())
    .execute(&mut *tx)
    .await?;
    let detail = json!({ "event": request.event, "amount": amount, "move": moved }).to_string();
    audit::record(center, &mut tx, actor, ("funds.decide_top_up", request.id.as_str(), &detail)).await?;
    tx.commit().await?;
    Ok(after)
}

async fn move_in(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    (id, into, amount): (&TopUpId, TopUpAccount, Amount),
) -> Result<MoveId> {
    let (kind, account) = match into {
        TopUpAccount::Cash => (MoveKind::TopUp, Account::Cash),
        TopUpAccount::Credit => {
            let used = Amount::from_units(ledger::balances(connection, &actor.partner).await?.credit_used());
            if amount > used {
                return Err(Error::Insufficient(Shortage { available: used, wanted: amount }));
            }
            (MoveKind::Repayment, Account::Credit)
        }
    };
    let out = amount.checked_neg().ok_or_else(|| FieldError::new("amount", "too_large"))?;
    let legs = vec![Leg { account: Account::Outside(Outside::Bank), amount: out }, Leg { account, amount }];
    let reference = Some(Reference { kind: ReferenceKind::TopUp, id: id.to_string() });
    let new = NewMove { reference, ..NewMove::new(kind, "", legs) };
    Ok(ledger::post(center, connection, actor, &new).await?.id)
}

/// Recorded top-ups, the newest first.
///
/// # Errors
/// `Denied` without `Permission::ViewFunds`.
pub async fn top_ups(center: &Center, actor: &Actor, query: &TopUpQuery) -> Result<Page<TopUp>> {
    require_all(actor, Permission::ViewFunds)?;
    let mut tx = center.db.read().await?;
    let zone = partners::get(&mut tx, &actor.partner).await?.zone;
    let mut count = Statement::new("select count(*) from top_up t where t.partner_id = ");
    conditions(&mut count, actor, query.state);
    let (total,): (i64,) = count.row(&mut tx).await?;
    let page = page_within(query.page, total.unsigned_abs());
    let mut sql = Statement::new(
        "select t.id, t.account, t.amount, t.paid_on, t.bank_reference, t.payer, t.memo, t.state, r.name, t.recorded_by,
                t.recorded_at, d.name as decided_by, t.decided_at, t.reason, t.move_id
         from top_up t join member r on r.id = t.recorded_by left join member d on d.id = t.decided_by
         where t.partner_id = ",
    );
    conditions(&mut sql, actor, query.state);
    sql.add(" order by t.recorded_at desc, t.id desc limit ").bind(i64::from(PAGE_SIZE));
    sql.add(" offset ").bind(i64::from(page - 1) * i64::from(PAGE_SIZE));
    let rows: Vec<Row> = sql.rows(&mut tx).await?;
    let items = rows.into_iter().map(|row| row.top_up(actor, &zone)).collect::<Result<_>>()?;
    Ok(Page { items, total: total.unsigned_abs(), page })
}

fn conditions(sql: &mut Statement, actor: &Actor, state: Option<TopUpState>) {
    sql.bind(&actor.partner);
    if let Some(state) = state {
        sql.add(" and t.state = ").bind(state.code());
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    account: String,
    amount: i64,
    paid_on: String,
    bank_reference: String,
    payer: String,
    memo: String,
    state: String,
    name: String,
    recorded_by: String,
    recorded_at: String,
    decided_by: Option<String>,
    decided_at: Option<String>,
    reason: String,
    move_id: Option<String>,
}

impl Row {
    fn top_up(self, actor: &Actor, zone: &TimeZone) -> Result<TopUp> {
        Ok(TopUp {
            id: TopUpId::new(self.id),
            account: self.account.parse().map_err(Error::internal)?,
            amount: Amount::from_units(self.amount),
            paid_on: self.paid_on.parse().map_err(Error::internal)?,
            bank_reference: self.bank_reference,
            payer: self.payer,
            memo: self.memo,
            state: self.state.parse().map_err(Error::internal)?,
            recorded_by: self.name,
            recorded_at: local(&self.recorded_at, zone),
            own: self.recorded_by == actor.member.as_str(),
            decided_by: self.decided_by.unwrap_or_default(),
            decided_at: self.decided_at.map(|at| local(&at, zone)).unwrap_or_default(),
            reason: self.reason,
            moved: self.move_id.map(MoveId::new),
        })
    }
}
