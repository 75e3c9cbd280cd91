//! The lines behind a page as FOCUS: whatever the page is filtered by, they add up to its totals.

use domain::bills::LineQuery;
use domain::consumption::DashboardQuery;
use domain::consumption::groups::Grouping;
use domain::consumption::preset::Preset;
use domain::consumption::summary::SummaryView;
use domain::exports::{ExportFormat, ExportQuery};
use domain::money::Total;
use domain::targets::SheetQuery;
use domain::teams::SetTeamMembers;

use super::house::{House, cells, new, table, told};
use crate::consumption;
use crate::error::Error;
use crate::exports::start;

/// In October three customers and a coupon, in November one of them and another currency, in September what no preset of a
/// month holds.
const ROWS: &str = "\
10,payer-1,CNY,2026-09-30T16:00:00Z,,Usage,2026-10-01T16:00:00Z,,ECS,华为云,acc-1,甲方云,20,Usage-Based,i-1,w,,,,,reseller,CS1,
20,payer-1,CNY,2026-09-30T16:00:00Z,,Usage,2026-10-20T16:00:00Z,,RDS,华为云,acc-1,甲方云,,Usage-Based,i-2,d,,,,,reseller,CS2,
-5,payer-1,CNY,2026-09-30T16:00:00Z,,Credit,2026-10-20T16:00:00Z,,RDS,华为云,acc-1,甲方云,,One-Time,,,,,,,reseller,,
40.5,payer-1,CNY,2026-09-30T16:00:00Z,,Usage,2026-10-05T16:00:00Z,,ECS,华为云,acc-2,乙方云,50,Usage-Based,i-3,x,,,,,referral,CS3,
-3,payer-1,CNY,2026-09-30T16:00:00Z,,Purchase,2026-10-07T16:00:00Z,,ECS,华为云,acc-2,乙方云,,Recurring,i-3,x,refund,2026-10-08T02:00:00Z,,,referral,CS4,
100,payer-1,CNY,2026-09-30T16:00:00Z,,Usage,2026-10-06T16:00:00Z,,ECS,华为云,acc-3,丙方云,,Usage-Based,i-4,y,,,,,referral,CS5,
7,payer-1,CNY,2026-10-31T16:00:00Z,,Usage,2026-11-06T16:00:00Z,,ECS,华为云,acc-2,乙方云,,Usage-Based,i-4,y,,,,,referral,CS6,
9,payer-1,USD,2026-10-31T16:00:00Z,,Usage,2026-11-06T16:00:00Z,,ECS,华为云,acc-2,乙方云,,Usage-Based,i-4,y,,,,,referral,CS7,
1000,payer-1,CNY,2026-08-31T16:00:00Z,,Usage,2026-09-06T16:00:00Z,,ECS,华为云,acc-2,乙方云,,Usage-Based,i-4,y,,,,,referral,CS8,
";

/// The first customer goes from A to B on 10 October, the second is B's, the third nobody's.
async fn house() -> House {
    let house = House::new().await;
    house.import(ROWS).await;
    let [a, b] = &house.managers;
    house.assign("acc-1", &a.member, "2026-01-01", Some("2026-10-10")).await;
    house.assign("acc-1", &b.member, "2026-10-10", None).await;
    house.assign("acc-2", &b.member, "2026-01-01", None).await;
    house
}

async fn team_of(house: &House, manager: usize) -> String {
    let id = crate::teams::create(&house.center, &house.admin, "华东").await.unwrap();
    let members = vec![house.managers[manager].member.clone()];
    let request = SetTeamMembers { id: id.clone(), seen: 1, members };
    crate::teams::set_members(&house.center, &house.admin, &request).await.unwrap();
    id.to_string()
}

async fn list_of(house: &House, accounts: &[&str]) -> String {
    let mut customers = Vec::new();
    for account in accounts {
        customers.push(house.customer(account).await);
    }
    crate::customer_lists::create(&house.center, &house.admin, &customers).await.unwrap().to_string()
}

fn october() -> DashboardQuery {
    DashboardQuery { from: "2026-10".parse().ok(), to: "2026-10".parse().ok(), ..DashboardQuery::default() }
}

/// Every filter of a dashboard with what it finds: amount paid, and how the file says it.
async fn filtered(house: &House) -> Vec<(DashboardQuery, &'static str, &'static str)> {
    let [a, b] = house.managers.each_ref().map(|manager| manager.member.to_string());
    let (team, list) = (team_of(house, 1).await, list_of(house, &["acc-1", "acc-3"]).await);
    let today = "today".parse().ok();
    let with = |managers: &[&str], teams: &[&str]| {
        let texts = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        DashboardQuery { managers: texts(managers), teams: texts(teams), ..october() }
    };
    let of_preset = DashboardQuery { preset: Some(Preset::LastMonth), ..DashboardQuery::default() };
    vec![
        (october(), "162.5", "All"),
        (with(&[], &[&team]), "52.5", "Account manager: Team 华东"),
        (with(&[&a, &b], &[]), "62.5", "Account manager: a / b"),
        (with(&[&a, "none"], &[]), "110", "Account manager: a / Unassigned"),
        (with(&[&a], &[&team]), "62.5", "Account manager: a / Team 华东"),
        (DashboardQuery { attribution: today, ..with(&[], &[&team]) }, "62.5", "Account manager: Team 华东"),
        (DashboardQuery { list: list.clone(), ..october() }, "125", "Customer list (2)"),
        (DashboardQuery { list, ..with(&[&b], &[]) }, "15", "Customer list (2); Account manager: b"),
        (DashboardQuery { preset: Some(Preset::SixMonths), ..october() }, "162.5", "All"),
        (of_preset.clone(), "162.5", "All"),
        (DashboardQuery { customer: "乙方".into(), ..of_preset }, "37.5", "Customer, account or ID: 乙方"),
        (DashboardQuery { manager: "a".into(), manager_id: a, ..october() }, "10", "Account manager: a"),
        (DashboardQuery { manager: "b".into(), ..october() }, "52.5", "Account manager: b"),
        (DashboardQuery { association: "reseller".parse().ok(), ..october() }, "25", "Association type: Reseller"),
        (
            DashboardQuery { customer_id: house.customer("acc-3").await.to_string(), ..october() },
            "100",
            "Customer: acc-3",
        ),
        (
            DashboardQuery {
                preset: Some(Preset::ThisMonth),
                currency: "USD".parse().ok(),
                ..DashboardQuery::default()
            },
            "9",
            "All",
        ),
    ]
}

/// All that is billed in a FOCUS file, which is the amount paid.
fn billed(file: &[u8]) -> Total {
    table(&cells(file), "BilledCost").iter().map(|row| row["BilledCost"].parse::<Total>().unwrap()).sum()
}

#[tokio::test]
async fn focus_has_exactly_the_totals_of_a_dashboard_whatever_it_is_filtered_by() {
    let house = house().await;
    for (query, paid, said) in filtered(&house).await {
        let shown = consumption::dashboard(&house.center, &house.admin, &query).await.unwrap();
        assert_eq!(shown.tiles.paid.now.to_string(), paid, "{query:?}");
        for view in [
            ExportQuery::Overview(query.clone()),
            ExportQuery::Trend(query.clone(), Grouping::default()),
            ExportQuery::Distribution(query.clone(), Grouping::default()),
            ExportQuery::Summary(Box::new(query.clone()), SummaryView::default()),
        ] {
            let file = house.file(&house.admin, view, ExportFormat::Focus).await;
            assert_eq!(billed(&file).to_string(), paid, "{query:?}");
            let selection = &table(&cells(&file), "BilledCost")[0]["x_Selection"];
            assert!(said == "All" || selection.contains(said), "{selection} without {said}");
        }
        let file = house.file(&house.admin, ExportQuery::Overview(query.clone()), ExportFormat::Csv).await;
        assert_eq!(told(&cells(&file), "Filters"), said, "{query:?}");
        let DashboardQuery { managers, teams, attribution, .. } = query.clone();
        let alike = DashboardQuery { managers, teams, attribution, ..october() };
        if query == alike {
            let DashboardQuery { from, to, managers, teams, currency, attribution, .. } = query;
            let query = SheetQuery { from, to, managers, teams, currency, attribution };
            let file = house.file(&house.admin, ExportQuery::Results(Box::new(query)), ExportFormat::Focus).await;
            assert_eq!(billed(&file).to_string(), paid);
        }
    }
}

#[tokio::test]
async fn only_refunds_are_behind_the_refunds_of_the_summary() {
    let house = house().await;
    let view = SummaryView { refunds: true, ..SummaryView::default() };
    let query = ExportQuery::Summary(Box::new(october()), view);
    let shown = consumption::summary(&house.center, &house.admin, &october(), &view).await.unwrap();
    let file = house.file(&house.admin, query, ExportFormat::Focus).await;
    assert_eq!((billed(&file).to_string(), shown.whole.refund.to_string()), ("-3".to_owned(), "-3".to_owned()));
}

#[tokio::test]
async fn an_account_manager_gets_no_more_behind_a_filter_than_the_page_shows() {
    let house = house().await;
    let (team, list) = (team_of(&house, 1).await, list_of(&house, &["acc-1", "acc-3"]).await);
    let a = &house.managers[0];
    let of_list = DashboardQuery { list, ..october() };
    let file = house.file(a, ExportQuery::Overview(of_list.clone()), ExportFormat::Focus).await;
    assert_eq!(billed(&file).to_string(), "10");
    // today the first customer is no longer theirs: how many others are in the list is not told
    let file = house.file(a, ExportQuery::Overview(of_list), ExportFormat::Csv).await;
    assert_eq!(told(&cells(&file), "Filters"), "Customer list (0)");
    let of_team = DashboardQuery { teams: vec![team], ..october() };
    for format in [ExportFormat::Csv, ExportFormat::Focus] {
        let refused = start(&house.center, a, &new(ExportQuery::Overview(of_team.clone()), format)).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{format:?}");
    }
}

#[tokio::test]
async fn days_within_the_months_and_people_are_told_of_lines_in_both_languages() {
    let house = house().await;
    let teams = vec![team_of(&house, 1).await];
    let list = list_of(&house, &["acc-1", "acc-2"]).await;
    let query = LineQuery {
        first_day: "2026-10-05".parse().ok(),
        last_day: "2026-10-20".parse().ok(),
        list,
        teams,
        managers: vec!["none".into()],
        ..LineQuery::default()
    };
    let file = house.lines(&house.admin, &query, ExportFormat::Csv).await;
    assert_eq!(
        told(&cells(&file), "Filters"),
        "Days: 2026-10-05 – 2026-10-20; Customer list (2); Account manager: Unassigned / Team 华东"
    );
    let mut chinese = new(ExportQuery::Lines(Box::new(query)), ExportFormat::Csv);
    chinese.language = domain::assignments::FileLanguage::Chinese;
    let crate::exports::Started::File(file) = start(&house.center, &house.admin, &chinese).await.unwrap() else {
        panic!("a few lines are no job")
    };
    assert_eq!(
        told(&cells(&super::house::read(file)), "筛选条件"),
        "消费日期范围: 2026-10-05 – 2026-10-20; 客户名单 (2); 客户经理: 未分配 / 团队 华东"
    );
}
