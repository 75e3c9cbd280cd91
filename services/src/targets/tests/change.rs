use super::*;

#[tokio::test]
async fn a_target_is_set_changed_and_taken_away_and_each_step_is_recorded() {
    let world = World::new().await;
    world.set(&world.li, "2026-12", "100000", 0).await.unwrap();
    world.set(&world.li, "2026-12", "120000.5", 1).await.unwrap();
    let board = world.board().await;
    let (months, entry) = (board.months.clone(), board.rows[0].entries[1].clone());
    assert_eq!((months.len(), months[0].0.to_string(), months[1].1), (6, "2026-11".to_owned(), false));
    assert_eq!((entry.amount.unwrap().to_string(), entry.version), ("120000.5".into(), 2));
    assert_eq!((entry.by.as_str(), entry.at.get(..16)), ("director", Some("2026-11-22T12:00")));
    world.set(&world.li, "2026-12", "", 2).await.unwrap();
    assert_eq!(world.amounts(&world.li).await[1], None);
    // the row has a history, though nothing stands in it
    world.set(&world.li, "2026-12", "1", 3).await.unwrap();
    let records = world.records().await;
    let actions: Vec<&str> = records.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(actions, ["target.set"; 4]);
    assert_eq!(records[1].1, r#"{"currency":"CNY","from":"100000","month":"2026-12","to":"120000.5"}"#);
}

#[tokio::test]
async fn of_two_who_set_a_target_at_once_the_second_is_told() {
    let world = World::new().await;
    let (one, two) = tokio::join!(world.set(&world.li, "2026-12", "1", 0), world.set(&world.li, "2026-12", "2", 0),);
    let refused = [&one, &two].into_iter().filter(|it| matches!(it, Err(Error::Conflict("changed_since")))).count();
    assert_eq!((refused, one.is_ok() || two.is_ok()), (1, true));
    // another month of the same manager is nobody's business
    world.set(&world.li, "2027-01", "3", 0).await.unwrap();
}

#[tokio::test]
async fn a_target_that_was_taken_away_and_set_again_is_not_as_it_was_seen() {
    let world = World::new().await;
    world.set(&world.li, "2026-12", "1", 0).await.unwrap();
    world.set(&world.li, "2026-12", "", 1).await.unwrap();
    for seen in [0, 1] {
        let result = world.set(&world.li, "2026-12", "5", seen).await;
        assert!(matches!(result, Err(Error::Conflict("changed_since"))), "{result:?}");
    }
}

#[tokio::test]
async fn targets_of_a_closed_month_stay_as_they_are() {
    let world = World::new().await;
    world.set(&world.li, "2026-11", "7", 0).await.unwrap();
    world.center.bill_month(&world.partner, "2026-11", "closed").await;
    for amount in ["8", ""] {
        let result = world.set(&world.li, "2026-11", amount, 1).await;
        assert!(
            matches!(&result, Err(Error::MonthClosed(closing)) if closing.month.to_string() == "2026-11"),
            "{result:?}"
        );
    }
    let board = world.board().await;
    assert_eq!((board.months[0].1, world.amounts(&world.li).await[0].clone()), (true, some("7")));
}

#[tokio::test]
async fn only_who_leads_sets_targets_and_only_of_own_account_managers() {
    let world = World::new().await;
    let other = world.center.partner("Other", "UTC").await;
    let foreign = world.center.member(&other, "foreign", &[Role::AccountManager]).await;
    assert!(matches!(world.set(&foreign, "2026-12", "1", 0).await, Err(Error::NotFound)));
    let refused = |result: Result<()>| match result {
        Err(Error::Invalid(fields)) => fields[0].code.clone(),
        other => panic!("{other:?}"),
    };
    let director = world.director.member.clone();
    assert_eq!(refused(world.set(&director, "2026-12", "1", 0).await), "not_an_account_manager");
    assert_eq!(refused(world.set(&world.li, "1026-12", "1", 0).await), "out_of_range");
    world.set(&world.wang, "2026-12", "1", 0).await.unwrap();
    world.disable("wang.fang").await;
    assert_eq!(refused(world.set(&world.wang, "2026-12", "2", 1).await), "disabled_manager");
    world.set(&world.wang, "2026-12", "", 1).await.expect("what a leaving manager should reach can be taken away");
    let finance = world.center.member(&world.partner, "finance", &[Role::Finance]).await;
    for member in [&world.li, &finance] {
        let actor = world.center.actor(member).await;
        let result = set(&world.center, &actor, &target(&world.li, "2026-12", "9", 0)).await;
        assert!(matches!(result, Err(Error::Denied(_))), "{result:?}");
        assert!(matches!(board(&world.center, &actor, &SheetQuery::default()).await, Err(Error::Denied(_))));
    }
}

#[tokio::test]
async fn the_board_lists_who_can_get_a_target_and_who_left_with_one() {
    let world = World::new().await;
    let names = async || {
        let rows = world.board().await.rows;
        rows.into_iter().map(|row| (row.manager.login, row.settable)).collect::<Vec<_>>()
    };
    assert_eq!(names().await, [("li.wei".to_owned(), true), ("wang.fang".to_owned(), true)]);
    world.set(&world.wang, "2027-01", "1", 0).await.unwrap();
    world.disable("wang.fang").await;
    assert_eq!(names().await[1], ("wang.fang".to_owned(), false));
    world.set(&world.wang, "2027-01", "", 1).await.unwrap();
    assert_eq!(names().await.len(), 1);
    let ask =
        |from: &str, to: &str| SheetQuery { from: from.parse().ok(), to: to.parse().ok(), ..SheetQuery::default() };
    for (query, code) in [(ask("2026-02", "2026-01"), "start_after_end"), (ask("2024-01", "2026-01"), "range_too_long")]
    {
        let result = board(&world.center, &world.director, &query).await;
        assert!(matches!(&result, Err(Error::Invalid(fields)) if fields[0].code == code), "{result:?}");
    }
    let past = board(&world.center, &world.director, &ask("", "2026-03")).await.unwrap();
    assert_eq!(past.months.iter().map(|(month, _)| month.to_string()).collect::<Vec<_>>(), ["2026-03"]);
}
