//! Assigning and taking back.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use domain::access::{Actor, Permission};
use domain::assignments::{
    Assign, AssignOutcome, AssignmentState, Edit, Interval, IntervalChange, Laid, MAX_CUSTOMERS_AT_ONCE, TakeBack,
    first_changed_day, reassign,
};
use domain::customers::ManagerName;
use domain::errors::FieldError;
use domain::ids::{CustomerId, MemberId};
use domain::periods::Day;
use serde_json::{Value, json};

use crate::audit;
use crate::center::Center;
use crate::customers::View;
use crate::db::Connection;
use crate::error::{Error, Result};

use super::closed::ClosedMonths;
use super::store::{check_day, check_manager, intervals, stamp};
use super::write::write_edits;

/// Assigns customers to an account manager from a day on: all of them or none.
///
/// Whoever had them until then has them up to that day: no gap, no overlap. Later assignments and plans give way; what was
/// cut is in the audit record. Where the partner's setting says that the day of an assignment does not count, the next
/// day is the first. The day may be past, but not in a closed month.
///
/// # Errors
/// `Denied` without `Permission::ManageAssignments`; `NotFound` for a customer outside the scope; `MonthClosed`;
/// `Conflict` `changed_meanwhile` where the customers' assignments are not what was seen; `Invalid`: `customers`
/// (`required`, `too_many`), `day` (`out_of_range`), `manager` (`not_an_account_manager`).
pub async fn assign(center: &Center, actor: &Actor, assign: &Assign) -> Result<AssignOutcome> {
    let Assign { customers, manager, day, seen } = assign;
    take(center, actor, &Step { customers, manager: Some(manager), day: *day, seen }).await
}

/// Takes customers back from whoever has them: from the day on they have no account manager. Else like [`assign`].
///
/// # Errors
/// As [`assign`].
pub async fn take_back(center: &Center, actor: &Actor, what: &TakeBack) -> Result<AssignOutcome> {
    let TakeBack { customers, day, seen } = what;
    take(center, actor, &Step { customers, manager: None, day: *day, seen }).await
}

/// Whose these customers are today, and what stands for all their assignments: who changes them gives it back.
///
/// # Errors
/// `Denied` without `Permission::ManageAssignments`; `NotFound` for a customer outside the scope; `Invalid` `customers`
/// (`required`, `too_many`).
pub async fn assignment_state(center: &Center, actor: &Actor, customers: &[CustomerId]) -> Result<AssignmentState> {
    let scope = actor.scope(Permission::ManageAssignments)?;
    check_customers(customers)?;
    let mut tx = center.db.read().await?;
    let view = View::open(center, &mut tx, actor, scope).await?;
    let targets = targets(&mut tx, &view, customers).await?;
    let mut statement = view.select("coalesce(m.id, ''), coalesce(m.name, ''), coalesce(m.login, ''), count(*)");
    statement.add(" and c.no in ").list(targets.iter().map(|target| target.number));
    statement.add(" group by m.id, m.name, m.login order by m.id is null, m.name, m.login");
    let rows: Vec<(String, String, String, i64)> = statement.rows(&mut tx).await?;
    let share = |(id, name, login, count): (String, String, String, i64)| {
        let manager = (!id.is_empty()).then(|| ManagerName { id: MemberId::new(id), name, login });
        (manager, count.unsigned_abs())
    };
    Ok(AssignmentState { now: rows.into_iter().map(share).collect(), seen: seen(&targets) })
}

struct Step<'a> {
    customers: &'a [CustomerId],
    manager: Option<&'a MemberId>,
    day: Day,
    seen: &'a str,
}

async fn take(center: &Center, actor: &Actor, step: &Step<'_>) -> Result<AssignOutcome> {
    let scope = actor.scope(Permission::ManageAssignments)?;
    check_customers(step.customers)?;
    check_day(step.day)?;
    let mut tx = center.db.write().await?;
    let view = View::open(center, &mut tx, actor, scope).await?;
    if let Some(manager) = step.manager {
        check_manager(&mut tx, &actor.partner, manager).await?;
    }
    let from = if view.partner.assignment_day_counts { step.day } else { step.day.plus(1) };
    let closed = ClosedMonths::of(&mut tx, &actor.partner).await?;
    let targets = targets(&mut tx, &view, step.customers).await?;
    if !step.seen.is_empty() && step.seen != seen(&targets) {
        return Err(Error::Conflict("changed_meanwhile"));
    }
    let mut outcome = AssignOutcome { changed: 0, unchanged: 0, from };
    for target in &targets {
        let changes = reassign(&target.intervals, step.manager, from);
        let Some(first) = first_changed_day(&changes) else {
            outcome.unchanged += 1;
            continue;
        };
        // a change reaches from its first day into all time
        closed.check(first, Day::FOREVER)?;
        let laid = Laid { edits: changes.iter().map(Edit::of_change).collect(), unchanged: 0 };
        write_edits(center, &mut tx, actor, (target.number, &laid)).await?;
        let action = if step.manager.is_some() { "assignment.assign" } else { "assignment.take_back" };
        let detail = detail(step.manager, from, &changes);
        audit::record(center, &mut tx, actor, (action, target.customer.as_str(), &detail)).await?;
        outcome.changed += 1;
    }
    tx.commit().await?;
    Ok(outcome)
}

/// A customer and its assignments as they are.
struct Target<'a> {
    customer: &'a CustomerId,
    number: i64,
    intervals: Vec<Interval>,
}

/// The customers, each once, in the order of their ids.
async fn targets<'a>(connection: &mut Connection, view: &View, customers: &'a [CustomerId]) -> Result<Vec<Target<'a>>> {
    let asked: BTreeSet<&CustomerId> = customers.iter().collect();
    let mut statement = view.select("c.id, c.no");
    statement.add(" and c.id in ").list(asked.iter().copied());
    let rows: Vec<(String, i64)> = statement.rows(connection).await?;
    let numbers: BTreeMap<String, i64> = rows.into_iter().collect();
    let mut targets = Vec::with_capacity(asked.len());
    for customer in asked {
        let number = *numbers.get(customer.as_str()).ok_or(Error::NotFound)?;
        targets.push(Target { customer, number, intervals: intervals(connection, number).await? });
    }
    Ok(targets)
}

/// What stands for all assignments of the customers.
fn seen(targets: &[Target<'_>]) -> String {
    let mut text = String::new();
    for Target { customer, intervals, .. } in targets {
        let _ = write!(text, "{customer}:");
        for Interval { id, manager, from, until } in intervals {
            let _ = write!(text, "{id} {manager} {from} {until};");
        }
    }
    stamp(&text)
}

fn check_customers(customers: &[CustomerId]) -> Result<()> {
    if customers.is_empty() {
        return Err(Error::field("customers", "required"));
    }
    if customers.len() > MAX_CUSTOMERS_AT_ONCE {
        return Err(FieldError::new("customers", "too_many").with(MAX_CUSTOMERS_AT_ONCE).into());
    }
    Ok(())
}

/// What was asked, and each interval that was cut, dropped or prolonged as it was before: nothing is lost without a trace.
fn detail(manager: Option<&MemberId>, from: Day, changes: &[IntervalChange]) -> String {
    let before =
        |interval: &Interval| json!({ "manager": interval.manager, "from": interval.from, "until": interval.until });
    let (mut ended, mut removed, mut extended) = (Vec::<Value>::new(), Vec::new(), Vec::new());
    for change in changes {
        match change {
            IntervalChange::End(interval, _) => ended.push(before(interval)),
            IntervalChange::Remove(interval) => removed.push(before(interval)),
            IntervalChange::Extend(interval) => extended.push(before(interval)),
            IntervalChange::Start(..) => {}
        }
    }
    json!({ "manager": manager, "from": from, "ended": ended, "removed": removed, "extended": extended }).to_string()
}
