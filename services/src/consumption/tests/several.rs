//! Several account managers, and teams: any way to divide them and unassigned adds up to all.

use domain::access::Role;
use domain::assignments::Attribution;
use domain::bills::LineQuery;
use domain::consumption::DashboardQuery;
use domain::consumption::groups::{GroupBy, Grouping, MAX_TOP};
use domain::customers::AssociationType;
use domain::money::Total;
use domain::teams::SetTeamMembers;
use proptest::prelude::*;

use super::super::fixture::{Chance, World, random_world};
use super::super::{customer_dashboard, dashboard, groups, lines};
use super::property::{Expected, Whose, check_lines};
use super::{months, refusal, units};
use crate::consumption::fixture::TestLine;
use crate::error::Error;

const NOBODY: usize = 3;

/// A team of these managers.
async fn team(world: &World, name: &str, managers: &[usize]) -> String {
    let admin = world.center.member(&world.partner, &format!("admin.{name}"), &[Role::Administrator]).await;
    let admin = world.center.actor(&admin).await;
    let id = crate::teams::create(&world.center, &admin, name).await.unwrap();
    let members = managers.iter().map(|manager| world.member(*manager).clone()).collect();
    let request = SetTeamMembers { id: id.clone(), seen: 1, members };
    crate::teams::set_members(&world.center, &admin, &request).await.unwrap();
    id.to_string()
}

/// Asks for some of the three managers and nobody: the managers one by one, or the first of them by a team.
struct Part {
    of: [bool; 4],
    managers: Vec<String>,
    teams: Vec<String>,
}

impl Part {
    async fn new(world: &World, chance: &mut Chance, (name, of): (&str, [bool; 4])) -> Self {
        let some: Vec<usize> = (0..NOBODY).filter(|manager| of[*manager]).collect();
        let in_team = chance.below(some.len() + 1);
        let teams = if in_team > 0 { vec![team(world, name, &some[..in_team]).await] } else { Vec::new() };
        let mut managers: Vec<String> =
            some[in_team..].iter().map(|manager| world.member(*manager).to_string()).collect();
        if of[NOBODY] {
            managers.push("none".into());
        }
        Self { of, managers, teams }
    }

    fn of(&self, query: &DashboardQuery) -> DashboardQuery {
        DashboardQuery { managers: self.managers.clone(), teams: self.teams.clone(), ..query.clone() }
    }
}

/// Divides managers and unassigned at random into at most three parts.
async fn divide(world: &World, chance: &mut Chance, round: usize) -> Vec<Part> {
    let places: Vec<usize> = (0..4).map(|_| chance.below(3)).collect();
    let mut parts = Vec::new();
    for part in 0..3 {
        let of = [0, 1, 2, 3].map(|one| places[one] == part);
        if of.contains(&true) {
            parts.push(Part::new(world, chance, (&format!("team-{round}-{part}"), of)).await);
        }
    }
    parts
}

async fn check(world: &World, parts: &[Part], query: &DashboardQuery) {
    let association = query.association.map(AssociationType::code);
    for attribution in [Attribution::AsItWas, Attribution::Today] {
        let query = DashboardQuery { attribution: Some(attribution), currency: "CNY".parse().ok(), ..query.clone() };
        let all = dashboard(&world.center, &world.director, &query).await.unwrap();
        let (mut due, mut paid, mut customers) = (Total::ZERO, Total::ZERO, 0);
        for part in parts {
            let asked = part.of(&query);
            let view = dashboard(&world.center, &world.director, &asked).await.unwrap();
            let expected = Expected {
                world,
                attribution,
                whose: Whose::Among(part.of),
                currency: "CNY",
                association,
                customers: None,
            };
            expected.check(&view);
            (due, paid) = (due + view.tiles.due.now, paid + view.tiles.paid.now);
            for row in &view.managers {
                let index = row.manager.as_ref().map_or(NOBODY, |manager| {
                    world.managers.iter().position(|actor| actor.member == manager.id).unwrap()
                });
                assert!(part.of[index], "a row of somebody who was not asked for");
            }
            assert_eq!(view.managers.iter().map(|row| row.due).sum::<Total>(), view.tiles.due.now);
            for by in [GroupBy::Manager, GroupBy::Customer, GroupBy::Service] {
                let grouping = Grouping { by, top: MAX_TOP, ..Grouping::default() };
                let answer = groups(&world.center, &world.director, &asked, &grouping).await.unwrap();
                assert_eq!(answer.whole.sums.due, view.tiles.due.now, "{by}");
            }
            let movement = customer_dashboard(&world.center, &world.director, &asked).await.unwrap();
            customers += movement.customers;
        }
        assert_eq!((due, paid), (all.tiles.due.now, all.tiles.paid.now), "the parts are all");
        // the association type of the customers themselves is unknown here
        assert_eq!(customers, if association.is_some() { 0 } else { 6 }, "each customer is in one part today");
    }
}

async fn check_part_of_lines(world: &World, part: &Part) {
    let (from, to) = ("2026-09".parse().unwrap(), "2026-11".parse().unwrap());
    for attribution in [Attribution::AsItWas, Attribution::Today] {
        let query = LineQuery {
            from: Some(from),
            to: Some(to),
            managers: part.managers.clone(),
            teams: part.teams.clone(),
            attribution: Some(attribution),
            ..LineQuery::default()
        };
        check_lines(world, &world.director, &query, |line| {
            (from..=to).contains(&line.month()) && part.of[world.manager_of(line, attribution).unwrap_or(NOBODY)]
        })
        .await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn any_division_of_managers_and_unassigned_adds_up_to_all(seed in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = random_world(seed).await;
            let mut chance = Chance(seed);
            for round in 0..3 {
                let parts = divide(&world, &mut chance, round).await;
                let query = [
                    months("2026-07", "2026-11"),
                    months("2026-11", "2026-11"),
                    DashboardQuery { association: Some(AssociationType::Reseller), ..months("2026-09", "2026-10") },
                ][round].clone();
                check(&world, &parts, &query).await;
                for part in &parts {
                    check_part_of_lines(&world, part).await;
                }
            }
        });
    }
}

#[tokio::test]
async fn nobody_widens_the_own_scope_by_naming_several_or_a_team() {
    let mut world = World::new(2).await;
    world.assign(0, 0, "2026-01-01", "").await;
    world.assign(1, 1, "2026-01-01", "").await;
    world.bill(vec![TestLine::new(0, "2026-11-01"), TestLine { due: 7, ..TestLine::new(1, "2026-11-01") }], true).await;
    let both = team(&world, "both", &[0, 1]).await;
    let [own, other] = [0, 1].map(|manager| world.member(manager).to_string());
    let manager = &world.managers[0];
    let ask = |managers: &[&String], teams: &[&String]| DashboardQuery {
        managers: managers.iter().map(|id| (*id).clone()).collect(),
        teams: teams.iter().map(|id| (*id).clone()).collect(),
        ..DashboardQuery::default()
    };
    let none = "none".to_owned();
    for query in [ask(&[&other], &[]), ask(&[&own, &other], &[]), ask(&[], &[&both]), ask(&[&own], &[&both])] {
        assert!(matches!(dashboard(&world.center, manager, &query).await, Err(Error::NotFound)), "{query:?}");
        let line_query = LineQuery { managers: query.managers, teams: query.teams, ..LineQuery::default() };
        assert!(matches!(lines(&world.center, manager, &line_query).await, Err(Error::NotFound)), "{line_query:?}");
    }
    let refused = refusal(dashboard(&world.center, manager, &ask(&[&own, &none], &[])).await);
    assert_eq!(refused, ("managers".into(), "not_allowed".into()));
    let allowed = dashboard(&world.center, manager, &ask(&[&own], &[])).await.unwrap();
    assert_eq!(allowed.tiles.due.now, units(100));
    // For who sees all: everybody named must exist, and the conditions narrow each other.
    let stranger = world.center.partner("Other", "UTC").await;
    let stranger = world.center.member(&stranger, "stranger", &[Role::AccountManager]).await.to_string();
    for query in [ask(&[&own, &stranger], &[]), ask(&[&own], &[&"no team".to_owned()])] {
        assert!(matches!(dashboard(&world.center, &world.director, &query).await, Err(Error::NotFound)), "{query:?}");
    }
    let by_part = DashboardQuery { manager: "王二".into(), ..ask(&[&own, &none], &[&both]) };
    assert_eq!(dashboard(&world.center, &world.director, &by_part).await.unwrap().tiles.due.now, units(7));
    let by_id = DashboardQuery { manager_id: own.clone(), ..ask(&[&other, &none], &[]) };
    assert_eq!(dashboard(&world.center, &world.director, &by_id).await.unwrap().tiles.due.now, units(0));
}

#[tokio::test]
async fn a_hand_over_between_managers_who_are_looked_at_together_is_none() {
    let mut world = World::new(2).await;
    world.assign(0, 0, "2026-01-01", "2026-11-10").await;
    world.assign(0, 1, "2026-11-10", "").await;
    world.assign(1, 0, "2026-01-01", "2026-11-10").await;
    world.assign(1, 2, "2026-11-10", "").await;
    let line = |customer, day: &str, due| TestLine { due, ..TestLine::new(customer, day) };
    let bill =
        vec![line(0, "2026-10-05", 5), line(0, "2026-11-15", 9), line(1, "2026-10-05", 5), line(1, "2026-11-15", 9)];
    world.bill(bill, true).await;
    let query = DashboardQuery {
        managers: vec![world.member(0).to_string(), world.member(1).to_string()],
        ..months("2026-11", "2026-11")
    };
    let view = customer_dashboard(&world.center, &world.director, &query).await.unwrap();
    let risen: Vec<_> = view.risen.listed.iter().map(|one| (one.id.clone(), one.now)).collect();
    assert_eq!(risen, [(world.customers[0].0.clone(), units(9))]);
    assert_eq!(view.silent.count, 0, "the other one was handed over, not lost");
}
