//! The program is killed while money moves: what it had not finished never happened, and nothing happens twice.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use domain::access::Role;
use domain::customers::AssociationType;
use domain::funds::{DecideTopUp, NewTopUp, RecordQuery, TopUpEvent};
use domain::members::NewMember;
use domain::money::Amount;
use services::db::Database;
use services::partners::NewPartner;
use services::{Center, Clock};
use tempfile::TempDir;

const PASSWORD: &str = "a long pass phrase 1";
/// Files that are sent, each under its own key until it is through.
const FILES: usize = 12;
/// Rows of a file.
const ROWS: usize = 150;
/// No more time than this is spent on killing.
const BUDGET: Duration = Duration::from_secs(25);

struct World {
    folder: TempDir,
    customer: String,
}

impl World {
    fn url(&self) -> String {
        format!("sqlite://{}", self.folder.path().join("killed.db").display())
    }

    async fn center(&self) -> Center {
        Center::new(Database::open(&self.url()).await.unwrap(), Clock::system())
    }

    /// A partner with money, two members of finance and a customer.
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut world = Self { folder, customer: "acc-killed".into() };
        let center = world.center().await;
        let new = NewPartner {
            name: "P".into(),
            zone_name: "Asia/Shanghai".into(),
            assignment_day_counts: true,
            demo: false,
        };
        let partner = services::partners::create_unscoped(&center, &new).await.unwrap();
        for login in ["one", "two"] {
            let member = NewMember { login: login.into(), name: login.into(), roles: vec![Role::Finance] };
            services::members::create_unscoped(&center, &partner, &member, PASSWORD, false).await.unwrap();
        }
        world.customer = import_customer(&center, &partner, world.folder.path()).await;
        let actor = async |login| services::members::actor_of_login_unscoped(&center, login).await.unwrap();
        let today = center.clock.today(&services::partners::zone("Asia/Shanghai").unwrap());
        let top_up = NewTopUp {
            amount: "10000".into(),
            paid_on: Some(today),
            bank_reference: "1".into(),
            payer: "P".into(),
            ..NewTopUp::default()
        };
        let id = services::funds::record_top_up(&center, &actor("one").await, &top_up).await.unwrap();
        let confirm = DecideTopUp { id, event: TopUpEvent::Confirm, reason: String::new() };
        services::funds::decide_top_up(&center, &actor("two").await, &confirm).await.unwrap();
        center.db.close().await;
        world
    }

    /// A file of allocations of 0.05 and, in every third row, a reclaim of 0.01.
    fn file(&self, number: usize) -> PathBuf {
        let path = self.folder.path().join(format!("{number}.csv"));
        let mut text = String::from("customer,operation,amount\n");
        for row in 0..ROWS {
            let (operation, amount) = if row % 3 == 2 { ("reclaim", "0.01") } else { ("allocate", "0.05") };
            writeln!(text, "{},{operation},{amount}", self.customer).unwrap();
        }
        std::fs::write(&path, text).unwrap();
        path
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_partner-center"));
        command.arg("--database-url").arg(self.url()).args(arguments).current_dir(self.folder.path());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn send(&self, file: &Path, key: &str) -> Child {
        let file = file.to_string_lossy();
        self.command(&["funds", "batch", &file, "--as", "one", "--key", key, "--json"]).spawn().unwrap()
    }
}

/// A bill brings the customer in; the line says that the partner allocates to it.
async fn import_customer(center: &Center, partner: &domain::ids::PartnerId, folder: &Path) -> String {
    use domain::imports::ImportOptions;
    use services::imports::{Importer, NewDelivery, SourceFile};
    let path = folder.join("bill.csv");
    let header = "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,\
                  ChargePeriodStart,ChargePeriodEnd,ServiceName,SubAccountId,ProviderName,x_AssociationType";
    let line = format!(
        "1,payer,CNY,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,Usage,2026-10-05T00:00:00Z,2026-10-06T00:00:00Z,ECS,\
         acc-killed,Huawei Cloud,{}",
        AssociationType::Reseller
    );
    std::fs::write(&path, format!("{header}\n{line}\n")).unwrap();
    let files = vec![SourceFile { path, name: "bill.csv".into() }];
    let delivery = NewDelivery::new(files, ImportOptions::default());
    let who = Importer::Job(partner.clone());
    let reports = Box::pin(services::imports::import(center, &who, &delivery, |_| {})).await.unwrap();
    assert_eq!(reports[0].rows.imported, 1);
    "acc-killed".into()
}

fn succeeded(output: &Output) {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
}

/// A time that looks random and is the same in every run: delays cover a whole sending, from its start to after its end.
fn delay(round: u32, whole: Duration) -> Duration {
    let permille = (round.wrapping_mul(2_654_435_761) >> 8) % 1_100;
    whole * permille / 1_000
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_killed_while_money_moves_leaves_all_or_nothing_of_each_file() {
    let world = World::new().await;
    let files: Vec<PathBuf> = (0..FILES).map(|number| world.file(number)).collect();
    // how long one takes, so that the others are killed within that time
    let begun = Instant::now();
    succeeded(&world.send(&files[0], "file-0").wait_with_output().unwrap());
    let whole = begun.elapsed();

    let begun = Instant::now();
    let (mut killed, mut round) = (0, 0_u32);
    'files: for (number, file) in files.iter().enumerate().skip(1) {
        for _ in 0..4 {
            if begun.elapsed() > BUDGET {
                break 'files;
            }
            round += 1;
            // two at once, on different files: one is killed while the other goes on or is killed later
            let other = &files[1 + number % (FILES - 1)];
            let mut children = [
                world.send(file, &format!("file-{number}")),
                world.send(other, &format!("file-{}", 1 + number % (FILES - 1))),
            ];
            for child in &mut children {
                tokio::time::sleep(delay(round, whole)).await;
                killed += usize::from(child.try_wait().unwrap().is_none());
                // SIGKILL
                child.kill().unwrap();
                child.wait().unwrap();
                round += 1;
            }
        }
    }
    assert!(killed >= 10, "killed {killed} while running");
    succeeded(&world.command(&["check"]).output().unwrap());

    let center = world.center().await;
    let finance = services::members::actor_of_login_unscoped(&center, "one").await.unwrap();
    let count = async || services::funds::records(&center, &finance, &RecordQuery::default()).await.unwrap().total;
    let before = count().await - 1;
    assert_eq!(before % ROWS as u64, 0, "{before} moves: a file is in as a whole or not at all");
    // each is sent until it is through, as whoever got no answer would
    for (number, file) in files.iter().enumerate() {
        succeeded(&world.send(file, &format!("file-{number}")).wait_with_output().unwrap());
    }
    succeeded(&world.command(&["check"]).output().unwrap());
    assert_eq!(count().await - 1, (FILES * ROWS) as u64, "every move once");
    // 100 allocations and 50 reclaims a file
    let each: i64 = 100 * 5_000_000 - 50 * 1_000_000;
    let own = services::funds::overview(&center, &finance).await.unwrap();
    let with_customers = Amount::from_units(each * i64::try_from(FILES).unwrap());
    assert_eq!(own.with_customers, with_customers);
    assert_eq!(own.balance, "10000".parse::<Amount>().unwrap().checked_sub(with_customers).unwrap());
    center.db.close().await;
}
