//! What is on screen, as CSV and XLSX.

use domain::bills::LineQuery;
use domain::consumption::DashboardQuery;
use domain::consumption::groups::{GroupBy, Grouping};
use domain::exports::{ExportFormat, ExportQuery};
use domain::money::Total;

use super::house::{House, cells, new, sums, table, told};
use crate::consumption;
use crate::error::Error;
use crate::exports::start;

const FORMATS: [ExportFormat; 2] = [ExportFormat::Csv, ExportFormat::Xlsx];

/// Two customers in October: 10 + 20 with a coupon of 5, and 40.
const ROWS: &str = "\
10,payer-1,CNY,2026-09-30T16:00:00Z,,Usage,2026-10-01T16:00:00Z,,ECS,华为云,acc-1,甲方云,20,Usage-Based,i-1,=web+1,,,,,reseller,CS1,
20,payer-1,CNY,2026-09-30T16:00:00Z,,Usage,2026-10-20T16:00:00Z,,RDS,华为云,acc-1,甲方云,,Usage-Based,i-2,db,,,,,reseller,CS2,
-5,payer-1,CNY,2026-09-30T16:00:00Z,,Credit,2026-10-20T16:00:00Z,,RDS,华为云,acc-1,甲方云,,One-Time,,,,,,,reseller,,
40.5,payer-1,CNY,2026-09-30T16:00:00Z,,Usage,2026-10-05T16:00:00Z,,ECS,华为云,acc-2,乙方云,50,Usage-Based,i-3,x,,,,,referral,CS3,
";

fn october() -> LineQuery {
    LineQuery { from: "2026-10".parse().ok(), to: "2026-10".parse().ok(), ..LineQuery::default() }
}

fn dashboard() -> DashboardQuery {
    DashboardQuery { from: "2026-10".parse().ok(), to: "2026-10".parse().ok(), ..DashboardQuery::default() }
}

async fn house() -> House {
    let house = House::new().await;
    house.import(ROWS).await;
    // Handed over on the 10th: the first line is A's, the others of the customer are B's.
    let [a, b] = &house.managers;
    house.assign("acc-1", &a.member, "2026-01-01", Some("2026-10-10")).await;
    house.assign("acc-1", &b.member, "2026-10-10", None).await;
    house.center.bill_month(&house.partner, "2026-10", "closed").await;
    house
}

#[tokio::test]
async fn lines_say_what_they_stand_on_and_add_up_to_the_page() {
    let house = house().await;
    for format in FORMATS {
        let query = LineQuery { association: "reseller".parse().ok(), ..october() };
        let page = consumption::lines(&house.center, &house.admin, &query).await.unwrap();
        let cells = cells(&house.lines(&house.admin, &query, format).await);
        let shown = &page.totals.unwrap()[0];
        assert_eq!(sums(&cells, "CNY"), [shown.due, shown.coupon, shown.paid].map(|total| total.to_string()));
        let rows = table(&cells, "Day");
        let column = |name: &str| -> Total { rows.iter().map(|row| row[name].parse::<Total>().unwrap()).sum() };
        assert_eq!((column("Amount due"), column("Coupons used")), (shown.due, shown.coupon), "{format:?}");
        assert_eq!(rows.len(), 3);
        assert_eq!(told(&cells, "Bill months"), "2026-10 – 2026-10");
        assert_eq!(told(&cells, "Filters"), "Association type: Reseller");
        assert_eq!(told(&cells, "Billing time zone"), "Asia/Shanghai");
        assert_eq!(told(&cells, "Data version"), page.status.version.to_string());
        assert_eq!(told(&cells, "Month states"), "2026-10 Closed");
        assert_eq!(told(&cells, "Attribution"), "As it was");
        assert!(told(&cells, "Data as of").starts_with("2026-11-22T12:00:00+08:00"));
        assert_eq!(rows.iter().filter(|row| row["List price"] == "Not provided").count(), 2, "never zero");
        let guarded = if format == ExportFormat::Csv { "'=web+1" } else { "=web+1" };
        assert!(rows.iter().any(|row| row["Resource name"] == guarded), "{rows:?}");
    }
}

#[tokio::test]
async fn names_are_whole_for_the_administrator_and_masked_for_everybody_else() {
    let house = house().await;
    for format in FORMATS {
        for (actor, name, account, how) in [
            (&house.admin, "甲方云", "甲方云", "Whole"),
            (&house.finance, "甲**", "甲**", "Masked"),
            (&house.managers[0], "甲**", "甲**", "Masked"),
        ] {
            let cells = cells(&house.lines(actor, &october(), format).await);
            let rows = table(&cells, "Day");
            let row = rows.iter().find(|row| row["Account ID"] == "acc-1").unwrap();
            assert_eq!((row["Customer name"].as_str(), row["Account name"].as_str()), (name, account));
            assert_eq!(told(&cells, "Names"), how);
        }
    }
}

#[tokio::test]
async fn an_account_manager_exports_the_own_customers_own_days() {
    let house = house().await;
    let [a, b] = &house.managers;
    for (manager, due, coupon, count) in [(a, "10", "0", 1), (b, "20", "5", 2)] {
        for format in FORMATS {
            let cells = cells(&house.lines(manager, &october(), format).await);
            assert_eq!(sums(&cells, "CNY")[..2], [due.to_owned(), coupon.to_owned()]);
            assert_eq!(table(&cells, "Day").len(), count);
        }
        let query = ExportQuery::Distribution(dashboard(), Grouping::default());
        let cells = cells(&house.file(manager, query, ExportFormat::Csv).await);
        let total = table(&cells, "Product type").pop().unwrap();
        assert_eq!((total["Product type"].as_str(), total["Amount due"].as_str()), ("Total", due));
    }
    let foreign = LineQuery { customer_id: house.customer("acc-2").await.to_string(), ..october() };
    for format in [ExportFormat::Csv, ExportFormat::Xlsx, ExportFormat::Focus] {
        let refused = start(&house.center, a, &new(ExportQuery::Lines(Box::new(foreign.clone())), format)).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{format:?}");
    }
    let today = DashboardQuery { attribution: "today".parse().ok(), ..dashboard() };
    let refused = start(&house.center, a, &new(ExportQuery::Overview(today), ExportFormat::Csv)).await;
    assert!(matches!(refused, Err(Error::Invalid(_))));
}

#[tokio::test]
async fn the_dashboards_tabs_add_up_to_the_screen() {
    let house = house().await;
    let shown = consumption::dashboard(&house.center, &house.admin, &dashboard()).await.unwrap();
    for format in FORMATS {
        let overview = cells(&house.file(&house.admin, ExportQuery::Overview(dashboard()), format).await);
        let figures = table(&overview, "Figure");
        assert_eq!(figures[0]["Now"], shown.tiles.due.now.to_string());
        assert_eq!(figures[1]["Now"], shown.tiles.paid.now.to_string());
        assert_eq!(told(&overview, "Currency"), "CNY");
        let by_day: Total =
            table(&overview, "Period").iter().map(|row| row["Amount due"].parse::<Total>().unwrap()).sum();
        assert_eq!(by_day, shown.tiles.due.now);

        let grouping = Grouping { by: GroupBy::Manager, ..Grouping::default() };
        let trend = cells(&house.file(&house.admin, ExportQuery::Trend(dashboard(), grouping), format).await);
        let rows = table(&trend, "Account manager");
        let (total, managers) = rows.split_last().unwrap();
        assert_eq!((total["Total"].as_str(), total["2026-10"].as_str()), ("70.5", "70.5"));
        let sum: Total = managers.iter().map(|row| row["2026-10"].parse::<Total>().unwrap()).sum();
        assert_eq!(sum, shown.tiles.due.now);
        assert_eq!(managers.last().unwrap()["Account manager"], "Unassigned");
        assert_eq!(told(&trend, "Grouped by"), "Account manager");

        let movement = DashboardQuery { to: "2026-10".parse().ok(), ..DashboardQuery::default() };
        let customers = cells(&house.file(&house.admin, ExportQuery::Customers(movement), format).await);
        let figures = table(&customers, "Figure");
        assert_eq!((figures[0]["Now"].as_str(), figures[3]["Now"].as_str()), ("2", "2"));
    }
}

#[tokio::test]
async fn what_is_empty_is_no_file() {
    let house = house().await;
    let nothing = LineQuery { service: "no such service".into(), ..october() };
    let refused =
        start(&house.center, &house.admin, &new(ExportQuery::Lines(Box::new(nothing)), ExportFormat::Csv)).await;
    assert!(matches!(refused, Err(Error::Conflict("nothing_to_export"))));
}

#[tokio::test]
async fn every_file_leaves_an_audit_record_without_names() {
    let house = house().await;
    let query = LineQuery { search: "甲方".into(), ..october() };
    house.lines(&house.admin, &query, ExportFormat::Csv).await;
    house.file(&house.finance, ExportQuery::Overview(dashboard()), ExportFormat::Xlsx).await;
    let audit = house.center.audit().await;
    let exports: Vec<_> = audit.iter().filter(|(action, ..)| action == "export.download").collect();
    assert_eq!(exports.len(), 2);
    assert_eq!(exports[0].2, r#"{"format":"csv","rows":3,"version":1,"view":"lines"}"#);
    assert!(exports.iter().all(|(_, _, detail)| !detail.contains('甲')));
}
