use domain::assignments::{FirstAssignments, FirstReport, NameChoice, Suggestions};

use super::*;

const ALL: FirstAssignments = FirstAssignments { customers: None };

async fn look(world: &World) -> Suggestions {
    suggestions(&world.center, &world.director, 1).await.unwrap()
}

/// `account: name login from until, …`.
fn proposed(found: &Suggestions) -> Vec<String> {
    let span = |span: &domain::assignments::ProposedSpan| {
        let login = span.manager.as_ref().map_or("-", |manager| &manager.login);
        let until = span.until.map_or_else(String::new, |until| format!(" {until}"));
        format!("{} {login} {}{until}", span.name, span.from)
    };
    let line = |one: &domain::assignments::Proposal| {
        format!("{}: {}", one.account_id, one.spans.iter().map(span).collect::<Vec<_>>().join(", "))
    };
    found.proposals.items.iter().map(line).collect()
}

/// `name meaning customers`.
fn names(found: &Suggestions) -> Vec<String> {
    found.names.iter().map(|name| format!("{} {} {}", name.name, name.meaning, name.customers)).collect()
}

async fn write(world: &World, what: &FirstAssignments) -> crate::Result<FirstReport> {
    let plan = preview_from_bills(&world.center, &world.director, what).await?.plan;
    assign_from_bills(&world.center, &world.director, what, &plan).await
}

#[tokio::test]
async fn whoever_the_lines_name_is_proposed_from_the_first_such_line_and_written_once_confirmed() {
    let world = World::new().await;
    world.rename("li.wei", "李伟").await;
    world
        .bill(&[
            ("one", "2026-08-05", "", "1"),
            ("one", "2026-08-07", "李伟", "1"),
            ("one", "2026-09-10", "Wang.Fang", "1"),
            ("one", "2026-10-31", "wang.fang", "1"),
            ("two", "2026-11-01", "李伟", "2"),
            ("nobody", "2026-11-01", "", "1"),
            ("had", "2026-11-01", "李伟", "1"),
        ])
        .await;
    let had = world.billed("had").await;
    // long ago, and over: it was assigned once, so nothing is proposed
    world.center.assign(&had, &world.wang, "2020-01-01", Some("2020-02-01")).await;
    let found = look(&world).await;
    // two spellings of one manager are one span
    assert_eq!(
        proposed(&found),
        ["one: 李伟 li.wei 2026-08-07 2026-09-10, Wang.Fang wang.fang 2026-09-10", "two: 李伟 li.wei 2026-11-01",]
    );
    assert_eq!(names(&found), ["李伟 manager 2", "Wang.Fang manager 1", "wang.fang manager 1"]);
    assert_eq!((found.waiting, found.unnamed), (0, 1));

    let preview = preview_from_bills(&world.center, &world.director, &ALL).await.unwrap();
    let one = world.billed("one").await;
    assert_eq!(world.history(&one).await, [""; 0], "a preview writes nothing");
    let moves: Vec<_> = preview
        .moves
        .iter()
        .map(|it| (it.manager.as_ref().map_or("-", |manager| &manager.login), it.customers, it.due[0].after.short()))
        .collect();
    assert_eq!(
        moves,
        [("wang.fang", (0, 1), "0.00".into()), ("li.wei", (0, 1), "2.00".into()), ("-", (4, 2), "2.00".into())]
    );
    assert_eq!(write(&world, &ALL).await.unwrap(), preview);
    assert_eq!(world.history(&one).await, ["wang.fang 2026-09-10", "li.wei 2026-08-07 2026-09-10"]);
    assert_eq!(world.history(&world.billed("two").await).await, ["li.wei 2026-11-01"]);
    assert_eq!(world.history(&had).await, ["wang.fang 2020-01-01 2020-02-01"]);
    let actions: Vec<String> = world.center.audit().await.into_iter().rev().take(3).map(|it| it.0).collect();
    assert_eq!(actions, ["assignment.from_bills", "assignment.from_bill", "assignment.from_bill"]);
    assert_eq!(proposed(&look(&world).await), [""; 0], "written once");
    // a name of assigned customers only is listed where something is to be decided
    world.bill(&[("had", "2026-11-01", "外人", "1")]).await;
    assert_eq!(names(&look(&world).await), ["外人 unknown 0"]);
    assert_eq!(reason(write(&world, &ALL).await.unwrap_err()), "nothing_to_assign");
}

#[tokio::test]
async fn a_name_that_fits_several_or_nobody_waits_until_it_is_decided_and_that_is_remembered() {
    let world = World::new().await;
    for login in ["twin.a", "twin.b"] {
        world.center.member(&world.partner, login, &[Role::AccountManager]).await;
        world.rename(login, "双").await;
    }
    world.execute("update member set state = $2 where login = $1", "wang.fang", "disabled").await;
    world
        .bill(&[
            ("a", "2026-11-01", "双", "1"),
            ("b", "2026-11-01", "外人", "1"),
            ("b", "2026-11-02", "li.wei", "1"),
            ("c", "2026-11-01", "wang.fang", "1"),
            ("d", "2026-11-01", "director", "1"),
        ])
        .await;
    let found = look(&world).await;
    assert_eq!(proposed(&found), [""; 0]);
    assert_eq!(found.waiting, 4);
    assert_eq!(
        names(&found),
        ["director unable 1", "wang.fang unable 1", "双 several 1", "外人 unknown 1", "li.wei manager 1"]
    );
    let decide = async |name: &str, choice: NameChoice| {
        set_supplier_manager(&world.center, &world.director, name, &choice).await
    };
    decide("双", NameChoice::Member(world.li.clone())).await.unwrap();
    decide(" 外人 ", NameChoice::Nobody).await.unwrap();
    decide("wang.fang", NameChoice::Nobody).await.unwrap();
    let found = look(&world).await;
    assert_eq!(
        proposed(&found),
        ["a: 双 li.wei 2026-11-01", "b: 外人 - 2026-11-01 2026-11-02, li.wei li.wei 2026-11-02"]
    );
    assert!(found.names.iter().any(|name| name.name == "双" && name.remembered));
    decide("双", NameChoice::Forget).await.unwrap();
    assert_eq!(look(&world).await.waiting, 2);

    let refused = [
        decide("双", NameChoice::Member(world.wang.clone())).await.unwrap_err(),
        decide("", NameChoice::Nobody).await.unwrap_err(),
        decide("never heard of", NameChoice::Nobody).await.unwrap_err(),
    ];
    assert_eq!(refused.map(reason), ["manager/not_an_account_manager", "name/required", "not found"]);
}

#[tokio::test]
async fn days_of_closed_months_are_left_out() {
    let world = World::new().await;
    world.bill(&[("a", "2026-08-20", "li.wei", "1"), ("a", "2026-11-02", "wang.fang", "1")]).await;
    world.center.bill_month(&world.partner, "2026-09", "closed").await;
    let found = look(&world).await;
    assert_eq!(
        proposed(&found),
        ["a: li.wei li.wei 2026-08-20 2026-09-01, li.wei li.wei 2026-10-01 2026-11-02, wang.fang wang.fang 2026-11-02"]
    );
    assert!(found.proposals.items[0].leaves_out);
    write(&world, &ALL).await.unwrap();
    let history = world.history(&world.billed("a").await).await;
    assert_eq!(history, ["wang.fang 2026-11-02", "li.wei 2026-10-01 2026-11-02", "li.wei 2026-08-20 2026-09-01"]);
}

#[tokio::test]
async fn what_changed_since_the_preview_is_not_written() {
    let world = World::new().await;
    world.bill(&[("a", "2026-11-01", "li.wei", "1"), ("b", "2026-11-01", "li.wei", "1")]).await;
    let [a, b] = [world.billed("a").await, world.billed("b").await];
    let plan = preview_from_bills(&world.center, &world.director, &ALL).await.unwrap().plan;
    world.assign(&a, &world.wang, "2026-11-20").await.unwrap();
    let late = assign_from_bills(&world.center, &world.director, &ALL, &plan).await;
    assert_eq!(reason(late.unwrap_err()), "plan_changed");
    assert_eq!(world.history(&b).await, [""; 0]);
    let only = FirstAssignments { customers: Some(vec![a.clone()]) };
    assert_eq!(reason(write(&world, &only).await.unwrap_err()), "nothing_to_assign");
    let only = FirstAssignments { customers: Some(vec![b.clone()]) };
    assert_eq!(write(&world, &only).await.unwrap().customers, 1);
    assert_eq!(
        (world.history(&a).await, world.history(&b).await),
        (vec!["wang.fang 2026-11-20".to_owned()], vec!["li.wei 2026-11-01".to_owned()])
    );
}

#[tokio::test]
async fn only_who_may_assign_sees_suggestions_and_only_of_the_own_partner() {
    let world = World::new().await;
    world.bill(&[("a", "2026-11-01", "li.wei", "1")]).await;
    for role in [Role::AccountManager, Role::Finance] {
        let actor = world.center.actor(&world.center.member(&world.partner, role.code(), &[role]).await).await;
        assert!(matches!(suggestions(&world.center, &actor, 1).await, Err(Error::Denied(_))));
        assert!(matches!(preview_from_bills(&world.center, &actor, &ALL).await, Err(Error::Denied(_))));
        assert!(matches!(assign_from_bills(&world.center, &actor, &ALL, "").await, Err(Error::Denied(_))));
        let set = set_supplier_manager(&world.center, &actor, "li.wei", &NameChoice::Nobody).await;
        assert!(matches!(set, Err(Error::Denied(_))));
    }
    let other = world.center.partner("Other", "UTC").await;
    let director = world.center.actor(&world.center.member(&other, "other", &[Role::AccountDirector]).await).await;
    let found = suggestions(&world.center, &director, 1).await.unwrap();
    assert_eq!((found.names.len(), found.proposals.total, found.unnamed), (0, 0, 0));
    let set = set_supplier_manager(&world.center, &director, "li.wei", &NameChoice::Nobody).await;
    assert!(matches!(set, Err(Error::NotFound)));
    let customers = Some(vec![world.billed("a").await]);
    let foreign = preview_from_bills(&world.center, &director, &FirstAssignments { customers }).await;
    assert_eq!(reason(foreign.unwrap_err()), "nothing_to_assign");
}
