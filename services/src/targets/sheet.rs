//! The sheet account manager × month: due as the dashboard has it, beside its target.

use std::collections::{BTreeSet, HashMap};

use domain::access::{Actor, Permission};
use domain::customers::ManagerName;
use domain::ids::MemberId;
use domain::money::{Amount, Currency, Total};
use domain::targets::{Figure, ManagerFigures, Sheet, SheetLine, SheetQuery, by_team};

use super::store::{self, Key, Stored};
use crate::center::Center;
use crate::consumption::{ManagerMonths, manager_months};
use crate::error::Result;
use crate::teams;

/// Due, target and completion of account managers and months, in the actor's scope and of one state of the data. Account
/// managers are listed who have lines, customers today, or a target; by team for who sees all.
///
/// # Errors
/// As the dashboard.
pub async fn sheet(center: &Center, actor: &Actor, query: &SheetQuery) -> Result<Sheet> {
    actor.scope(Permission::ViewConsumption)?;
    let mut tx = center.db.read().await?;
    let mut found = manager_months(center, &mut tx, actor, &query.consumption()).await?;
    let mut targets = store::targets(&mut tx, &actor.partner, |sql| {
        store::of_range(sql, found.basis.range);
        sql.add(" and t.amount is not null");
        found.only_managers(sql, "t.manager_id");
    })
    .await?;
    let currency = currency(&mut found, &targets);
    targets.retain(|key, _| Some(&key.currency) == currency.as_ref());
    let (names, team_of) = if found.basis.sees_all {
        (teams::names(&mut tx, &actor.partner).await?, teams::team_of_members(&mut tx, &actor.partner).await?)
    } else {
        (Vec::new(), HashMap::new())
    };
    drop(tx);
    let months = found.months.len();
    let mut managers = figures(&found, &targets);
    for manager in &mut managers {
        manager.team = team_of.get(&manager.manager.id).cloned();
    }
    let teams = by_team(months, &names, managers);
    let unassigned =
        found.unassigned.map(|due| SheetLine::of(due.into_iter().map(|due| Figure::of(due, None)).collect()));
    let whole = SheetLine::sum_of(months, teams.iter().map(|team| &team.subtotal).chain(&unassigned));
    Ok(Sheet { basis: found.basis, months: found.months, teams, unassigned, whole })
}

/// The currency shown. Where there are no bills it is one of the targets; all of them can be chosen.
fn currency(found: &mut ManagerMonths, targets: &HashMap<Key, Stored>) -> Option<Currency> {
    let of_targets: BTreeSet<&Currency> = targets.keys().map(|key| &key.currency).collect();
    for currency in of_targets {
        if !found.basis.currencies.contains(currency) {
            found.basis.currencies.push(currency.clone());
        }
    }
    if found.basis.currency.is_none() {
        found.basis.currency = found.basis.currencies.first().cloned();
    }
    found.basis.currency.clone()
}

/// Every account manager with due or targets.
fn figures(found: &ManagerMonths, targets: &HashMap<Key, Stored>) -> Vec<ManagerFigures> {
    let nothing = vec![Total::ZERO; found.months.len()];
    let mut due: HashMap<&MemberId, &[Total]> =
        found.managers.iter().map(|(manager, due)| (manager, due.as_slice())).collect();
    for key in targets.keys().filter(|key| found.holds(&key.manager)) {
        due.entry(&key.manager).or_insert(&nothing);
    }
    let by_manager: HashMap<(&MemberId, _), Amount> =
        targets.iter().filter_map(|(key, target)| Some(((&key.manager, key.month), target.amount?))).collect();
    let figures = |member: &ManagerName| {
        let due = due.get(&member.id)?;
        let months = found.months.iter().zip(*due);
        let months = months.map(|(month, due)| Figure::of(*due, by_manager.get(&(&member.id, *month)).copied()));
        Some(ManagerFigures { manager: member.clone(), team: None, months: months.collect() })
    };
    found.members.iter().filter_map(figures).collect()
}
