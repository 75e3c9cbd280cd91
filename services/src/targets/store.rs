//! Targets in the database.

use std::collections::HashMap;

use domain::access::Actor;
use domain::ids::{MemberId, PartnerId};
use domain::money::{Amount, Currency};
use domain::periods::{Month, MonthRange};

use crate::center::Center;
use crate::clock::stored;
use crate::db::{Connection, Statement};
use crate::error::{Error, Result};

/// What a target is of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key {
    pub manager: MemberId,
    pub month: Month,
    pub currency: Currency,
}

/// A target as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    /// None where it was taken away.
    pub amount: Option<Amount>,
    pub version: i64,
    pub changed_by: String,
    /// UTC.
    pub changed_at: String,
}

type Row = (String, String, String, Option<i64>, i64, String, String);

/// Targets of a partner; `conditions` appends ` and …` on `target t`.
///
/// # Errors
/// `Internal`.
pub(super) async fn targets(
    connection: &mut Connection,
    partner: &PartnerId,
    conditions: impl FnOnce(&mut Statement),
) -> Result<HashMap<Key, Stored>> {
    let mut sql = Statement::new(
        "select t.manager_id, t.month, t.currency, t.amount, t.version, t.changed_by, t.changed_at
         from target t where t.partner_id = ",
    );
    sql.bind(partner);
    conditions(&mut sql);
    let rows: Vec<Row> = sql.rows(connection).await?;
    let stored = |(manager, month, currency, amount, version, changed_by, changed_at): Row| {
        let key = Key {
            manager: MemberId::new(manager),
            month: month.parse().map_err(Error::internal)?,
            currency: currency.parse().map_err(Error::internal)?,
        };
        Ok((key, Stored { amount: amount.map(Amount::from_units), version, changed_by, changed_at }))
    };
    rows.into_iter().map(stored).collect()
}

/// Appends ` and …`: of these months.
pub(super) fn of_range(sql: &mut Statement, range: MonthRange) {
    sql.add(" and t.month >= ").bind(range.from.to_string()).add(" and t.month <= ").bind(range.to.to_string());
}

/// The state of all targets of a partner: it grows with every change, since no row ever goes away.
///
/// # Errors
/// `Internal`.
pub(super) async fn state(connection: &mut Connection, partner: &PartnerId) -> Result<i64> {
    let (state,): (i64,) =
        sqlx::query_as("select coalesce(cast(sum(version) as bigint), 0) from target where partner_id = $1")
            .bind(partner.as_str())
            .fetch_one(connection)
            .await?;
    Ok(state)
}

/// Writes a target, or takes it away.
///
/// # Errors
/// `Internal`.
pub(super) async fn write(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    (key, amount): (&Key, Option<Amount>),
) -> Result<()> {
    sqlx::query(
        "insert into target (partner_id, manager_id, month, currency, amount, version, changed_by, changed_at)
         values ($1, $2, $3, $4, $5, 1, $6, $7)
         on conflict (manager_id, month, currency) do update
           set amount = excluded.amount, version = target.version + 1,
               changed_by = excluded.changed_by, changed_at = excluded.changed_at",
    )
    .bind(actor.partner.as_str())
    .bind(key.manager.as_str())
    .bind(key.month.to_string())
    .bind(key.currency.code())
    .bind(amount.map(Amount::units))
    .bind(actor.member.as_str())
    .bind(stored(center.clock.now()))
    .execute(connection)
    .await?;
    Ok(())
}
