use domain::access::{Actor, Role};
use domain::funds::*;
use domain::ids::{CustomerId, MemberId, PartnerId};
use domain::money::Amount;

use super::*;
use crate::error::Error;
use crate::testing::TestCenter;

mod at_once;
mod details;
mod files;
mod rules;
mod top_ups;

/// A partner with two members of finance, an administrator, an account manager, and customers of each association.
struct World {
    center: TestCenter,
    partner: PartnerId,
    finance: Actor,
    second: Actor,
    admin: Actor,
    li: Actor,
    reseller: CustomerId,
    referral: CustomerId,
    unknown: CustomerId,
}

fn yuan(text: &str) -> Amount {
    text.parse().unwrap()
}

fn bank_transfer(amount: &str) -> NewTopUp {
    NewTopUp {
        amount: amount.into(),
        paid_on: Some("2026-11-20".parse().unwrap()),
        bank_reference: "B1".into(),
        payer: "云桥".into(),
        ..NewTopUp::default()
    }
}

impl World {
    async fn new() -> Self {
        let center = TestCenter::new().await;
        let partner = center.partner("云桥", "Asia/Shanghai").await;
        let member = async |login: &str, role| center.actor(&center.member(&partner, login, &[role]).await).await;
        let finance = member("finance", Role::Finance).await;
        let second = member("second", Role::Finance).await;
        let admin = member("admin", Role::Administrator).await;
        let li = member("li", Role::AccountManager).await;
        let reseller = center.customer(&partner, "reseller", "代售客户").await;
        let referral = center.customer(&partner, "referral", "顾问客户").await;
        let unknown = center.customer(&partner, "unknown", "未知客户").await;
        let world = Self { center, partner, finance, second, admin, li, reseller, referral, unknown };
        world.associate(&world.reseller, "reseller").await;
        world.associate(&world.referral, "referral").await;
        world
    }

    async fn associate(&self, customer: &CustomerId, association: &str) {
        let mut tx = self.center.db.write().await.unwrap();
        sqlx::query("update customer set association = $1 where id = $2")
            .bind(association)
            .bind(customer.as_str())
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Recorded by one, confirmed by the other.
    async fn topped_up(&self, amount: &str) {
        let id = record_top_up(&self.center, &self.finance, &bank_transfer(amount)).await.unwrap();
        let confirm = DecideTopUp { id, event: TopUpEvent::Confirm, reason: String::new() };
        decide_top_up(&self.center, &self.second, &confirm).await.unwrap();
    }

    async fn credit_line(&self, line: &str, seen: &str) -> crate::Result<domain::ledger::Posted> {
        let request = SetCreditLine { line: line.into(), seen: yuan(seen), reason: String::new() };
        set_credit_line(&self.center, &self.finance, &request).await
    }

    fn allocation(&self, amount: &str) -> Transfer {
        Transfer::new(TransferDirection::Allocate, Counterpart::Customer(self.reseller.clone()), amount)
    }

    fn reclaim(&self, amount: &str) -> Transfer {
        Transfer::new(TransferDirection::Reclaim, Counterpart::Customer(self.reseller.clone()), amount)
    }

    async fn transfer(&self, asked: &Transfer) -> crate::Result<TransferDone> {
        transfer(&self.center, &self.finance, asked).await
    }

    async fn overview(&self) -> FundsOverview {
        overview(&self.center, &self.finance).await.unwrap()
    }

    async fn balance(&self) -> Amount {
        let account = customer_account(&self.center, &self.finance, &self.reseller).await.unwrap();
        account.balance.unwrap()
    }

    async fn moves(&self) -> i64 {
        let mut tx = self.center.db.read().await.unwrap();
        sqlx::query_scalar("select count(*) from ledger_move").fetch_one(&mut *tx).await.unwrap()
    }

    async fn assert_sound(&self) {
        assert_eq!(crate::check::run_unscoped(&self.center).await.unwrap(), [""; 0]);
    }

    async fn assign(&self, customer: &CustomerId, manager: &MemberId) {
        self.center.assign(customer, manager, "2026-01-01", None).await;
    }
}

/// The stable code of a refusal: of a conflict, or of the first field.
fn code<T: std::fmt::Debug>(result: crate::Result<T>) -> String {
    match result.unwrap_err() {
        Error::Conflict(code) => code.to_owned(),
        Error::Invalid(fields) => format!("{}:{}", fields[0].field, fields[0].code),
        Error::Insufficient(shortage) => format!("insufficient:{}:{}", shortage.available, shortage.wanted),
        Error::Denied(_) => "denied".into(),
        Error::NotFound => "not_found".into(),
        other => panic!("{other}"),
    }
}
