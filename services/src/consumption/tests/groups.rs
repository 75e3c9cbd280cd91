use domain::access::Actor;
use domain::assignments::Attribution;
use domain::consumption::groups::{Group, GroupBy, GroupSums, Grouping, Groups, MAX_TOP, Period, SortBy};
use domain::consumption::{DashboardQuery, Step};
use domain::money::Total;
use proptest::prelude::*;

use super::super::fixture::{TestLine, World, random_world, sums};
use super::super::groups;
use super::{months, refusal, units};

fn by(by: GroupBy) -> Grouping {
    Grouping { by, top: MAX_TOP, ..Grouping::default() }
}

async fn asked(world: &World, actor: &Actor, query: &DashboardQuery, grouping: &Grouping) -> Groups {
    groups(&world.center, actor, query, grouping).await.unwrap()
}

/// What tells the group of a line apart, as the answer tells it.
fn key(world: &World, line: &TestLine, (by, attribution): (GroupBy, Attribution)) -> String {
    match by {
        GroupBy::Service => line.service.to_owned(),
        GroupBy::ChargeMode => line.charge_mode.to_owned(),
        GroupBy::BillType => line.bill_type.to_owned(),
        GroupBy::Association => line.association.to_owned(),
        GroupBy::Customer => world.customers[line.customer].0.to_string(),
        GroupBy::Manager => {
            world.manager_of(line, attribution).map_or_else(String::new, |manager| world.member(manager).to_string())
        }
    }
}

fn check_sums(lines: &[&TestLine], sums_of: GroupSums, knows_coupon: bool) {
    let (due, coupon) = sums(lines.iter().copied());
    assert_eq!(sums_of, GroupSums { due, coupon: knows_coupon.then_some(coupon) });
}

/// Every group, every month of it, and the whole are the sums of the lines that `counts` lets through.
async fn check(
    world: &World,
    actor: &Actor,
    (query, by_what): (&DashboardQuery, GroupBy),
    counts: impl Fn(&TestLine) -> bool,
) {
    let answer = asked(world, actor, query, &by(by_what)).await;
    let knows_coupon = by_what != GroupBy::BillType;
    let range = answer.basis.range;
    let mut lines: Vec<&TestLine> = world.lines.iter().filter(|line| line.currency == "CNY" && counts(line)).collect();
    lines.retain(|line| (range.from..=range.to).contains(&line.month()));
    assert!(answer.others.is_none());
    assert_eq!(answer.whole.sums.due, sums(lines.iter().copied()).0);
    for group in answer.rows.iter().chain([&answer.whole]) {
        let attribution = answer.basis.attribution;
        let whole = std::ptr::eq(group, &raw const answer.whole);
        let own = |line: &&&TestLine| whole || key(world, line, (by_what, attribution)) == group.key;
        let of_group: Vec<&TestLine> = lines.iter().filter(own).copied().collect();
        check_sums(&of_group, group.sums, knows_coupon);
        assert_eq!(group.by_period.len(), answer.periods.len());
        for (period, sums) in answer.periods.iter().zip(&group.by_period) {
            let within = |line: &&&TestLine| match period {
                Period::Month(month) => line.month() == *month,
                Period::Day(day) => line.day == *day,
            };
            let of_period: Vec<&TestLine> = of_group.iter().filter(within).copied().collect();
            check_sums(&of_period, *sums, knows_coupon);
        }
    }
    let listed: Total = answer.rows.iter().map(|group| group.sums.due).sum();
    assert_eq!(listed, answer.whole.sums.due, "no group is missing");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn every_group_is_the_sum_of_its_lines_for_whoever_asks(seed in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = random_world(seed).await;
            let by_month = DashboardQuery { currency: "CNY".parse().ok(), ..months("2026-08", "2026-11") };
            let by_day = DashboardQuery { step: Some(Step::Day), from: "2026-09".parse().ok(), ..by_month.clone() };
            for (by, query) in GroupBy::ALL.iter().flat_map(|by| [(by, &by_month), (by, &by_day)]) {
                for attribution in Attribution::ALL {
                    let query = DashboardQuery { attribution: Some(*attribution), ..query.clone() };
                    check(&world, &world.director, (&query, *by), |_| true).await;
                }
                for (index, actor) in world.managers.iter().enumerate() {
                    check(&world, actor, (query, *by), |line| {
                        world.manager_on(line.customer, line.day) == Some(index)
                    })
                    .await;
                }
            }
        });
    }
}

/// Three customers with 5, 3 and 1 in October and 1, 3 and 9 in November.
async fn three() -> World {
    let mut world = World::new(3).await;
    let line = |customer, day: &str, due| TestLine { due, ..TestLine::new(customer, day) };
    let lines = [(0, 5, 1), (1, 3, 3), (2, 1, 9)]
        .into_iter()
        .flat_map(|(customer, october, november)| {
            [line(customer, "2026-10-05", october), line(customer, "2026-11-05", november)]
        })
        .collect();
    world.bill(lines, true).await;
    world
}

fn dues(groups: &[Group]) -> Vec<Total> {
    groups.iter().map(|group| group.sums.due).collect()
}

#[tokio::test]
async fn what_is_not_listed_is_summed_as_others_so_that_nothing_is_lost() {
    let world = three().await;
    let query = months("2026-10", "2026-11");
    let grouping = Grouping { top: 1, ..by(GroupBy::Customer) };
    let answer = asked(&world, &world.director, &query, &grouping).await;
    assert_eq!(dues(&answer.rows), [units(10)]);
    let (count, others) = answer.others.unwrap();
    assert_eq!((count, others.sums.due, answer.whole.sums.due), (2, units(12), units(22)));
    assert_eq!(others.by_period.iter().map(|month| month.due).collect::<Vec<_>>(), [units(8), units(4)]);
    // A chart that draws fewer groups than are listed puts the rest to the others.
    for top in [1, 2, 3] {
        let grouping = Grouping { top, ..by(GroupBy::Customer) };
        let answer = asked(&world, &world.director, &query, &grouping).await;
        let (first, others) = answer.first(1);
        let (count, others) = others.unwrap();
        assert_eq!((first.len(), count, others.sums), (1, 2, GroupSums { due: units(12), coupon: Some(units(0)) }));
        assert_eq!(others.by_period.iter().map(|month| month.due).collect::<Vec<_>>(), [units(8), units(4)]);
    }
    assert!(asked(&world, &world.director, &query, &by(GroupBy::Customer)).await.first(3).1.is_none());
}

#[tokio::test]
async fn groups_are_ordered_by_what_is_asked() {
    let world = three().await;
    let query = months("2026-10", "2026-11");
    let grouping = Grouping { sort: SortBy::Change, ..by(GroupBy::Customer) };
    let answer = asked(&world, &world.director, &query, &grouping).await;
    assert_eq!(answer.rows.iter().map(|group| group.change().unwrap()).collect::<Vec<_>>(), [8, 0, -4].map(units));
    let one_month = asked(&world, &world.director, &months("2026-10", "2026-10"), &grouping).await;
    assert_eq!(one_month.rows[0].change(), None);
    assert_eq!(dues(&one_month.rows), [5, 3, 1].map(units));
}

#[tokio::test]
async fn unassigned_comes_last_and_managers_without_lines_are_listed() {
    let mut world = three().await;
    world.assign(0, 1, "2026-10-01", "9999-12-31").await;
    world.assign(1, 0, "2026-11-20", "9999-12-31").await;
    let query = months("2026-10", "2026-11");
    let grouping = Grouping { top: 1, ..by(GroupBy::Manager) };
    let answer = asked(&world, &world.director, &query, &grouping).await;
    assert_eq!(dues(&answer.rows), [6, 16].map(units));
    assert_eq!((answer.rows[0].key.as_str(), answer.rows[1].key.as_str()), (world.member(1).as_str(), ""));
    assert_eq!(answer.others.unwrap().1.sums.due, units(0));
    let own = asked(&world, &world.managers[1], &query, &by(GroupBy::Customer)).await;
    assert_eq!(dues(&own.rows), [units(6)]);
}

#[tokio::test]
async fn no_group_at_all_cannot_be_asked_for() {
    let world = three().await;
    for top in [0, MAX_TOP + 1] {
        let grouping = Grouping { top, ..Grouping::default() };
        let result = groups(&world.center, &world.director, &DashboardQuery::default(), &grouping).await;
        assert_eq!(refusal(result), ("top".into(), "malformed".into()));
    }
}

#[tokio::test]
async fn days_are_shown_where_the_sums_know_them_and_months_elsewhere() {
    let world = three().await;
    let query = DashboardQuery { step: Some(Step::Day), ..months("2026-11", "2026-11") };
    for by_what in GroupBy::ALL {
        let answer = asked(&world, &world.director, &query, &by(*by_what)).await;
        let expected = if by_what.knows_days() { (Step::Day, 22) } else { (Step::Month, 1) };
        assert_eq!((answer.step, answer.periods.len()), expected, "{by_what}: up to today");
        assert_eq!(answer.whole.sums.due, units(13));
    }
    let long = DashboardQuery { step: Some(Step::Day), ..months("2026-08", "2026-11") };
    let result = groups(&world.center, &world.director, &long, &by(GroupBy::Customer)).await;
    assert_eq!(refusal(result), ("step".into(), "range_too_long".into()));
    assert_eq!(asked(&world, &world.director, &long, &by(GroupBy::Service)).await.periods.len(), 4);
}
