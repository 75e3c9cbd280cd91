//! The sheet account manager × month shows what the dashboard shows, beside the targets.

use std::collections::BTreeMap;

use domain::access::Role;
use domain::assignments::Attribution;
use domain::consumption::DashboardQuery;
use domain::money::{Amount, Total};
use domain::targets::{SetTarget, Sheet, SheetQuery};
use domain::teams::SetTeamMembers;
use proptest::prelude::*;

use super::super::dashboard;
use super::super::fixture::{Chance, TestLine, World, random_world};
use super::{month, units};
use crate::targets::{set, sheet};

fn query(from: &str, to: &str) -> SheetQuery {
    SheetQuery { from: Some(month(from)), to: Some(month(to)), currency: "CNY".parse().ok(), ..SheetQuery::default() }
}

async fn target(world: &World, manager: usize, at: &str, units: i64) {
    let request = SetTarget {
        manager: world.member(manager).clone(),
        month: month(at),
        currency: "CNY".parse().unwrap(),
        amount: Some(Amount::from_units(units)),
        seen: 0,
    };
    set(&world.center, &world.director, &request).await.unwrap();
}

async fn team(world: &World, name: &str, managers: &[usize]) -> String {
    let admin = world.center.member(&world.partner, &format!("admin.{name}"), &[Role::Administrator]).await;
    let admin = world.center.actor(&admin).await;
    let id = crate::teams::create(&world.center, &admin, name).await.unwrap();
    let members = managers.iter().map(|manager| world.member(*manager).clone()).collect();
    crate::teams::set_members(&world.center, &admin, &SetTeamMembers { id: id.clone(), seen: 1, members })
        .await
        .unwrap();
    id.to_string()
}

/// Team, manager, due, target and completion of the whole range.
type Shown = (String, String, Total, Option<Total>, Option<String>);

fn shown(sheet: &Sheet) -> Vec<Shown> {
    let rows = sheet.teams.iter().flat_map(|team| {
        let name = team.team.as_ref().map(|team| team.name.clone()).unwrap_or_default();
        let row = move |manager: &domain::targets::ManagerLine| {
            let sum = manager.line.sum;
            (name.clone(), manager.manager.name.clone(), sum.due, sum.target, sum.completion())
        };
        team.managers.iter().map(row)
    });
    rows.collect()
}

#[tokio::test]
async fn managers_stand_in_their_teams_with_due_target_and_completion_and_unassigned_has_none() {
    let mut world = World::new(4).await;
    for (customer, manager) in [(0, 0), (1, 1), (2, 2)] {
        world.assign(customer, manager, "2026-01-01", "").await;
    }
    let line = |customer, day: &str, due| TestLine { due, ..TestLine::new(customer, day) };
    let bill = vec![
        line(0, "2026-10-05", 30_000_000),
        line(0, "2026-11-05", 10_000_000),
        line(1, "2026-11-05", 50_000_000),
        line(2, "2026-11-05", 70_000_000),
        line(3, "2026-11-05", 5_000_000),
    ];
    world.bill(bill, true).await;
    team(&world, "East", &[0, 1]).await;
    target(&world, 0, "2026-10", 40_000_000).await;
    target(&world, 1, "2026-11", 40_000_000).await;
    let view = sheet(&world.center, &world.director, &query("2026-10", "2026-11")).await.unwrap();
    let row = |team: &str, name: &str, due, target: Option<i64>, completion: Option<&str>| {
        (team.to_owned(), name.to_owned(), units(due), target.map(units), completion.map(str::to_owned))
    };
    assert_eq!(
        shown(&view),
        [
            row("East", "王二", 50_000_000, Some(40_000_000), Some("125.0%")),
            // of October alone: November has no target
            row("East", "王一", 40_000_000, Some(40_000_000), Some("75.0%")),
            row("", "李三", 70_000_000, None, None),
        ]
    );
    let east = view.teams[0].subtotal.sum;
    assert_eq!(
        (east.due, east.measured, east.completion().as_deref()),
        (units(90_000_000), units(80_000_000), Some("100.0%"))
    );
    assert!(east.is_partial());
    let unassigned = view.unassigned.as_ref().unwrap();
    assert_eq!(
        (unassigned.sum.due, unassigned.sum.target, unassigned.change()),
        (units(5_000_000), None, Some(units(5_000_000)))
    );
    assert_eq!((view.whole.sum.due, view.whole.sum.target), (units(165_000_000), Some(units(80_000_000))));
}

#[tokio::test]
async fn an_account_manager_sees_own_figures_and_targets_only() {
    let mut world = World::new(2).await;
    world.assign(0, 0, "2026-01-01", "").await;
    world.assign(1, 1, "2026-01-01", "").await;
    world.bill(vec![TestLine::new(0, "2026-11-05"), TestLine::new(1, "2026-11-05")], true).await;
    team(&world, "East", &[0, 1]).await;
    for manager in [0, 1] {
        target(&world, manager, "2026-11", 1_000_000).await;
    }
    let own = sheet(&world.center, &world.managers[0], &query("2026-11", "2026-11")).await.unwrap();
    assert_eq!(shown(&own), [(String::new(), "王一".into(), units(100), Some(units(1_000_000)), Some("0.0%".into()))]);
    assert!(own.unassigned.is_none() && !own.has_teams());
    assert_eq!(own.whole.sum, own.teams[0].subtotal.sum);
    // Who never managed anybody has nothing to see, not even a target of somebody else.
    let nothing = sheet(&world.center, &world.managers[2], &query("2026-11", "2026-11")).await.unwrap();
    assert!(nothing.is_empty() && shown(&nothing).is_empty());
}

#[tokio::test]
async fn targets_are_shown_before_there_are_bills_and_each_currency_by_itself() {
    let world = World::new(1).await;
    let empty = sheet(&world.center, &world.director, &SheetQuery::default()).await.unwrap();
    assert!(empty.is_empty());
    target(&world, 2, "2026-11", 9_000_000).await;
    let view = sheet(&world.center, &world.director, &SheetQuery::default()).await.unwrap();
    assert_eq!(
        (view.basis.currency.as_ref().map(domain::money::Currency::code), view.is_empty()),
        (Some("CNY"), false)
    );
    assert_eq!(shown(&view)[0].4.as_deref(), Some("0.0%"));
    let dollars = SheetQuery { currency: "USD".parse().ok(), ..SheetQuery::default() };
    let dollars = sheet(&world.center, &world.director, &dollars).await.unwrap();
    assert!(dollars.is_empty() && dollars.whole.sum.target.is_none());
    assert_eq!(dollars.basis.currencies.len(), 1);
}

/// Every row, subtotal and the whole against the dashboard's figures for the same selection.
async fn check(world: &World, query: &SheetQuery, targets: &BTreeMap<(usize, String), i64>) {
    let view = sheet(&world.center, &world.director, query).await.unwrap();
    let whole = dashboard(&world.center, &world.director, &query.consumption()).await.unwrap();
    assert_eq!(view.whole.sum.due, whole.tiles.due.now);
    for (at, figure) in view.months.iter().zip(&view.whole.by_month) {
        let one = DashboardQuery { from: Some(*at), to: Some(*at), ..query.consumption() };
        assert_eq!(figure.due, dashboard(&world.center, &world.director, &one).await.unwrap().tiles.due.now);
    }
    for team in &view.teams {
        let managers = team.managers.iter().map(|row| row.manager.id.to_string()).collect();
        let of_team = DashboardQuery { managers, teams: vec![], ..query.consumption() };
        let of_team = dashboard(&world.center, &world.director, &of_team).await.unwrap();
        assert_eq!(team.subtotal.sum.due, of_team.tiles.due.now);
        for row in &team.managers {
            let index = world.managers.iter().position(|actor| actor.member == row.manager.id).unwrap();
            let found = whole
                .managers
                .iter()
                .find(|share| share.manager.as_ref().is_some_and(|manager| manager.id == row.manager.id));
            assert_eq!(row.line.sum.due, found.map_or(Total::ZERO, |share| share.due));
            for (at, figure) in view.months.iter().zip(&row.line.by_month) {
                let expected = targets.get(&(index, at.to_string())).map(|target| units(*target));
                assert_eq!(figure.target, expected);
            }
        }
    }
    let nobody = whole.managers.iter().find(|share| share.manager.is_none()).map(|share| share.due);
    assert_eq!(view.unassigned.map(|line| line.sum.due), nobody);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn the_sheet_is_the_dashboard_by_manager_and_month(seed in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = random_world(seed).await;
            let mut chance = Chance(seed);
            let mut targets = BTreeMap::new();
            for manager in 0..3 {
                for at in ["2026-09", "2026-10", "2026-11"] {
                    if chance.below(2) == 0 {
                        let amount = 1_000_000 * i64::try_from(1 + chance.below(9_000)).unwrap();
                        target(&world, manager, at, amount).await;
                        targets.insert((manager, at.to_owned()), amount);
                    }
                }
            }
            let east = team(&world, "East", &[chance.below(3)]).await;
            for attribution in [Attribution::AsItWas, Attribution::Today] {
                let all = SheetQuery { attribution: Some(attribution), ..query("2026-08", "2026-11") };
                check(&world, &all, &targets).await;
                check(&world, &SheetQuery { teams: vec![east.clone()], ..all.clone() }, &targets).await;
                let some = vec!["none".to_owned(), world.member(chance.below(3)).to_string()];
                check(&world, &SheetQuery { managers: some, ..all }, &targets).await;
            }
        });
    }
}
