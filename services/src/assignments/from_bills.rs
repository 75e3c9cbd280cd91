//! First assignments from bills: a customer that was never assigned becomes whose its lines name.

mod plan;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use domain::access::{Actor, Permission};
use domain::assignments::{FirstAssignments, FirstReport, NameChoice, Suggestions};
use domain::errors::FieldError;
use domain::paging::{PAGE_SIZE, Page, page_within};
use serde_json::json;

use super::store::{check_manager, stamp};
use super::write::{edits_detail, write_edits};
use super::{moves, rehearsal};
use crate::audit;
use crate::center::Center;
use crate::clock::stored;
use crate::customers::View;
use crate::db::{Connection, Tx};
use crate::error::{Error, Result};
use crate::imports::texts::number_of;
use plan::{Planned, Plans};

/// The proposals, one page of them, and the names that they come from.
///
/// A customer belongs from the first day of a line that names somebody to whom the name means, until its lines name
/// somebody else. The days are taken as they are: the partner's setting for the day of an assignment does not shift them.
/// Days of closed months are left out.
///
/// # Errors
/// `Denied` without `Permission::ManageAssignments`.
pub async fn suggestions(center: &Center, actor: &Actor, page: u32) -> Result<Suggestions> {
    let scope = actor.scope(Permission::ManageAssignments)?;
    let mut tx = center.db.read().await?;
    let view = View::open(center, &mut tx, actor, scope).await?;
    let Plans { names, planned, waiting, unnamed } = plan::plan(&mut tx, &view).await?;
    let total = planned.len() as u64;
    let page = page_within(page, total);
    let size = PAGE_SIZE as usize;
    let items = planned.into_iter().skip((page as usize - 1) * size).take(size).map(|one| one.proposal).collect();
    Ok(Suggestions { names, proposals: Page { items, total, page }, waiting, unnamed })
}

/// What [`assign_from_bills`] would do; nothing is written, and nobody waits.
///
/// # Errors
/// As [`assign_from_bills`], but for `plan_changed`.
pub async fn preview_from_bills(center: &Center, actor: &Actor, what: &FirstAssignments) -> Result<FirstReport> {
    actor.require(Permission::ManageAssignments)?;
    let mut tx = rehearsal::begin(center, &actor.partner).await?;
    let (report, _) = apply(center, &mut tx, actor, what).await?;
    tx.rollback().await?;
    Ok(report)
}

/// Assigns customers that were never assigned as the bills propose: exactly as [`preview_from_bills`] showed, whose `plan`
/// is `seen`, or not at all. In one transaction, with a record of each customer.
///
/// # Errors
/// `Denied` without `Permission::ManageAssignments`; `Conflict`: `nothing_to_assign` where there is no proposal for these
/// customers, `plan_changed` where it would be another plan now.
pub async fn assign_from_bills(
    center: &Center,
    actor: &Actor,
    what: &FirstAssignments,
    seen: &str,
) -> Result<FirstReport> {
    actor.require(Permission::ManageAssignments)?;
    let mut tx = center.db.write().await?;
    let (report, planned) = apply(center, &mut tx, actor, what).await?;
    if report.plan != seen {
        return Err(Error::Conflict("plan_changed"));
    }
    for Planned { proposal, laid, .. } in &planned {
        let detail = edits_detail(laid).to_string();
        audit::record(center, &mut tx, actor, ("assignment.from_bill", proposal.customer.as_str(), &detail)).await?;
    }
    let detail = json!({ "customers": report.customers, "intervals": report.intervals }).to_string();
    audit::record(center, &mut tx, actor, ("assignment.from_bills", actor.partner.as_str(), &detail)).await?;
    tx.commit().await?;
    Ok(report)
}

/// Does it within `tx`, whose end decides.
async fn apply(
    center: &Center,
    tx: &mut Tx,
    actor: &Actor,
    what: &FirstAssignments,
) -> Result<(FirstReport, Vec<Planned>)> {
    let scope = actor.scope(Permission::ManageAssignments)?;
    let view = View::open(center, tx, actor, scope).await?;
    let mut planned = plan::plan(tx, &view).await?.planned;
    if let Some(customers) = &what.customers {
        let asked: BTreeSet<_> = customers.iter().collect();
        planned.retain(|one| asked.contains(&one.proposal.customer));
    }
    if planned.is_empty() {
        return Err(Error::Conflict("nothing_to_assign"));
    }
    let before = moves::state(tx, actor, view.today).await?;
    let (mut text, mut intervals) = (String::new(), 0);
    for Planned { number, proposal, laid } in &planned {
        write_edits(center, tx, actor, (*number, laid)).await?;
        intervals += laid.edits.len() as u64;
        let _ = write!(text, "{} {};", proposal.customer, edits_detail(laid));
    }
    let after = moves::state(tx, actor, view.today).await?;
    let report = FirstReport {
        customers: planned.len() as u64,
        intervals,
        month: view.today.month(),
        moves: moves::between(&before, &after),
        plan: stamp(&text),
    };
    Ok((report, planned))
}

/// Decides whom a name in the partner's bills means, or forgets what was decided. Assignments do not change by it.
///
/// # Errors
/// `Denied` without `Permission::ManageAssignments`; `NotFound` for a name that no bill of the partner has; `Invalid`:
/// `name` (`required`), `manager` (`not_an_account_manager`).
pub async fn set_supplier_manager(center: &Center, actor: &Actor, name: &str, choice: &NameChoice) -> Result<()> {
    actor.require(Permission::ManageAssignments)?;
    let name = name.trim();
    if name.is_empty() {
        return Err(FieldError::new("name", "required").into());
    }
    let mut tx = center.db.write().await?;
    let number = number_of(&mut tx, name).await?.ok_or(Error::NotFound)?;
    require_name(&mut tx, actor, number).await?;
    let member = match choice {
        NameChoice::Forget | NameChoice::Nobody => None,
        NameChoice::Member(member) => {
            check_manager(&mut tx, &actor.partner, member).await?;
            Some(member.as_str())
        }
    };
    if *choice == NameChoice::Forget {
        sqlx::query("delete from supplier_manager where partner_id = $1 and name = $2")
            .bind(actor.partner.as_str())
            .bind(name)
            .execute(&mut *tx)
            .await?;
    } else {
        sqlx::query(
            "insert into supplier_manager (partner_id, name, member_id, set_by, set_at) values ($1, $2, $3, $4, $5)
             on conflict (partner_id, name) do update
               set member_id = excluded.member_id, set_by = excluded.set_by, set_at = excluded.set_at",
        )
        .bind(actor.partner.as_str())
        .bind(name)
        .bind(member)
        .bind(actor.member.as_str())
        .bind(stored(center.clock.now()))
        .execute(&mut *tx)
        .await?;
    }
    let detail = json!({ "member": member, "forgotten": *choice == NameChoice::Forget }).to_string();
    // a person's name stays out of the trail: the number of the text stands for it
    audit::record(center, &mut tx, actor, ("assignment.supplier_name", &number.to_string(), &detail)).await?;
    tx.commit().await?;
    Ok(())
}

/// Other partners' texts do not exist for this one.
async fn require_name(connection: &mut Connection, actor: &Actor, number: i64) -> Result<()> {
    let found: bool = sqlx::query_scalar(
        "select exists (select 1 from bill_version v join rollup_part_manager r on r.version_no = v.no
           where v.partner_id = $1 and r.source_manager_no = $2)",
    )
    .bind(actor.partner.as_str())
    .bind(number)
    .fetch_one(connection)
    .await?;
    if found { Ok(()) } else { Err(Error::NotFound) }
}
