use domain::access::Actor;
use domain::assignments::Attribution;
use domain::bills::{BillLine, LineQuery};
use domain::consumption::{Dashboard, DashboardQuery, ManagerShare, Step};
use domain::customers::AssociationType;
use domain::money::{Currency, Total};
use domain::periods::{Day, Month};
use proptest::prelude::*;

use super::super::fixture::{Chance, TestLine, World, random_world, sums};
use super::super::{dashboard, line_filters, lines};
use super::{month, months};

/// Whose lines.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Whose {
    Everyones,
    Nobodys,
    Of(usize),
    /// Of those of the three managers, and at last of nobody where that is true.
    Among([bool; 4]),
}

impl Whose {
    fn holds(self, manager: Option<usize>) -> bool {
        match self {
            Self::Everyones => true,
            Self::Nobodys => manager.is_none(),
            Self::Of(one) => manager == Some(one),
            Self::Among(some) => some[manager.unwrap_or(3)],
        }
    }

    fn index(self) -> Option<usize> {
        if let Self::Of(manager) = self { Some(manager) } else { None }
    }
}

/// Which lines a view must count.
pub(super) struct Expected<'a> {
    pub world: &'a World,
    pub attribution: Attribution,
    pub whose: Whose,
    pub currency: &'static str,
    pub association: Option<&'static str>,
    /// None for all.
    pub customers: Option<&'a [usize]>,
}

impl Expected<'_> {
    pub fn lines(&self, from: Day, to: Day) -> Vec<&TestLine> {
        let mut lines: Vec<&TestLine> = self.world.lines.iter().collect();
        lines.retain(|line| {
            (from..=to).contains(&line.day)
                && line.currency == self.currency
                && self.association.is_none_or(|association| line.association == association)
                && self.customers.is_none_or(|customers| customers.contains(&line.customer))
                && self.whose.holds(self.world.manager_of(line, self.attribution))
        });
        lines
    }

    /// Compares everything but the shares of managers.
    pub fn check(&self, view: &Dashboard) {
        let (from, to) = (view.basis.range.from.first_day(), view.basis.range.to.last_day());
        let (now, before) = (self.lines(from, to), self.lines(view.compared_with.from, view.compared_with.to));
        let tiles = &view.tiles;
        let (due, coupon) = sums(now.iter().copied());
        assert_eq!((tiles.due.now, tiles.coupon.now, tiles.paid.now), (due, coupon, due - coupon));
        let (due_before, coupon_before) = sums(before.iter().copied());
        assert_eq!((tiles.due.before, tiles.coupon.before), (due_before, coupon_before));
        assert_eq!(tiles.paid.before, due_before - coupon_before);
        assert_eq!(tiles.customers, (consuming(&now), consuming(&before)));
        assert_eq!(
            tiles.debt.map(|debt| (debt.now, debt.before)),
            debt(&now).map(|now| (now, debt(&before).unwrap_or_default()))
        );

        let split = view.split;
        assert_eq!(split.refund, sums(now.iter().copied().filter(|line| line.bill_type == "refund")).0);
        assert_eq!(split.adjustment, sums(now.iter().copied().filter(|line| line.bill_type == "adjustment")).0);
        assert_eq!(split.consumption + split.refund + split.adjustment, due);

        assert_eq!(view.trend.iter().map(|point| point.due).sum::<Total>(), due);
        for point in &view.trend {
            let expected = sums(now.iter().copied().filter(|line| line.day.to_string().starts_with(&point.at)));
            assert_eq!((point.due, point.paid), (expected.0, expected.0 - expected.1), "{}", point.at);
        }
        for customer in &view.top_customers {
            let index = self.world.customers.iter().position(|(id, _)| *id == customer.id).unwrap();
            let expected = sums(now.iter().copied().filter(|line| line.customer == index));
            assert_eq!((customer.due, customer.paid), (expected.0, expected.0 - expected.1));
        }
        for service in &view.top_services {
            let expected = sums(now.iter().copied().filter(|line| line.service == service.service));
            assert_eq!((service.due, service.paid), (expected.0, expected.0 - expected.1));
        }
        // Six customers and four services: the ten largest are all.
        assert_eq!(view.top_customers.iter().map(|share| share.due).sum::<Total>(), due);
        assert_eq!(view.top_services.iter().map(|share| share.due).sum::<Total>(), due);
        assert!(view.top_customers.is_sorted_by(|a, b| a.due >= b.due));
    }
}

fn consuming(lines: &[&TestLine]) -> u64 {
    let customers = lines.iter().filter(|line| line.due != 0).map(|line| line.customer);
    u64::try_from(customers.collect::<std::collections::BTreeSet<_>>().len()).unwrap()
}

fn debt(lines: &[&TestLine]) -> Option<Total> {
    let known: Vec<i64> = lines.iter().filter_map(|line| line.debt).collect();
    (!known.is_empty()).then(|| known.into_iter().map(|debt| Total::from_units(debt.into())).sum())
}

fn in_currency(query: &DashboardQuery, currency: &str) -> DashboardQuery {
    DashboardQuery { currency: Some(currency.parse().unwrap()), ..query.clone() }
}

fn share(view: &Dashboard, world: &World, manager: Option<usize>) -> Option<ManagerShare> {
    let id = manager.map(|manager| world.member(manager).clone());
    view.managers.iter().find(|share| share.manager.as_ref().map(|manager| manager.id.clone()) == id).cloned()
}

/// Every manager's own view, and the view of who sees all, both ways.
async fn check_everyone(
    world: &World,
    query: &DashboardQuery,
    (currency, customers): (&'static str, Option<&[usize]>),
) {
    let association = query.association.map(AssociationType::code);
    for attribution in [Attribution::AsItWas, Attribution::Today] {
        let query = DashboardQuery { attribution: Some(attribution), ..in_currency(query, currency) };
        let view = dashboard(&world.center, &world.director, &query).await.unwrap();
        let expected = |whose| Expected { world, attribution, whose, currency, association, customers };
        expected(Whose::Everyones).check(&view);
        let (mut due, mut paid) = (Total::ZERO, Total::ZERO);
        for whose in [Whose::Of(0), Whose::Of(1), Whose::Of(2), Whose::Nobodys] {
            let manager = whose.index();
            let manager_id = manager.map_or("none", |manager| world.member(manager).as_str()).to_owned();
            let only = DashboardQuery { manager_id, ..query.clone() };
            let only = dashboard(&world.center, &world.director, &only).await.unwrap();
            expected(whose).check(&only);
            (due, paid) = (due + only.tiles.due.now, paid + only.tiles.paid.now);
            let row = share(&view, world, manager).map(|row| (row.due, row.paid, row.customers));
            let customers = u64::try_from(only.top_customers.len()).unwrap();
            assert_eq!(row.unwrap_or_default(), (only.tiles.due.now, only.tiles.paid.now, customers));
            assert!(
                only.managers.iter().all(|row| row.manager.as_ref().map(|m| &m.id) == manager.map(|m| world.member(m)))
            );
            assert_eq!(only.managers.iter().map(|row| row.due).sum::<Total>(), only.tiles.due.now);
        }
        assert_eq!((due, paid), (view.tiles.due.now, view.tiles.paid.now), "managers and unassigned are all");
        assert_eq!(view.managers.iter().map(|row| row.due).sum::<Total>(), view.tiles.due.now);
        assert_eq!(view.managers.iter().map(|row| row.paid).sum::<Total>(), view.tiles.paid.now);
    }
    for (index, actor) in world.managers.iter().enumerate() {
        let view = dashboard(&world.center, actor, &in_currency(query, currency)).await.unwrap();
        let whose = Whose::Of(index);
        Expected { world, attribution: Attribution::AsItWas, whose, currency, association, customers }.check(&view);
        assert!(view.managers.is_empty() && !view.basis.sees_all);
    }
}

/// All pages of a list.
async fn all_lines(world: &World, actor: &Actor, query: &LineQuery) -> Vec<BillLine> {
    let mut query = query.clone();
    let mut found = Vec::new();
    loop {
        let page = lines(&world.center, actor, &query).await.unwrap().page;
        assert!(page.items.len() <= 50);
        found.extend(page.items);
        match page.next {
            Some(next) => query.after = next,
            None => return found,
        }
    }
}

/// What tells lines of a test apart, for comparing lists.
type Facts = (Day, String, String, String, i64, i64);

fn facts(lines: &[BillLine]) -> Vec<Facts> {
    let mut facts: Vec<Facts> = lines
        .iter()
        .map(|line| {
            let (due, coupon) = (line.amounts.due.units(), line.amounts.coupon.units());
            (line.day, line.account_id.clone(), line.service.clone(), line.currency.to_string(), due, coupon)
        })
        .collect();
    facts.sort();
    facts
}

/// Checks the list of one actor for one query against the lines that must be there.
pub(super) async fn check_lines(world: &World, actor: &Actor, query: &LineQuery, allowed: impl Fn(&TestLine) -> bool) {
    let found = all_lines(world, actor, query).await;
    assert!(found.is_sorted_by(|a, b| a.day >= b.day), "newest day first");
    let keys: std::collections::BTreeSet<_> = found.iter().map(|line| &line.key).collect();
    assert_eq!(keys.len(), found.len(), "each line once");
    let expected: Vec<&TestLine> = world.lines.iter().filter(|line| allowed(line)).collect();
    let mut wanted: Vec<Facts> = expected
        .iter()
        .map(|line| {
            let account = format!("acc-{}", line.customer);
            (line.day, account, line.service.to_owned(), line.currency.to_owned(), line.due, line.coupon)
        })
        .collect();
    wanted.sort();
    assert_eq!(facts(&found), wanted, "{query:?}");
    for line in &found {
        let index = world.customers.iter().position(|(id, _)| *id == line.customer).unwrap();
        let manager = world.manager_on(index, line.day).map(|manager| world.managers[manager].name.clone());
        assert_eq!(line.manager, manager);
    }
    let totals = lines(&world.center, actor, query).await.unwrap().totals.unwrap();
    for total in &totals {
        let (due, coupon) = sums(expected.iter().copied().filter(|line| line.currency == total.currency.code()));
        assert_eq!((total.due, total.coupon, total.paid), (due, coupon, due - coupon), "{query:?}");
        let of_currency: Vec<&TestLine> =
            expected.iter().copied().filter(|line| line.currency == total.currency.code()).collect();
        let (owed, expected_debt) = (total.debt, debt(&of_currency));
        assert_eq!(owed.unwrap_or_default(), expected_debt.unwrap_or_default(), "{query:?}");
        // A hidden line may be the only one that says that nothing is owed.
        assert!(owed.is_some() == expected_debt.is_some() || query.hide_zero, "{query:?}");
    }
    let currencies: std::collections::BTreeSet<&str> = expected.iter().map(|line| line.currency).collect();
    let of_totals: std::collections::BTreeSet<&str> = totals.iter().map(|total| total.currency.code()).collect();
    assert!(of_totals.is_superset(&currencies));
}

/// The customers of a list.
const LISTED: [usize; 3] = [0, 2, 5];

/// The list, made by who sees all.
async fn listed(world: &World) -> String {
    let customers: Vec<_> = LISTED.iter().map(|index| world.customers[*index].0.clone()).collect();
    crate::customer_lists::create(&world.center, &world.director, &customers).await.unwrap().to_string()
}

type Matches = fn(&TestLine) -> bool;

/// Each filter beside the scope.
async fn check_filters(world: &World, chance: &mut Chance) {
    let (from, to) = (month("2026-08"), month("2026-11"));
    let days = (from.first_day(), to.last_day());
    let base = LineQuery { from: Some(from), to: Some(to), ..LineQuery::default() };
    let queries: [(LineQuery, Matches); 21] = [
        (base.clone(), |_| true),
        (LineQuery { service: "OBS".into(), ..base.clone() }, |line| line.service == "OBS"),
        (LineQuery { region: "cn-east-3".into(), ..base.clone() }, |line| line.region == "cn-east-3"),
        (LineQuery { resource_name: "db_".into(), ..base.clone() }, |line| line.resource_name == "DB_1"),
        (LineQuery { hide_zero: true, ..base.clone() }, |line| {
            line.due != 0 || line.coupon != 0 || line.debt.is_some_and(|debt| debt != 0)
        }),
        (LineQuery { bill_type: "refund".parse().ok(), ..base.clone() }, |line| line.bill_type == "refund"),
        (LineQuery { charge_mode: "subscription".parse().ok(), ..base.clone() }, |line| {
            line.charge_mode == "subscription"
        }),
        (LineQuery { association: "referral".parse().ok(), ..base.clone() }, |line| line.association == "referral"),
        (LineQuery { currency: "USD".parse::<Currency>().ok(), ..base.clone() }, |line| line.currency == "USD"),
        (LineQuery { customer: "客户2".into(), ..base.clone() }, |line| line.customer == 2),
        (LineQuery { account: "ACC-3".into(), ..base.clone() }, |line| line.customer == 3),
        (LineQuery { service: "no such".into(), ..base.clone() }, |_| false),
        (LineQuery { service: "ECS".into(), day: "2026-10-31".parse().ok(), ..base.clone() }, |line| {
            line.service == "ECS" && line.day.to_string() == "2026-10-31"
        }),
        (LineQuery { service: "ECS".into(), charge_mode: "subscription".parse().ok(), ..base.clone() }, |line| {
            line.service == "ECS" && line.charge_mode == "subscription"
        }),
        (LineQuery { day: "2026-11-05".parse().ok(), ..base.clone() }, |line| line.day.to_string() == "2026-11-05"),
        (LineQuery { list: listed(world).await, ..base.clone() }, |line| LISTED.contains(&line.customer)),
        (LineQuery { list: listed(world).await, service: "ECS".into(), ..base.clone() }, |line| {
            LISTED.contains(&line.customer) && line.service == "ECS"
        }),
        (LineQuery { list: listed(world).await, customer: "客户1".into(), ..base.clone() }, |_| false),
        (
            LineQuery {
                first_day: "2026-10-15".parse().ok(),
                last_day: "2026-11-05".parse().ok(),
                charge_mode: "subscription".parse().ok(),
                ..base.clone()
            },
            |line| {
                ("2026-10-15".."2026-11-06").contains(&line.day.to_string().as_str())
                    && line.charge_mode == "subscription"
            },
        ),
        (LineQuery { first_day: "2026-11-05".parse().ok(), ..base.clone() }, |line| {
            line.day.to_string().as_str() >= "2026-11-05"
        }),
        // Neither the engine's letters nor its widths.
        (LineQuery { resource_name: "éTAGE".into(), ..base.clone() }, |line| line.resource_name == "Étage Ｂ"),
    ];
    let in_range = move |line: &TestLine| (days.0..=days.1).contains(&line.day);
    for (query, matches) in queries {
        check_lines(world, &world.director, &query, |line| in_range(line) && matches(line)).await;
        let manager = chance.below(3);
        let own = |line: &TestLine| world.manager_on(line.customer, line.day) == Some(manager);
        check_lines(world, &world.managers[manager], &query, |line| in_range(line) && matches(line) && own(line)).await;
    }
    for attribution in [Attribution::AsItWas, Attribution::Today] {
        let by_name = LineQuery { manager: "王".into(), attribution: Some(attribution), ..base.clone() };
        let of = |line: &TestLine| world.manager_of(line, attribution);
        check_lines(world, &world.director, &by_name, |line| in_range(line) && matches!(of(line), Some(0 | 1))).await;
        let nobody = LineQuery { manager_id: "none".into(), attribution: Some(attribution), ..base.clone() };
        check_lines(world, &world.director, &nobody, |line| in_range(line) && of(line).is_none()).await;
    }
}

async fn check_select_boxes(world: &World, range: (Month, Month)) {
    let range = domain::periods::MonthRange { from: range.0, to: range.1 };
    let days = range.from.first_day()..=range.to.last_day();
    for (index, actor) in world.managers.iter().enumerate() {
        let own =
            |line: &&TestLine| days.contains(&line.day) && world.manager_on(line.customer, line.day) == Some(index);
        let texts = |text: fn(&TestLine) -> &'static str| {
            let texts: std::collections::BTreeSet<_> = world.lines.iter().filter(own).map(text).collect();
            texts.into_iter().filter(|text| !text.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        let filters = line_filters(&world.center, actor, range).await.unwrap();
        assert_eq!(filters.services, texts(|line| line.service));
        assert_eq!(filters.regions, texts(|line| line.region));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn every_figure_is_the_sum_of_the_lines_of_own_days_and_all_managers_add_up(seed in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = random_world(seed).await;
            for query in [
                DashboardQuery::default(),
                DashboardQuery { step: Some(Step::Day), ..months("2026-09", "2026-11") },
                months("2026-10", "2026-10"),
                DashboardQuery { association: Some(AssociationType::Reseller), ..months("2026-02", "2026-11") },
            ] {
                check_everyone(&world, &query, ("CNY", None)).await;
            }
            check_everyone(&world, &months("2026-11", "2026-11"), ("USD", None)).await;
            // A list that was passed on shows each only what is theirs.
            let listed = DashboardQuery { list: listed(&world).await, ..months("2026-08", "2026-11") };
            check_everyone(&world, &listed, ("CNY", Some(&LISTED))).await;
        });
    }

    #[test]
    fn the_lines_listed_are_those_allowed_and_match_their_totals(seed in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = random_world(seed).await;
            Box::pin(check_filters(&world, &mut Chance(seed))).await;
            check_select_boxes(&world, (month("2026-10"), month("2026-11"))).await;
        });
    }
}
