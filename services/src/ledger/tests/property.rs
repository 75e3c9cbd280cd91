//! Whatever is moved, in whatever order: the books balance.

use proptest::prelude::*;

use super::*;

/// One thing that is tried.
#[derive(Debug, Clone)]
enum Try {
    TopUp(i64),
    Grant(i64),
    Allocate(usize, i64),
    Reclaim(usize, i64),
    Spend(usize, i64),
    Reverse(usize),
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let cents = 1_i64..5_000;
    let one = prop_oneof![
        cents.clone().prop_map(Try::TopUp),
        cents.clone().prop_map(Try::Grant),
        (0..3_usize, cents.clone()).prop_map(|(who, cents)| Try::Allocate(who, cents)),
        (0..3_usize, cents.clone()).prop_map(|(who, cents)| Try::Reclaim(who, cents)),
        (0..3_usize, cents).prop_map(|(who, cents)| Try::Spend(who, cents)),
        (0..20_usize).prop_map(Try::Reverse),
    ];
    prop::collection::vec(one, 1..40)
}

fn amount(cents: i64) -> Amount {
    Amount::from_units(cents * 1_000_000)
}

fn both(from: Account, to: Account, cents: i64) -> Vec<Leg> {
    vec![Leg { account: from, amount: amount(-cents) }, Leg { account: to, amount: amount(cents) }]
}

async fn run(tries: Vec<Try>) {
    let world = World::new().await;
    let mut customers = vec![world.of_customer()];
    for number in 0..2 {
        customers.push(Account::Customer(world.center.customer(&world.partner, &number.to_string(), "C").await));
    }
    let mut made = Vec::new();
    for one in tries {
        let mut tx = world.center.db.write().await.unwrap();
        let outcome = attempt(&world, &mut tx, (&customers, &made), one).await;
        // a refusal has written nothing, so it is committed like a move
        tx.commit().await.unwrap();
        match outcome {
            Ok(posted) => made.push(posted.id),
            Err(Error::Insufficient(_) | Error::Conflict(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(usize::try_from(world.moves().await).unwrap(), made.len());
    assert_eq!(world.faults().await, [""; 0]);
    let mut tx = world.center.db.read().await.unwrap();
    let own = balances(&mut tx, &world.partner).await.unwrap();
    assert!(own.cash >= Amount::ZERO && own.credit >= Amount::ZERO, "{own:?}");
    let (sum,): (i64,) =
        sqlx::query_as("select coalesce(sum(amount), 0) from ledger_posting").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(sum, 0);
}

async fn attempt(
    world: &World,
    tx: &mut crate::db::Tx,
    (customers, made): (&[Account], &[domain::ids::MoveId]),
    one: Try,
) -> Result<Posted> {
    let (kind, legs) = match one {
        Try::TopUp(cents) => (MoveKind::TopUp, both(Account::Outside(Outside::Bank), Account::Cash, cents)),
        Try::Grant(cents) => {
            (MoveKind::CreditLine, both(Account::Outside(Outside::CreditLine), Account::Credit, cents))
        }
        Try::Allocate(who, cents) => {
            let mut legs = funded_by_partner(tx, &world.partner, amount(cents)).await?;
            legs.push(Leg { account: customers[who].clone(), amount: amount(cents) });
            (MoveKind::Allocate, legs)
        }
        Try::Reclaim(who, cents) => {
            let mut legs = given_to(balances(tx, &world.partner).await?, amount(cents));
            legs.push(Leg { account: customers[who].clone(), amount: amount(-cents) });
            (MoveKind::Reclaim, legs)
        }
        Try::Spend(who, cents) => {
            (MoveKind::Usage, both(customers[who].clone(), Account::Outside(Outside::Supplier), cents))
        }
        Try::Reverse(index) => {
            let Some(id) = made.get(index) else { return Err(Error::Conflict("nothing made yet")) };
            return reverse(&world.center, tx, &world.finance, (id, ""), None).await;
        }
    };
    post(&world.center, tx, &world.finance, &NewMove::new(kind, "", legs)).await
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn random_moves_keep_the_sum_zero_and_balances_equal_to_their_postings(tries in tries()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(Box::pin(run(tries)));
    }
}
