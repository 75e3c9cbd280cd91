//! Moving a month from one state to the next.

use domain::access::{Actor, Permission};
use domain::bills::MonthState;
use domain::months::{MonthEvent, check_reason};
use domain::periods::Month;
use serde_json::json;

use super::{control, list, sheet};
use crate::audit;
use crate::center::Center;
use crate::clock::stored;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::partners;

/// Marks a month as billed: the supplier's bill is final.
///
/// # Errors
/// `Denied` without `Permission::CloseMonths`; `NotFound` for a month without data and state; `Conflict`: `month_state`
/// where it is not open, `month_in_future`.
pub async fn bill(center: &Center, actor: &Actor, month: Month) -> Result<()> {
    apply(center, actor, month, &Step { event: MonthEvent::Bill, reason: "", seen: "" }).await
}

/// Takes [`bill`] back.
///
/// # Errors
/// `Denied` without `Permission::CloseMonths`; `NotFound`; `Conflict` `month_state` where the month is not billed.
pub async fn unbill(center: &Center, actor: &Actor, month: Month) -> Result<()> {
    apply(center, actor, month, &Step { event: MonthEvent::Unbill, reason: "", seen: "" }).await
}

/// Closes a month: no import, no confirmation, no withdrawal and no assignment changes it any more.
///
/// # Errors
/// `Denied` without `Permission::CloseMonths`; `NotFound`; `Conflict`: `month_state` where it is not billed,
/// `month_in_future`, `checks_found` where the checks find anything but what was `seen`, as [`domain::months::MonthSheet::found`] tells it.
pub async fn close(center: &Center, actor: &Actor, month: Month, seen: &str) -> Result<()> {
    apply(center, actor, month, &Step { event: MonthEvent::Close, reason: "", seen }).await
}

/// Opens a closed month again: it is billed then.
///
/// # Errors
/// `Denied` without `Permission::CloseMonths`; `NotFound`; `Conflict` `month_state` where it is not closed; `Invalid` for
/// `reason`: `required`, `reason_too_long`.
pub async fn reopen(center: &Center, actor: &Actor, month: Month, reason: &str) -> Result<()> {
    actor.require(Permission::CloseMonths)?;
    let reason = check_reason(reason)?;
    apply(center, actor, month, &Step { event: MonthEvent::Reopen, reason, seen: "" }).await
}

struct Step<'a> {
    event: MonthEvent,
    reason: &'a str,
    /// What the checks had found when the person decided.
    seen: &'a str,
}

async fn apply(center: &Center, actor: &Actor, month: Month, step: &Step<'_>) -> Result<()> {
    actor.require(Permission::CloseMonths)?;
    if step.event == MonthEvent::Close {
        // so that others need not wait while a million lines are read
        control::make_ready(center, &actor.partner, month).await?;
    }
    let mut tx = center.db.write().await?;
    let partner = partners::get(&mut tx, &actor.partner).await?;
    let before = list::summary(&mut tx, &partner, month).await?.state;
    let after = before.next(step.event).map_err(|_| Error::Conflict("month_state"))?;
    let today = center.clock.today(&partner.zone);
    if matches!(step.event, MonthEvent::Bill | MonthEvent::Close) && month > today.month() {
        return Err(Error::Conflict("month_in_future"));
    }
    // Within the transaction: what was seen is what is closed.
    if step.event == MonthEvent::Close {
        let found = sheet::read(&mut tx, actor, (&partner, today), month).await?.found();
        if found != step.seen {
            return Err(Error::Conflict("checks_found"));
        }
    }
    let now = stored(center.clock.now());
    write(&mut tx, actor, (month, after), (step, &now)).await?;
    let action = format!("month.{}", step.event);
    let detail = json!({ "from": before, "to": after, "reason": step.reason, "found": step.seen }).to_string();
    audit::record(center, &mut tx, actor, (&action, &month.to_string(), &detail)).await?;
    tx.commit().await?;
    Ok(())
}

async fn write(
    connection: &mut Connection,
    actor: &Actor,
    (month, state): (Month, MonthState),
    (step, now): (&Step<'_>, &str),
) -> Result<()> {
    sqlx::query(
        "insert into bill_month (partner_id, month, state, changed_by, changed_at) values ($1, $2, $3, $4, $5)
         on conflict (partner_id, month) do update
           set state = excluded.state, changed_by = excluded.changed_by, changed_at = excluded.changed_at",
    )
    .bind(actor.partner.as_str())
    .bind(month.to_string())
    .bind(state.code())
    .bind(actor.member.as_str())
    .bind(now)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "insert into month_event (partner_id, month, no, event, reason, member_id, at)
         values ($1, $2, (select coalesce(max(no), 0) + 1 from month_event where partner_id = $1 and month = $2),
                 $3, $4, $5, $6)",
    )
    .bind(actor.partner.as_str())
    .bind(month.to_string())
    .bind(step.event.code())
    .bind(step.reason)
    .bind(actor.member.as_str())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
