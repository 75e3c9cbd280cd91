use domain::bills::LineQuery;

use super::super::fixture::{TestLine, World};
use super::super::{LineWalk, lines};
use super::{refusal, units};
use crate::error::Error;

#[tokio::test]
async fn pages_go_on_within_a_day_and_across_months_without_a_gap() {
    let mut world = World::new(2).await;
    let mut bill: Vec<TestLine> = (0..60).map(|_| TestLine::new(0, "2026-11-03")).collect();
    bill.extend((0..45).map(|_| TestLine::new(1, "2026-07-31")));
    world.bill(bill, true).await;
    let mut query = LineQuery::default();
    let (mut sizes, mut keys) = (Vec::new(), std::collections::BTreeSet::new());
    loop {
        let page = lines(&world.center, &world.director, &query).await.unwrap();
        assert_eq!(page.totals.unwrap()[0].due, units(10_500));
        sizes.push(page.page.items.len());
        keys.extend(page.page.items.into_iter().map(|line| line.key));
        let Some(next) = page.page.next else { break };
        query.after = next;
    }
    assert_eq!((sizes, keys.len()), (vec![50, 50, 5], 105));
}

#[tokio::test]
async fn a_full_last_page_has_no_next() {
    let mut world = World::new(1).await;
    world.bill((0..50).map(|_| TestLine::new(0, "2026-11-03")).collect(), true).await;
    let page = lines(&world.center, &world.director, &LineQuery::default()).await.unwrap().page;
    assert_eq!((page.items.len(), page.next), (50, None));
}

#[tokio::test]
async fn the_end_of_another_managers_page_opens_nothing() {
    let mut world = World::new(2).await;
    world.assign(0, 0, "2026-01-01", "").await;
    world.assign(1, 1, "2026-01-01", "").await;
    world.bill((0..120).map(|index| TestLine::new(index % 2, "2026-11-03")).collect(), true).await;
    let all = lines(&world.center, &world.director, &LineQuery::default()).await.unwrap();
    let query = LineQuery { after: all.page.next.unwrap(), ..LineQuery::default() };
    let own = lines(&world.center, &world.managers[0], &query).await.unwrap();
    assert!(own.page.items.iter().all(|line| line.customer == world.customers[0].0));
    assert_eq!(own.totals.unwrap()[0].due, units(6_000));
    assert!(own.page.items.len() > 20);
}

#[tokio::test]
async fn a_line_shows_what_the_bill_said_and_nothing_it_did_not() {
    let mut world = World::new(1).await;
    world.bill(vec![TestLine { coupon: 30, ..TestLine::new(0, "2026-11-03") }], true).await;
    let page = lines(&world.center, &world.director, &LineQuery::default()).await.unwrap().page;
    let line = &page.items[0];
    assert_eq!((line.customer_name.as_str(), line.account_id.as_str()), ("客户0", "acc-0"));
    assert_eq!(
        (line.month.to_string(), line.service.as_str(), line.region.as_str()),
        ("2026-11".into(), "ECS", "cn-north-4")
    );
    assert_eq!(line.amounts.paid().unwrap().units(), 70);
    assert_eq!((line.amounts.debt, line.amounts.cash, line.manager.clone()), (None, None, None));
}

#[tokio::test]
async fn questions_without_an_answer_are_refused() {
    let mut world = World::new(1).await;
    world.assign(0, 1, "2026-01-01", "").await;
    let ask = async |query: LineQuery| refusal(lines(&world.center, &world.director, &query).await);
    let outside = LineQuery { day: "2026-05-31".parse().ok(), from: "2026-06".parse().ok(), ..LineQuery::default() };
    assert_eq!(ask(outside).await, ("day".into(), "outside_range".into()));
    assert_eq!(ask(LineQuery { after: "1".into(), ..LineQuery::default() }).await.0, "after");
    let backwards = LineQuery { from: "2026-06".parse().ok(), to: "2026-05".parse().ok(), ..LineQuery::default() };
    assert_eq!(ask(backwards).await, ("from".into(), "start_after_end".into()));
    let foreign = LineQuery { customer_id: world.customers[0].0.to_string(), ..LineQuery::default() };
    assert!(matches!(lines(&world.center, &world.managers[0], &foreign).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_day_alone_means_its_month() {
    let mut world = World::new(1).await;
    world.bill(vec![TestLine::new(0, "2024-02-29"), TestLine { due: 1, ..TestLine::new(0, "2024-02-28") }], true).await;
    let query = LineQuery { day: "2024-02-29".parse().ok(), ..LineQuery::default() };
    let page = lines(&world.center, &world.director, &query).await.unwrap();
    assert_eq!((page.page.items.len(), page.range.len()), (1, 1));
    assert_eq!(page.totals.unwrap()[0].due, units(100));
}

#[tokio::test]
async fn days_may_be_a_range_within_the_months_and_alone_they_mean_their_months() {
    let mut world = World::new(1).await;
    let days = ["2026-09-30", "2026-10-01", "2026-10-15", "2026-11-02"];
    world.bill(days.map(|day| TestLine::new(0, day)).to_vec(), true).await;
    let ask = async |query: &LineQuery| lines(&world.center, &world.director, query).await;
    let between = |first: &str, last: &str| LineQuery {
        first_day: first.parse().ok(),
        last_day: last.parse().ok(),
        ..LineQuery::default()
    };
    let page = ask(&between("2026-09-30", "2026-10-14")).await.unwrap();
    assert_eq!((page.page.items.len(), page.range.len()), (2, 2));
    assert_eq!(page.totals.unwrap()[0].due, units(200));
    assert_eq!(ask(&between("2026-10-15", "")).await.unwrap().page.items.len(), 1);
    assert_eq!(
        refusal(ask(&LineQuery { from: "2026-10".parse().ok(), ..between("2026-10-15", "2026-10-14") }).await),
        ("first_day".into(), "days_reversed".into())
    );
    assert_eq!(
        refusal(ask(&LineQuery { from: "2026-10".parse().ok(), ..between("2026-09-30", "2026-10-14") }).await),
        ("first_day".into(), "outside_range".into())
    );
}

#[tokio::test]
async fn arrears_are_summed_by_product_and_charge_mode_too_even_in_a_split_month() {
    let mut world = World::new(1).await;
    world.assign(0, 0, "2026-10-11", "").await;
    let owed = |day: &str, debt| TestLine { debt: Some(debt), ..TestLine::new(0, day) };
    world.bill(vec![owed("2026-10-10", 1), owed("2026-10-11", 7), TestLine::new(0, "2026-10-12")], true).await;
    let of = |service: &str| LineQuery {
        service: service.into(),
        charge_mode: "pay_per_use".parse().ok(),
        from: "2026-10".parse().ok(),
        ..LineQuery::default()
    };
    let debt = async |actor, query: &LineQuery| {
        let totals = lines(&world.center, actor, query).await.unwrap().totals.unwrap();
        totals.first().and_then(|total| total.debt)
    };
    assert_eq!(debt(&world.director, &of("ECS")).await, Some(units(8)));
    assert_eq!(debt(&world.managers[0], &of("ECS")).await, Some(units(7)));
    assert_eq!(debt(&world.managers[0], &of("OBS")).await, None);
}

#[tokio::test]
async fn a_resource_is_found_in_whatever_case_and_width_its_name_is_written() {
    let mut world = World::new(1).await;
    let named = |resource_name| TestLine { resource_name, ..TestLine::new(0, "2026-11-03") };
    world.bill(vec![named("ÉTAGE-1"), named("ＷＥＢ-２"), named("web-3")], true).await;
    for (text, found) in [("étage", 1), ("web", 2), ("ＷＥＢ", 2), ("web-2", 1), ("%", 0)] {
        let query = LineQuery { resource_name: text.into(), ..LineQuery::default() };
        assert_eq!(lines(&world.center, &world.director, &query).await.unwrap().page.items.len(), found, "{text}");
    }
}

#[tokio::test]
async fn texts_from_before_anything_was_folded_are_folded_when_the_database_is_opened() {
    let mut world = World::new(1).await;
    world.bill(vec![TestLine { resource_name: "ÉTAGE-1", ..TestLine::new(0, "2026-11-03") }], true).await;
    let mut tx = world.center.db.write().await.unwrap();
    sqlx::query("delete from folded_text").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let query = LineQuery { resource_name: "étage".into(), ..LineQuery::default() };
    assert_eq!(lines(&world.center, &world.director, &query).await.unwrap().page.items.len(), 0);
    let url = format!("sqlite://{}", world.center.folder().join("test.db").display());
    crate::db::Database::open(&url).await.unwrap().close().await;
    assert_eq!(lines(&world.center, &world.director, &query).await.unwrap().page.items.len(), 1);
}

#[tokio::test]
async fn a_walk_in_portions_is_the_pages_one_after_the_other() {
    let mut world = World::new(3).await;
    world.assign(0, 0, "2026-08-10", "2026-11-05").await;
    world.assign(1, 0, "2026-11-01", "").await;
    // Many on one day, gaps of days and months.
    let days = ["2026-06-01", "2026-08-09", "2026-08-31", "2026-11-03", "2026-11-03", "2026-11-03", "2026-11-20"];
    world.bill((0..150).map(|index| TestLine::new(index % 3, days[index % days.len()])).collect(), true).await;
    for actor in [&world.director, &world.managers[0]] {
        let mut query = LineQuery::default();
        let mut paged = Vec::new();
        loop {
            let page = lines(&world.center, actor, &query).await.unwrap();
            paged.extend(page.page.items.into_iter().map(|line| line.key));
            let Some(next) = page.page.next else { break };
            query.after = next;
        }
        for limit in [1, 7, 1_000] {
            let mut walk = LineWalk::open(&world.center, actor, &LineQuery::default()).await.unwrap();
            let mut walked = Vec::new();
            loop {
                let portion = walk.next(limit).await.unwrap();
                assert!(portion.len() <= limit);
                if portion.is_empty() {
                    break;
                }
                walked.extend(portion.into_iter().map(|source| source.line.key));
            }
            assert_eq!(walked, paged, "{limit} at a time");
            assert_eq!(walk.count(1_000).await.unwrap(), paged.len() as u64);
            assert_eq!(walk.count(5).await.unwrap(), 5);
        }
    }
}
