use super::*;

#[tokio::test]
async fn replacing_leaves_no_gap_and_taking_back_ends_on_the_day() {
    let world = World::new().await;
    let customer = world.customer("c").await;
    assert_eq!(world.assign(&customer, &world.li, "2026-01-01").await.unwrap(), (1, 0));
    assert_eq!(world.assign(&customer, &world.wang, "2026-11-22").await.unwrap(), (1, 0));
    assert_eq!(world.history(&customer).await, ["wang.fang 2026-11-22", "li.wei 2026-01-01 2026-11-22"]);
    assert_eq!(world.assign(&customer, &world.wang, "2026-11-25").await.unwrap(), (0, 1), "as asked already");
    let back = take_back(&world.center, &world.director, &back(std::slice::from_ref(&customer), day("2026-12-01")))
        .await
        .unwrap();
    assert_eq!((back.changed, back.from), (1, day("2026-12-01")));
    assert_eq!(world.history(&customer).await, ["wang.fang 2026-11-22 2026-12-01", "li.wei 2026-01-01 2026-11-22"]);
    let records = history_of_customer(&world.center, &world.director, &customer).await.unwrap();
    assert_eq!((records[0].assigned_by.as_str(), records[0].ended_by.as_deref()), ("director", Some("director")));
}

#[tokio::test]
async fn a_start_within_a_past_interval_splits_it_and_what_is_cut_is_in_the_audit_trail() {
    let world = World::new().await;
    let customer = world.customer("c").await;
    world.center.assign(&customer, &world.li, "2026-01-01", Some("2026-05-01")).await;
    world.center.assign(&customer, &world.wang, "2026-05-01", Some("2026-07-01")).await;
    world.assign(&customer, &world.wang, "2026-03-01").await.unwrap();
    assert_eq!(world.history(&customer).await, ["wang.fang 2026-03-01", "li.wei 2026-01-01 2026-03-01"]);
    let (action, subject, detail) = world.center.audit().await.pop().unwrap();
    assert_eq!((action.as_str(), subject), ("assignment.assign", customer.to_string()));
    let detail: serde_json::Value = serde_json::from_str(&detail).unwrap();
    let interval = |manager: &MemberId, from: &str, until: &str| serde_json::json!([{ "manager": manager, "from": from, "until": until }]);
    assert_eq!(detail["ended"], interval(&world.li, "2026-01-01", "2026-05-01"));
    assert_eq!(detail["removed"], interval(&world.wang, "2026-05-01", "2026-07-01"));
}

#[tokio::test]
async fn where_the_day_of_assignment_does_not_count_the_next_day_is_the_first() {
    let world = World::new().await;
    let mut tx = world.center.db.write().await.unwrap();
    sqlx::query("update partner set assignment_day_counts = false").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let customer = world.customer("c").await;
    world.assign(&customer, &world.li, "2026-01-31").await.unwrap();
    world.assign(&customer, &world.wang, "2026-11-22").await.unwrap();
    assert_eq!(world.history(&customer).await, ["wang.fang 2026-11-23", "li.wei 2026-02-01 2026-11-23"]);
}

#[tokio::test]
async fn a_closed_month_keeps_its_managers() {
    let world = World::new().await;
    let customer = world.customer("c").await;
    world.center.assign(&customer, &world.li, "2026-01-01", None).await;
    world.center.bill_month(&world.partner, "2026-10", "closed").await;
    let refused = async |from: &str| reason(world.assign(&customer, &world.wang, from).await.unwrap_err());
    assert_eq!(refused("2026-10-31").await, "month_closed");
    assert_eq!(refused("2026-05-01").await, "month_closed", "it would reach into October");
    let back =
        take_back(&world.center, &world.director, &back(std::slice::from_ref(&customer), day("2026-10-01"))).await;
    assert_eq!(reason(back.unwrap_err()), "month_closed");
    assert_eq!(world.history(&customer).await, ["li.wei 2026-01-01"]);
    assert_eq!(world.assign(&customer, &world.li, "2026-05-01").await.unwrap(), (0, 1), "nothing would change");
    assert_eq!(world.assign(&customer, &world.wang, "2026-11-01").await.unwrap(), (1, 0));
    // reopened, it can be corrected
    world.center.bill_month(&world.partner, "2026-10", "billed").await;
    assert_eq!(world.assign(&customer, &world.wang, "2026-10-31").await.unwrap(), (1, 0));
}

#[tokio::test]
async fn one_foreign_customer_among_many_and_nothing_is_written() {
    let world = World::new().await;
    let other = world.center.partner("Other", "UTC").await;
    let foreign = world.center.customer(&other, "foreign", "Foreign").await;
    let own = world.customer("own").await;
    let before = world.center.audit().await;
    for customers in [vec![own.clone(), foreign.clone()], vec![foreign.clone(), own.clone()]] {
        let what = Assign {
            customers: customers.clone(),
            manager: world.li.clone(),
            day: day("2026-11-22"),
            seen: String::new(),
        };
        assert!(matches!(assign(&world.center, &world.director, &what).await, Err(Error::NotFound)));
        let back = take_back(&world.center, &world.director, &back(&customers, day("2026-11-22"))).await;
        assert!(matches!(back, Err(Error::NotFound)));
    }
    assert_eq!(world.history(&own).await, [""; 0]);
    assert_eq!(world.center.audit().await, before);
    assert!(matches!(history_of_customer(&world.center, &world.director, &foreign).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn only_an_active_account_manager_of_the_partner_takes_customers() {
    let world = World::new().await;
    let other = world.center.partner("Other", "UTC").await;
    let foreign = world.center.member(&other, "foreign", &[Role::AccountManager]).await;
    let gone = world.center.member(&world.partner, "gone", &[Role::AccountManager]).await;
    let mut tx = world.center.db.write().await.unwrap();
    sqlx::query("update member set state = 'disabled' where login = 'gone'").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let customer = world.customer("c").await;
    for manager in [&world.director.member, &foreign, &gone, &MemberId::new("nobody")] {
        let refused = world.assign(&customer, manager, "2026-11-22").await.unwrap_err();
        assert_eq!(reason(refused), "manager/not_an_account_manager");
    }
    assert!(matches!(history_of_manager(&world.center, &world.director, &foreign).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn bad_input_is_refused_before_anything_else() {
    let world = World::new().await;
    let customer = world.customer("c").await;
    let back = async |customers: Vec<CustomerId>, on: &str| {
        reason(take_back(&world.center, &world.director, &back(&customers, day(on))).await.unwrap_err())
    };
    assert_eq!(back(vec![], "2026-11-22").await, "customers/required");
    assert_eq!(back(vec![customer.clone(); 1001], "2026-11-22").await, "customers/too_many");
    assert_eq!(back(vec![customer.clone()], "9999-12-31").await, "day/out_of_range");
    assert_eq!(back(vec![customer], "0202-11-22").await, "day/out_of_range");
}

#[tokio::test]
async fn only_who_may_manage_assignments_changes_them() {
    let world = World::new().await;
    let customer = world.customer("c").await;
    for role in [Role::AccountManager, Role::Finance] {
        let actor = world.center.actor(&world.center.member(&world.partner, role.code(), &[role]).await).await;
        let what = Assign {
            customers: vec![customer.clone()],
            manager: world.li.clone(),
            day: day("2026-11-22"),
            seen: String::new(),
        };
        assert!(matches!(assign(&world.center, &actor, &what).await, Err(Error::Denied(_))));
        let back = take_back(&world.center, &actor, &back(&what.customers, what.day)).await;
        assert!(matches!(back, Err(Error::Denied(_))));
        assert!(matches!(managers(&world.center, &actor).await, Err(Error::Denied(_))));
        assert!(matches!(history_of_customer(&world.center, &actor, &customer).await, Err(Error::Denied(_))));
        assert!(matches!(history_of_manager(&world.center, &actor, &world.li).await, Err(Error::Denied(_))));
    }
}

#[tokio::test]
async fn managers_are_counted_with_today_s_customers_and_plans() {
    let world = World::new().await;
    let gone = world.center.member(&world.partner, "gone", &[Role::AccountManager]).await;
    world.center.member(&world.partner, "gone.too", &[Role::AccountManager]).await;
    let mut tx = world.center.db.write().await.unwrap();
    sqlx::query("update member set state = 'disabled' where login like 'gone%'").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let [first, second, third] = [world.customer("1").await, world.customer("2").await, world.customer("3").await];
    world.center.assign(&first, &world.li, "2026-01-01", None).await;
    world.center.assign(&second, &world.li, "2026-01-01", Some("2026-12-01")).await;
    world.center.assign(&second, &world.wang, "2026-12-01", None).await;
    world.center.assign(&third, &world.wang, "2026-01-01", Some("2026-11-22")).await;
    world.center.assign(&third, &gone, "2026-11-22", None).await;
    let loads: Vec<_> = managers(&world.center, &world.director)
        .await
        .unwrap()
        .into_iter()
        .map(|load| (load.manager.login, load.active, load.customers, load.planned))
        .collect();
    assert_eq!(loads, [("gone".into(), false, 1, 0), ("li.wei".into(), true, 2, 1), ("wang.fang".into(), true, 0, 1)]);
}

#[tokio::test]
async fn a_manager_s_history_holds_past_present_and_plans() {
    let world = World::new().await;
    let [first, second] = [world.customer("1").await, world.customer("2").await];
    world.center.assign(&first, &world.li, "2026-01-01", Some("2026-02-01")).await;
    world.center.assign(&first, &world.wang, "2026-02-01", None).await;
    world.center.assign(&second, &world.li, "2027-01-01", None).await;
    let records = history_of_manager(&world.center, &world.director, &world.li).await.unwrap();
    let lines: Vec<_> =
        records.records.iter().map(|record| format!("{} {}", record.customer_name, line(record))).collect();
    assert_eq!(lines, ["2 li.wei 2027-01-01", "1 li.wei 2026-01-01 2026-02-01"]);
}
