use super::*;
use crate::center::Center;
use crate::db::Database;

/// Two programs on one file, each with its own connections, assign the same customers back and forth.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_writers_at_once_never_make_intervals_overlap() {
    let world = World::new().await;
    let mut customers = Vec::new();
    for number in 0..4 {
        customers.push(world.customer(&number.to_string()).await);
    }
    let url = format!("sqlite://{}", world.center.folder().join("test.db").display());
    let beside = Center::new(Database::open(&url).await.unwrap(), world.center.clock.clone());
    let writer = |center: Center, manager: &MemberId, offset: i32| {
        let (director, manager, customers) = (world.director.clone(), manager.clone(), customers.clone());
        tokio::spawn(async move {
            let mut changed = 0;
            for round in 0..40 {
                let day = day("2026-01-01").plus((round * 37 + offset) % 300);
                let outcome = if round % 5 == 4 {
                    take_back(&center, &director, &back(&customers, day)).await.unwrap()
                } else {
                    let what =
                        Assign { customers: customers.clone(), manager: manager.clone(), day, seen: String::new() };
                    assign(&center, &director, &what).await.unwrap()
                };
                changed += outcome.changed;
            }
            changed
        })
    };
    let (first, second) = (writer((*world.center).clone(), &world.li, 0), writer(beside, &world.wang, 11));
    let changed = [first.await.unwrap(), second.await.unwrap()];
    assert!(changed.iter().all(|&changed| changed > 40), "both had something to do: {changed:?}");

    let mut tx = world.center.db.read().await.unwrap();
    let (overlaps,): (i64,) = sqlx::query_as(
        "select count(*) from assignment a join assignment b
         on a.customer_no = b.customer_no and a.id < b.id and a.from_day < b.until_day and b.from_day < a.until_day",
    )
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    assert_eq!(overlaps, 0);
}

/// Two directors see the same list and assign the same customer to two managers at the same moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_assign_at_once_the_second_is_told_that_it_has_changed() {
    let world = World::new().await;
    let customer = world.customer("c").await;
    let url = format!("sqlite://{}", world.center.folder().join("test.db").display());
    let beside = Center::new(Database::open(&url).await.unwrap(), world.center.clock.clone());
    for round in 0..10 {
        let customers = vec![customer.clone()];
        take_back(&world.center, &world.director, &back(&customers, day("2026-01-01"))).await.unwrap();
        let seen = assignment_state(&world.center, &world.director, &customers).await.unwrap().seen;
        let start = std::sync::Arc::new(tokio::sync::Barrier::new(2));
        let writer = |center: &Center, manager: &MemberId| {
            let (center, director, start) = (center.clone(), world.director.clone(), start.clone());
            let day = day("2026-01-01").plus(round);
            let what = Assign { customers: customers.clone(), manager: manager.clone(), day, seen: seen.clone() };
            tokio::spawn(async move {
                start.wait().await;
                assign(&center, &director, &what).await
            })
        };
        let (first, second) = (writer(&world.center, &world.li), writer(&beside, &world.wang));
        let outcomes = [first.await.unwrap(), second.await.unwrap()];
        let winner = usize::from(outcomes[0].is_err());
        assert_eq!(outcomes[winner].as_ref().map(|outcome| outcome.changed).ok(), Some(1), "{outcomes:?}");
        let [first, second] = outcomes;
        let lost = if winner == 0 { second } else { first };
        assert_eq!(reason(lost.unwrap_err()), "changed_meanwhile");
        let login = ["li.wei", "wang.fang"][winner];
        assert_eq!(world.history(&customer).await[0], format!("{login} {}", day("2026-01-01").plus(round)));
    }
}

#[tokio::test]
async fn the_state_tells_whose_customers_are_and_what_was_seen_is_what_is_taken_back() {
    let world = World::new().await;
    let customers = vec![world.customer("1").await, world.customer("2").await, world.customer("3").await];
    world.assign(&customers[0], &world.li, "2026-01-01").await.unwrap();
    world.assign(&customers[1], &world.li, "2026-01-01").await.unwrap();
    let state = assignment_state(&world.center, &world.director, &customers).await.unwrap();
    let now: Vec<_> =
        state.now.iter().map(|(who, count)| (who.as_ref().map(|who| who.login.as_str()), *count)).collect();
    assert_eq!(now, [(Some("li.wei"), 2), (None, 1)]);
    let what = TakeBack { seen: state.seen.clone(), ..back(&customers, day("2026-11-22")) };
    // a plan counts, too
    world.assign(&customers[2], &world.wang, "2027-01-01").await.unwrap();
    assert_eq!(reason(take_back(&world.center, &world.director, &what).await.unwrap_err()), "changed_meanwhile");
    assert_eq!(world.history(&customers[0]).await, ["li.wei 2026-01-01"]);
    let seen = assignment_state(&world.center, &world.director, &customers).await.unwrap().seen;
    let outcome = take_back(&world.center, &world.director, &TakeBack { seen, ..what }).await.unwrap();
    assert_eq!((outcome.changed, outcome.unchanged), (3, 0));
    let other = world.center.partner("Other", "UTC").await;
    let director = world.center.actor(&world.center.member(&other, "other", &[Role::AccountDirector]).await).await;
    let foreign = assignment_state(&world.center, &director, &customers).await;
    assert!(matches!(foreign, Err(Error::NotFound)));
}
