//! The other side of a transfer: who it is, and whether money may go there.

use std::collections::HashMap;

use domain::access::{Actor, Permission, Scope};
use domain::customers::{AssociationType, folded};
use domain::errors::FieldError;
use domain::funds::Counterpart;
use domain::ids::{CustomerId, IndirectPartnerId, PartnerId};
use domain::ledger::Account;

use super::require_all;
use crate::center::Center;
use crate::customers::View;
use crate::db::Connection;
use crate::error::{Error, Result};

/// A customer within the actor's scope.
pub(super) struct Known {
    pub name: String,
    pub association: AssociationType,
}

/// The customer, by id.
///
/// # Errors
/// `NotFound` outside the scope.
pub(super) async fn customer(
    center: &Center,
    connection: &mut Connection,
    (actor, scope): (&Actor, Scope),
    id: &CustomerId,
) -> Result<Known> {
    let view = View::open(center, connection, actor, scope).await?;
    let mut sql = view.select("c.name, c.account_name, c.account_id, c.association");
    sql.add(" and c.id = ").bind(id);
    let (name, account_name, account_id, association): (String, String, String, String) = sql.row(connection).await?;
    let association = association.parse().map_err(Error::internal)?;
    Ok(Known { name: title([name, account_name, account_id]), association })
}

/// The same for who sees all customers: no assignment of today is asked for, since this stands in the way of every move.
async fn any_customer(connection: &mut Connection, partner: &PartnerId, id: &CustomerId) -> Result<Known> {
    let (name, account_name, account_id, association): (String, String, String, String) = sqlx::query_as(
        "select name, account_name, account_id, association from customer where id = $1 and partner_id = $2",
    )
    .bind(id.as_str())
    .bind(partner.as_str())
    .fetch_one(connection)
    .await?;
    let association = association.parse().map_err(Error::internal)?;
    Ok(Known { name: title([name, account_name, account_id]), association })
}

/// The first of a customer's names that is not empty: as [`domain::customers::CustomerSummary::title`].
pub(super) fn title(names: [String; 3]) -> String {
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
}

/// Whether the partner allocates to customers of this association. Source: only to reseller-model ones, never to referral ones.
///
/// # Errors
/// `Conflict` `referral_customer`, `association_unknown`.
pub(super) fn require_reseller(association: AssociationType) -> Result<()> {
    match association {
        AssociationType::Reseller => Ok(()),
        AssociationType::Referral => Err(Error::Conflict("referral_customer")),
        AssociationType::Unknown => Err(Error::Conflict("association_unknown")),
    }
}

/// What the other side is called, and its account. Asks for the permission.
///
/// # Errors
/// `Denied` without `Permission::ManageFunds`, for indirect partners without `Permission::ManageIndirectPartners`; `NotFound` for a
/// customer that does not exist for the actor; `Conflict` `referral_customer`, `association_unknown`; `Invalid`
/// `indirect_partner` `not_found`.
pub(super) async fn resolve(
    connection: &mut Connection,
    actor: &Actor,
    counterpart: &Counterpart,
) -> Result<(String, Account)> {
    match counterpart {
        Counterpart::Customer(id) => {
            require_all(actor, Permission::ManageFunds)?;
            let known = any_customer(connection, &actor.partner, id).await?;
            require_reseller(known.association)?;
            Ok((known.name, Account::Customer(id.clone())))
        }
        Counterpart::Indirect(id) => {
            actor.require(Permission::ManageIndirectPartners)?;
            let name = indirect_partner(connection, actor, id).await?;
            Ok((name, Account::Indirect(id.clone())))
        }
    }
}

/// The partner's customers as files name them.
pub(super) struct Customers {
    by_name: HashMap<String, Vec<CustomerId>>,
    names: HashMap<CustomerId, String>,
}

impl Customers {
    /// Those of `partner`.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn of(connection: &mut Connection, partner: &PartnerId) -> Result<Self> {
        let rows: Vec<(String, String, String, String)> =
            sqlx::query_as("select id, name, account_name, account_id from customer where partner_id = $1")
                .bind(partner.as_str())
                .fetch_all(connection)
                .await?;
        let mut customers = Self { by_name: HashMap::new(), names: HashMap::new() };
        for (id, name, account_name, account_id) in rows {
            let customer = CustomerId::new(&id);
            let mut called: Vec<String> = [&id, &name, &account_name, &account_id].map(|name| folded(name)).into();
            called.sort_unstable();
            called.dedup();
            for name in called.into_iter().filter(|name| !name.is_empty()) {
                customers.by_name.entry(name).or_default().push(customer.clone());
            }
            customers.names.insert(customer, title([name, account_name, account_id]));
        }
        Ok(customers)
    }

    /// The customer of this id, account id, account name or name.
    ///
    /// # Errors
    /// A [`FieldError`] of `customer`: `required`, `unknown_customer`, `ambiguous_customer`.
    pub fn find(&self, text: &str) -> std::result::Result<CustomerId, FieldError> {
        if text.is_empty() {
            return Err(FieldError::new("customer", "required"));
        }
        match self.by_name.get(&folded(text)).map(Vec::as_slice) {
            Some([id]) => Ok(id.clone()),
            Some(_) => Err(FieldError::new("customer", "ambiguous_customer").with(text)),
            None => Err(FieldError::new("customer", "unknown_customer").with(text)),
        }
    }

    /// What the customer is called; empty for none of these.
    pub fn name(&self, id: &CustomerId) -> String {
        self.names.get(id).cloned().unwrap_or_default()
    }
}

/// What an indirect partner of the actor's partner is called: the one place that looks them up for money.
///
/// # Errors
/// `Invalid` `indirect_partner` `not_found`.
#[allow(clippy::unused_async)]
pub(super) async fn indirect_partner(
    _connection: &mut Connection,
    _actor: &Actor,
    _id: &IndirectPartnerId,
) -> Result<String> {
    Err(Error::field("indirect_partner", "not_found"))
}
