//! Earmarked money (专款专用): a part of the cash account that is neither allocated nor spent until it is released.

use domain::access::{Actor, Permission};
use domain::funds::{Earmark, NewEarmark, check_needed};
use domain::ids::{EarmarkId, PartnerId};
use domain::ledger::{Account, Shortage, read_amount};
use domain::money::Amount;
use serde_json::json;

use super::require_all;
use crate::audit;
use crate::center::{Center, new_id};
use crate::clock::{local, stored};
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::{ledger, partners};

/// Sets money of the cash account aside. No money moves: less of it may be allocated.
///
/// # Errors
/// `Denied` without `Permission::ManageFunds`; `Invalid` `amount`, `purpose` (`required`, `too_long`); `Insufficient` where the cash
/// account does not have so much that is free.
pub async fn earmark(center: &Center, actor: &Actor, new: &NewEarmark) -> Result<EarmarkId> {
    require_all(actor, Permission::ManageFunds)?;
    let amount = read_amount(&new.amount)?;
    let purpose = check_needed("purpose", &new.purpose)?;
    let mut tx = center.db.write().await?;
    let own = ledger::balances(&mut tx, &actor.partner).await?;
    if amount.units() > own.free_cash() {
        let available = Amount::from_units(own.free_cash());
        return Err(Error::Insufficient(Shortage { available, wanted: amount }));
    }
    let id = EarmarkId::new(new_id());
    sqlx::query(
        "insert into earmark (id, partner_id, amount, purpose, created_by, created_at) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id.as_str())
    .bind(actor.partner.as_str())
    .bind(amount.units())
    .bind(purpose)
    .bind(actor.member.as_str())
    .bind(stored(center.clock.now()))
    .execute(&mut *tx)
    .await?;
    settle(&mut tx, &actor.partner).await?;
    let detail = json!({ "amount": amount, "purpose": purpose }).to_string();
    audit::record(center, &mut tx, actor, ("funds.earmark", id.as_str(), &detail)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Releases what was set aside.
///
/// # Errors
/// `Denied` without `Permission::ManageFunds`; `NotFound`; `Conflict` `already_released`.
pub async fn release_earmark(center: &Center, actor: &Actor, id: &EarmarkId) -> Result<()> {
    require_all(actor, Permission::ManageFunds)?;
    let mut tx = center.db.write().await?;
    let (amount, released): (i64, Option<String>) =
        sqlx::query_as("select amount, released_at from earmark where id = $1 and partner_id = $2")
            .bind(id.as_str())
            .bind(actor.partner.as_str())
            .fetch_one(&mut *tx)
            .await?;
    if released.is_some() {
        return Err(Error::Conflict("already_released"));
    }
    sqlx::query("update earmark set released_by = $1, released_at = $2 where id = $3")
        .bind(actor.member.as_str())
        .bind(stored(center.clock.now()))
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
    settle(&mut tx, &actor.partner).await?;
    let detail = json!({ "amount": Amount::from_units(amount) }).to_string();
    audit::record(center, &mut tx, actor, ("funds.release_earmark", id.as_str(), &detail)).await?;
    tx.commit().await?;
    Ok(())
}

type Row = (String, i64, String, String, String, Option<String>, Option<String>);

/// Everything that was set aside, what still is first, then the newest first.
///
/// # Errors
/// `Denied` without `Permission::ViewFunds`.
pub async fn earmarks(center: &Center, actor: &Actor) -> Result<Vec<Earmark>> {
    require_all(actor, Permission::ViewFunds)?;
    let mut tx = center.db.read().await?;
    let zone = partners::get(&mut tx, &actor.partner).await?.zone;
    let rows: Vec<Row> = sqlx::query_as(
        "select e.id, e.amount, e.purpose, m.name, e.created_at, r.name, e.released_at from earmark e
         join member m on m.id = e.created_by left join member r on r.id = e.released_by where e.partner_id = $1
         order by case when e.released_at is null then 0 else 1 end, e.created_at desc, e.id desc",
    )
    .bind(actor.partner.as_str())
    .fetch_all(&mut *tx)
    .await?;
    let earmark = |(id, amount, purpose, by, at, released_by, released_at): Row| Earmark {
        id: EarmarkId::new(id),
        amount: Amount::from_units(amount),
        purpose,
        by,
        at: local(&at, &zone),
        released_by: released_by.unwrap_or_default(),
        released_at: released_at.map(|at| local(&at, &zone)).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(earmark).collect())
}

/// The floor of the cash account is what is set aside.
async fn settle(connection: &mut Connection, partner: &PartnerId) -> Result<()> {
    let aside = set_aside(connection, partner).await?;
    ledger::set_floor(connection, partner, &Account::Cash, aside).await
}

async fn set_aside(connection: &mut Connection, partner: &PartnerId) -> Result<Amount> {
    let units = sqlx::query_scalar(
        "select coalesce(cast(sum(amount) as bigint), 0) from earmark where partner_id = $1 and released_at is null",
    )
    .bind(partner.as_str())
    .fetch_one(connection)
    .await?;
    Ok(Amount::from_units(units))
}

/// Appends a fault where the cash account does not keep what is set aside.
///
/// # Errors
/// `Internal`.
pub(crate) async fn check(connection: &mut Connection, partner: &PartnerId, faults: &mut Vec<String>) -> Result<()> {
    let (aside, kept) = (set_aside(connection, partner).await?, ledger::balances(connection, partner).await?.earmarked);
    if aside != kept {
        faults.push(format!("partner {partner}: {aside} is set aside, the cash account keeps {kept}"));
    }
    Ok(())
}
