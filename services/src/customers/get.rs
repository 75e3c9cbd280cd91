//! A customer's page.

use domain::access::{Actor, Permission};
use domain::customers::CustomerDetail;
use domain::ids::CustomerId;

use super::{COLUMNS, Row, View, summary};
use crate::assignments::{Records, records};
use crate::center::Center;
use crate::error::Result;

/// The customer with its contact data and its days of assignment, newest first; for an account manager only the own ones.
///
/// # Errors
/// `Denied` without `Permission::ViewCustomers`; `NotFound` where it is not in the actor's scope today.
pub async fn get(center: &Center, actor: &Actor, id: &CustomerId) -> Result<CustomerDetail> {
    let scope = actor.scope(Permission::ViewCustomers)?;
    let mut tx = center.db.read().await?;
    let view = View::open(center, &mut tx, actor, scope).await?;
    let mut statement = view.select(COLUMNS);
    statement.add(" and c.id = ").bind(id);
    let row: Row = statement.row(&mut tx).await?;
    // the same scope once more: contact data stays with today's manager
    let mut statement = view.select("c.phone, c.email");
    statement.add(" and c.id = ").bind(id);
    let (phone, email): (String, String) = statement.row(&mut tx).await?;
    // an account manager sees the own days; of the others, who may see assignments
    let sees_history = actor.may(Permission::ViewAssignments) || actor.sees_own_customers_only();
    let assignments = if sees_history { records(&mut tx, &view, &Records::OfCustomer(id)).await? } else { Vec::new() };
    Ok(CustomerDetail { summary: summary(row)?, phone, email, assignments })
}
