//! The credit line.

use domain::access::{Actor, Permission};
use domain::errors::FieldError;
use domain::funds::{SetCreditLine, check_text};
use domain::ledger::{Account, Leg, MoveKind, Outside, Posted, Shortage, read_amount};
use domain::money::Amount;
use serde_json::json;

use super::require_all;
use crate::audit;
use crate::center::Center;
use crate::error::{Error, Result};
use crate::ledger::{self, NewMove};

/// Sets the credit line as the supplier grants it. What is used of it stays used.
///
/// # Errors
/// `Denied` without `Permission::ManageFunds`; `Invalid` `line` (as an amount, but zero is allowed), `reason` `too_long`; `Conflict`
/// `changed_since` where it is not as it was seen, `unchanged`; `Insufficient` where more is used than the new line.
pub async fn set_credit_line(center: &Center, actor: &Actor, request: &SetCreditLine) -> Result<Posted> {
    require_all(actor, Permission::ManageFunds)?;
    let line = line(&request.line)?;
    let reason = check_text("reason", &request.reason)?;
    let mut tx = center.db.write().await?;
    let own = ledger::balances(&mut tx, &actor.partner).await?;
    if own.credit_line != request.seen {
        return Err(Error::Conflict("changed_since"));
    }
    let more = line.checked_sub(own.credit_line).ok_or_else(|| FieldError::new("line", "too_large"))?;
    if more == Amount::ZERO {
        return Err(Error::Conflict("unchanged"));
    }
    let used = Amount::from_units(own.credit_used());
    if used > line {
        return Err(Error::Insufficient(Shortage { available: line, wanted: used }));
    }
    let less = more.checked_neg().ok_or_else(|| FieldError::new("line", "too_large"))?;
    let legs = vec![
        Leg { account: Account::Credit, amount: more },
        Leg { account: Account::Outside(Outside::CreditLine), amount: less },
    ];
    let new = NewMove { reason: reason.to_owned(), ..NewMove::new(MoveKind::CreditLine, "", legs) };
    let posted = ledger::post(center, &mut tx, actor, &new).await?;
    let detail = json!({ "from": own.credit_line, "to": line }).to_string();
    audit::record(center, &mut tx, actor, ("funds.credit_line", posted.id.as_str(), &detail)).await?;
    tx.commit().await?;
    Ok(posted)
}

/// A credit line may be zero, an amount to be moved not.
fn line(text: &str) -> Result<Amount, FieldError> {
    let named = |error: FieldError| FieldError { field: "line".into(), ..error };
    match text.trim().parse::<Amount>() {
        Ok(Amount::ZERO) => Ok(Amount::ZERO),
        _ => read_amount(text).map_err(named),
    }
}
