//! Bill import: what goes in, what is shown then, and what comes back.
#![allow(clippy::unwrap_used, clippy::panic, clippy::format_push_string)] // the helpers of these tests are no tests to clippy

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::access::{Actor, Role};
use domain::ids::{DeliveryId, MemberId, PartnerId};
use domain::imports::{Covers, DeliveryState, ImportOptions, ImportReport, VersionState};
use domain::money::{Decimal, Total};
use services::db::Database;
use services::imports::{self, Importer, NewDelivery, SourceFile};
use services::{Center, Clock, Error, check, partners};

const HEADER: &str = "BilledCost,BillingAccountId,BillingAccountName,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,\
                      ChargeCategory,ChargePeriodStart,ServiceName,ProviderName,SubAccountId,SubAccountName,ListCost";

struct House {
    folder: tempfile::TempDir,
    center: Center,
    partner: PartnerId,
}

impl House {
    async fn new() -> Self {
        Self::in_zone("Asia/Shanghai").await
    }

    async fn in_zone(zone: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let center = Center::new(Database::open(&url).await.unwrap(), at("2026-11-22T00:00:00Z"));
        let new = partners::NewPartner {
            name: "Partner".into(),
            zone_name: zone.into(),
            assignment_day_counts: true,
            demo: false,
        };
        let partner = partners::create_unscoped(&center, &new).await.unwrap();
        Self { folder, center, partner }
    }

    fn job(&self) -> Importer {
        Importer::Job(self.partner.clone())
    }

    fn actor(&self, role: Role) -> Actor {
        Actor {
            member: MemberId::new("m"),
            partner: self.partner.clone(),
            login: "m".into(),
            name: "M".into(),
            roles: vec![role],
        }
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> SourceFile {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        SourceFile::at(path)
    }

    async fn deliver(&self, file: SourceFile, options: ImportOptions) -> Result<ImportReport, Error> {
        let delivery = NewDelivery::new(vec![file], options);
        let reports = imports::import(&self.center, &self.job(), &delivery, |_| ()).await?;
        self.must_be_consistent().await;
        Ok(reports.into_iter().next().unwrap())
    }

    /// Imports lines `customer,day,due` of September 2026.
    async fn bill(&self, covers: Covers, lines: &[(&str, u8, &str)]) -> Result<ImportReport, Error> {
        self.deliver(self.file("bill.csv", bill(lines)), ImportOptions { covers, ..ImportOptions::default() }).await
    }

    async fn must_be_consistent(&self) {
        assert_eq!(check::run_unscoped(&self.center).await.unwrap(), Vec::<String>::new());
    }

    async fn number(&self, sql: &'static str) -> i64 {
        let mut tx = self.center.db.read().await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap()
    }

    async fn text(&self, sql: &'static str) -> String {
        let mut tx = self.center.db.read().await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap()
    }

    /// Shown due by a key, in units.
    async fn sums(&self, sql: &'static str) -> BTreeMap<String, i64> {
        let mut tx = self.center.db.read().await.unwrap();
        let rows: Vec<(String, i64)> = sqlx::query_as(sql).fetch_all(&mut *tx).await.unwrap();
        rows.into_iter().collect()
    }

    async fn execute(&self, sql: &'static str) {
        let mut tx = self.center.db.write().await.unwrap();
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Shown due by customer account, in whole units of currency.
    async fn due(&self) -> BTreeMap<String, i64> {
        self.sums(
            "select c.account_id, cast(sum(r.due) / 100000000 as bigint)
             from rollup_customer r join customer c on c.no = r.customer_no group by c.account_id",
        )
        .await
    }
}

fn at(instant: &str) -> Clock {
    Clock::fixed(instant.parse().unwrap())
}

fn bill(lines: &[(&str, u8, &str)]) -> String {
    let mut text = format!("{HEADER}\n");
    for (customer, day, due) in lines {
        text += &format!(
            "{due},payer,Payer,CNY,2026-09-01,2026-10-01,Usage,2026-09-{day:02}T04:00:00Z,ECS,Cloud,{customer},Name {customer},\n"
        );
    }
    text
}

fn expected(pairs: &[(&str, i64)]) -> BTreeMap<String, i64> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect()
}

fn shared(path: &str) -> PathBuf {
    let base = std::env::var("PARTNER_CENTER_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").to_owned());
    Path::new(&base).join("data").join(path)
}

fn conflict(result: Result<ImportReport, Error>) -> &'static str {
    match result {
        Err(Error::Conflict(code)) => code,
        other => panic!("a conflict was expected: {other:?}"),
    }
}

fn refusal(result: Result<ImportReport, Error>) -> String {
    match result {
        Err(Error::Invalid(fields)) => fields[0].to_string(),
        other => panic!("a refusal was expected: {other:?}"),
    }
}

fn paid_by(key: &'static str) -> &'static str {
    match key {
        "customer" => {
            "select c.account_id, cast(sum(r.due - r.coupon) as bigint)
             from rollup_customer r join customer c on c.no = r.customer_no group by c.account_id"
        }
        "service" => {
            "select t.value, cast(sum(r.due - r.coupon) as bigint)
             from rollup_service r join bill_text t on t.no = r.service_no group by t.value"
        }
        "month" => "select month, cast(sum(due - coupon) as bigint) from rollup_customer group by month",
        "day" => {
            "select r.day, cast(sum(r.due - r.coupon) as bigint)
             from shown_part s join rollup_part_day r on r.version_no = s.version_no and r.customer_no = s.customer_no
             group by r.day"
        }
        "line day" => {
            "select l.day, cast(sum(l.due - l.coupon) as bigint)
             from shown_part s
             join customer_line i on i.version_no = s.version_no and i.customer_no = s.customer_no
             join bill_line l on l.version_no = i.version_no and l.line_no = i.line_no
             group by l.day"
        }
        _ => panic!("{key}"),
    }
}

/// Each sum must be the expected one, give or take 10⁻⁸ for each of `rows` rows.
fn assert_close(found: &BTreeMap<String, i64>, expected: &serde_json::Value, rows: i128) {
    let expected = expected.as_object().unwrap();
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        expected.keys().collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    );
    for (key, value) in expected {
        let exact = Decimal::parse(value.as_str().unwrap()).unwrap();
        let difference = Total::from_units(found[key].into()).to_decimal().minus(exact);
        let units = difference.to_amount().unwrap().units().abs();
        assert!(i128::from(units) <= rows, "{key}: {} instead of {exact}", found[key]);
    }
}

#[tokio::test]
async fn the_sample_gives_its_exact_totals_in_both_zones() {
    let file = std::fs::read_to_string(shared("focus-1.0-sample/expected_totals.json")).unwrap();
    let totals: serde_json::Value = serde_json::from_str(&file).unwrap();
    for (zone, days) in [("UTC", "by_bill_day_utc"), ("Asia/Shanghai", "by_bill_day_utc_plus_8")] {
        let house = House::in_zone(zone).await;
        let sample = SourceFile::at(shared("focus-1.0-sample/focus_sample.csv"));
        let report = house.deliver(sample, ImportOptions::default()).await.unwrap();
        assert_eq!((report.rows.read, report.rows.imported, report.rows.rejected), (1000, 1000, 0));
        assert_eq!((report.format.as_str(), report.customers.created, report.unbalanced), ("FOCUS 1.0", 73, 0));
        let usd = &report.currencies["USD"];
        assert_eq!(usd.billed.to_string(), "20.52022672899");
        assert_eq!(usd.stored.to_decimal().minus(usd.billed), usd.difference);
        assert_close(&house.sums(paid_by("customer")).await, &totals["by_subaccount"], 1000);
        assert_close(&house.sums(paid_by("service")).await, &totals["by_service"], 1000);
        assert_close(&house.sums(paid_by("month")).await, &totals["by_bill_month"], 1000);
        assert_close(&house.sums(paid_by("day")).await, &totals[days], 100);
        assert_close(&house.sums(paid_by("line day")).await, &totals[days], 100);
        assert_eq!(house.number("select cast(sum(coupon) as bigint) from rollup_customer").await, 261_370_000);
        assert_eq!(house.number("select count(*) from bill_line").await, 1000);
        assert_eq!(
            house.number("select cast(sum(lines) as bigint) from rollup_customer where month = '2024-10'").await,
            1
        );
    }
}

#[tokio::test]
async fn the_october_row_of_the_sample_is_held_where_octobers_bill_was_there_before() {
    let house = House::new().await;
    let sample = std::fs::read_to_string(shared("focus-1.0-sample/focus_sample.csv")).unwrap();
    let header = sample.lines().next().unwrap();
    let row = sample.lines().find(|line| line.contains("\"2024-11-01 00:00:00\"")).unwrap();
    let october = format!("{header}\n{row}\n{row}\n{row}\n");
    house.deliver(house.file("october.csv", october), ImportOptions::default()).await.unwrap();
    let file = SourceFile::at(shared("focus-1.0-sample/focus_sample.csv"));
    let report = house.deliver(file, ImportOptions::default()).await.unwrap();
    let state = |report: &ImportReport, month: &str| {
        report.versions.iter().find(|version| version.month.to_string() == month).unwrap().state
    };
    assert_eq!(state(&report, "2024-10"), VersionState::Held);
    assert_eq!(state(&report, "2024-09"), VersionState::Switched);
    let october = "select cast(sum(lines) as bigint) from rollup_customer where month = '2024-10'";
    assert_eq!(house.number(october).await, 3);

    let id = report.delivery.unwrap();
    let held = imports::held(&house.center, &house.actor(Role::Finance), &id).await.unwrap();
    assert_eq!((held.len(), held[0].lines_now, held[0].lines_then, held[0].customers.len()), (1, 3, 1, 1));
    assert_eq!(held[0].due_then["USD"].to_string(), "0.24");
    imports::confirm(&house.center, &house.job(), &id).await.unwrap();
    house.must_be_consistent().await;
    assert_eq!(house.number(october).await, 1);
}

#[tokio::test]
async fn specification_examples_import_exactly_or_are_told_what_they_lack() {
    let (mut imported, mut refused) = (0, 0);
    for entry in std::fs::read_dir(shared("focus-1.2-spec-examples")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if Path::new(&name).extension().is_none_or(|extension| extension != "csv") || name.starts_with("focus_columns")
        {
            continue;
        }
        let house = House::new().await;
        match house.deliver(SourceFile::at(&path), ImportOptions::default()).await {
            Ok(report) => {
                let mut reader = csv::Reader::from_path(&path).unwrap();
                let column = reader.headers().unwrap().iter().position(|name| name == "BilledCost").unwrap();
                let own = reader.records().fold(Decimal::ZERO, |sum, record| {
                    sum.plus(Decimal::parse(record.unwrap().get(column).unwrap()).unwrap())
                });
                assert_eq!(report.currencies["USD"].billed, own, "{name}");
                assert_eq!(report.currencies["USD"].difference, Decimal::ZERO, "{name}");
                assert_eq!(report.rows.imported, report.rows.read, "{name}");
                assert_eq!(
                    house.number("select cast(sum(due - coupon) as bigint) from bill_line").await,
                    own.to_amount().unwrap().units(),
                    "{name}"
                );
                imported += 1;
            }
            error => {
                assert!(refusal(error).contains("BillingAccountId"), "{name}");
                assert_eq!(house.number("select count(*) from bill_version").await, 0, "{name}");
                refused += 1;
            }
        }
    }
    assert_eq!((imported, refused), (15, 11));
}

#[tokio::test]
async fn byte_order_mark_crlf_quoted_newlines_and_gzip_change_nothing() {
    let plain = bill(&[("a", 1, "1.5"), ("b", 2, "\"$1,000.25\"")]).replace("Name a", "\"Name\na\"");
    let marked = format!("\u{feff}\"{}", plain.replacen("BilledCost", "BilledCost\"", 1).replace('\n', "\r\n"));
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zipped.write_all(plain.as_bytes()).unwrap();
    for (name, bytes) in
        [("a.csv", plain.into_bytes()), ("b.csv", marked.into_bytes()), ("c.csv", zipped.finish().unwrap())]
    {
        let house = House::new().await;
        let report = house.deliver(house.file(name, bytes), ImportOptions::default()).await.unwrap();
        assert_eq!(
            (report.rows.imported, report.currencies["CNY"].billed.to_string().as_str()),
            (2, "1001.75"),
            "{name}"
        );
        let named = "select count(*) from customer where name like 'Name%a'";
        assert_eq!(house.number(named).await, 1, "{name}");
    }
}

#[tokio::test]
async fn a_then_b_then_a_shows_a_again_and_a_once_more_is_unchanged() {
    let house = House::new().await;
    let (a, b) = ([("x", 1, "10"), ("x", 2, "20")], [("x", 1, "10"), ("x", 2, "25")]);
    for (lines, due) in [(&a, 30), (&b, 35), (&a, 30)] {
        let report = house.bill(Covers::Customers, lines).await.unwrap();
        assert_eq!(report.versions[0].state, VersionState::Switched);
        assert_eq!(house.due().await, expected(&[("x", due)]));
    }
    let mut turned = a;
    turned.reverse();
    let report = house.bill(Covers::Customers, &turned).await.unwrap();
    assert_eq!(report.versions[0].state, VersionState::Unchanged);
    assert_eq!((report.rows.imported, report.rows.unchanged), (0, 2));
    assert_eq!(house.number("select count(*) from bill_line").await, 6);
    assert_eq!(house.number("select data_version from partner").await, 3);
}

#[tokio::test]
async fn equal_lines_are_never_merged() {
    let house = House::new().await;
    house.bill(Covers::Customers, &[("x", 1, "10"), ("x", 1, "10"), ("x", 1, "10")]).await.unwrap();
    assert_eq!(house.due().await, expected(&[("x", 30)]));
    let report = house.bill(Covers::Customers, &[("x", 1, "10"), ("x", 1, "10")]).await.unwrap();
    assert_eq!(report.versions[0].state, VersionState::Switched);
    assert_eq!(house.due().await, expected(&[("x", 20)]));
}

#[tokio::test]
async fn each_cover_re_states_its_unit_and_nothing_else() {
    let house = House::new().await;
    house.bill(Covers::Customers, &[("x", 1, "10"), ("x", 2, "20"), ("y", 1, "5")]).await.unwrap();
    house.bill(Covers::Customers, &[("x", 1, "11"), ("x", 2, "21")]).await.unwrap();
    assert_eq!(house.due().await, expected(&[("x", 32), ("y", 5)]));
    house.bill(Covers::Days, &[("x", 2, "40"), ("z", 2, "7")]).await.unwrap();
    assert_eq!(house.due().await, expected(&[("x", 51), ("y", 5), ("z", 7)]));
    let report = house.bill(Covers::Days, &[("z", 2, "7"), ("x", 2, "40")]).await.unwrap();
    assert_eq!(report.versions[0].state, VersionState::Unchanged);
    house.bill(Covers::Append, &[("y", 3, "1")]).await.unwrap();
    assert_eq!(house.due().await, expected(&[("x", 51), ("y", 6), ("z", 7)]));
    house.bill(Covers::Days, &[("y", 3, "2")]).await.unwrap();
    assert_eq!(house.due().await, expected(&[("x", 51), ("y", 7), ("z", 7)]));
    house.bill(Covers::Month, &[("x", 1, "1"), ("x", 2, "1"), ("x", 3, "1")]).await.unwrap();
    assert_eq!(house.due().await, expected(&[("x", 3)]));
    let first_seen = "select count(*) from customer where account_id <> 'x' and first_seen is not null";
    assert_eq!(house.number(first_seen).await, 0);
}

#[tokio::test]
async fn what_would_lose_more_than_half_its_lines_is_held_unless_confirmed() {
    let house = House::new().await;
    let many = [("x", 1, "1"), ("x", 1, "1"), ("x", 1, "1"), ("y", 2, "1"), ("y", 2, "1")];
    house.bill(Covers::Customers, &many).await.unwrap();
    for (covers, lines) in [
        (Covers::Customers, vec![("x", 1, "9"), ("y", 2, "1"), ("y", 2, "1")]),
        (Covers::Days, vec![("x", 1, "9")]),
        (Covers::Month, vec![("x", 1, "9"), ("y", 2, "1")]),
    ] {
        let report = house.bill(covers, &lines).await.unwrap();
        assert_eq!(report.versions[0].state, VersionState::Held, "{covers}");
        assert_eq!(house.due().await, expected(&[("x", 3), ("y", 2)]), "{covers}");
    }
    let report = house.bill(Covers::Days, &[("x", 1, "9")]).await.unwrap();
    let id = report.delivery.unwrap();
    imports::confirm(&house.center, &house.job(), &id).await.unwrap();
    house.must_be_consistent().await;
    assert_eq!(house.due().await, expected(&[("x", 9), ("y", 2)]));
    assert!(matches!(imports::confirm(&house.center, &house.job(), &id).await, Err(Error::Conflict("nothing_held"))));
    let options = ImportOptions { confirm: true, ..ImportOptions::default() };
    house.bill(Covers::Customers, &many).await.unwrap();
    let report = house.deliver(house.file("c.csv", bill(&[("x", 1, "4")])), options).await.unwrap();
    assert_eq!(report.versions[0].state, VersionState::Switched);
}

#[tokio::test]
async fn appending_what_is_in_already_is_refused() {
    let house = House::new().await;
    house.bill(Covers::Customers, &[("x", 1, "10")]).await.unwrap();
    assert_eq!(conflict(house.bill(Covers::Append, &[("x", 1, "10")]).await), "already_in");
    house.bill(Covers::Append, &[("x", 1, "10"), ("x", 2, "3")]).await.unwrap();
    assert_eq!(conflict(house.bill(Covers::Append, &[("x", 2, "3"), ("x", 1, "10")]).await), "already_in");
    assert_eq!(house.due().await, expected(&[("x", 23)]));
    assert_eq!(house.number("select count(*) from bill_line").await, 3);
}

#[tokio::test]
async fn mended_rows_are_added_to_what_they_were_rejected_from() {
    let house = House::new().await;
    let text = bill(&[("x", 1, "10"), ("x", 2, "ten"), ("new", 3, "\"a\nb\"")]);
    let report = house.deliver(house.file("bill.csv", text), ImportOptions::default()).await.unwrap();
    assert_eq!((report.rows.imported, report.rows.rejected), (1, 2));
    let reject = &report.rejects[0];
    assert_eq!((reject.row, &*reject.column, &*reject.reason), (2, "BilledCost", "is no decimal number"));
    let id = report.delivery.unwrap();
    let finance = house.actor(Role::Finance);
    let (name, bytes) = imports::rejects_csv(&house.center, &Importer::Member(finance.clone()), &id).await.unwrap();
    assert!(name.contains(id.as_str()));
    let rejected = String::from_utf8(bytes).unwrap();
    assert!(
        rejected
            .lines()
            .next()
            .unwrap()
            .ends_with("x_RejectedDelivery,x_RejectedFile,x_RejectedRow,x_RejectedColumn,x_RejectedReason")
    );

    let mended = rejected.replacen("ten", "20", 1);
    let report = house.deliver(house.file("mended.csv", &mended), ImportOptions::default()).await.unwrap();
    assert_eq!((report.rows.imported, report.rows.rejected), (1, 1));
    assert_eq!(house.due().await, expected(&[("x", 30)]));
    let (_, bytes) = imports::rejects_csv(&house.center, &Importer::Member(finance.clone()), &report.delivery.unwrap())
        .await
        .unwrap();
    let again = String::from_utf8(bytes).unwrap().replacen("\"a\nb\"", "5", 1);
    house.deliver(house.file("again.csv", &again), ImportOptions::default()).await.unwrap();
    assert_eq!(house.due().await, expected(&[("x", 30), ("new", 5)]));
    assert_eq!(conflict(house.deliver(house.file("twice.csv", &again), ImportOptions::default()).await), "already_in");

    let foreign = mended.replace(id.as_str(), "someone-elses");
    let refused = refusal(house.deliver(house.file("foreign.csv", foreign), ImportOptions::default()).await);
    assert!(refused.contains("unknown delivery"), "{refused}");

    // Withdrawing the delivery takes its mended rows along.
    imports::withdraw(&house.center, &house.job(), &id).await.unwrap();
    house.must_be_consistent().await;
    assert_eq!(house.due().await, expected(&[]));
    assert_eq!(
        conflict(house.deliver(house.file("late.csv", &mended), ImportOptions::default()).await),
        "replaced_since"
    );
}

/// A bill with a bad row for each of two customers, and the file of the two.
async fn two_rejected(house: &House) -> (DeliveryId, String) {
    let text = bill(&[("x", 1, "10"), ("x", 2, "two"), ("y", 3, "10"), ("y", 4, "four")]);
    let id = house.deliver(house.file("bill.csv", text), ImportOptions::default()).await.unwrap().delivery.unwrap();
    let (_, bytes) = imports::rejects_csv(&house.center, &house.job(), &id).await.unwrap();
    (id, String::from_utf8(bytes).unwrap())
}

#[tokio::test]
async fn a_rejected_row_comes_in_once_whichever_file_brings_it() {
    let house = House::new().await;
    let (_, rejected) = two_rejected(&house).await;
    // Nothing mended: the same reasons again, and nothing is in.
    let report = house.deliver(house.file("same.csv", &rejected), ImportOptions::default()).await.unwrap();
    assert_eq!((report.rows.imported, report.rows.rejected), (0, 2));
    assert_eq!(report.rejects[0].reason, "is no decimal number");
    let unmended = report.delivery.unwrap();
    // The rows have gone on to that delivery; the first file names rows that came again.
    let mended = rejected.replacen("two", "2", 1);
    assert_eq!(conflict(house.deliver(house.file("late.csv", &mended), ImportOptions::default()).await), "already_in");
    imports::withdraw(&house.center, &house.job(), &unmended).await.unwrap();
    house.deliver(house.file("one.csv", &mended), ImportOptions::default()).await.unwrap();
    assert_eq!(house.due().await, expected(&[("x", 12), ("y", 10)]));
    let both = mended.replacen("four", "4", 1);
    assert_eq!(conflict(house.deliver(house.file("both.csv", &both), ImportOptions::default()).await), "already_in");
    assert_eq!(house.due().await, expected(&[("x", 12), ("y", 10)]));
}

#[tokio::test]
async fn a_mended_row_is_not_added_to_a_later_bill_of_its_customer() {
    let house = House::new().await;
    let (_, rejected) = two_rejected(&house).await;
    house.bill(Covers::Customers, &[("x", 1, "10"), ("x", 2, "2")]).await.unwrap();
    let mended = rejected.replacen("two", "2", 1);
    let refused = house.deliver(house.file("mended.csv", &mended), ImportOptions::default()).await;
    assert_eq!(conflict(refused), "replaced_since");
    assert_eq!(house.due().await, expected(&[("x", 12), ("y", 10)]));
}

#[tokio::test]
async fn what_a_shown_delivery_replaced_can_be_brought_back_however_many_came_between() {
    let house = House::new().await;
    for customer in ["a", "b", "c", "d", "e"] {
        house.bill(Covers::Customers, &[(customer, 1, "1")]).await.unwrap();
    }
    let wrong = house.bill(Covers::Customers, &[("a", 1, "9")]).await.unwrap().delivery.unwrap();
    imports::withdraw(&house.center, &house.job(), &wrong).await.unwrap();
    house.must_be_consistent().await;
    assert_eq!(house.due().await, expected(&[("a", 1), ("b", 1), ("c", 1), ("d", 1), ("e", 1)]));
}

#[tokio::test]
async fn a_bill_names_the_account_and_leaves_the_customers_own_name() {
    let house = House::new().await;
    house.bill(Covers::Customers, &[("x", 1, "1")]).await.unwrap();
    house.execute("update customer set name = 'Own', name_folded = 'own'").await;
    let names = "select count(*) from customer where name = 'Own' and account_name = 'Name x'";
    for (account_name, due) in [("Name x", "2"), ("N**", "3")] {
        let text = bill(&[("x", 1, due)]).replace("Name x", account_name);
        house.deliver(house.file("bill.csv", text), ImportOptions::default()).await.unwrap();
        assert_eq!(house.number(names).await, 1, "{account_name}");
    }
    let text = bill(&[("x", 1, "4")]).replace("Name x", "Renamed");
    house.deliver(house.file("bill.csv", text), ImportOptions::default()).await.unwrap();
    assert_eq!(house.number("select count(*) from customer where name = 'Own' and account_name = 'Renamed'").await, 1);
}

#[tokio::test]
async fn withdrawing_shows_again_what_was_replaced_and_is_refused_when_replaced_itself() {
    let house = House::new().await;
    let first = house.bill(Covers::Customers, &[("x", 1, "10"), ("y", 1, "1")]).await.unwrap().delivery.unwrap();
    let second = house.bill(Covers::Customers, &[("x", 1, "20")]).await.unwrap().delivery.unwrap();
    let refused = imports::withdraw(&house.center, &house.job(), &first).await;
    assert!(matches!(refused, Err(Error::Conflict("replaced_since"))), "{refused:?}");
    imports::withdraw(&house.center, &house.job(), &second).await.unwrap();
    house.must_be_consistent().await;
    assert_eq!(house.due().await, expected(&[("x", 10), ("y", 1)]));
    imports::withdraw(&house.center, &house.job(), &first).await.unwrap();
    house.must_be_consistent().await;
    assert_eq!(house.due().await, expected(&[]));
    assert_eq!(house.number("select count(*) from bill_line").await, 0);
    assert_eq!(house.number("select count(*) from customer where first_seen is not null").await, 0);
    let state = imports::get(&house.center, &house.actor(Role::Finance), &first).await.unwrap().state;
    assert_eq!(state, DeliveryState::Withdrawn);
}

#[tokio::test]
async fn the_last_three_versions_are_kept_and_older_ones_go() {
    let house = House::new().await;
    let mut last = None;
    for due in ["1", "2", "3", "4", "5"] {
        last = house.bill(Covers::Customers, &[("x", 1, due)]).await.unwrap().delivery;
    }
    assert_eq!(house.number("select count(*) from bill_line").await, 3);
    assert_eq!(house.number("select count(*) from bill_version where kept").await, 3);
    imports::withdraw(&house.center, &house.job(), &last.unwrap()).await.unwrap();
    assert_eq!(house.due().await, expected(&[("x", 4)]));
}

#[tokio::test]
async fn a_masked_name_never_replaces_a_clear_one() {
    let house = House::new().await;
    let named = |name: &str, due: &str| bill(&[("x", 1, due)]).replace("Name x", name);
    for (name, due, shown) in [
        ("张**", "1", "张**"),
        ("张三", "2", "张三"),
        ("张**", "3", "张三"),
        ("", "4", "张三"),
        ("张三丰", "5", "张三丰"),
    ] {
        house.deliver(house.file("n.csv", named(name, due)), ImportOptions::default()).await.unwrap();
        let names = house.sums("select name || '/' || account_name || '/' || name_folded, 0 from customer").await;
        assert_eq!(names.keys().collect::<Vec<_>>(), [&format!("{shown}/{shown}/{shown}")], "{name}");
    }
}

#[tokio::test]
async fn a_dry_run_writes_nothing_and_tells_the_same() {
    let house = House::new().await;
    house.bill(Covers::Customers, &[("x", 1, "1"), ("x", 1, "1"), ("x", 1, "1")]).await.unwrap();
    let tables =
        "select (select count(*) from delivery) + (select count(*) from bill_line) + (select count(*) from bill_text)
         + (select count(*) from customer) + (select count(*) from audit_record) + (select count(*) from bill_version)";
    let before = house.number(tables).await;
    for (covers, lines) in [
        (Covers::Customers, vec![("x", 1, "9")]),
        (Covers::Customers, vec![("x", 1, "1"), ("x", 1, "1"), ("x", 1, "1")]),
        (Covers::Days, vec![("x", 1, "9")]),
        (Covers::Month, vec![("y", 1, "9"), ("y", 2, "x"), ("y", 1, "9")]),
    ] {
        let file = house.file("bill.csv", bill(&lines));
        let options = ImportOptions { covers, dry_run: true, ..ImportOptions::default() };
        let mut rehearsed = house.deliver(file.clone(), options).await.unwrap();
        assert_eq!(house.number(tables).await, before, "{covers}");
        let real = House::new().await;
        real.bill(Covers::Customers, &[("x", 1, "1"), ("x", 1, "1"), ("x", 1, "1")]).await.unwrap();
        let mut done = real.deliver(file, ImportOptions { dry_run: false, ..options }).await.unwrap();
        for report in [&mut rehearsed, &mut done] {
            report.delivery = None;
            report.versions.iter_mut().for_each(|version| version.version = 0);
        }
        assert_eq!(rehearsed, done, "{covers}");
    }
}

#[tokio::test]
async fn a_closed_month_takes_no_import_no_confirmation_and_no_withdrawal() {
    let house = House::new().await;
    let many: Vec<_> = (0..5).map(|_| ("x", 1, "1")).collect();
    let id = house.bill(Covers::Customers, &many).await.unwrap().delivery.unwrap();
    let held = house.bill(Covers::Customers, &[("x", 1, "1")]).await.unwrap();
    assert_eq!(held.versions[0].state, VersionState::Held);
    house
        .execute(
            "insert into bill_month (partner_id, month, state, changed_by, changed_at)
             select id, '2026-09', 'closed', '', '2026-10-04T01:02:03.000000Z' from partner",
        )
        .await;
    let Err(Error::MonthClosed(closing)) = house.bill(Covers::Customers, &[("x", 1, "2")]).await else { panic!() };
    assert_eq!(closing.to_string(), "2026-09 2026-10-04T09:02:03+08:00 ", "which month, and since when");
    assert_eq!(
        house.text("select error from delivery order by created_at desc, id desc limit 1").await,
        "month_closed 2026-09 2026-10-04T09:02:03+08:00 "
    );
    let refused = imports::withdraw(&house.center, &house.job(), &id).await;
    assert!(matches!(refused, Err(Error::MonthClosed(_))));
    let refused = imports::confirm(&house.center, &house.job(), &held.delivery.unwrap()).await;
    assert!(matches!(refused, Err(Error::MonthClosed(_))));
    assert_eq!(house.due().await, expected(&[("x", 5)]));
}

#[tokio::test]
async fn an_import_that_dies_in_the_middle_leaves_nothing_once_its_lease_is_over() {
    let house = House::new().await;
    house.bill(Covers::Customers, &[("x", 1, "1")]).await.unwrap();
    let lines: Vec<_> = (0..60_000).map(|n| ("x", u8::try_from(n % 28 + 1).unwrap(), "2")).collect();
    let delivery = NewDelivery::new(vec![house.file("big.csv", bill(&lines))], ImportOptions::default());
    let (center, job) = (house.center.clone(), house.job());
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let task = tokio::spawn(async move {
        imports::import(&center, &job, &delivery, |progress| {
            let _ = sender.send(progress.rows_read);
        })
        .await
    });
    while receiver.recv().await.unwrap() < 30_000 {}
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(house.due().await, expected(&[("x", 1)]));
    let staged = "select count(*) from bill_line l join bill_version v on v.no = l.version_no where v.state = 'staged'";
    assert!(house.number(staged).await >= 19_000);

    imports::sweep_unscoped(&house.center).await.unwrap();
    assert!(house.number(staged).await > 0, "its lease is not over");
    let later = Center::new(house.center.db.clone(), at("2026-11-22T00:10:00Z"));
    imports::sweep_unscoped(&later).await.unwrap();
    assert_eq!(house.number("select count(*) from bill_line").await, 1);
    assert_eq!(house.number("select count(*) from delivery where state = 'interrupted'").await, 1);
    house.must_be_consistent().await;
    house.bill(Covers::Customers, &[("x", 1, "3")]).await.unwrap();
    assert_eq!(house.due().await, expected(&[("x", 3)]));
}

#[tokio::test]
async fn of_two_imports_at_once_the_second_waits_and_is_told_for_whom() {
    let house = House::new().await;
    let one = NewDelivery::new(vec![house.file("one.csv", bill(&[("x", 1, "1")]))], ImportOptions::default());
    let two = NewDelivery::new(vec![house.file("two.csv", bill(&[("y", 1, "2")]))], ImportOptions::default());
    let (job, center) = (house.job(), &house.center);
    let first = imports::start(center, &job, &one).await.unwrap();
    house.execute("update delivery set state = 'running'").await;
    let (sender, mut waits) = tokio::sync::mpsc::unbounded_channel();
    let second = imports::import(center, &job, &two, |progress| {
        let _ = sender.send(progress.waiting_for);
    });
    let first_ends = async {
        assert_eq!(waits.recv().await.unwrap().as_ref(), Some(&first));
        assert_eq!(house.number("select count(*) from bill_version").await, 0);
        house.execute("update delivery set state = 'waiting' where state = 'running'").await;
        imports::run(center, &job, (&first, &one), |_| ()).await
    };
    let (second, first) = tokio::join!(second, first_ends);
    second.unwrap();
    first.unwrap();
    house.must_be_consistent().await;
    assert_eq!(house.due().await, expected(&[("x", 1), ("y", 2)]));
}

#[tokio::test]
async fn files_that_are_no_bills_too_large_or_cut_off_are_refused_with_a_reason() {
    let house = House::new().await;
    let refuse = async |name: &str, bytes: &[u8]| {
        refusal(house.deliver(house.file(name, bytes), ImportOptions::default()).await)
    };
    let text = refuse("people.csv", b"Name,Age\nA,1\n").await;
    assert!(text.contains("people.csv") && text.contains("Name,Age") && text.contains("FOCUS 1.0"), "{text}");
    assert!(refuse("sheet.xlsx", b"PK\x03\x04\x14\x00\x06").await.contains("unreadable"));
    assert!(refuse("empty.csv", b"").await.contains("it has no rows"));

    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let lines: Vec<_> = (0..5_000).map(|n| ("x", u8::try_from(n % 28 + 1).unwrap(), "2")).collect();
    zipped.write_all(bill(&lines).as_bytes()).unwrap();
    let zipped = zipped.finish().unwrap();
    assert!(refuse("cut.csv.gz", &zipped[..zipped.len() / 2]).await.contains("unreadable"));
    assert_eq!(house.number("select count(*) from bill_line").await, 0);
    assert_eq!(house.number("select count(*) from customer").await, 0);
    assert_eq!(house.number("select count(*) from delivery where state = 'refused'").await, 4);

    let mut large = NewDelivery::new(vec![house.file("large.csv", bill(&[("x", 1, "1")]))], ImportOptions::default());
    large.max_bytes = 100;
    let refused = imports::import(&house.center, &house.job(), &large, |_| ()).await;
    assert!(matches!(&refused, Err(Error::Invalid(fields)) if fields[0].code == "too_large"), "{refused:?}");
}

#[tokio::test]
async fn a_bad_row_has_its_column_and_reason_and_the_good_rows_are_in() {
    let house = House::new().await;
    let good = "1,payer,P,CNY,2026-09-01,2026-10-01,Usage,2026-09-01,ECS,Cloud,x,X,";
    let bad = [
        ("BilledCost", good.replacen('1', "", 1)),
        ("BilledCost", good.replacen('1', "1e30", 1)),
        ("BillingAccountId", good.replacen("payer", "NULL", 1)),
        ("BillingCurrency", good.replacen("CNY", "元", 1)),
        ("BillingPeriodStart", good.replacen("2026-09-01", "September", 1)),
        ("BillingPeriodEnd", good.replacen("2026-10-01", "2026-08-01", 1)),
        ("ChargeCategory", good.replacen("Usage", "Gift", 1)),
        ("", format!("{good},one more")),
        ("ChargePeriodStart", good.replacen("2026-09-01,ECS", "31/31/2026,ECS", 1)),
    ];
    let mut text = format!("{HEADER}\n{good}\n");
    for (_, row) in &bad {
        text += &format!("{row}\n");
    }
    text += good;
    let report = house.deliver(house.file("b.csv", text), ImportOptions::default()).await.unwrap();
    assert_eq!((report.rows.read, report.rows.imported, report.rows.rejected), (11, 2, 9));
    for (number, ((column, row), reject)) in bad.iter().zip(&report.rejects).enumerate() {
        assert_eq!((reject.row, reject.column.as_str()), (number as u64 + 2, *column), "{row}");
        assert!(!reject.reason.is_empty());
    }
}

#[tokio::test]
async fn sums_that_pass_64_bits_reject_the_row_instead_of_wrapping() {
    let house = House::new().await;
    let report = house.bill(Covers::Customers, &[("x", 1, "92000000000"), ("x", 1, "92000000000")]).await.unwrap();
    assert_eq!((report.rows.imported, report.rows.rejected), (1, 1));
    assert_eq!(report.rejects[0].reason, "makes a sum too large");
}

#[tokio::test]
async fn our_extension_columns_tell_what_focus_cannot() {
    let house = House::new().await;
    let header = "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodStart,ChargeCategory,ChargePeriodStart,ServiceName,\
                  ProviderName,SubAccountId,ListCost,x_AssociationType,x_BillType,x_TruncatedAmount,x_CashAmount,x_DebtAmount,\
                  x_TradeTime,x_ChargeMode";
    let text = format!(
        "{header}\n\
         10,p,cny,2026-08-31T16:00:00Z,Purchase,2026-08-01,ECS,Cloud,x,12,reseller,,0.5,7,3,2026-09-05T17:00:00Z,subscription\n\
         -4,p,CNY,2026-08-31T16:00:00Z,Usage,2026-09-30T23:00:00Z,ECS,Cloud,x,-4,,refund,,-3,,,\n"
    );
    let report = house.deliver(house.file("x.csv", text), ImportOptions::default()).await.unwrap();
    assert_eq!((report.rows.imported, report.unbalanced), (2, 1), "the second line's cash is not what was paid");
    let lines = house
        .sums(
            "select l.day || ' ' || b.value || ' ' || m.value || ' ' || a.value || ' ' || c.value || ' ' || l.discount
               || ' ' || coalesce(l.truncated, 'none') || ' ' || coalesce(l.debt, 'none'), l.due
             from bill_line l join bill_text b on b.no = l.bill_type_no join bill_text m on m.no = l.charge_mode_no
             join bill_text a on a.no = l.association_no join bill_text c on c.no = l.currency_no",
        )
        .await;
    assert_eq!(
        lines,
        expected(&[
            ("2026-09-06 consumption subscription reseller CNY 150000000 50000000 300000000", 1_000_000_000),
            ("2026-09-30 refund unknown unknown CNY 0 none none", -400_000_000),
        ])
    );
    assert_eq!(house.number("select count(*) from customer where association = 'reseller'").await, 1);
    assert_eq!(house.number("select cast(sum(refund) as bigint) from rollup_service").await, -400_000_000);
    assert_eq!(house.number("select cast(sum(debt_lines) as bigint) from rollup_customer").await, 1);
}

#[tokio::test]
async fn two_files_of_one_delivery_switch_together_and_are_reported_apart() {
    let house = House::new().await;
    let files = vec![
        house.file("one.csv", bill(&[("x", 1, "1")])),
        house.file("two.csv", bill(&[("x", 2, "2"), ("y", 1, "3")])),
        house.file("none.csv", bill(&[])),
    ];
    let delivery = NewDelivery::new(files, ImportOptions::default());
    let reports = imports::import(&house.center, &house.job(), &delivery, |_| ()).await.unwrap();
    let rows: Vec<_> = reports.iter().map(|report| report.rows.imported).collect();
    assert_eq!(rows, [1, 2, 0]);
    assert_eq!(reports[1].currencies["CNY"].billed.to_string(), "5");
    assert!(reports[2].versions.is_empty());
    assert_eq!(house.due().await, expected(&[("x", 3), ("y", 3)]));
    assert_eq!(house.number("select count(*) from bill_version").await, 1);
    house.must_be_consistent().await;
}

#[tokio::test]
async fn only_who_may_import_imports_and_another_partners_delivery_is_not_found() {
    let house = House::new().await;
    let id = house.bill(Covers::Customers, &[("x", 1, "1")]).await.unwrap().delivery.unwrap();
    let delivery = NewDelivery::new(vec![house.file("d.csv", bill(&[("x", 1, "2")]))], ImportOptions::default());
    for role in [Role::AccountManager, Role::AccountDirector] {
        let actor = house.actor(role);
        let who = Importer::Member(actor.clone());
        assert!(matches!(imports::start(&house.center, &who, &delivery).await, Err(Error::Denied(_))));
        assert!(matches!(imports::withdraw(&house.center, &who, &id).await, Err(Error::Denied(_))));
        assert!(matches!(imports::history(&house.center, &actor, 1).await, Err(Error::Denied(_))));
        assert!(matches!(imports::get(&house.center, &actor, &id).await, Err(Error::Denied(_))));
        assert!(matches!(
            imports::rejects_csv(&house.center, &Importer::Member(actor), &id).await,
            Err(Error::Denied(_))
        ));
    }
    let mut foreign = house.actor(Role::Finance);
    let another = partners::NewPartner {
        name: "Another".into(),
        zone_name: "UTC".into(),
        assignment_day_counts: true,
        demo: false,
    };
    foreign.partner = partners::create_unscoped(&house.center, &another).await.unwrap();
    let who = Importer::Member(foreign.clone());
    assert!(matches!(imports::get(&house.center, &foreign, &id).await, Err(Error::NotFound)));
    assert!(matches!(imports::held(&house.center, &foreign, &id).await, Err(Error::NotFound)));
    assert!(matches!(
        imports::rejects_csv(&house.center, &Importer::Member(foreign.clone()), &id).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(imports::withdraw(&house.center, &who, &id).await, Err(Error::NotFound)));
    assert!(matches!(imports::confirm(&house.center, &who, &id).await, Err(Error::NotFound)));
    assert_eq!(imports::history(&house.center, &foreign, 1).await.unwrap().total, 0);

    let page = imports::history(&house.center, &house.actor(Role::Finance), 1).await.unwrap();
    assert_eq!((page.total, page.items[0].state, &page.items[0].id), (1, DeliveryState::Finished, &id));
    assert!(matches!(
        imports::get(&house.center, &house.actor(Role::Finance), &DeliveryId::new("none")).await,
        Err(Error::NotFound)
    ));
}

#[tokio::test]
async fn check_names_what_does_not_add_up() {
    for (sql, named) in [
        ("update bill_line set due = due + 1", "rollup_part_service"),
        ("update bill_line set due = due + 1", "rollup_part_day"),
        ("update rollup_part_day set due = due + 5", "rollup_part_day"),
        ("update rollup_part_service set due = due + 5", "rollup_customer"),
        ("update version_part set lines = 7", "version_part"),
        ("delete from customer_line", "customer_line"),
        ("update rollup_customer set due = due + 1", "rollup_customer"),
        ("delete from rollup_service", "rollup_service"),
        ("update bill_version set kept = false", "shown parts"),
    ] {
        let house = House::new().await;
        house.bill(Covers::Customers, &[("x", 1, "1")]).await.unwrap();
        assert_eq!(check::run_unscoped(&house.center).await.unwrap(), Vec::<String>::new());
        house.execute(sql).await;
        let faults = check::run_unscoped(&house.center).await.unwrap();
        assert!(faults.iter().any(|fault| fault.contains(named)), "{sql}: {faults:?}");
    }
}
