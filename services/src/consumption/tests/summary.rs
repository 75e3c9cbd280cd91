use domain::access::Actor;
use domain::assignments::Attribution;
use domain::consumption::DashboardQuery;
use domain::consumption::summary::{Summary, SummaryBy, SummaryRow, SummarySort, SummarySums, SummaryView};
use domain::money::Total;
use proptest::prelude::*;

use super::super::fixture::{TestLine, World, random_world, sums};
use super::super::{dashboard, summary};
use super::{months, units};

/// All pages.
async fn asked(world: &World, actor: &Actor, query: &DashboardQuery, view: SummaryView) -> (Summary, Vec<SummaryRow>) {
    let first = summary(&world.center, actor, query, &view).await.unwrap();
    let mut rows = first.page.items.clone();
    for page in 2..=first.page.pages() {
        rows.extend(summary(&world.center, actor, query, &SummaryView { page, ..view }).await.unwrap().page.items);
    }
    assert_eq!(rows.len() as u64, first.page.total);
    (first, rows)
}

/// The sums of lines, added up one by one.
fn added(lines: &[&TestLine]) -> SummarySums {
    let (due, coupon) = sums(lines.iter().copied());
    let kind = |kind: &str| sums(lines.iter().copied().filter(|line| line.bill_type == kind)).0;
    let given = |part: fn(&TestLine) -> Option<i64>| lines.iter().filter_map(|line| part(line)).collect::<Vec<_>>();
    let total = |parts: Vec<i64>| parts.into_iter().map(units).sum::<Total>();
    let (list, debt) = (given(|line| line.list), given(|line| line.debt));
    SummarySums {
        lines: lines.len() as u64,
        list: (!lines.is_empty() && list.len() == lines.len()).then(|| total(list)),
        due,
        coupon,
        refund: kind("refund"),
        adjustment: kind("adjustment"),
        debt: (!debt.is_empty()).then(|| total(debt)),
    }
}

fn part(by: SummaryBy, line: &TestLine) -> &'static str {
    match by {
        SummaryBy::Month | SummaryBy::Customer => "",
        SummaryBy::Association => line.association,
        SummaryBy::Service => line.service,
        SummaryBy::ChargeMode => line.charge_mode,
    }
}

/// Every row is the sum of its lines, no line is missing, and the whole is what the dashboard shows.
async fn check(
    world: &World,
    actor: &Actor,
    (query, by): (&DashboardQuery, SummaryBy),
    counts: impl Fn(&TestLine) -> bool,
) {
    let (view, rows) = asked(world, actor, query, SummaryView { by, ..SummaryView::default() }).await;
    let range = view.basis.range;
    let mut lines: Vec<&TestLine> = world.lines.iter().filter(|line| line.currency == "CNY" && counts(line)).collect();
    lines.retain(|line| (range.from..=range.to).contains(&line.month()));
    for row in &rows {
        let of_row: Vec<&TestLine> = lines
            .iter()
            .copied()
            .filter(|line| {
                world.customers[line.customer].0 == row.customer
                    && row.month.is_none_or(|month| month == line.month())
                    && part(by, line) == row.part
            })
            .collect();
        assert_eq!(row.sums, added(&of_row), "{by} {row:?}");
    }
    assert_eq!(rows.iter().map(|row| row.sums.lines).sum::<u64>(), lines.len() as u64);
    assert_eq!(view.whole, added(&lines));
    let shown = dashboard(&world.center, actor, query).await.unwrap();
    let whole = view.whole;
    assert_eq!(
        (whole.due, whole.coupon, whole.paid()),
        (shown.tiles.due.now, shown.tiles.coupon.now, shown.tiles.paid.now)
    );
    assert_eq!(whole.debt, shown.tiles.debt.map(|debt| debt.now));
    assert_eq!(
        (whole.consumption(), whole.refund, whole.adjustment),
        (shown.split.consumption, shown.split.refund, shown.split.adjustment)
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn the_summary_is_the_sum_of_the_lines_and_the_dashboard_s_for_whoever_asks(seed in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = random_world(seed).await;
            let listed: Vec<_> = [1, 3].map(|index| world.customers[index].0.clone()).to_vec();
            let list = crate::customer_lists::create(&world.center, &world.director, &listed).await.unwrap();
            let query = DashboardQuery { currency: "CNY".parse().ok(), ..months("2026-08", "2026-11") };
            for by in SummaryBy::ALL {
                for attribution in Attribution::ALL {
                    let query = DashboardQuery { attribution: Some(*attribution), ..query.clone() };
                    check(&world, &world.director, (&query, *by), |_| true).await;
                    let nobodys = DashboardQuery { manager_id: "none".into(), ..query.clone() };
                    check(&world, &world.director, (&nobodys, *by), |line| {
                        world.manager_of(line, *attribution).is_none()
                    })
                    .await;
                }
                let of_list = DashboardQuery { list: list.to_string(), ..query.clone() };
                for (index, actor) in world.managers.iter().enumerate() {
                    let own = |line: &TestLine| world.manager_on(line.customer, line.day) == Some(index);
                    check(&world, actor, (&query, *by), own).await;
                    check(&world, actor, (&of_list, *by), |line| own(line) && [1, 3].contains(&line.customer)).await;
                }
            }
        });
    }
}

#[tokio::test]
async fn rows_are_ordered_by_what_is_asked_and_what_is_not_given_comes_last() {
    let mut world = World::new(3).await;
    let line = |customer, due, list, debt| TestLine { due, debt, list, ..TestLine::new(customer, "2026-11-03") };
    let lines = vec![line(0, 5, None, Some(1)), line(1, 7, Some(9), None), line(2, 6, Some(30), Some(2))];
    world.bill(lines, true).await;
    let order = async |sort, ascending| {
        let view = SummaryView { sort, ascending, ..SummaryView::default() };
        let (_, rows) = asked(&world, &world.director, &DashboardQuery::default(), view).await;
        rows.into_iter().map(|row| row.account_id).collect::<Vec<_>>()
    };
    assert_eq!(order(SummarySort::Due, false).await, ["acc-1", "acc-2", "acc-0"]);
    assert_eq!(order(SummarySort::Due, true).await, ["acc-0", "acc-2", "acc-1"]);
    assert_eq!(order(SummarySort::List, false).await, ["acc-2", "acc-1", "acc-0"]);
    assert_eq!(order(SummarySort::List, true).await, ["acc-1", "acc-2", "acc-0"]);
    assert_eq!(order(SummarySort::Debt, false).await, ["acc-2", "acc-0", "acc-1"]);
    assert_eq!(order(SummarySort::Name, true).await, ["acc-0", "acc-1", "acc-2"]);
}

#[tokio::test]
async fn a_list_price_that_some_lines_lack_is_not_given_and_neither_is_the_discount() {
    let mut world = World::new(1).await;
    let with = |list| TestLine { list, ..TestLine::new(0, "2026-11-03") };
    world.bill(vec![with(Some(120)), with(None)], true).await;
    let (view, rows) = asked(&world, &world.director, &DashboardQuery::default(), SummaryView::default()).await;
    assert_eq!((view.whole.list, view.whole.discount(), rows[0].sums.list), (None, None, None));
    world.bill(vec![TestLine { list: Some(130), ..TestLine::new(0, "2026-10-03") }], true).await;
    let (view, rows) = asked(&world, &world.director, &months("2026-10", "2026-10"), SummaryView::default()).await;
    assert_eq!((view.whole.discount(), rows[0].sums.discount()), (Some(units(30)), Some(units(30))));
}

#[tokio::test]
async fn only_rows_with_refunds_are_listed_where_only_they_are_asked_for() {
    let mut world = World::new(3).await;
    let refund = |customer, due| TestLine { bill_type: "refund", due, ..TestLine::new(customer, "2026-11-03") };
    // refunds that end in nothing are none
    let lines = vec![TestLine::new(0, "2026-11-03"), refund(1, -30), refund(2, 5), refund(2, -5)];
    world.bill(lines, true).await;
    let view = SummaryView { refunds: true, ..SummaryView::default() };
    let (view, rows) = asked(&world, &world.director, &DashboardQuery::default(), view).await;
    assert_eq!(rows.iter().map(|row| row.account_id.as_str()).collect::<Vec<_>>(), ["acc-1"]);
    assert_eq!((view.whole.refund, view.customers), (units(-30), 1));
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap_and_one_beyond_the_end_means_the_last() {
    let mut world = World::new(60).await;
    world.bill((0..60).map(|index| TestLine::new(index, "2026-11-03")).collect(), true).await;
    let (view, rows) = asked(&world, &world.director, &DashboardQuery::default(), SummaryView::default()).await;
    let customers: std::collections::BTreeSet<_> = rows.iter().map(|row| row.customer.clone()).collect();
    assert_eq!((customers.len(), view.customers, view.page.pages()), (60, 60, 2));
    let beyond = SummaryView { page: 9, ..SummaryView::default() };
    let last = summary(&world.center, &world.director, &DashboardQuery::default(), &beyond).await.unwrap();
    assert_eq!((last.page.page, last.page.items.len()), (2, 10));
}
