use domain::consumption::DashboardQuery;
use domain::consumption::movement::{CustomerDashboard, CustomerMovement};
use domain::money::Total;

use super::super::customer_dashboard;
use super::super::fixture::{TestLine, World};
use super::{month, units};

/// Today is in November. Customer 0 grows, 1 shrinks, 2 starts, 3 falls silent, 4 has lines of zero only, 5 has none.
async fn six() -> World {
    let mut world = World::new(6).await;
    let line = |customer, day: &str, due| TestLine { due, ..TestLine::new(customer, day) };
    let lines = vec![
        line(0, "2026-10-05", 10),
        line(0, "2026-11-05", 30),
        line(1, "2026-10-05", 50),
        line(1, "2026-11-05", 20),
        line(2, "2026-11-06", 7),
        line(3, "2026-10-06", 9),
        line(4, "2026-11-06", 0),
        // After the day of the month that today is: not compared with.
        line(5, "2026-10-30", 1000),
    ];
    world.bill(lines, true).await;
    world
}

async fn asked(world: &World, query: &DashboardQuery) -> CustomerDashboard {
    customer_dashboard(&world.center, &world.director, query).await.unwrap()
}

fn of(world: &World, listed: &[CustomerMovement]) -> Vec<(usize, Total, Total)> {
    let index = |found: &CustomerMovement| world.customers.iter().position(|(id, _)| *id == found.id).unwrap();
    listed.iter().map(|found| (index(found), found.now, found.before)).collect()
}

fn moved(customer: usize, now: i64, before: i64) -> (usize, Total, Total) {
    (customer, units(now), units(before))
}

#[tokio::test]
async fn who_came_went_grew_and_shrank_is_told_against_the_same_days_of_last_month() {
    let world = six().await;
    let view = asked(&world, &DashboardQuery::default()).await;
    assert_eq!((view.basis.range.from, view.basis.range.to), (month("2026-11"), month("2026-11")));
    assert_eq!((view.customers, view.consuming), (6, (3, 3)));
    assert_eq!((view.started.count, of(&world, &view.started.listed)), (1, vec![moved(2, 7, 0)]));
    assert_eq!((view.silent.count, of(&world, &view.silent.listed)), (1, vec![moved(3, 0, 9)]));
    assert_eq!(of(&world, &view.risen.listed), [moved(0, 30, 10), moved(2, 7, 0)]);
    assert_eq!(of(&world, &view.fallen.listed), [moved(1, 20, 50), moved(3, 0, 9)]);
    assert_eq!(view.concentration, (units(57), units(57)));

    let october = asked(&world, &DashboardQuery { to: Some(month("2026-10")), ..DashboardQuery::default() }).await;
    assert_eq!((october.consuming, october.started.count), ((4, 0), 4));
}

#[tokio::test]
async fn customers_first_seen_in_the_month_are_new() {
    let world = six().await;
    let mut tx = world.center.db.write().await.unwrap();
    for (customer, day) in [(0, "2026-10-31"), (1, "2026-11-01"), (2, "2026-11-30"), (3, "2026-12-01")] {
        let update = sqlx::query("update customer set first_seen = $1 where no = $2");
        update.bind(day).bind(world.customers[customer].1).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(asked(&world, &DashboardQuery::default()).await.first_seen, 2);
}

#[tokio::test]
async fn unassigned_customers_are_a_worklist_by_what_they_consume() {
    let mut world = six().await;
    world.assign(0, 1, "2026-11-01", "9999-12-31").await;
    let view = asked(&world, &DashboardQuery::default()).await;
    let unassigned = view.unassigned.unwrap();
    assert_eq!(unassigned.count, 5);
    assert_eq!(of(&world, &unassigned.listed)[..2], [moved(1, 20, 50), moved(2, 7, 0)]);
    assert_eq!(view.newly_assigned, 1);
}

#[tokio::test]
async fn a_manager_sees_own_customers_and_no_worklist() {
    let mut world = six().await;
    world.assign(0, 1, "2026-09-01", "9999-12-31").await;
    world.assign(1, 0, "2026-09-01", "9999-12-31").await;
    let view = customer_dashboard(&world.center, &world.managers[1], &DashboardQuery::default()).await.unwrap();
    assert_eq!((view.customers, view.consuming, view.newly_assigned), (1, (1, 1), 0));
    assert_eq!(of(&world, &view.risen.listed), [moved(0, 30, 10)]);
    assert!(view.unassigned.is_none() && view.fallen.listed.is_empty());
}

#[tokio::test]
async fn a_hand_over_is_neither_a_customer_won_nor_one_lost() {
    let mut world = six().await;
    world.assign(0, 0, "2026-09-01", "2026-11-01").await;
    world.assign(0, 1, "2026-11-01", "9999-12-31").await;
    for manager in [0, 1] {
        let view =
            customer_dashboard(&world.center, &world.managers[manager], &DashboardQuery::default()).await.unwrap();
        let counts = [&view.started, &view.silent, &view.risen, &view.fallen].map(|movements| movements.count);
        assert_eq!(counts, [0; 4], "{manager}");
    }
    let everyone = asked(&world, &DashboardQuery::default()).await;
    assert_eq!(of(&world, &everyone.risen.listed)[0], moved(0, 30, 10));
}

#[tokio::test]
async fn tiles_and_lists_hold_to_the_same_filters() {
    let world = six().await;
    let referral = DashboardQuery { association: "referral".parse().ok(), ..DashboardQuery::default() };
    let view = asked(&world, &referral).await;
    assert_eq!((view.customers, view.consuming), (0, (0, 0)));
    assert_eq!(view.unassigned.unwrap().count, 0);
}
