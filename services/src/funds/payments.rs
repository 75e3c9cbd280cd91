//! What reseller-model customers pay to the partner outside the partner centre, recorded before it is allocated.

use domain::access::{Actor, Permission};
use domain::customers::AssociationType;
use domain::funds::{CustomerPayment, CustomerPaymentQuery, CustomerPaymentState, NewCustomerPayment, check_text};
use domain::ids::{CustomerId, CustomerPaymentId, MoveId};
use domain::ledger::read_amount;
use domain::money::Amount;
use domain::paging::{PAGE_SIZE, Page, page_within};
use serde_json::json;

use super::counterpart::{self, title};
use super::require_all;
use super::top_ups::past_day;
use crate::audit;
use crate::center::{Center, new_id};
use crate::clock::{local, stored};
use crate::db::{Connection, Statement};
use crate::error::{Error, Result};
use crate::partners;

/// Records a customer's payment. No money of the partner's books moves: the allocation that answers it does that.
///
/// # Errors
/// `Denied` without `Permission::ManageFunds`; `NotFound`; `Conflict` `referral_customer`, `association_unknown`; `Invalid`: `amount`,
/// `paid_on` (`required`, `in_future`), `reference` and `memo` `too_long`.
pub async fn record_payment(center: &Center, actor: &Actor, new: &NewCustomerPayment) -> Result<CustomerPaymentId> {
    let scope = actor.scope(Permission::ManageFunds)?;
    let mut tx = center.db.write().await?;
    let association: AssociationType =
        counterpart::customer(center, &mut tx, (actor, scope), &new.customer).await?.association;
    counterpart::require_reseller(association)?;
    let today = center.clock.today(&partners::get(&mut tx, &actor.partner).await?.zone);
    let checked = (
        read_amount(&new.amount),
        past_day("paid_on", new.paid_on, today),
        check_text("reference", &new.reference),
        check_text("memo", &new.memo),
    );
    let (amount, paid_on, reference, memo) = match checked {
        (Ok(amount), Ok(paid_on), Ok(reference), Ok(memo)) => (amount, paid_on, reference, memo),
        (amount, paid_on, reference, memo) => {
            let wrong = [amount.err(), paid_on.err(), reference.err(), memo.err()];
            return Err(Error::Invalid(wrong.into_iter().flatten().collect()));
        }
    };
    let id = CustomerPaymentId::new(new_id());
    sqlx::query(
        "insert into customer_payment (id, partner_id, customer_id, amount, paid_on, reference, memo, state, recorded_by,
                                       recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(id.as_str())
    .bind(actor.partner.as_str())
    .bind(new.customer.as_str())
    .bind(amount.units())
    .bind(paid_on.to_string())
    .bind(reference)
    .bind(memo)
    .bind(CustomerPaymentState::Recorded.code())
    .bind(actor.member.as_str())
    .bind(stored(center.clock.now()))
    .execute(&mut *tx)
    .await?;
    let detail = json!({ "customer": new.customer, "amount": amount }).to_string();
    audit::record(center, &mut tx, actor, ("funds.record_payment", id.as_str(), &detail)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Withdraws a payment that was recorded by mistake.
///
/// # Errors
/// `Denied` without `Permission::ManageFunds`; `NotFound`; `Conflict` `payment_allocated`, `payment_withdrawn`.
pub async fn withdraw_payment(center: &Center, actor: &Actor, id: &CustomerPaymentId) -> Result<()> {
    require_all(actor, Permission::ManageFunds)?;
    let mut tx = center.db.write().await?;
    let (_, _) = open(&mut tx, actor, id).await?;
    sqlx::query("update customer_payment set state = $1 where id = $2")
        .bind(CustomerPaymentState::Withdrawn.code())
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
    audit::record(center, &mut tx, actor, ("funds.withdraw_payment", id.as_str(), "")).await?;
    tx.commit().await?;
    Ok(())
}

/// The customer and the amount of a payment that waits for its allocation.
///
/// # Errors
/// `NotFound`; `Conflict` `payment_allocated`, `payment_withdrawn`.
pub(super) async fn open(
    connection: &mut Connection,
    actor: &Actor,
    id: &CustomerPaymentId,
) -> Result<(CustomerId, Amount)> {
    let (customer, amount, state): (String, i64, String) =
        sqlx::query_as("select customer_id, amount, state from customer_payment where id = $1 and partner_id = $2")
            .bind(id.as_str())
            .bind(actor.partner.as_str())
            .fetch_one(connection)
            .await?;
    match state.parse().map_err(Error::internal)? {
        CustomerPaymentState::Recorded => Ok((CustomerId::new(customer), Amount::from_units(amount))),
        CustomerPaymentState::Allocated => Err(Error::Conflict("payment_allocated")),
        CustomerPaymentState::Withdrawn => Err(Error::Conflict("payment_withdrawn")),
    }
}

/// Links a payment to the allocation that answers it.
pub(super) async fn answered(connection: &mut Connection, id: &CustomerPaymentId, by: &MoveId) -> Result<()> {
    sqlx::query("update customer_payment set state = $1, move_id = $2 where id = $3")
        .bind(CustomerPaymentState::Allocated.code())
        .bind(by.as_str())
        .bind(id.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

type Row =
    (String, String, String, String, String, i64, String, String, String, String, String, String, Option<String>);

/// Recorded payments, the newest first.
///
/// # Errors
/// `Denied` without `Permission::ViewFunds`.
pub async fn payments(center: &Center, actor: &Actor, query: &CustomerPaymentQuery) -> Result<Page<CustomerPayment>> {
    require_all(actor, Permission::ViewFunds)?;
    let mut tx = center.db.read().await?;
    let zone = partners::get(&mut tx, &actor.partner).await?.zone;
    let mut count = Statement::new("select count(*) from customer_payment p where p.partner_id = ");
    conditions(&mut count, actor, query);
    let (total,): (i64,) = count.row(&mut tx).await?;
    let page = page_within(query.page, total.unsigned_abs());
    let mut sql = Statement::new(
        "select p.id, p.customer_id, c.name, c.account_name, c.account_id, p.amount, p.paid_on, p.reference, p.memo, p.state,
                m.name, p.recorded_at, p.move_id
         from customer_payment p join customer c on c.id = p.customer_id join member m on m.id = p.recorded_by
         where p.partner_id = ",
    );
    conditions(&mut sql, actor, query);
    sql.add(" order by p.recorded_at desc, p.id desc limit ").bind(i64::from(PAGE_SIZE));
    sql.add(" offset ").bind(i64::from(page - 1) * i64::from(PAGE_SIZE));
    let rows: Vec<Row> = sql.rows(&mut tx).await?;
    let items = rows
        .into_iter()
        .map(|(id, customer, name, account, number, amount, paid_on, reference, memo, state, by, at, moved)| {
            Ok(CustomerPayment {
                id: CustomerPaymentId::new(id),
                customer: CustomerId::new(customer),
                customer_name: title([name, account, number]),
                amount: Amount::from_units(amount),
                paid_on: paid_on.parse().map_err(Error::internal)?,
                reference,
                memo,
                state: state.parse().map_err(Error::internal)?,
                recorded_by: by,
                recorded_at: local(&at, &zone),
                moved: moved.map(MoveId::new),
            })
        })
        .collect::<Result<_>>()?;
    Ok(Page { items, total: total.unsigned_abs(), page })
}

fn conditions(sql: &mut Statement, actor: &Actor, query: &CustomerPaymentQuery) {
    sql.bind(&actor.partner);
    if let Some(customer) = &query.customer {
        sql.add(" and p.customer_id = ").bind(customer);
    }
    if let Some(state) = query.state {
        sql.add(" and p.state = ").bind(state.code());
    }
}
