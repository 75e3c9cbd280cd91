use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use domain::assignments::{DifferenceQuery, ShownDifferences};
use domain::bills::{BillType, LineAmounts};
use domain::money::Amount;

use super::*;
use crate::center::Center;
use crate::error::Error;
use crate::partners::{self, NewPartner};
use crate::testing::TestCenter;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A row by its columns' names.
type Row = BTreeMap<String, String>;

fn rows(data: &DemoData, file: &BillFile) -> Vec<Row> {
    let mut bytes = Vec::new();
    let written = data.write(file, &mut bytes).unwrap();
    let rows: Vec<Row> = csv::Reader::from_reader(bytes.as_slice()).deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len() as u64, written);
    rows
}

/// The rows of all bills as of 2026-11-22, read once for all tests.
fn all_rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| {
        let data = generate(day("2026-11-22"), SEED);
        data.bills.iter().flat_map(|file| rows(&data, file)).collect()
    })
}

/// The bill month as the row's period end tells it.
fn month_of(row: &Row) -> &str {
    &row["BillingPeriodEnd"][..7]
}

fn units(row: &Row, column: &str) -> i64 {
    row[column].parse::<Amount>().unwrap().units()
}

fn amounts(row: &Row) -> LineAmounts {
    let part = |column: &str| Some(Amount::from_units(units(row, column)));
    let credit = row["ChargeCategory"] == "Credit";
    let billed = units(row, "BilledCost");
    LineAmounts {
        list: part("ListCost"),
        discount: Some(Amount::from_units(units(row, "ListCost") - units(row, "ContractedCost"))),
        truncated: part("x_TruncatedAmount"),
        due: Amount::from_units(if credit { 0 } else { billed }),
        coupon: Amount::from_units(if credit { -billed } else { 0 }),
        cash: part("x_CashAmount"),
        credit: part("x_CreditAmount"),
        cash_coupon: part("x_CashCouponAmount"),
        stored_card: part("x_StoredCardAmount"),
        bonus: part("x_BonusAmount"),
        debt: part("x_DebtAmount"),
        written_off: part("x_WrittenOffAmount"),
    }
}

/// Due of CNY lines in whole yuan, by a key.
fn due_by<K: Ord>(rows: &[Row], key: impl Fn(&Row) -> K) -> BTreeMap<K, i64> {
    let mut sums = BTreeMap::new();
    for row in rows.iter().filter(|row| row["BillingCurrency"] == "CNY" && row["ChargeCategory"] != "Credit") {
        *sums.entry(key(row)).or_default() += units(row, "BilledCost") / 1_000_000;
    }
    for cents in sums.values_mut() {
        *cents /= 100;
    }
    sums
}

#[test]
fn the_same_day_and_seed_give_the_same_bytes_and_another_seed_others() {
    let bytes = |seed| {
        let data = generate(day("2026-11-22"), seed);
        let mut bytes = Vec::new();
        data.write(&data.bills[20], &mut bytes).unwrap();
        bytes
    };
    assert_eq!(bytes(SEED), bytes(SEED));
    assert_ne!(bytes(SEED), bytes(SEED + 1));
}

#[test]
fn every_line_is_balanced_and_within_its_month() {
    let zone = partners::zone(partners::DEFAULT_ZONE).unwrap();
    let instant = |row: &Row, column: &str| domain::periods::parse_instant(&row[column]).unwrap();
    for row in all_rows() {
        assert!(amounts(row).balanced(), "{row:?}");
        let end = Some(instant(row, "BillingPeriodEnd"));
        let month = domain::periods::bill_month(instant(row, "BillingPeriodStart"), end, &zone);
        assert_eq!(month.to_string(), month_of(row));
        for column in ["ChargePeriodStart", "x_TradeTime"] {
            let charged = Day::of(instant(row, column), &zone);
            assert!(
                charged.month() == month || column == "x_TradeTime" && charged.plus(-1).month() == month,
                "{row:?}"
            );
            assert!(charged <= day("2026-11-22"), "{row:?}");
        }
    }
    assert!((40_000..=70_000).contains(&all_rows().len()), "{} lines", all_rows().len());
}

#[test]
fn the_files_are_focus_1_0_with_our_columns_after_it() {
    assert_eq!(focus::COLUMNS.iter().filter(|column| !column.starts_with("x_")).count(), 43);
    let data = generate(day("2026-11-22"), SEED);
    assert_eq!(data.bills.len(), 36);
    assert_eq!(data.bills[0].name, "huaweicloud-focus-2025-06.csv");
    let first = &rows(&data, &data.bills[0])[0];
    assert_eq!(first["BillingPeriodStart"], "2025-05-31T16:00:00Z");
    assert_eq!(first["BillingPeriodEnd"], "2025-06-30T15:59:59Z");
}

#[test]
fn all_kinds_of_lines_occur() {
    let rows = all_rows();
    let values = |column: &str| rows.iter().map(|row| row[column].as_str()).collect::<BTreeSet<_>>();
    assert_eq!(values("ChargeCategory"), BTreeSet::from(["Adjustment", "Credit", "Purchase", "Usage"]));
    assert_eq!(values("x_BillType"), BillType::ALL.iter().map(|kind| kind.code()).collect());
    assert_eq!(values("x_ChargeMode"), BTreeSet::from(["one_time", "pay_per_use", "subscription"]));
    assert_eq!(values("x_AssociationType"), BTreeSet::from(["referral", "reseller"]));
    assert_eq!(values("BillingCurrency"), BTreeSet::from(["CNY", "USD"]));
    for part in ["Cash", "Credit", "CashCoupon", "StoredCard", "Bonus", "Debt", "WrittenOff"] {
        assert!(rows.iter().any(|row| units(row, &format!("x_{part}Amount")) > 0), "no {part}");
    }
    assert!(rows.iter().any(|row| row["x_AccountManagerName"].is_empty()));
    for row in rows.iter().filter(|row| row["x_BillType"] == "refund") {
        assert!(units(row, "BilledCost") < 0, "{row:?}");
    }
    for row in rows.iter().filter(|row| row["ChargeCategory"] == "Purchase") {
        assert!(row["x_OrderId"].starts_with("CS"), "{row:?}");
    }
}

#[test]
fn the_business_lives_customers_come_grow_and_leave() {
    let data = generate(day("2026-11-22"), SEED);
    let rows = all_rows();
    let by_month = due_by(rows, |row| month_of(row).to_owned());
    assert_eq!(by_month.len(), 18);
    assert!(by_month["2026-10"] > by_month["2025-10"] * 115 / 100, "{by_month:?}");
    assert!(by_month["2026-11"] < by_month["2026-10"], "the current month is partial: {by_month:?}");

    let by_customer = due_by(rows, |row| row["SubAccountId"].clone());
    let (largest, total) = (by_customer.values().max().unwrap(), by_customer.values().sum::<i64>());
    assert!((9..=15).contains(&(largest * 100 / total)), "{largest} of {total}");

    let months_of = due_by(rows, |row| (row["SubAccountId"].clone(), month_of(row).to_owned()));
    let has =
        |customer: &DemoCustomer, month: &str| months_of.contains_key(&(customer.account_id.clone(), month.into()));
    assert!(data.customers.iter().any(|customer| has(customer, "2025-06") && !has(customer, "2026-09")), "none left");
    assert!(data.customers.iter().any(|customer| !has(customer, "2025-12") && has(customer, "2026-09")), "none came");
}

#[test]
fn debt_is_of_the_last_two_months_or_of_customers_that_left() {
    let data = generate(day("2026-11-22"), SEED);
    let mut recent = 0;
    for row in all_rows().iter().filter(|row| units(row, "x_DebtAmount") != 0) {
        let customer = data.customers.iter().find(|customer| customer.account_id == row["SubAccountId"]).unwrap();
        assert!(month_of(row) >= "2026-10" || customer.profile.ends.is_some(), "{row:?}");
        recent += usize::from(month_of(row) >= "2026-10");
    }
    assert!(recent > 50, "{recent}");
}

#[test]
fn customers_have_names_and_accounts_of_their_own() {
    let data = generate(day("2026-11-22"), SEED);
    assert_eq!(data.customers.len(), 60);
    let distinct = |key: fn(&DemoCustomer) -> &str| data.customers.iter().map(key).collect::<BTreeSet<_>>().len();
    assert_eq!(distinct(|customer| &customer.name), 60);
    assert_eq!(distinct(|customer| &customer.account_id), 60);
    assert_eq!(distinct(|customer| &customer.account_name), 60);
    assert!(data.customers.iter().all(|customer| customer.account_name.is_ascii()));
    assert!(data.customers.iter().all(|customer| customer.name.ends_with("有限公司")));
}

#[test]
fn assignments_never_overlap_and_change_over_time() {
    for today in ["2026-11-22", "2026-03-31", "2024-02-29", "2026-01-01"] {
        let data = generate(day(today), SEED);
        let mut moves = 0;
        for pair in data.assignments.windows(2).filter(|pair| pair[0].customer == pair[1].customer) {
            assert!(pair[0].until.is_some_and(|until| until <= pair[1].from), "{pair:?}");
            assert_ne!(pair[0].manager, pair[1].manager);
            moves += 1;
        }
        assert!(moves >= 10, "{moves} moves as of {today}");
        assert!(data.assignments.iter().all(|one| one.until.is_none_or(|until| one.from < until)));
        let planned = data.assignments.iter().filter(|one| one.from > day(today)).count();
        let managed_today = |customer: usize| {
            let now = day(today);
            data.assignments
                .iter()
                .any(|one| one.customer == customer && one.from <= now && one.until.is_none_or(|until| now < until))
        };
        let not_yet = data.customers.iter().filter(|customer| customer.profile.starts == MONTHS - 1).count();
        let unassigned = (0..60).filter(|&customer| !managed_today(customer)).count();
        assert!((3..=3 + not_yet).contains(&unassigned), "{unassigned} unassigned as of {today}");
        assert!((1..=1 + not_yet).contains(&planned), "{planned} planned as of {today}");
    }
}

#[test]
fn on_the_first_of_a_month_the_last_bill_is_the_month_before() {
    let data = generate(day("2026-12-01"), SEED);
    assert_eq!(data.bills.last().unwrap().month.to_string(), "2026-11");
    assert!(
        rows(&data, &data.bills[data.bills.len() - 2]).iter().any(|row| row["ChargePeriodEnd"].as_str() > "2026-11-30")
    );
}

#[test]
fn the_demo_password_is_one_that_a_person_could_choose() {
    for sign_in in sign_ins() {
        domain::members::check_password(DEMO_PASSWORD, sign_in.login).unwrap();
        domain::members::check_login(sign_in.login).unwrap();
        domain::access::check_roles(&[sign_in.role]).unwrap();
    }
}

async fn count(center: &Center, sql: &'static str) -> i64 {
    let mut tx = center.db.read().await.unwrap();
    sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap()
}

#[tokio::test]
async fn loading_twice_loads_once_and_removing_leaves_other_partners() {
    let center = TestCenter::new().await;
    let own = NewPartner {
        name: "自有".into(),
        zone_name: partners::DEFAULT_ZONE.into(),
        assignment_day_counts: true,
        demo: false,
    };
    let own = partners::create_unscoped(&center, &own).await.unwrap();

    assert_eq!(offered_sign_ins_unscoped(&center).await.unwrap(), []);
    let first = load_unscoped(&center).await.unwrap();
    assert!(first.created);
    assert_eq!((first.customers, first.files), (60, 36));
    assert_eq!(u64::try_from(count(&center, "select count(*) from bill_line").await), Ok(first.lines));
    assert_eq!(count(&center, "select count(*) from delivery").await, 18);
    assert_eq!(crate::check::run_unscoped(&center).await.unwrap(), Vec::<String>::new());
    assert_eq!(offered_sign_ins_unscoped(&center).await.unwrap().len(), 9);
    assert!(is_demo_login_unscoped(&center, " Wang.Fang@demo").await.unwrap());
    assert!(!is_demo_login_unscoped(&center, "wang.fang").await.unwrap());
    assert_eq!(
        count(&center, "select count(*) from customer where name <> '' and phone <> '' and email <> ''").await,
        60
    );
    assert_eq!(count(&center, "select count(*) from member").await, 9);
    assert_eq!(count(&center, "select count(*) from assignment where from_day > '2026-11-22'").await, 1);
    assert_eq!(count(&center, "select count(*) from bill_month where state = 'billed'").await, 17);
    let overlaps =
        "select count(*) from assignment a join assignment b on a.customer_no = b.customer_no and a.id <> b.id
                    and a.from_day < b.until_day and b.from_day < a.until_day";
    assert_eq!(count(&center, overlaps).await, 0);
    assert_eq!(count(&center, "select count(*) from team").await, 2);
    assert_eq!(count(&center, "select count(*) from team_member").await, 6);
    let with_targets = "select count(distinct manager_id) from target where amount > 0 and currency = 'CNY'";
    assert_eq!(count(&center, with_targets).await, 6);
    assert!(count(&center, "select count(*) from target where month = '2027-01'").await >= 6, "two months ahead");

    names_in_bills_show_something(&center).await;
    books_tell_of_past_months(&center).await;

    let second = load_unscoped(&center).await.unwrap();
    assert_eq!((second.created, &second.partner), (false, &first.partner));
    assert_eq!(count(&center, "select count(*) from partner").await, 2);

    assert!(remove_unscoped(&center).await.unwrap());
    assert!(!remove_unscoped(&center).await.unwrap());
    let left = partners::list_unscoped(&center).await.unwrap();
    assert_eq!(left.iter().map(|partner| &partner.id).collect::<Vec<_>>(), [&own]);
    for (table, sql) in [
        ("customer", "select count(*) from customer"),
        ("member", "select count(*) from member"),
        ("bill_line", "select count(*) from bill_line"),
        ("rollup_customer", "select count(*) from rollup_customer"),
        ("rollup_part_day", "select count(*) from rollup_part_day"),
        ("target", "select count(*) from target"),
        ("ledger_account", "select count(*) from ledger_account"),
        ("ledger_move", "select count(*) from ledger_move"),
        ("ledger_posting", "select count(*) from ledger_posting"),
        ("top_up", "select count(*) from top_up"),
        ("team_member", "select count(*) from team_member"),
        ("team", "select count(*) from team"),
        ("assignment", "select count(*) from assignment"),
        ("delivery", "select count(*) from delivery"),
    ] {
        assert_eq!(count(&center, sql).await, 0, "{table}");
    }
}

async fn books_tell_of_past_months(center: &TestCenter) {
    let finance = crate::members::actor_of_login_unscoped(center, "finance@demo").await.unwrap();
    let own = crate::funds::overview(center, &finance).await.unwrap();
    assert_eq!((own.waiting_top_ups, own.waiting_payments), (1, 1));
    assert!(own.allocatable.units() > 0 && own.earmarked.units() > 0 && own.with_customers.units() > 0, "{own:?}");
    for (kind, least) in [("top_up", 9), ("allocate", 100), ("reclaim", 10), ("usage", 60), ("credit_line", 1)] {
        let of = count_of(center, kind).await;
        assert!(of >= least, "{of} of {kind}");
    }
    let out_of_time = "select count(*) from ledger_move a join ledger_move b
                       on a.partner_id = b.partner_id and a.sequence + 1 = b.sequence and a.at > b.at";
    assert_eq!(count(center, out_of_time).await, 0);
    assert!(count(center, "select count(*) from customer_payment where state = 'allocated'").await > 10);
}

async fn count_of(center: &TestCenter, kind: &str) -> i64 {
    let mut tx = center.db.read().await.unwrap();
    sqlx::query_scalar("select count(*) from ledger_move where kind = $1").bind(kind).fetch_one(&mut *tx).await.unwrap()
}

async fn names_in_bills_show_something(center: &TestCenter) {
    let mut tx = center.db.read().await.unwrap();
    let director: String =
        sqlx::query_scalar("select id from member where login = 'director@demo'").fetch_one(&mut *tx).await.unwrap();
    drop(tx);
    let director = center.actor(&domain::ids::MemberId::new(director)).await;
    let found = crate::assignments::suggestions(center, &director, 1).await.unwrap();
    assert_eq!((found.proposals.total, found.waiting), (1, 1), "{found:?}");
    assert_eq!(found.proposals.items[0].spans.len(), 2);
    let all = DifferenceQuery {
        from: "2025-06".parse().ok(),
        show: Some(ShownDifferences::All),
        ..DifferenceQuery::default()
    };
    let differing = DifferenceQuery { show: None, ..all.clone() };
    let all = crate::assignments::differences(center, &director, &all).await.unwrap().page.total;
    let differing = crate::assignments::differences(center, &director, &differing).await.unwrap().page.total;
    assert!(differing >= 10 && differing * 5 < all, "{differing} of {all}");
}

#[tokio::test]
async fn a_demo_that_cannot_be_loaded_leaves_nothing_behind() {
    let center = TestCenter::new().await;
    let own = NewPartner {
        name: "自有".into(),
        zone_name: partners::DEFAULT_ZONE.into(),
        assignment_day_counts: true,
        demo: false,
    };
    let own = partners::create_unscoped(&center, &own).await.unwrap();
    let taken = domain::members::NewMember {
        login: sign_ins()[4].login.into(),
        name: "someone".into(),
        roles: vec![domain::access::Role::Finance],
    };
    crate::members::create_unscoped(&center, &own, &taken, DEMO_PASSWORD, false).await.unwrap();
    let error = load_unscoped(&center).await.unwrap_err();
    assert!(!matches!(error, Error::NotFound), "{error}");
    assert_eq!(count(&center, "select count(*) from partner").await, 1);
    assert_eq!(count(&center, "select count(*) from member").await, 1);
}
