//! Customers' accounts: what they have, and who tops them up.

use std::collections::HashMap;

use domain::access::{Actor, Permission};
use domain::customers::AssociationType;
use domain::funds::{CustomerAccount, CustomerBalance};
use domain::ids::{CustomerId, IndirectPartnerId};
use domain::ledger::{Account, AccountKind};
use domain::money::Amount;

use super::counterpart;
use crate::center::Center;
use crate::customers::View;
use crate::db::Statement;
use crate::error::{Error, Result};
use crate::{ledger, partners};

/// A customer's account: its balance, and who tops it up. A reseller-model (代售) customer spends what the partner allocates and
/// cannot top up itself; others pay the supplier.
///
/// # Errors
/// `Denied` without `Permission::ViewCustomerBalances`; `NotFound` outside the scope.
pub async fn customer_account(center: &Center, actor: &Actor, customer: &CustomerId) -> Result<CustomerAccount> {
    let scope = actor.scope(Permission::ViewCustomerBalances)?;
    let mut tx = center.db.read().await?;
    let association = counterpart::customer(center, &mut tx, (actor, scope), customer).await?.association;
    let reseller = association == AssociationType::Reseller;
    let (balance, topped_up_by) = if reseller {
        let balance = ledger::balance(&mut tx, &actor.partner, &Account::Customer(customer.clone())).await?;
        (Some(balance), Some(partners::get(&mut tx, &actor.partner).await?.name))
    } else {
        (None, None)
    };
    let can_transfer = reseller && actor.may(Permission::ManageFunds);
    Ok(CustomerAccount { customer: customer.clone(), association, balance, topped_up_by, can_transfer })
}

/// A customer's own top-up: there is none here. A reseller-model customer is told that its partner tops it up (`partner_tops_up`;
/// [`customer_account`] has the partner's name), any other that it does so at the supplier (`supplier_tops_up`).
///
/// # Errors
/// `Denied` without `Permission::ViewCustomerBalances`; `NotFound` outside the scope; always one of the two `Conflict`s otherwise.
pub async fn customer_top_up(center: &Center, actor: &Actor, customer: &CustomerId) -> Result<()> {
    let account = customer_account(center, actor, customer).await?;
    Err(Error::Conflict(if account.topped_up_by.is_some() { "partner_tops_up" } else { "supplier_tops_up" }))
}

/// The balances of reseller-model customers among these, in the order asked; with an indirect partner, of its customers. Others, and
/// who is outside the scope, are left out. Source: `list_customers_balances_detail`.
///
/// # Errors
/// `Denied` without `Permission::ViewCustomerBalances`, with an indirect partner without `Permission::ManageIndirectPartners`; `Invalid`
/// `indirect_partner` `not_found`.
pub async fn customer_balances(
    center: &Center,
    actor: &Actor,
    (customers, through): (&[CustomerId], Option<&IndirectPartnerId>),
) -> Result<Vec<CustomerBalance>> {
    let scope = actor.scope(Permission::ViewCustomerBalances)?;
    let mut tx = center.db.read().await?;
    if let Some(through) = through {
        actor.require(Permission::ManageIndirectPartners)?;
        counterpart::indirect_partner(&mut tx, actor, through).await?;
    }
    let view = View::open(center, &mut tx, actor, scope).await?;
    let mut sql = view.select("c.id");
    sql.add(" and c.association = ").bind(AssociationType::Reseller.code());
    sql.add(" and c.id in ").list(customers);
    let rows: Vec<(String,)> = sql.rows(&mut tx).await?;
    let mut found: HashMap<CustomerId, Amount> =
        rows.into_iter().map(|(id,)| (CustomerId::new(id), Amount::ZERO)).collect();
    let mut sql = Statement::new("select owner, balance from ledger_account where partner_id = ");
    sql.bind(&actor.partner).add(" and kind = ").bind(AccountKind::Customer.code());
    sql.add(" and owner in ").list(found.keys());
    let rows: Vec<(String, i64)> = sql.rows(&mut tx).await?;
    for (id, balance) in rows {
        found.insert(CustomerId::new(id), Amount::from_units(balance));
    }
    // the same customer named twice is answered once
    let balance = |customer: &CustomerId| {
        found.remove(customer).map(|balance| CustomerBalance { customer: customer.clone(), balance })
    };
    Ok(customers.iter().filter_map(balance).collect())
}
