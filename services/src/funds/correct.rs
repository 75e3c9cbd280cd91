//! Putting a move right.

use domain::access::{Actor, Permission};
use domain::funds::{CustomerPaymentState, ReverseMove, check_needed};
use domain::ledger::{MoveKind, Posted};
use serde_json::json;

use super::require_all;
use crate::audit;
use crate::center::Center;
use crate::error::{Error, Result};
use crate::ledger::{self, Once};

/// Reverses a top-up, a repayment, an allocation or a reclaim: the same move the other way, which refers to it. The credit line is
/// set anew instead, and what was paid for an order comes back by its order.
///
/// # Errors
/// `Denied` without `Permission::ManageFunds`; `NotFound`; `Invalid` `reason` (`required`, `too_long`); `Conflict`
/// `already_reversed`, `not_reversible`, `idempotency_key_reused`; `Insufficient` where the money is no longer there.
pub async fn reverse_move(center: &Center, actor: &Actor, request: &ReverseMove) -> Result<Posted> {
    require_all(actor, Permission::ManageFunds)?;
    let reason = check_needed("reason", &request.reason)?;
    let mut tx = center.db.write().await?;
    let (kind, _) = ledger::get(&mut tx, &actor.partner, &request.id).await?;
    match kind {
        MoveKind::AllocateIndirect | MoveKind::ReclaimIndirect => actor.require(Permission::ManageIndirectPartners)?,
        MoveKind::TopUp | MoveKind::Repayment | MoveKind::Allocate | MoveKind::Reclaim => {}
        _ => return Err(Error::Conflict("not_reversible")),
    }
    let words = json!(["reverse", request.id, reason]).to_string();
    let once = (!request.key.is_empty()).then(|| Once { key: request.key.clone(), request: words });
    let posted = ledger::reverse(center, &mut tx, actor, (&request.id, reason), once).await?;
    if !posted.repeated {
        // a payment whose allocation is undone waits again
        sqlx::query("update customer_payment set state = $1, move_id = null where move_id = $2 and partner_id = $3")
            .bind(CustomerPaymentState::Recorded.code())
            .bind(request.id.as_str())
            .bind(actor.partner.as_str())
            .execute(&mut *tx)
            .await?;
        let detail = json!({ "move": posted.id, "reason": reason }).to_string();
        audit::record(center, &mut tx, actor, ("funds.reverse", request.id.as_str(), &detail)).await?;
    }
    tx.commit().await?;
    Ok(posted)
}
