mod by_file;
mod change;

use domain::access::{Actor, Role};
use domain::ids::{MemberId, PartnerId};
use domain::money::Amount;
use domain::targets::{SetTarget, SheetQuery, TargetBoard};

use super::*;
use crate::error::{Error, Result};
use crate::testing::TestCenter;

/// A partner with a director and two account managers, 李伟 and 王芳 by their sign-in names.
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

    async fn set(&self, manager: &MemberId, month: &str, amount: &str, seen: i64) -> Result<()> {
        set(&self.center, &self.director, &target(manager, month, amount, seen)).await
    }

    /// The targets in CNY from November on.
    async fn board(&self) -> TargetBoard {
        let query = SheetQuery { currency: "CNY".parse().ok(), ..SheetQuery::default() };
        board(&self.center, &self.director, &query).await.unwrap()
    }

    /// The amounts of a manager from November on.
    async fn amounts(&self, manager: &MemberId) -> Vec<Option<String>> {
        let board = self.board().await;
        let row = board.rows.into_iter().find(|row| row.manager.id == *manager);
        let entries = row.map(|row| row.entries).unwrap_or_default();
        entries.into_iter().map(|entry| entry.amount.map(|amount| amount.to_string())).collect()
    }

    async fn disable(&self, login: &str) {
        let mut tx = self.center.db.write().await.unwrap();
        let sql = "update member set state = 'disabled' where login = $1";
        sqlx::query(sql).bind(login).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Actions and details of the audit records about targets.
    async fn records(&self) -> Vec<(String, String)> {
        let all = self.center.audit().await.into_iter();
        all.filter(|(action, ..)| action.starts_with("target.")).map(|(action, _, detail)| (action, detail)).collect()
    }
}

fn target(manager: &MemberId, month: &str, amount: &str, seen: i64) -> SetTarget {
    let amount: Option<Amount> = (!amount.is_empty()).then(|| amount.parse().unwrap());
    let (month, currency) = (month.parse().unwrap(), "CNY".parse().unwrap());
    SetTarget { manager: manager.clone(), month, currency, amount, seen }
}

#[expect(clippy::unnecessary_wraps, reason = "beside `None` in lists of what is expected")]
fn some(amount: &str) -> Option<String> {
    Some(amount.to_owned())
}
