//! Bills that name account managers.

use std::fmt::Write as _;

use domain::imports::ImportOptions;

use super::*;
use crate::imports::{self, Importer, NewDelivery, SourceFile};

impl World {
    /// Imports lines `account day name due`, as a delivery a month; what it knows of a customer's month is replaced.
    pub(super) async fn bill(&self, lines: &[(&str, &str, &str, &str)]) {
        let mut months: std::collections::BTreeMap<&str, String> = std::collections::BTreeMap::new();
        for (account, day, name, due) in lines {
            let text = months.entry(&day[..7]).or_insert_with(|| {
                "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodStart,ChargeCategory,ChargePeriodStart,\
                 ServiceName,ProviderName,SubAccountId,SubAccountName,x_AccountManagerName\n"
                    .to_owned()
            });
            let month = &day[..7];
            let _ = writeln!(
                text,
                "{due},payer,CNY,{month}-01T00:00:00Z,Usage,{day}T02:00:00Z,ECS,Huawei Cloud,{account},{account},{name}"
            );
        }
        for (month, text) in months {
            let path = self.center.folder().join(format!("{month}.csv"));
            std::fs::write(&path, text).unwrap();
            let delivery = NewDelivery::new(vec![SourceFile::at(path)], ImportOptions::default());
            let reports =
                imports::import(&self.center, &Importer::Job(self.partner.clone()), &delivery, |_| ()).await.unwrap();
            assert_eq!(reports[0].rows.rejected, 0, "{reports:?}");
        }
        assert_eq!(crate::check::run_unscoped(&self.center).await.unwrap(), Vec::<String>::new());
    }

    /// The customer that a bill made.
    pub(super) async fn billed(&self, account: &str) -> CustomerId {
        let mut tx = self.center.db.read().await.unwrap();
        let id: String = sqlx::query_scalar("select id from customer where account_id = $1 and partner_id = $2")
            .bind(account)
            .bind(self.partner.as_str())
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        CustomerId::new(id)
    }

    /// Gives a member another name.
    pub(super) async fn rename(&self, login: &str, name: &str) {
        self.execute("update member set name = $2 where login = $1", login, name).await;
    }

    /// Runs a statement with two values.
    pub(super) async fn execute(&self, sql: &'static str, one: &str, two: &str) {
        let mut tx = self.center.db.write().await.unwrap();
        sqlx::query(sql).bind(one).bind(two).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }
}
