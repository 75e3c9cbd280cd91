//! The accounts with their kept balances.

use domain::ids::PartnerId;
use domain::ledger::{Account, AccountKind, CURRENCY, Leg, Outside};
use domain::money::Amount;

use crate::center::new_id;
use crate::db::{Connection, Statement};
use crate::error::{Error, Result};

/// An account as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    pub id: String,
    pub balance: i64,
    pub sequence: i64,
    pub floor: Option<i64>,
}

impl Stored {
    /// What may be taken from it; nothing where it is at or below its floor.
    pub fn available(&self) -> i64 {
        self.floor.map_or(i64::MAX, |floor| self.balance.saturating_sub(floor).max(0))
    }
}

/// The account; none before its first move.
async fn stored(connection: &mut Connection, partner: &PartnerId, account: &Account) -> Result<Option<Stored>> {
    let row: Option<(String, i64, i64, Option<i64>)> = sqlx::query_as(
        "select id, balance, sequence, floor from ledger_account where partner_id = $1 and kind = $2 and owner = $3",
    )
    .bind(partner.as_str())
    .bind(account.kind().code())
    .bind(account.owner())
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(id, balance, sequence, floor)| Stored { id, balance, sequence, floor }))
}

type Row = (String, String, String, i64, i64, Option<i64>);

/// The accounts of these legs, in their order, opened where there are none yet: one statement where all are there.
///
/// # Errors
/// `NotFound` for a customer of another partner.
pub(super) async fn of_legs(connection: &mut Connection, partner: &PartnerId, legs: &[Leg]) -> Result<Vec<Stored>> {
    let mut sql =
        Statement::new("select kind, owner, id, balance, sequence, floor from ledger_account where partner_id = ");
    sql.bind(partner);
    let mut or = " and (";
    for leg in legs {
        sql.add(or).add("kind = ").bind(leg.account.kind().code());
        sql.add(" and owner = ").bind(leg.account.owner().to_owned());
        or = " or ";
    }
    sql.add(")");
    let rows: Vec<Row> = sql.rows(connection).await?;
    let mut accounts = Vec::with_capacity(legs.len());
    for leg in legs {
        let is_it = |row: &&Row| row.0 == leg.account.kind().code() && row.1 == leg.account.owner();
        accounts.push(match rows.iter().find(is_it) {
            Some((_, _, id, balance, sequence, floor)) => {
                Stored { id: id.clone(), balance: *balance, sequence: *sequence, floor: *floor }
            }
            None => open(connection, partner, &leg.account).await?,
        });
    }
    Ok(accounts)
}

/// The account, opened where there is none yet.
async fn opened(connection: &mut Connection, partner: &PartnerId, account: &Account) -> Result<Stored> {
    match stored(connection, partner, account).await? {
        Some(stored) => Ok(stored),
        None => open(connection, partner, account).await,
    }
}

async fn open(connection: &mut Connection, partner: &PartnerId, account: &Account) -> Result<Stored> {
    if let Account::Customer(customer) = account {
        let _: i64 = sqlx::query_scalar("select no from customer where id = $1 and partner_id = $2")
            .bind(customer.as_str())
            .bind(partner.as_str())
            .fetch_one(&mut *connection)
            .await?;
    }
    let floor = if account.kind() == AccountKind::Outside { None } else { Some(0) };
    let stored = Stored { id: new_id(), balance: 0, sequence: 0, floor };
    sqlx::query(
        "insert into ledger_account (id, partner_id, kind, owner, currency, balance, sequence, floor)
         values ($1, $2, $3, $4, $5, 0, 0, $6)",
    )
    .bind(&stored.id)
    .bind(partner.as_str())
    .bind(account.kind().code())
    .bind(account.owner())
    .bind(CURRENCY)
    .bind(floor)
    .execute(connection)
    .await?;
    Ok(stored)
}

/// Takes the money below `floor` out of use without moving it: earmarked money.
///
/// # Errors
/// `Insufficient` where the balance is below it already.
pub(crate) async fn set_floor(
    connection: &mut Connection,
    partner: &PartnerId,
    account: &Account,
    floor: Amount,
) -> Result<()> {
    let stored = opened(connection, partner, account).await?;
    if stored.balance < floor.units() {
        return Err(Error::Insufficient(domain::ledger::Shortage {
            available: Amount::from_units(stored.balance),
            wanted: floor,
        }));
    }
    sqlx::query("update ledger_account set floor = $1 where id = $2")
        .bind(floor.units())
        .bind(&stored.id)
        .execute(connection)
        .await?;
    Ok(())
}

/// The balance of an account; zero before its first move.
pub(crate) async fn balance(connection: &mut Connection, partner: &PartnerId, account: &Account) -> Result<Amount> {
    Ok(Amount::from_units(stored(connection, partner, account).await?.map_or(0, |stored| stored.balance)))
}

/// A partner's own money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Balances {
    /// 充值账户.
    pub cash: Amount,
    /// What of it is earmarked.
    pub earmarked: Amount,
    /// What is left of the credit line.
    pub credit: Amount,
    /// The credit line.
    pub credit_line: Amount,
}

impl Balances {
    /// What of the credit line is used.
    pub fn credit_used(&self) -> i64 {
        self.credit_line.units().saturating_sub(self.credit.units())
    }

    /// What may be allocated or spent now: 可拨款金额.
    pub fn allocatable(&self) -> Amount {
        Amount::from_units(self.free_cash().saturating_add(self.credit.units().max(0)))
    }

    /// What the cash account may give.
    pub fn free_cash(&self) -> i64 {
        self.cash.units().saturating_sub(self.earmarked.units()).max(0)
    }
}

/// The partner's own money, by one statement.
pub(crate) async fn balances(connection: &mut Connection, partner: &PartnerId) -> Result<Balances> {
    let mut sql = Statement::new("select kind, balance, coalesce(floor, 0) from ledger_account where partner_id = ");
    sql.bind(partner).add(" and (owner = '' or (kind = ").bind(AccountKind::Outside.code());
    sql.add(" and owner = ").bind(Outside::CreditLine.code()).add("))");
    let rows: Vec<(String, i64, i64)> = sql.rows(connection).await?;
    let mut balances = Balances::default();
    for (kind, balance, floor) in rows {
        match kind.parse().map_err(Error::internal)? {
            AccountKind::Cash => {
                balances.cash = Amount::from_units(balance);
                balances.earmarked = Amount::from_units(floor);
            }
            AccountKind::Credit => balances.credit = Amount::from_units(balance),
            // the other side of what was granted
            AccountKind::Outside => balances.credit_line = Amount::from_units(balance.saturating_neg()),
            AccountKind::Customer | AccountKind::Indirect => {}
        }
    }
    Ok(balances)
}
