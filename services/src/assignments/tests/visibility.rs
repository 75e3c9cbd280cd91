//! What each account manager finds against a plain model: a manager for each day of each customer.

use std::collections::BTreeSet;

use domain::customers::CustomerQuery;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::customers;

const CUSTOMERS: usize = 5;
const DAYS: i32 = 40;

/// A step: which customer, which manager (none: take back), from which day of the model on.
type Step = (usize, Option<usize>, i32);

fn first_day() -> Day {
    day("2026-11-02")
}

/// The day of the test clock, as a day of the model.
const TODAY: i32 = 20;

#[test]
fn listed_customers_are_exactly_those_assigned_today_after_any_steps() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let step = (0..CUSTOMERS, prop::option::weighted(0.8, 0..2_usize), 0..DAYS);
    let mut runner = TestRunner::new(Config { cases: 24, ..Config::default() });
    runner
        .run(&prop::collection::vec(step, 1..20), |steps| {
            runtime.block_on(follow(&steps));
            Ok(())
        })
        .unwrap();
}

async fn follow(steps: &[Step]) {
    let world = World::new().await;
    assert_eq!(first_day().plus(TODAY), day("2026-11-22"));
    let managers = [world.li.clone(), world.wang.clone()];
    let mut ids = Vec::new();
    for number in 0..CUSTOMERS {
        ids.push(world.customer(&number.to_string()).await);
    }
    let mut model = vec![[None; DAYS as usize]; CUSTOMERS];
    for &(customer, manager, from) in steps {
        let on = first_day().plus(from);
        match manager {
            Some(manager) => {
                let what = Assign {
                    customers: vec![ids[customer].clone()],
                    manager: managers[manager].clone(),
                    day: on,
                    seen: String::new(),
                };
                assign(&world.center, &world.director, &what).await.unwrap();
            }
            None => {
                take_back(&world.center, &world.director, &back(&ids[customer..=customer], on)).await.unwrap();
            }
        }
        model[customer][usize::try_from(from).unwrap()..].fill(manager);
    }
    for (number, id) in ids.iter().enumerate() {
        assert_eq!(by_day(&world, id, &managers).await, model[number], "customer {number}");
    }
    for (number, manager) in managers.iter().enumerate() {
        let assigned: BTreeSet<&CustomerId> =
            (0..CUSTOMERS).filter(|&c| model[c][TODAY as usize] == Some(number)).map(|c| &ids[c]).collect();
        finds_exactly(&world, manager, &assigned, &ids).await;
    }
}

/// The stored history as the model has it.
async fn by_day(world: &World, customer: &CustomerId, managers: &[MemberId]) -> [Option<usize>; DAYS as usize] {
    let records = history_of_customer(&world.center, &world.director, customer).await.unwrap();
    std::array::from_fn(|number| {
        let on = first_day().plus(i32::try_from(number).unwrap());
        let mut holding = records.iter().filter(|r| r.from <= on && r.until.is_none_or(|until| on < until));
        let manager = holding.next().map(|record| managers.iter().position(|m| *m == record.manager.id).unwrap());
        assert!(holding.next().is_none(), "overlap on {on}");
        manager
    })
}

async fn finds_exactly(world: &World, manager: &MemberId, assigned: &BTreeSet<&CustomerId>, ids: &[CustomerId]) {
    let actor = world.center.actor(manager).await;
    let page = customers::list(&world.center, &actor, &CustomerQuery::default()).await.unwrap();
    assert_eq!(page.items.iter().map(|customer| &customer.id).collect::<BTreeSet<_>>(), *assigned);
    assert_eq!(page.total, assigned.len() as u64);
    let suggested = customers::suggest(&world.center, &actor, "").await.unwrap();
    let suggested: BTreeSet<_> = suggested.into_iter().map(|found| CustomerId::new(found.id)).collect();
    assert_eq!(suggested.iter().collect::<BTreeSet<_>>(), *assigned);
    for id in ids {
        assert_eq!(customers::get(&world.center, &actor, id).await.is_ok(), assigned.contains(id));
    }
    let load = managers(&world.center, &world.director).await.unwrap();
    let own = load.into_iter().find(|load| load.manager.id == *manager).unwrap();
    assert_eq!(own.customers, assigned.len() as u64);
}
