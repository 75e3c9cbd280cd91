//! 消费汇总 and 客户经理业绩 as files: the rows and totals of their pages.

use domain::access::Actor;
use domain::consumption::DashboardQuery;
use domain::consumption::summary::{SummaryBy, SummarySort, SummaryView};
use domain::exports::{ExportFormat, ExportQuery};
use domain::money::Total;
use domain::targets::{SetTarget, SheetQuery};
use domain::teams::SetTeamMembers;

use super::house::{House, cells, table, told};
use crate::consumption;
use crate::error::Error;

const FORMATS: [ExportFormat; 2] = [ExportFormat::Csv, ExportFormat::Xlsx];

/// Sixty customers in October and the first of them in September too: more than a page. Customer 0 has a refund.
fn rows() -> String {
    let mut rows: Vec<String> = (0..60)
        .map(|index| {
            format!(
                "{index}.25,payer-1,CNY,2026-09-30T16:00:00Z,,Usage,2026-10-{:02}T16:00:00Z,,ECS,华为云,acc-{index:02},客户{index},{},\
                 Usage-Based,i,w,,,,,reseller,CS1,\n",
                index % 28 + 1,
                index + 1
            )
        })
        .collect();
    rows.push(
        "-3,payer-1,CNY,2026-09-30T16:00:00Z,,Purchase,2026-10-07T16:00:00Z,,RDS,华为云,acc-00,客户0,,Recurring,i,x,refund,\
         2026-10-08T02:00:00Z,,,referral,CS4,\n"
            .into(),
    );
    rows.push("8,payer-1,CNY,2026-08-31T16:00:00Z,,Usage,2026-09-07T16:00:00Z,,RDS,华为云,acc-00,客户0,,Usage-Based,i,x,,,,,referral,CS5,\n".into());
    rows.concat()
}

/// A has customer 1, B the customers 0 and 2.
async fn house() -> House {
    let house = House::new().await;
    house.import(&rows()).await;
    let [a, b] = &house.managers;
    house.assign("acc-01", &a.member, "2026-01-01", None).await;
    house.assign("acc-02", &b.member, "2026-01-01", None).await;
    house.assign("acc-00", &b.member, "2026-01-01", None).await;
    house
}

fn months() -> DashboardQuery {
    DashboardQuery { from: "2026-09".parse().ok(), to: "2026-10".parse().ok(), ..DashboardQuery::default() }
}

fn column(rows: &[std::collections::BTreeMap<String, String>], name: &str) -> Total {
    rows.iter().map(|row| row[name].parse::<Total>().unwrap()).sum()
}

async fn summary(house: &House, actor: &Actor, view: SummaryView, format: ExportFormat) -> Vec<Vec<String>> {
    cells(&house.file(actor, ExportQuery::Summary(Box::new(months()), view), format).await)
}

#[tokio::test]
async fn the_summary_has_all_pages_and_their_totals_for_whoever_asks() {
    let house = house().await;
    for actor in [&house.admin, &house.finance, &house.managers[0], &house.managers[1]] {
        for by in SummaryBy::ALL {
            // the page that is shown is not the file
            let view = SummaryView { by: *by, page: 2, ..SummaryView::default() };
            let shown = consumption::summary(&house.center, actor, &months(), &view).await.unwrap();
            for format in FORMATS {
                let cells = summary(&house, actor, view, format).await;
                let rows = table(&cells, "Customer name");
                let (total, rows) = rows.split_last().unwrap();
                assert_eq!(rows.len() as u64, shown.page.total, "{by}");
                for (name, sum) in [
                    ("Amount due", shown.whole.due),
                    ("Coupons used", shown.whole.coupon),
                    ("Amount paid", shown.whole.paid()),
                    ("Consumption", shown.whole.consumption()),
                    ("Refund", shown.whole.refund),
                    ("Adjustment", shown.whole.adjustment),
                ] {
                    assert_eq!((column(rows, name), total[name].clone()), (sum, sum.to_string()), "{by} {name}");
                }
                assert_eq!(total["Lines"], shown.whole.lines.to_string());
                assert_eq!(total["Arrears"], "Not provided", "never zero");
                let currency = shown.basis.currency.as_ref().map(ToString::to_string).unwrap();
                assert_eq!(
                    (told(&cells, "Currency"), told(&cells, "Bill months")),
                    (currency, "2026-09 – 2026-10".into())
                );
            }
        }
    }
    let all = summary(&house, &house.admin, SummaryView::default(), ExportFormat::Csv).await;
    assert_eq!(table(&all, "Customer name").len(), 62, "61 rows of two pages, and the total");
}

#[tokio::test]
async fn the_summary_masks_names_like_its_page_and_keeps_its_order() {
    let house = house().await;
    let view =
        SummaryView { by: SummaryBy::Service, sort: SummarySort::Due, ascending: true, ..SummaryView::default() };
    let cells_of = async |actor| summary(&house, actor, view, ExportFormat::Csv).await;
    let cells = cells_of(&house.admin).await;
    let rows = table(&cells, "Customer name");
    assert_eq!((rows[0]["Customer name"].as_str(), rows[0]["Product type"].as_str()), ("客户0", "RDS"));
    assert_eq!((rows[0]["Amount due"].as_str(), rows[0]["Bill month"].as_str()), ("-3", "2026-10"));
    assert_eq!(rows[0]["List price"], "Not provided");
    assert_eq!((told(&cells, "Names"), told(&cells, "Ordered by")), ("Whole".into(), "Amount due, ascending".into()));
    for actor in [&house.finance, &house.managers[1]] {
        let cells = cells_of(actor).await;
        let rows = table(&cells, "Customer name");
        assert_eq!((rows[0]["Customer name"].as_str(), rows[0]["Account ID"].as_str()), ("客**", "acc-00"));
        assert_eq!(told(&cells, "Names"), "Masked");
    }
    let refunds = SummaryView { refunds: true, ..SummaryView::default() };
    let cells = summary(&house, &house.admin, refunds, ExportFormat::Csv).await;
    assert_eq!(table(&cells, "Customer name").len(), 2);
    assert_eq!(told(&cells, "Only refunds"), "Yes");
}

#[tokio::test]
async fn a_summary_of_too_many_rows_is_refused_by_a_code_that_says_so() {
    let house = house().await;
    let ask = async |at_most| {
        consumption::all_pages(&house.center, &house.admin, (&months(), &SummaryView::default()), at_most).await
    };
    assert!(matches!(ask(60).await, Err(Error::Conflict("summary_too_long"))));
    assert_eq!(ask(61).await.unwrap().page.items.len(), 61);
}

async fn target(house: &House, manager: usize, amount: &str) {
    let target = SetTarget {
        manager: house.managers[manager].member.clone(),
        month: "2026-10".parse().unwrap(),
        currency: "CNY".parse().unwrap(),
        amount: amount.parse().ok(),
        seen: 0,
    };
    crate::targets::set(&house.center, &house.admin, &target).await.unwrap();
}

#[tokio::test]
async fn the_sheet_has_targets_subtotals_and_the_dashboard_s_total() {
    let house = house().await;
    let id = crate::teams::create(&house.center, &house.admin, "华东").await.unwrap();
    let request = SetTeamMembers { id, seen: 1, members: vec![house.managers[1].member.clone()] };
    crate::teams::set_members(&house.center, &house.admin, &request).await.unwrap();
    target(&house, 0, "5").await;
    target(&house, 1, "1").await;
    let query = SheetQuery { from: months().from, to: months().to, ..SheetQuery::default() };
    let shown = consumption::dashboard(&house.center, &house.admin, &months()).await.unwrap().tiles.due.now;
    for format in FORMATS {
        let file = house.file(&house.admin, ExportQuery::Results(Box::new(query.clone())), format).await;
        let cells = cells(&file);
        let header = cells.iter().position(|row| row[0] == "Team").unwrap();
        // every row has a manager or says what it is; the team of unassigned and total is empty
        let rows: Vec<[String; 12]> = cells[header + 1..]
            .iter()
            .filter(|row| !row[1].is_empty())
            .map(|row| [0, 1, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14].map(|at| row[at].clone()))
            .collect();
        let texts = |row: [&str; 12]| row.map(str::to_owned);
        let unassigned = shown - "1.25".parse().unwrap() - "7.5".parse().unwrap();
        assert_eq!(
            rows[0],
            texts(["华东", "b", "7.5", &share(7_5, shown), "-8.5", "1", "-0.5", "−50.0%", "8", "-0.5", "1", "−50.0%"])
        );
        assert_eq!(rows[1][..3], ["华东", "Subtotal", "7.5"].map(str::to_owned));
        assert_eq!(
            rows[2],
            texts([
                "Without a team",
                "a",
                "1.25",
                &rows[2][3],
                "1.25",
                "5",
                "1.25",
                "25.0%",
                "0",
                "1.25",
                "5",
                "25.0%"
            ])
        );
        assert_eq!(rows[3][1..3], ["Subtotal", "1.25"].map(str::to_owned));
        assert_eq!(rows[4][1..3], ["Unassigned".to_owned(), unassigned.to_string()]);
        assert_eq!((rows[4][5].as_str(), rows[4][7].as_str()), ("", ""), "no target is not zero");
        assert_eq!(rows[5][1..3], ["Total".to_owned(), shown.to_string()]);
        assert_eq!((rows[5][5].as_str(), rows[5][6].as_str(), rows[5][7].as_str()), ("6", "0.75", "12.5%"));
        assert_eq!(rows.len(), 6);
        assert!(told(&cells, "Completion").contains("÷ target"));
    }
}

fn share(tenths: i128, whole: Total) -> String {
    Total::from_units(tenths * 10_000_000).share_of(whole)
}

#[tokio::test]
async fn an_account_manager_gets_the_own_row_of_the_sheet() {
    let house = house().await;
    target(&house, 0, "5").await;
    target(&house, 1, "1").await;
    let query = SheetQuery { from: months().from, to: months().to, ..SheetQuery::default() };
    let a = &house.managers[0];
    let shown = crate::targets::sheet(&house.center, a, &query).await.unwrap();
    let file = house.file(a, ExportQuery::Results(Box::new(query.clone())), ExportFormat::Csv).await;
    let cells = cells(&file);
    let header = cells.iter().position(|row| row[0] == "Team").unwrap();
    assert_eq!(cells.len(), header + 2, "{cells:?}");
    let row = &cells[header + 1];
    assert_eq!((row[1].as_str(), row[3].clone(), row[8].as_str()), ("a", shown.whole.sum.due.to_string(), "25.0%"));
    let of_b = SheetQuery { managers: vec![house.managers[1].member.to_string()], ..query };
    let new = super::house::new(ExportQuery::Results(Box::new(of_b)), ExportFormat::Csv);
    let refused = crate::exports::start(&house.center, a, &new).await;
    assert!(matches!(refused, Err(Error::NotFound)));
}
