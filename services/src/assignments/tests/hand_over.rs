use domain::assignments::{HandOver, HandOverOutcome, Split};

use super::*;

/// A customer of 李伟 for each due, which it has in each of the last three whole months.
async fn portfolio(world: &World, dues: &[i64]) -> Vec<CustomerId> {
    let mut customers = Vec::new();
    for (at, due) in dues.iter().enumerate() {
        let customer = world.customer(&at.to_string()).await;
        world.center.assign(&customer, &world.li, "2026-01-01", None).await;
        for month in ["2026-08", "2026-09", "2026-10"] {
            consumed(world, &customer, month, *due).await;
        }
        customers.push(customer);
    }
    customers
}

async fn consumed(world: &World, customer: &CustomerId, month: &str, due: i64) {
    let mut tx = world.center.db.write().await.unwrap();
    sqlx::query(
        "insert into bill_text (no, hash_high, hash_low, value) values (1, 0, 0, 'CNY') on conflict do nothing",
    )
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query(
        "insert into rollup_customer (partner_id, month, customer_no, association_no, currency_no, lines, charged, list,
                                      due, coupon, refund, adjustment, debt, debt_lines)
         select c.partner_id, $1, c.no, 0, 1, 1, 1, 0, $2, 0, 0, 0, 0, 0 from customer c where c.id = $3",
    )
    .bind(month)
    .bind(due * 100_000_000)
    .bind(customer.as_str())
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

fn ask(world: &World, successors: &[&MemberId], on: &str) -> HandOver {
    HandOver {
        from_manager: world.li.clone(),
        successors: successors.iter().map(|id| (*id).clone()).collect(),
        day: day(on),
        split: Split::ByConsumption,
    }
}

async fn do_it(world: &World, what: &HandOver) -> crate::Result<HandOverOutcome> {
    let plan = preview_hand_over(&world.center, &world.director, what).await.map(|outcome| outcome.plan);
    hand_over(&world.center, &world.director, what, &plan.unwrap_or_default()).await
}

#[tokio::test]
async fn customers_are_balanced_by_consumption_and_the_preview_is_what_is_written() {
    let world = World::new().await;
    let zhao = world.center.member(&world.partner, "zhao.min", &[Role::AccountManager]).await;
    let customers = portfolio(&world, &[50, 30, 20, 10, 10, 0]).await;
    let what = ask(&world, &[&world.wang, &zhao], "2026-12-01");
    let preview = preview_hand_over(&world.center, &world.director, &what).await.unwrap();
    assert_eq!(world.history(&customers[0]).await, ["li.wei 2026-01-01"], "a preview writes nothing");
    assert_eq!(do_it(&world, &what).await.unwrap(), preview);
    let shares: Vec<_> = preview
        .shares
        .iter()
        .map(|share| (share.manager.login.as_str(), share.customers, share.due.short(), share.balanced.short()))
        .collect();
    assert_eq!(
        shares,
        [("wang.fang", 3, "60.00".into(), "180.00".into()), ("zhao.min", 3, "60.00".into(), "180.00".into())]
    );
    assert_eq!((preview.month, preview.from), ("2026-10".parse().unwrap(), day("2026-12-01")));
    assert_eq!(preview.currency.map(|currency| currency.to_string()).as_deref(), Some("CNY"));
    let mut taken = std::collections::BTreeMap::<String, u64>::new();
    for customer in &customers {
        let [successor, before] = <[_; 2]>::try_from(world.history(customer).await).unwrap();
        assert_eq!(before, "li.wei 2026-01-01 2026-12-01");
        *taken.entry(successor).or_default() += 1;
    }
    assert_eq!(taken, [("wang.fang 2026-12-01".into(), 3), ("zhao.min 2026-12-01".into(), 3)].into());
    let records = world.center.audit().await;
    assert_eq!(records.iter().filter(|(action, ..)| action == "assignment.hand_over").count(), 6);
    assert_eq!(records.last().unwrap().0, "assignment.hand_over_all");
    assert_eq!(reason(do_it(&world, &what).await.unwrap_err()), "nothing_to_hand_over");
}

#[tokio::test]
async fn plans_for_others_stay_and_what_the_manager_gets_only_later_stays_planned() {
    let world = World::new().await;
    let zhao = world.center.member(&world.partner, "zhao.min", &[Role::AccountManager]).await;
    let [bounded, split, later] = [world.customer("1").await, world.customer("2").await, world.customer("3").await];
    world.center.assign(&bounded, &world.li, "2026-01-01", Some("2027-01-01")).await;
    world.center.assign(&bounded, &zhao, "2027-01-01", None).await;
    world.center.assign(&split, &world.li, "2026-01-01", Some("2026-12-10")).await;
    world.center.assign(&split, &world.li, "2026-12-10", None).await;
    world.center.assign(&later, &world.li, "2027-01-01", None).await;
    let outcome = do_it(&world, &ask(&world, &[&world.wang], "2026-12-01")).await.unwrap();
    assert_eq!((outcome.shares[0].customers, outcome.planned_later), (2, 1));
    assert_eq!(
        world.history(&bounded).await,
        ["zhao.min 2027-01-01", "wang.fang 2026-12-01 2027-01-01", "li.wei 2026-01-01 2026-12-01"]
    );
    assert_eq!(
        world.history(&split).await,
        ["wang.fang 2026-12-10", "wang.fang 2026-12-01 2026-12-10", "li.wei 2026-01-01 2026-12-01"]
    );
    assert_eq!(world.history(&later).await, ["li.wei 2027-01-01"]);
}

#[tokio::test]
async fn a_closed_month_keeps_its_managers_and_nothing_is_written() {
    let world = World::new().await;
    let customers = portfolio(&world, &[1, 1]).await;
    world.center.bill_month(&world.partner, "2026-10", "closed").await;
    let what = ask(&world, &[&world.wang], "2026-10-31");
    assert_eq!(reason(do_it(&world, &what).await.unwrap_err()), "month_closed");
    let preview = preview_hand_over(&world.center, &world.director, &what).await;
    assert_eq!(reason(preview.unwrap_err()), "month_closed");
    assert_eq!(world.history(&customers[0]).await, ["li.wei 2026-01-01"]);
    assert!(do_it(&world, &ask(&world, &[&world.wang], "2026-11-01")).await.is_ok());
}

#[tokio::test]
async fn bad_successors_are_refused() {
    let world = World::new().await;
    portfolio(&world, &[1]).await;
    let other = world.center.partner("Other", "UTC").await;
    let foreign = world.center.member(&other, "foreign", &[Role::AccountManager]).await;
    let refused = async |what: &HandOver| reason(do_it(&world, what).await.unwrap_err());
    let on = "2026-12-01";
    assert_eq!(refused(&ask(&world, &[], on)).await, "successors/required");
    assert_eq!(refused(&ask(&world, &[&world.li], on)).await, "successors/same_manager");
    assert_eq!(refused(&ask(&world, &[&foreign], on)).await, "successors/not_an_account_manager");
    let two = HandOver { split: Split::One, ..ask(&world, &[&world.wang, &foreign], on) };
    assert_eq!(refused(&two).await, "successors/one_successor");
    assert_eq!(refused(&ask(&world, &[&world.wang], "1026-12-01")).await, "day/out_of_range");
}

#[tokio::test]
async fn only_who_may_manage_assignments_hands_over_and_only_in_the_own_partner() {
    let world = World::new().await;
    let customers = portfolio(&world, &[1]).await;
    let what = ask(&world, &[&world.wang], "2026-12-01");
    for role in [Role::AccountManager, Role::Finance] {
        let actor = world.center.actor(&world.center.member(&world.partner, role.code(), &[role]).await).await;
        assert!(matches!(hand_over(&world.center, &actor, &what, "").await, Err(Error::Denied(_))));
        assert!(matches!(preview_hand_over(&world.center, &actor, &what).await, Err(Error::Denied(_))));
    }
    let other = world.center.partner("Other", "UTC").await;
    let director = world.center.actor(&world.center.member(&other, "other", &[Role::AccountDirector]).await).await;
    let successor = world.center.member(&other, "successor", &[Role::AccountManager]).await;
    let what = HandOver { successors: vec![successor], ..what };
    assert!(matches!(hand_over(&world.center, &director, &what, "").await, Err(Error::NotFound)));
    assert_eq!(world.history(&customers[0]).await, ["li.wei 2026-01-01"]);
}

#[tokio::test]
async fn a_plan_that_is_no_longer_what_was_previewed_is_not_written() {
    let world = World::new().await;
    let customers = portfolio(&world, &[1, 1]).await;
    let what = ask(&world, &[&world.wang], "2026-12-01");
    let plan = preview_hand_over(&world.center, &world.director, &what).await.unwrap().plan;
    let more = world.customer("more").await;
    world.assign(&more, &world.li, "2026-11-01").await.unwrap();
    let late = hand_over(&world.center, &world.director, &what, &plan).await;
    assert_eq!(reason(late.unwrap_err()), "plan_changed");
    assert_eq!(world.history(&customers[0]).await, ["li.wei 2026-01-01"]);
    assert_eq!(do_it(&world, &what).await.unwrap().shares[0].customers, 3);
}
