mod at_once;
mod bills;
mod by_file;
mod change;
mod differences;
mod from_bills;
mod hand_over;
mod visibility;

use domain::access::{Actor, Role};
use domain::assignments::{Assign, AssignmentRecord, TakeBack};
use domain::ids::{CustomerId, MemberId, PartnerId};
use domain::periods::Day;

use super::*;
use crate::error::Error;
use crate::testing::TestCenter;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A partner with a director and two account managers.
struct World {
    center: TestCenter,
    partner: PartnerId,
    director: Actor,
    li: MemberId,
    wang: MemberId,
}

impl World {
    async fn new() -> Self {
        let center = TestCenter::new().await;
        let partner = center.partner("Partner", "Asia/Shanghai").await;
        let director = center.actor(&center.member(&partner, "director", &[Role::AccountDirector]).await).await;
        let li = center.member(&partner, "li.wei", &[Role::AccountManager]).await;
        let wang = center.member(&partner, "wang.fang", &[Role::AccountManager]).await;
        Self { center, partner, director, li, wang }
    }

    async fn customer(&self, account_id: &str) -> CustomerId {
        self.center.customer(&self.partner, account_id, account_id).await
    }

    async fn assign(&self, customer: &CustomerId, manager: &MemberId, from: &str) -> crate::Result<(u64, u64)> {
        let what =
            Assign { customers: vec![customer.clone()], manager: manager.clone(), day: day(from), seen: String::new() };
        assign(&self.center, &self.director, &what).await.map(|outcome| (outcome.changed, outcome.unchanged))
    }

    /// `login from until`, newest first.
    async fn history(&self, customer: &CustomerId) -> Vec<String> {
        let records = history_of_customer(&self.center, &self.director, customer).await.unwrap();
        records.iter().map(line).collect()
    }
}

/// Takes back whatever the customers' assignments are.
fn back(customers: &[CustomerId], day: Day) -> TakeBack {
    TakeBack { customers: customers.to_vec(), day, seen: String::new() }
}

fn line(record: &AssignmentRecord) -> String {
    let until = record.until.map_or_else(String::new, |until| format!(" {until}"));
    format!("{} {}{until}", record.manager.login, record.from)
}

fn reason(error: Error) -> String {
    match error {
        Error::Invalid(fields) => format!("{}/{}", fields[0].field, fields[0].code),
        Error::Conflict(code) => code.to_owned(),
        Error::MonthClosed(_) => "month_closed".to_owned(),
        other => other.to_string(),
    }
}
