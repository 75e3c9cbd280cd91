//! The customer dashboard (客户看板): each customer's month beside the comparable time before.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Actor, Permission};
use domain::assignments::Attribution;
use domain::consumption::DashboardQuery;
use domain::consumption::movement::{CustomerDashboard, CustomerMovement, LISTED, Movements};
use domain::customers::AssociationType;
use domain::money::Total;
use domain::periods::{Day, Month};

use super::basis::{View, view};
use super::facts::BY_CUSTOMER;
use super::figures::{self, Named};
use super::range::{self, Before};
use super::selection::{Managers, Selection};
use crate::center::Center;
use crate::db::{Connection, Statement, total};
use crate::error::Result;
use crate::sum_columns;

/// The customers of a month (`query.to`, the current one where none; `query.from` is not asked), in the actor's scope.
///
/// # Errors
/// As the dashboard; `Denied` without `Permission::ViewCustomers` too.
pub async fn customer_dashboard(center: &Center, actor: &Actor, query: &DashboardQuery) -> Result<CustomerDashboard> {
    actor.scope(Permission::ViewCustomers)?;
    let mut tx = center.db.read().await?;
    let query = DashboardQuery { from: query.to.or(Some(this_month(center, &mut tx, actor).await?)), ..query.clone() };
    let View { basis, selection, .. } = view(center, &mut tx, actor, &query).await?;
    let before = range::before(basis.range, basis.today);
    let movements = movements(&mut tx, &selection, (basis.range.to, &before)).await?;
    let stayed = stayed(&mut tx, &selection, &movements, (before.days.from, basis.range.to.last_day())).await?;
    let mut due: Vec<Total> = movements.values().map(|movement| movement.now).collect();
    due.sort_unstable_by_key(|due| Reverse(*due));
    let unassigned = if basis.sees_all {
        Some(unassigned(&mut tx, (&selection, query.association), &movements).await?)
    } else {
        None
    };
    Ok(CustomerDashboard {
        customers: in_scope(&mut tx, (&selection, query.association), None).await?,
        first_seen: in_scope(&mut tx, (&selection, query.association), Some(basis.range.to)).await?,
        newly_assigned: newly_assigned(&mut tx, (&selection, query.association), basis.range.to).await?,
        consuming: (count(&movements, |it| it.consumes), count(&movements, |it| it.consumed)),
        concentration: (due.iter().take(LISTED).copied().sum(), due.iter().copied().sum()),
        started: listed(&mut tx, &stayed, |it| (it.consumes && !it.consumed).then_some(it.now)).await?,
        silent: listed(&mut tx, &stayed, |it| (it.consumed && !it.consumes).then_some(it.before)).await?,
        risen: listed(&mut tx, &stayed, |it| Some(it.now - it.before).filter(|rise| *rise > Total::ZERO)).await?,
        fallen: listed(&mut tx, &stayed, |it| Some(it.before - it.now).filter(|fall| *fall > Total::ZERO)).await?,
        unassigned,
        compared_with: before.days,
        basis,
    })
}

async fn this_month(center: &Center, connection: &mut Connection, actor: &Actor) -> Result<Month> {
    let partner = crate::partners::get(connection, &actor.partner).await?;
    Ok(center.clock.today(&partner.zone).month())
}

/// A customer's month and the time before.
#[derive(Debug, Clone, Copy, Default)]
struct Movement {
    /// Due.
    now: Total,
    before: Total,
    /// Whether any line's due is not zero.
    consumes: bool,
    consumed: bool,
}

/// All customers of a partner, with the names that the selection's conditions use.
const OF_PARTNER: &str =
    "from (select no as customer_no, partner_id, first_seen, association from customer) p where p.partner_id = ";

/// The selection, and the association type asked for.
type Asked<'a> = (&'a Selection, Option<AssociationType>);

/// Appends a condition on the customers' own association type.
fn of_association(sql: &mut Statement, association: Option<AssociationType>) {
    if let Some(association) = association {
        sql.add(" and p.association = ").bind(association.code());
    }
}

/// By customer number.
type Found = BTreeMap<i64, Movement>;

async fn movements(
    connection: &mut Connection,
    selection: &Selection,
    (month, before): (Month, &Before),
) -> Result<Found> {
    let mut found = Found::new();
    for (customer, sums) in sums(connection, selection, (&[month], None)).await? {
        let movement = found.entry(customer).or_default();
        (movement.now, movement.consumes) = sums;
    }
    for (customer, sums) in sums(connection, selection, (&before.whole, before.cut)).await? {
        let movement = found.entry(customer).or_default();
        (movement.before, movement.consumed) = sums;
    }
    Ok(found)
}

async fn sums(
    connection: &mut Connection,
    selection: &Selection,
    (months, days): (&[Month], Option<(Day, Day)>),
) -> Result<Vec<(i64, (Total, bool))>> {
    const COLUMNS: &str = "p.customer_no as customer_no, charged, due";
    let mut sql = Statement::new(concat!(
        "select customer_no, ",
        sum_columns!("due"),
        ", coalesce(cast(sum(charged) as bigint), 0) from (",
    ));
    selection.of_months(&mut sql, BY_CUSTOMER, COLUMNS, months);
    if let Some(days) = days {
        sql.add(" union all ");
        selection.of_days(&mut sql, BY_CUSTOMER, COLUMNS, days);
    }
    sql.add(") x group by customer_no");
    let rows: Vec<(i64, i64, i64, i64)> = sql.rows(connection).await?;
    Ok(rows.into_iter().map(|(customer, due, rest, charged)| (customer, (total(due, rest), charged > 0))).collect())
}

/// Without the customers that came to those asked for, or left them, within these days: a hand-over is neither a customer won
/// nor one lost. One from one of them to another is no hand-over here.
async fn stayed(
    connection: &mut Connection,
    selection: &Selection,
    found: &Found,
    (first, last): (Day, Day),
) -> Result<Found> {
    let Managers::Of { members, nobody } = &selection.managers else { return Ok(found.clone()) };
    if selection.attribution == Attribution::Today {
        return Ok(found.clone());
    }
    let (first, last) = (first.to_string(), last.to_string());
    // where what nobody has counts too, a customer comes and goes with the intervals of all others
    let mut sql =
        Statement::new("with its as (select customer_no, from_day, until_day from assignment where partner_id = ");
    sql.bind(selection.partner.as_str());
    if !nobody {
        sql.add(" and manager_id in ").list(members);
    } else if !members.is_empty() {
        sql.add(" and manager_id not in ").list(members);
    }
    sql.add(") select distinct a.customer_no from its a where a.from_day > ").bind(first.as_str());
    sql.add(" and a.from_day <= ").bind(last.as_str());
    sql.add(" and not exists (select 1 from its b where b.customer_no = a.customer_no and b.until_day = a.from_day)");
    sql.add(" or a.until_day > ").bind(first).add(" and a.until_day <= ").bind(last);
    sql.add(" and not exists (select 1 from its b where b.customer_no = a.customer_no and b.from_day = a.until_day)");
    let rows: Vec<(i64,)> = sql.rows(connection).await?;
    let moved: BTreeSet<i64> = rows.into_iter().map(|row| row.0).collect();
    Ok(found.iter().filter(|(customer, _)| !moved.contains(customer)).map(|(customer, it)| (*customer, *it)).collect())
}

fn count(found: &Found, which: fn(&Movement) -> bool) -> u64 {
    found.values().filter(|movement| which(movement)).count() as u64
}

/// The customers that have a `rank`, largest first.
async fn listed(
    connection: &mut Connection,
    found: &Found,
    rank: impl Fn(&Movement) -> Option<Total>,
) -> Result<Movements> {
    let ranked = found.iter().filter_map(|(customer, movement)| Some((Reverse(rank(movement)?), *customer)));
    let mut ranked: Vec<(Reverse<Total>, i64)> = ranked.collect();
    ranked.sort_unstable();
    let count = ranked.len() as u64;
    let first: Vec<i64> = ranked.into_iter().take(LISTED).map(|(_, customer)| customer).collect();
    Ok(Movements { count, listed: named(connection, found, &first).await? })
}

async fn named(connection: &mut Connection, found: &Found, customers: &[i64]) -> Result<Vec<CustomerMovement>> {
    let mut names = figures::customers(connection, customers.iter().copied()).await?;
    let movement = |number: &i64| {
        let Named { id, name, account_id } = names.remove(number)?;
        let Movement { now, before, .. } = found.get(number).copied().unwrap_or_default();
        Some(CustomerMovement { id, name, account_id, now, before })
    };
    Ok(customers.iter().filter_map(movement).collect())
}

/// Customers that nobody manages today, those with the largest due first. Filters on managers do not narrow them.
async fn unassigned(
    connection: &mut Connection,
    (selection, association): Asked<'_>,
    found: &Found,
) -> Result<Movements> {
    let mut sql = Statement::new("select customer_no ");
    sql.add(OF_PARTNER).bind(selection.partner.as_str());
    Selection { managers: Managers::unassigned(), ..selection.clone() }.managed_today(&mut sql);
    of_association(&mut sql, association);
    let rows: Vec<(i64,)> = sql.rows(connection).await?;
    let nobodys: BTreeSet<i64> = rows.into_iter().map(|row| row.0).collect();
    // What the selection leaves out has no due here, but is still to be assigned.
    let due = |number: &i64| found.get(number).map(|movement| movement.now).unwrap_or_default();
    let mut ordered: Vec<i64> = nobodys.iter().copied().collect();
    ordered.sort_by_key(|number| (Reverse(due(number)), *number));
    let count = ordered.len() as u64;
    ordered.truncate(LISTED);
    Ok(Movements { count, listed: named(connection, found, &ordered).await? })
}

/// The customers of the managers asked for, as of today; with a month, those first seen in a bill of it.
async fn in_scope(
    connection: &mut Connection,
    (selection, association): Asked<'_>,
    first_seen: Option<Month>,
) -> Result<u64> {
    let mut sql = Statement::new("select count(*) ");
    sql.add(OF_PARTNER).bind(selection.partner.as_str());
    selection.managed_today(&mut sql);
    of_association(&mut sql, association);
    if let Some(month) = first_seen {
        sql.add(" and p.first_seen >= ").bind(month.first_day().to_string());
        sql.add(" and p.first_seen <= ").bind(month.last_day().to_string());
    }
    let (count,): (i64,) = sql.row(connection).await?;
    Ok(figures::count(count))
}

/// Assignments that began in the month; of the managers asked for. What goes on after other days were put between is none.
async fn newly_assigned(connection: &mut Connection, (selection, association): Asked<'_>, month: Month) -> Result<u64> {
    let mut sql = Statement::new(
        "select count(*) from assignment a join customer p on p.no = a.customer_no where a.partner_id = ",
    );
    sql.bind(selection.partner.as_str());
    sql.add(" and not exists (select 1 from assignment o where o.id = a.continues)");
    of_association(&mut sql, association);
    sql.add(" and a.from_day >= ").bind(month.first_day().to_string());
    sql.add(" and a.from_day <= ").bind(month.last_day().to_string());
    if let Managers::Of { members, .. } = &selection.managers {
        sql.add(" and a.manager_id in ").list(members);
    }
    let (count,): (i64,) = sql.row(connection).await?;
    Ok(figures::count(count))
}
