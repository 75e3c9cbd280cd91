//! Handing over all customers of a leaving account manager in one step.

use std::fmt::Write as _;

use domain::access::{Actor, Permission, Role};
use domain::assignments::{HandOver, HandOverOutcome, HandOverShare, Interval, Laid, Split, Wanted, Weighed};
use domain::assignments::{lay, share_out};
use domain::customers::ManagerName;
use domain::ids::{CustomerId, MemberId, PartnerId};
use domain::members::MemberState;
use domain::money::Total;
use domain::periods::{Day, MonthRange};
use serde_json::json;

use super::closed::ClosedMonths;
use super::store::{all_intervals, check_day, stamp};
use super::write::{edits_detail, write_edits};
use crate::audit;
use crate::center::Center;
use crate::consumption::dues_of_customers;
use crate::customers::View;
use crate::db::Connection;
use crate::error::{Error, Result};

/// Whole bill months whose due is balanced.
const BALANCED_MONTHS: i32 = 3;

/// Gives all customers that the leaving manager has on the day to the successors, in one transaction: all or none.
///
/// From the day on (or the day after, where the partner's setting says that the day itself does not count) the successor
/// has what the leaving manager would have had. What is planned for others afterwards stays. The day may be past, but not
/// in a closed month. What is written is what [`preview_hand_over`] showed: `seen` is its `plan`.
///
/// # Errors
/// `Denied` without `Permission::ManageAssignments` and `Permission::ViewConsumption`; `NotFound` where the partner has no
/// such member; `MonthClosed`; `Conflict`: `nothing_to_hand_over`, `plan_changed` where it would be another plan now; `Invalid`: `successors` (`required`, `one_successor`,
/// `same_manager`, `not_an_account_manager`), `day` (`out_of_range`).
pub async fn hand_over(center: &Center, actor: &Actor, what: &HandOver, seen: &str) -> Result<HandOverOutcome> {
    actor.require(Permission::ManageAssignments)?;
    let mut tx = center.db.write().await?;
    let Planned { outcome, steps } = plan(center, &mut tx, actor, what).await?;
    if steps.is_empty() {
        return Err(Error::Conflict("nothing_to_hand_over"));
    }
    if outcome.plan != seen {
        return Err(Error::Conflict("plan_changed"));
    }
    for Step { number, customer, laid } in &steps {
        write_edits(center, &mut tx, actor, (*number, laid)).await?;
        let detail = edits_detail(laid).to_string();
        audit::record(center, &mut tx, actor, ("assignment.hand_over", customer.as_str(), &detail)).await?;
    }
    let detail = json!({ "from": outcome.from, "customers": steps.len(), "successors": what.successors }).to_string();
    let action = ("assignment.hand_over_all", what.from_manager.as_str(), detail.as_str());
    audit::record(center, &mut tx, actor, action).await?;
    tx.commit().await?;
    Ok(outcome)
}

/// What [`hand_over`] would do; nothing is written.
///
/// # Errors
/// As [`hand_over`], but for its conflicts.
pub async fn preview_hand_over(center: &Center, actor: &Actor, what: &HandOver) -> Result<HandOverOutcome> {
    actor.require(Permission::ManageAssignments)?;
    let mut tx = center.db.read().await?;
    Ok(plan(center, &mut tx, actor, what).await?.outcome)
}

struct Planned {
    outcome: HandOverOutcome,
    steps: Vec<Step>,
}

/// What happens to one customer.
struct Step {
    number: i64,
    customer: CustomerId,
    laid: Laid,
}

/// A customer of the leaving manager.
struct Held {
    number: i64,
    customer: CustomerId,
    intervals: Vec<Interval>,
}

async fn plan(center: &Center, connection: &mut Connection, actor: &Actor, what: &HandOver) -> Result<Planned> {
    let scope = actor.scope(Permission::ManageAssignments)?;
    check_day(what.day)?;
    let view = View::open(center, connection, actor, scope).await?;
    let successors = successors(connection, &actor.partner, what).await?;
    let from = if view.partner.assignment_day_counts { what.day } else { what.day.plus(1) };
    let (held, planned_later) = held(connection, &view, (&what.from_manager, from)).await?;
    let last = view.today.month().plus(-1);
    let months = MonthRange { from: last.plus(1 - BALANCED_MONTHS), to: last };
    let dues = dues_of_customers(connection, actor, (months, view.today)).await?;
    let due = |number: i64| dues.dues.get(&number).copied().unwrap_or_default();
    let weighed: Vec<Weighed> = held.iter().map(|held| (held.number, due(held.number).0)).collect();
    let mut shares: Vec<HandOverShare> = successors
        .into_iter()
        .map(|manager| HandOverShare { manager, customers: 0, due: Total::ZERO, balanced: Total::ZERO })
        .collect();
    let mut goes_to = std::collections::HashMap::new();
    for (number, at) in share_out(&weighed, shares.len()) {
        let share = &mut shares[at];
        share.customers += 1;
        share.balanced += due(number).0;
        share.due += due(number).1;
        goes_to.insert(number, share.manager.id.clone());
    }
    let closed = ClosedMonths::of(connection, &actor.partner).await?;
    let mut steps = Vec::with_capacity(held.len());
    for held in held {
        let Some(successor) = goes_to.remove(&held.number) else { continue };
        let wanted = wanted(&held, (&what.from_manager, from), &successor);
        for want in &wanted {
            closed.check(want.from, want.until)?;
        }
        steps.push(Step { number: held.number, laid: lay(&held.intervals, &wanted), customer: held.customer });
    }
    let mut plan = String::new();
    for Step { customer, laid, .. } in &steps {
        let _ = write!(plan, "{customer} {};", edits_detail(laid));
    }
    let outcome =
        HandOverOutcome { from, month: last, currency: dues.currency, shares, planned_later, plan: stamp(&plan) };
    Ok(Planned { outcome, steps })
}

/// The leaving manager's days of the customer from `from` on, now the successor's.
fn wanted(held: &Held, (leaving, from): (&MemberId, Day), successor: &MemberId) -> Vec<Wanted> {
    let own = held.intervals.iter().filter(|interval| interval.manager == *leaving && interval.until > from);
    own.map(|own| Wanted { manager: Some(successor.clone()), from: own.from.max(from), until: own.until }).collect()
}

/// Who takes over, in the order asked.
async fn successors(connection: &mut Connection, partner: &PartnerId, what: &HandOver) -> Result<Vec<ManagerName>> {
    let mut asked: Vec<&MemberId> = Vec::new();
    for successor in &what.successors {
        if !asked.contains(&successor) {
            asked.push(successor);
        }
    }
    if asked.is_empty() {
        return Err(Error::field("successors", "required"));
    }
    if what.split == Split::One && asked.len() > 1 {
        return Err(Error::field("successors", "one_successor"));
    }
    if asked.contains(&&what.from_manager) {
        return Err(Error::field("successors", "same_manager"));
    }
    let rows: Vec<(String, String, String, bool)> = sqlx::query_as(
        "select m.id, m.name, m.login,
                m.state = $1 and exists (select 1 from member_role r where r.member_id = m.id and r.role = $2)
         from member m where m.partner_id = $3",
    )
    .bind(MemberState::Active.code())
    .bind(Role::AccountManager.code())
    .bind(partner.as_str())
    .fetch_all(connection)
    .await?;
    if !rows.iter().any(|(id, ..)| id == what.from_manager.as_str()) {
        return Err(Error::NotFound);
    }
    let find = |id: &MemberId| {
        let found = rows.iter().find(|(found, _, _, able)| *able && found == id.as_str());
        let name = |(_, name, login, _): &(String, String, String, bool)| ManagerName {
            id: id.clone(),
            name: name.clone(),
            login: login.clone(),
        };
        found.map(name).ok_or_else(|| Error::field("successors", "not_an_account_manager"))
    };
    asked.into_iter().map(find).collect()
}

/// The customers that the manager has on the day, and how many more are planned for later.
async fn held(connection: &mut Connection, view: &View, (leaving, day): (&MemberId, Day)) -> Result<(Vec<Held>, u64)> {
    let rows: Vec<(i64, String)> = view.select("c.no, c.id").rows(connection).await?;
    let mut all = all_intervals(connection, &view.partner.id).await?;
    let (mut held, mut later) = (Vec::new(), 0);
    for (number, id) in rows {
        let Some(intervals) = all.remove(&number) else { continue };
        let own = |interval: &&Interval| interval.manager == *leaving && interval.until > day;
        if intervals.iter().filter(own).any(|interval| interval.from <= day) {
            held.push(Held { number, customer: CustomerId::new(id), intervals });
        } else if intervals.iter().any(|interval| own(&interval)) {
            later += 1;
        }
    }
    held.sort_by_key(|held| held.number);
    Ok((held, later))
}
