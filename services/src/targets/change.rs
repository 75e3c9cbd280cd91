//! Setting a single target.

use domain::access::{Actor, Permission};
use domain::targets::SetTarget;
use serde_json::json;

use super::store::{self, Key};
use crate::audit;
use crate::center::Center;
use crate::error::{Error, Result};
use crate::members::KnownMembers;
use crate::months::require_open;

/// Sets a target of 应付金额 (due), or takes it away.
///
/// # Errors
/// `Denied` without `Permission::ManageTargets`; `NotFound` for a member that does not exist; `Invalid` `manager`
/// (`not_an_account_manager`, `disabled_manager`) where a target is to be set, and `month` `out_of_range`; `MonthClosed`;
/// `Conflict` `changed_since` where somebody changed it since the version that was seen.
pub async fn set(center: &Center, actor: &Actor, request: &SetTarget) -> Result<()> {
    actor.require(Permission::ManageTargets)?;
    let SetTarget { manager, month, currency, amount, seen } = request;
    let mut tx = center.db.write().await?;
    let members = KnownMembers::of(&mut tx, &actor.partner).await?;
    members.name(manager).ok_or(Error::NotFound)?;
    if let Some(code) = members.cannot(manager).filter(|_| amount.is_some()) {
        return Err(Error::field("manager", code));
    }
    if !super::by_file::is_sensible(*month) {
        return Err(Error::field("month", "out_of_range"));
    }
    require_open(&mut tx, &actor.partner, *month).await?;
    let key = Key { manager: manager.clone(), month: *month, currency: currency.clone() };
    let before = store::targets(&mut tx, &actor.partner, |sql| {
        sql.add(" and t.manager_id = ").bind(manager).add(" and t.month = ").bind(month.to_string());
        sql.add(" and t.currency = ").bind(currency.code());
    })
    .await?
    .remove(&key);
    if before.as_ref().map_or(0, |before| before.version) != *seen {
        return Err(Error::Conflict("changed_since"));
    }
    let before = before.and_then(|before| before.amount);
    if before == *amount {
        return Ok(());
    }
    store::write(center, &mut tx, actor, (&key, *amount)).await?;
    let detail = json!({ "month": month, "currency": currency, "from": before, "to": amount }).to_string();
    audit::record(center, &mut tx, actor, ("target.set", manager.as_str(), &detail)).await?;
    tx.commit().await?;
    Ok(())
}
