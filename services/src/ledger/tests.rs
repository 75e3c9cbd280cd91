use domain::access::{Actor, Role};
use domain::ids::{CustomerId, PartnerId};
use domain::ledger::{Account, Leg, MoveKind, Outside, Posted, Shortage, read_amount};
use domain::money::Amount;

use super::*;
use crate::error::{Error, Result};
use crate::testing::TestCenter;

mod property;

struct World {
    center: TestCenter,
    partner: PartnerId,
    finance: Actor,
    customer: CustomerId,
}

fn yuan(text: &str) -> Amount {
    text.strip_prefix('-').map_or_else(
        || if text == "0" { Amount::ZERO } else { read_amount(text).unwrap() },
        |text| read_amount(text).unwrap().checked_neg().unwrap(),
    )
}

fn leg(account: &Account, amount: &str) -> Leg {
    Leg { account: account.clone(), amount: yuan(amount) }
}

fn top_up(amount: &str) -> NewMove {
    let legs = vec![leg(&Account::Cash, amount), leg(&Account::Outside(Outside::Bank), &format!("-{amount}"))];
    NewMove::new(MoveKind::TopUp, "", legs)
}

impl World {
    async fn new() -> Self {
        let center = TestCenter::new().await;
        let partner = center.partner("P", "Asia/Shanghai").await;
        let finance = center.actor(&center.member(&partner, "finance", &[Role::Finance]).await).await;
        let customer = center.customer(&partner, "c", "C").await;
        Self { center, partner, finance, customer }
    }

    fn of_customer(&self) -> Account {
        Account::Customer(self.customer.clone())
    }

    fn allocate(&self, amount: &str) -> NewMove {
        let legs = vec![leg(&Account::Cash, &format!("-{amount}")), leg(&self.of_customer(), amount)];
        NewMove::new(MoveKind::Allocate, self.customer.as_str(), legs)
    }

    async fn post(&self, new: &NewMove) -> Result<Posted> {
        let mut tx = self.center.db.write().await.unwrap();
        let posted = post(&self.center, &mut tx, &self.finance, new).await;
        // what was refused has left nothing: committing shows it
        tx.commit().await.unwrap();
        posted
    }

    async fn balance(&self, account: &Account) -> String {
        let mut tx = self.center.db.read().await.unwrap();
        balance(&mut tx, &self.partner, account).await.unwrap().to_string()
    }

    async fn faults(&self) -> Vec<String> {
        crate::check::run_unscoped(&self.center).await.unwrap()
    }

    async fn moves(&self) -> i64 {
        let mut tx = self.center.db.read().await.unwrap();
        sqlx::query_scalar("select count(*) from ledger_move").fetch_one(&mut *tx).await.unwrap()
    }

    /// Past every rule, and past the engine's refusal.
    async fn tamper(&self, sql: &'static str) {
        let mut tx = self.center.db.write().await.unwrap();
        for trigger in ["ledger_posting_is_final", "ledger_posting_stays", "ledger_move_is_final", "ledger_move_stays"]
        {
            sqlx::query(sqlx::AssertSqlSafe(format!("drop trigger if exists {trigger}")))
                .execute(&mut *tx)
                .await
                .unwrap();
        }
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn an_account_never_goes_below_its_floor_and_the_refusal_names_both_figures() {
    let world = World::new().await;
    world.post(&top_up("100")).await.unwrap();
    let refused = world.post(&world.allocate("100.01")).await.unwrap_err();
    let shortage = Shortage { available: yuan("100"), wanted: yuan("100.01") };
    assert!(matches!(&refused, Error::Insufficient(found) if *found == shortage), "{refused}");
    let mut tx = world.center.db.write().await.unwrap();
    set_floor(&mut tx, &world.partner, &Account::Cash, yuan("30")).await.unwrap();
    assert!(set_floor(&mut tx, &world.partner, &Account::Cash, yuan("100.01")).await.is_err());
    tx.commit().await.unwrap();
    let refused = world.post(&world.allocate("70.01")).await.unwrap_err();
    assert!(matches!(&refused, Error::Insufficient(found) if found.available == yuan("70")), "{refused}");
    world.post(&world.allocate("70")).await.unwrap();
    assert_eq!(
        (world.balance(&Account::Cash).await, world.balance(&world.of_customer()).await),
        ("30".into(), "70".into())
    );
    assert_eq!(world.moves().await, 2);
    // nothing is earmarked: the floor alone would be a fault
    let mut tx = world.center.db.write().await.unwrap();
    set_floor(&mut tx, &world.partner, &Account::Cash, Amount::ZERO).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.faults().await, [""; 0]);
}

#[tokio::test]
async fn legs_that_are_no_move_are_refused() {
    let world = World::new().await;
    let bank = Account::Outside(Outside::Bank);
    for legs in [
        vec![],
        vec![leg(&Account::Cash, "1")],
        vec![leg(&Account::Cash, "1"), leg(&bank, "-2")],
        vec![leg(&Account::Cash, "1"), leg(&Account::Cash, "-1")],
        vec![leg(&Account::Cash, "1"), leg(&bank, "-1"), leg(&Account::Credit, "0")],
        vec![
            Leg { account: Account::Cash, amount: Amount::from_units(1_500_000) },
            Leg { account: bank.clone(), amount: Amount::from_units(-1_500_000) },
        ],
    ] {
        let refused = world.post(&NewMove::new(MoveKind::TopUp, "", legs)).await;
        assert!(matches!(refused, Err(Error::Internal(_))));
    }
    assert_eq!(world.moves().await, 0);
}

#[tokio::test]
async fn a_foreign_customer_has_no_account_here() {
    let world = World::new().await;
    world.post(&top_up("100")).await.unwrap();
    let other = world.center.partner("Other", "UTC").await;
    let foreign = Account::Customer(world.center.customer(&other, "f", "F").await);
    let legs = vec![leg(&Account::Cash, "-1"), leg(&foreign, "1")];
    assert!(matches!(world.post(&NewMove::new(MoveKind::Allocate, "", legs)).await, Err(Error::NotFound)));
    assert_eq!(world.balance(&Account::Cash).await, "100");
}

#[tokio::test]
async fn the_same_key_moves_money_once_and_another_content_under_it_is_refused() {
    let world = World::new().await;
    let once = |request: &str| Some(Once { key: "k".into(), request: request.into() });
    let first = world.post(&NewMove { once: once("top up 5"), ..top_up("5") }).await.unwrap();
    let again = world.post(&NewMove { once: once("top up 5"), ..top_up("5") }).await.unwrap();
    assert_eq!((first.repeated, again.repeated, &first.id), (false, true, &again.id));
    assert_eq!(first.postings, again.postings);
    let other = world.post(&NewMove { once: once("top up 6"), ..top_up("6") }).await;
    assert!(matches!(other, Err(Error::Conflict("idempotency_key_reused"))));
    for key in [String::new(), "k".repeat(129)] {
        let once = Some(Once { key, request: String::new() });
        assert!(matches!(world.post(&NewMove { once, ..top_up("5") }).await, Err(Error::Invalid(_))));
    }
    assert_eq!((world.moves().await, world.balance(&Account::Cash).await), (1, "5".into()));
}

#[tokio::test]
async fn a_key_belongs_to_its_partner() {
    let world = World::new().await;
    let once = Some(Once { key: "k".into(), request: "r".into() });
    world.post(&NewMove { once: once.clone(), ..top_up("5") }).await.unwrap();
    let other = world.center.partner("Other", "UTC").await;
    let mut tx = world.center.db.write().await.unwrap();
    let posted = post_unscoped(&world.center, &mut tx, &other, &NewMove { once, ..top_up("7") }).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!posted.repeated);
}

#[tokio::test]
async fn a_move_is_reversed_once_and_a_reversal_never() {
    let world = World::new().await;
    world.post(&top_up("10")).await.unwrap();
    let moved = world.post(&world.allocate("4")).await.unwrap();
    let reversed = async |id: &domain::ids::MoveId| {
        let mut tx = world.center.db.write().await.unwrap();
        let posted = reverse(&world.center, &mut tx, &world.finance, (id, "typo"), None).await;
        tx.commit().await.unwrap();
        posted
    };
    let back = reversed(&moved.id).await.unwrap();
    assert_eq!(
        (world.balance(&Account::Cash).await, world.balance(&world.of_customer()).await),
        ("10".into(), "0".into())
    );
    assert!(matches!(reversed(&moved.id).await, Err(Error::Conflict("already_reversed"))));
    assert!(matches!(reversed(&back.id).await, Err(Error::Conflict("not_reversible"))));
    assert!(matches!(reversed(&domain::ids::MoveId::new("AD0")).await, Err(Error::NotFound)));
    assert_eq!(world.faults().await, [""; 0]);
}

#[tokio::test]
async fn a_refund_goes_back_to_where_the_money_came_from_and_never_twice() {
    let world = World::new().await;
    world.post(&top_up("60")).await.unwrap();
    let granted = vec![leg(&Account::Credit, "50"), leg(&Account::Outside(Outside::CreditLine), "-50")];
    world.post(&NewMove::new(MoveKind::CreditLine, "", granted)).await.unwrap();
    let supplier = Account::Outside(Outside::Supplier);
    let mut tx = world.center.db.write().await.unwrap();
    let mut legs = funded_by_partner(&mut tx, &world.partner, yuan("100")).await.unwrap();
    assert_eq!(legs, [leg(&Account::Cash, "-60"), leg(&Account::Credit, "-40")]);
    legs.push(leg(&supplier, "100"));
    let paid = post(&world.center, &mut tx, &world.finance, &NewMove::new(MoveKind::Payment, "", legs)).await.unwrap();
    let short = funded_by_partner(&mut tx, &world.partner, yuan("10.01")).await.unwrap_err();
    assert!(matches!(short, Error::Insufficient(found) if found.available == yuan("10")));
    for (amount, expected) in [("50", vec![("credit", "40"), ("cash", "10")]), ("50", vec![("cash", "50")])] {
        let mut legs = given_back(&mut tx, &world.partner, (&paid.id, yuan(amount))).await.unwrap();
        let found: Vec<(&str, String)> =
            legs.iter().map(|leg| (leg.account.kind().code(), leg.amount.to_string())).collect();
        assert_eq!(found, expected.iter().map(|(kind, text)| (*kind, (*text).to_owned())).collect::<Vec<_>>());
        legs.push(leg(&supplier, &format!("-{amount}")));
        let about = Some(paid.id.clone());
        let new = NewMove { about, ..NewMove::new(MoveKind::Refund, "", legs) };
        post(&world.center, &mut tx, &world.finance, &new).await.unwrap();
    }
    assert!(matches!(
        given_back(&mut tx, &world.partner, (&paid.id, yuan("0.01"))).await,
        Err(Error::Insufficient(found)) if found.available == Amount::ZERO
    ));
    tx.commit().await.unwrap();
    assert_eq!(world.faults().await, [""; 0]);
}

#[tokio::test]
async fn the_engine_refuses_to_change_or_delete_what_was_written() {
    let world = World::new().await;
    world.post(&top_up("10")).await.unwrap();
    for sql in [
        "update ledger_posting set amount = 1",
        "delete from ledger_posting",
        "update ledger_move set reason = 'other'",
        "delete from ledger_move",
    ] {
        let mut tx = world.center.db.write().await.unwrap();
        let refused = sqlx::query(sql).execute(&mut *tx).await.unwrap_err();
        assert!(refused.to_string().contains("never"), "{sql}: {refused}");
    }
}

#[tokio::test]
async fn the_check_names_what_does_not_balance() {
    for (sql, named) in [
        (
            "update ledger_account set balance = balance + 1000000 where kind = 'cash'",
            "ledger account cash: kept balance",
        ),
        (
            "update ledger_posting set amount = amount + 1000000 where amount > 0 and balance_after = 1000000000",
            "postings sum to",
        ),
        ("update ledger_posting set balance_after = 7 where balance_after = 1000000000", "posting 1 says"),
        ("delete from ledger_posting where amount < 0", "its 1 postings"),
        ("update ledger_account set floor = 99900000000000 where kind = 'cash'", "below its floor"),
        ("update ledger_account set balance = balance - 1000000 where owner = 'bank'", "all ledger accounts together"),
    ] {
        let world = World::new().await;
        world.post(&top_up("10")).await.unwrap();
        world.post(&world.allocate("4")).await.unwrap();
        assert_eq!(world.faults().await, [""; 0]);
        world.tamper(sql).await;
        let faults = world.faults().await;
        assert!(faults.iter().any(|fault| fault.contains(named)), "{sql}: {faults:?}");
    }
}
