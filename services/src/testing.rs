//! Fixtures for tests: a real, migrated database in a temporary folder, a clock that stands still, and rows put in directly.
//!
//! Nothing here checks a rule: that is what the tests are for.
#![allow(clippy::unwrap_used, clippy::missing_errors_doc)] // a fixture that fails should fail the test

use std::ops::Deref;

use domain::access::{Actor, Role};
use domain::customers::folded;
use domain::ids::{CustomerId, MemberId, PartnerId};
use domain::periods::Day;
use jiff::Timestamp;
use tempfile::TempDir;

use crate::center::{Center, new_id};
use crate::clock::{Clock, stored};
use crate::db::Database;
use crate::partners::{self, NewPartner};

/// What the clock of a [`TestCenter`] shows: noon in Shanghai.
pub const NOW: &str = "2026-11-22T04:00:00Z";
/// The supplier of every customer made here.
pub const SUPPLIER: &str = "Huawei Cloud";

/// A centre on a temporary database, which goes with it.
pub struct TestCenter {
    center: Center,
    // dropped last: the folder outlives the connections
    folder: TempDir,
}

impl Deref for TestCenter {
    type Target = Center;

    fn deref(&self) -> &Center {
        &self.center
    }
}

impl TestCenter {
    /// An empty centre at [`NOW`].
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let db = Database::open(&url).await.unwrap();
        Self { center: Center::new(db, Clock::fixed(NOW.parse().unwrap())), folder }
    }

    /// The folder of the database: for files that a test writes.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The same centre at another time.
    pub fn at(&self, now: &str) -> Center {
        let now: Timestamp = now.parse().unwrap();
        let mut center = self.center.clone();
        center.clock = Clock::fixed(now);
        center
    }

    /// A partner whose day of assignment counts.
    pub async fn partner(&self, name: &str, zone: &str) -> PartnerId {
        let new = NewPartner { name: name.into(), zone_name: zone.into(), assignment_day_counts: true, demo: false };
        partners::create_unscoped(&self.center, &new).await.unwrap()
    }

    /// An active member named like its login, who cannot sign in with any password.
    pub async fn member(&self, partner: &PartnerId, login: &str, roles: &[Role]) -> MemberId {
        let id = MemberId::new(new_id());
        let mut tx = self.db.write().await.unwrap();
        sqlx::query(
            "insert into member (id, partner_id, login, name, password_hash, must_change_password, state,
                                 failed_sign_ins, created_at)
             values ($1, $2, $3, $3, '-', false, 'active', 0, $4)",
        )
        .bind(id.as_str())
        .bind(partner.as_str())
        .bind(login)
        .bind(stored(self.clock.now()))
        .execute(&mut *tx)
        .await
        .unwrap();
        for role in roles {
            sqlx::query("insert into member_role (member_id, role) values ($1, $2)")
                .bind(id.as_str())
                .bind(role.code())
                .execute(&mut *tx)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        id
    }

    /// The member as an actor.
    pub async fn actor(&self, member: &MemberId) -> Actor {
        crate::members::actor(&self.center, member).await.unwrap().unwrap()
    }

    /// A customer of [`SUPPLIER`]; its account is named `<account_id>-account`.
    pub async fn customer(&self, partner: &PartnerId, account_id: &str, name: &str) -> CustomerId {
        let id = CustomerId::new(new_id());
        let account_name = format!("{account_id}-account");
        let mut tx = self.db.write().await.unwrap();
        sqlx::query(
            "insert into customer (no, id, partner_id, supplier, account_id, account_name, name,
                                   account_name_folded, name_folded, association, origin, phone, email, created_at)
             values ((select coalesce(max(no), 0) + 1 from customer), $1, $2, $3, $4, $5, $6, $7, $8,
                     'unknown', 'bill', '', '', $9)",
        )
        .bind(id.as_str())
        .bind(partner.as_str())
        .bind(SUPPLIER)
        .bind(account_id)
        .bind(&account_name)
        .bind(name)
        .bind(folded(&account_name))
        .bind(folded(name))
        .bind(stored(self.clock.now()))
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// An interval `[from, until)`, open without `until`, past every rule.
    pub async fn assign(&self, customer: &CustomerId, manager: &MemberId, from: &str, until: Option<&str>) {
        let mut tx = self.db.write().await.unwrap();
        sqlx::query(
            "insert into assignment (id, partner_id, customer_no, manager_id, from_day, until_day, assigned_by, assigned_at)
             select $1, c.partner_id, c.no, $2, $3, $4, 'test', $5 from customer c where c.id = $6",
        )
        .bind(new_id())
        .bind(manager.as_str())
        .bind(from.parse::<Day>().unwrap().to_string())
        .bind(until.map_or(Day::FOREVER, |until| until.parse().unwrap()).to_string())
        .bind(stored(self.clock.now()))
        .bind(customer.as_str())
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    /// Puts a bill month (`YYYY-MM`) into a state: `open`, `billed`, `closed`.
    pub async fn bill_month(&self, partner: &PartnerId, month: &str, state: &str) {
        let mut tx = self.db.write().await.unwrap();
        sqlx::query(
            "insert into bill_month (partner_id, month, state, changed_by, changed_at) values ($1, $2, $3, 'test', $4)
             on conflict (partner_id, month) do update set state = excluded.state",
        )
        .bind(partner.as_str())
        .bind(month)
        .bind(state)
        .bind(stored(self.clock.now()))
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    /// The audit trail, oldest first: (action, subject, detail).
    pub async fn audit(&self) -> Vec<(String, String, String)> {
        let mut tx = self.db.read().await.unwrap();
        sqlx::query_as("select action, subject, detail from audit_record order by id")
            .fetch_all(&mut *tx)
            .await
            .unwrap()
    }
}

/// Makes every sealed secret unreadable, as under another server key.
pub async fn spoil_secrets(connection: &mut crate::db::Connection) {
    sqlx::query("update access_key set sealed_secret = '00' || sealed_secret").execute(connection).await.unwrap();
}
