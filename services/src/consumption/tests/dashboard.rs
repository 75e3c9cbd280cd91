use domain::assignments::Attribution;
use domain::bills::MonthState;
use domain::consumption::{DashboardQuery, Step};

use super::super::dashboard;
use super::super::fixture::{TestLine, World, random_world};
use super::{all, month, months, refusal, units};
use crate::error::Error;

#[tokio::test]
async fn a_figure_moves_with_the_customer_from_the_day_of_the_hand_over_on() {
    let mut world = World::new(1).await;
    world.assign(0, 0, "2026-09-01", "2026-10-11").await;
    world.assign(0, 1, "2026-10-11", "").await;
    world.bill(vec![TestLine::new(0, "2026-10-10"), TestLine { due: 7, ..TestLine::new(0, "2026-10-11") }], true).await;
    let query = months("2026-10", "2026-10");
    let first = dashboard(&world.center, &world.managers[0], &query).await.unwrap();
    let second = dashboard(&world.center, &world.managers[1], &query).await.unwrap();
    assert_eq!((first.tiles.due.now, second.tiles.due.now), (units(100), units(7)));
    let today = DashboardQuery { attribution: Some(Attribution::Today), ..query };
    let view = all(&world, &today).await;
    let rows: Vec<_> =
        view.managers.iter().map(|row| (row.manager.as_ref().map(|m| m.name.as_str()), row.due)).collect();
    assert_eq!(rows, [(Some("王二"), units(107)), (None, units(0))]);
}

#[tokio::test]
async fn a_manager_with_customers_but_no_lines_is_a_row_and_one_with_neither_is_none() {
    let mut world = World::new(1).await;
    world.assign(0, 1, "2026-11-01", "").await;
    let view = all(&world, &DashboardQuery::default()).await;
    let names: Vec<_> = view.managers.iter().map(|row| row.manager.as_ref().map(|m| m.name.as_str())).collect();
    assert_eq!(names, [Some("王二"), None]);
}

#[tokio::test]
async fn only_who_sees_all_may_choose_today_or_ask_for_unassigned() {
    let world = World::new(1).await;
    let manager = &world.managers[0];
    let today = DashboardQuery { attribution: Some(Attribution::Today), ..DashboardQuery::default() };
    let expected = |field: &str| (field.to_owned(), "not_allowed".to_owned());
    assert_eq!(refusal(dashboard(&world.center, manager, &today).await), expected("attribution"));
    let unassigned = DashboardQuery { manager_id: "none".into(), ..DashboardQuery::default() };
    assert_eq!(refusal(dashboard(&world.center, manager, &unassigned).await), expected("manager_id"));
    let colleague = DashboardQuery { manager_id: world.member(1).to_string(), ..DashboardQuery::default() };
    assert!(matches!(dashboard(&world.center, manager, &colleague).await, Err(Error::NotFound)));
    let own = DashboardQuery { manager_id: world.member(0).to_string(), ..DashboardQuery::default() };
    assert!(dashboard(&world.center, manager, &own).await.is_ok());
}

#[tokio::test]
async fn a_customer_of_someone_else_does_not_exist() {
    let mut world = World::new(3).await;
    world.assign(0, 0, "2026-03-01", "2026-04-01").await;
    world.assign(1, 0, "2026-11-20", "").await;
    world.assign(2, 1, "2026-03-01", "").await;
    let other = world.center.partner("Other", "UTC").await;
    let foreign = world.center.customer(&other, "x", "x").await;
    let ask = |id: &str| DashboardQuery { customer_id: id.into(), ..months("2026-03", "2026-03") };
    let manager = &world.managers[0];
    for own in [0, 1] {
        assert!(dashboard(&world.center, manager, &ask(world.customers[own].0.as_str())).await.is_ok(), "{own}");
    }
    // No longer theirs, and not in this range either.
    let april = DashboardQuery {
        from: Some(month("2026-04")),
        to: Some(month("2026-04")),
        ..ask(world.customers[0].0.as_str())
    };
    assert!(matches!(dashboard(&world.center, manager, &april).await, Err(Error::NotFound)));
    for id in [world.customers[2].0.as_str(), foreign.as_str(), "no such"] {
        assert!(matches!(dashboard(&world.center, manager, &ask(id)).await, Err(Error::NotFound)), "{id}");
    }
    for id in [foreign.as_str(), "no such"] {
        assert!(matches!(dashboard(&world.center, &world.director, &ask(id)).await, Err(Error::NotFound)), "{id}");
    }
    let unknown = DashboardQuery { manager_id: "no such".into(), ..DashboardQuery::default() };
    assert!(matches!(dashboard(&world.center, &world.director, &unknown).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_customer_is_found_by_part_of_its_name_account_or_id_and_a_wildcard_is_a_letter() {
    let mut world = World::new(2).await;
    world.bill(vec![TestLine::new(0, "2026-11-01"), TestLine { due: 7, ..TestLine::new(1, "2026-11-01") }], true).await;
    for (text, due) in
        [("客户0", 100), ("ACC-1", 7), ("acc-1-acc", 7), ("客户", 107), ("%", 0), ("acc_1", 0), (" ", 107)]
    {
        let query = DashboardQuery { customer: text.into(), ..DashboardQuery::default() };
        assert_eq!(all(&world, &query).await.tiles.due.now, units(due), "{text}");
    }
}

#[tokio::test]
async fn the_other_partner_sees_nothing_of_it() {
    let world = random_world(7).await;
    let other = world.center.partner("Third", "UTC").await;
    let member = world.center.member(&other, "third", &[domain::access::Role::Administrator]).await;
    let actor = world.center.actor(&member).await;
    let view = dashboard(&world.center, &actor, &months("2025-12", "2026-11")).await.unwrap();
    assert_eq!((view.basis.currency, view.basis.currencies.len(), view.tiles.due.now), (None, 0, units(0)));
    assert!(view.top_customers.is_empty() && view.top_services.is_empty() && view.basis.status.months.is_empty());
    assert_eq!(view.trend.len(), 12);
}

#[tokio::test]
async fn currencies_are_shown_one_at_a_time_the_one_with_most_lines_first() {
    let mut world = World::new(1).await;
    let dollar = TestLine { currency: "USD", due: 1, ..TestLine::new(0, "2026-11-02") };
    world.bill(vec![TestLine::new(0, "2026-11-01"), dollar.clone(), dollar], true).await;
    let view = all(&world, &DashboardQuery::default()).await;
    assert_eq!(view.basis.currencies.iter().map(ToString::to_string).collect::<Vec<_>>(), ["USD", "CNY"]);
    assert_eq!((view.basis.currency.unwrap().code(), view.tiles.due.now), ("USD", units(2)));
    let asked = |code: &str| DashboardQuery { currency: code.parse().ok(), ..DashboardQuery::default() };
    assert_eq!(all(&world, &asked("CNY")).await.tiles.due.now, units(100));
    let unknown = all(&world, &asked("EUR")).await;
    assert_eq!((unknown.basis.currency.unwrap().code(), unknown.tiles.due.now), ("EUR", units(0)));
}

#[tokio::test]
async fn debt_that_no_line_gives_is_not_given_and_a_given_zero_is_zero() {
    let mut world = World::new(1).await;
    world.bill(vec![TestLine::new(0, "2026-10-01")], true).await;
    assert_eq!(all(&world, &DashboardQuery::default()).await.tiles.debt, None);
    world.bill(vec![TestLine { debt: Some(0), ..TestLine::new(0, "2026-11-01") }], true).await;
    assert_eq!(all(&world, &DashboardQuery::default()).await.tiles.debt.map(|debt| debt.now), Some(units(0)));
}

#[tokio::test]
async fn this_month_to_date_is_compared_with_the_same_days_but_shows_all_of_the_month() {
    let mut world = World::new(1).await;
    let lines = [("2026-10-22", 1), ("2026-10-23", 10), ("2026-11-22", 100), ("2026-11-30", 1000)];
    world.bill(lines.map(|(day, due)| TestLine { due, ..TestLine::new(0, day) }).to_vec(), true).await;
    let view = all(&world, &months("2026-11", "2026-11")).await;
    assert_eq!((view.tiles.due.now, view.tiles.due.before), (units(1100), units(1)));
    assert_eq!(view.compared_with.to.to_string(), "2026-10-22");
    assert_eq!((view.step, view.trend.len()), (Step::Day, 30));
    assert_eq!(view.trend[29].due, units(1000));
}

#[tokio::test]
async fn sums_pass_what_a_stored_amount_can_hold() {
    let mut world = World::new(2).await;
    let large =
        |customer, service| TestLine { service, due: i64::MAX, coupon: -5, ..TestLine::new(customer, "2026-11-01") };
    world.bill(vec![large(0, "ECS"), large(1, "OBS")], true).await;
    let view = all(&world, &DashboardQuery::default()).await;
    assert_eq!(view.tiles.due.now.units(), i128::from(i64::MAX) * 2);
    assert_eq!(view.tiles.paid.now.units(), i128::from(i64::MAX) * 2 + 10);
}

#[tokio::test]
async fn the_status_names_the_months_that_hold_data_and_how_final_they_are() {
    let mut world = World::new(1).await;
    world.bill(vec![TestLine::new(0, "2026-09-01"), TestLine::new(0, "2026-10-01")], true).await;
    world.center.bill_month(&world.partner, "2026-09", "closed").await;
    let view = all(&world, &DashboardQuery::default()).await;
    assert_eq!((view.basis.range.from, view.basis.range.to), (month("2026-06"), month("2026-11")));
    assert_eq!(
        view.basis.status.months,
        [(month("2026-09"), MonthState::Closed), (month("2026-10"), MonthState::Open)]
    );
}

#[tokio::test]
async fn questions_without_an_answer_are_refused() {
    let world = World::new(1).await;
    let ask = async |query: DashboardQuery| refusal(dashboard(&world.center, &world.director, &query).await);
    assert_eq!(ask(months("2026-05", "2026-04")).await, ("from".into(), "start_after_end".into()));
    assert_eq!(ask(months("2020-05", "2026-04")).await, ("to".into(), "range_too_long".into()));
    let by_day = DashboardQuery { step: Some(Step::Day), ..months("2026-01", "2026-04") };
    assert_eq!(ask(by_day).await, ("step".into(), "range_too_long".into()));
}

#[tokio::test]
async fn days_to_come_are_not_drawn_as_days_without_consumption() {
    let mut world = World::new(1).await;
    world.bill(vec![TestLine::new(0, "2026-11-02")], true).await;
    let november = "2026-11".parse().ok();
    let by_day = DashboardQuery { from: november, to: november, ..DashboardQuery::default() };
    let view = all(&world, &by_day).await;
    assert_eq!((view.trend.len(), view.trend.last().map(|point| point.at.as_str())), (22, Some("2026-11-22")));
    let until_next_year = DashboardQuery { from: november, to: "2027-02".parse().ok(), ..DashboardQuery::default() };
    assert_eq!(all(&world, &until_next_year).await.trend.len(), 1);
}
