//! How long imports take and how long they keep others from writing. Run by hand:
//! `cargo test -p services --release imports::speed -- --ignored --nocapture`.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use domain::access::Role;
use domain::ids::PartnerId;
use domain::imports::{Covers, ImportOptions};

use super::{Importer, NewDelivery, SourceFile, import};
use crate::center::Center;
use crate::testing::TestCenter;

/// A bill of October with so many lines on each of its days from `first` on: 400 customers, 40 services, 9 managers.
fn bill(lines: usize, first: usize) -> String {
    let mut text = String::from(
        "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodStart,ChargeCategory,ChargePeriodStart,ServiceName,\
         ProviderName,SubAccountId,SubAccountName,ResourceId,x_AccountManagerName\n",
    );
    let days = 32 - first;
    for line in 0..lines {
        let (customer, day) = (line % 400, first + line / 400 % days);
        let manager = if line % 3 == 0 { String::new() } else { format!("manager {}", customer % 9) };
        let _ = writeln!(
            text,
            "{}.{:06},payer,CNY,2026-10-01T00:00:00Z,Usage,2026-10-{day:02}T02:00:00Z,service {},Huawei Cloud,a{customer},\
             customer {customer},r{},{manager}",
            line % 97,
            line % 999_983,
            line * 13 % 101 % 40,
            line % 5000,
        );
    }
    text
}

async fn deliver(center: &TestCenter, partner: &PartnerId, text: String, covers: Covers) -> Duration {
    let path = center.folder().join("bill.csv");
    std::fs::write(&path, text).unwrap();
    let options = ImportOptions { covers, confirm: true, ..ImportOptions::default() };
    let delivery = NewDelivery::new(vec![SourceFile::at(path)], options);
    let start = Instant::now();
    Box::pin(import(center, &Importer::Job(partner.clone()), &delivery, |_| ())).await.unwrap();
    start.elapsed()
}

/// The longest time that somebody who wants to write must wait while `work` goes on.
async fn longest_wait(center: &Center, work: impl Future<Output = Duration>) -> (Duration, Duration) {
    let (center, going_on) = (center.clone(), Arc::new(AtomicBool::new(true)));
    let others = going_on.clone();
    let waiting = tokio::spawn(async move {
        let mut longest = Duration::ZERO;
        while others.load(Ordering::Relaxed) {
            let start = Instant::now();
            center.db.write().await.unwrap().rollback().await.unwrap();
            longest = longest.max(start.elapsed());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        longest
    });
    let took = work.await;
    going_on.store(false, Ordering::Relaxed);
    (took, waiting.await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "a measurement"]
async fn a_large_bill_and_a_day_of_it() {
    for lines in [200_000, 1_000_000] {
        let center = TestCenter::new().await;
        let partner = center.partner("Partner", "Asia/Shanghai").await;
        let finance = center.member(&partner, "finance", &[Role::Finance]).await;
        let finance = center.actor(&finance).await;
        let took = deliver(&center, &partner, bill(lines, 1), Covers::Month).await;
        println!("{:>9.0} ms  import of {lines} lines", took.as_secs_f64() * 1000.0);
        let month = "2026-10".parse().unwrap();
        for _ in 0..3 {
            let start = Instant::now();
            crate::months::sheet(&center, &finance, month).await.unwrap();
            println!("{:>9.0} ms  control sheet of {lines} lines", start.elapsed().as_secs_f64() * 1000.0);
        }
        let days = deliver(&center, &partner, bill(lines / 100, 31), Covers::Days);
        let (took, wait) = longest_wait(&center, days).await;
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        println!("{:>9.0} ms  one day anew of {lines} lines; others waited {:.0} ms", ms(took), ms(wait));
    }
}
