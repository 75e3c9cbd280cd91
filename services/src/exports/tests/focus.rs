//! FOCUS goes out and comes back to the same customers, products, months and days.

use std::collections::BTreeMap;

use domain::bills::{BillLine, LineQuery};
use domain::exports::{ExportFormat, ExportQuery};
use domain::imports::Covers;
use domain::money::Total;

use super::house::{House, cells, table};
use crate::consumption;

/// Use, a purchase that was traded on another day than it began, a refund, a credit, an adjustment, what looks like a
/// formula, what has no list price, another currency, a line that belongs to the month by its billing period only.
const ROWS: &str = "\
12.34567891,payer-1,CNY,2026-09-30T16:00:00Z,2026-10-31T15:59:59Z,Usage,2026-10-01T16:00:00Z,2026-10-02T15:59:59Z,ECS,华为云,acc-1,甲方云,20,Usage-Based,i-1,=web+1,,,12.34567891,0,reseller,CS1,\"{\"\"k\"\":\"\"v\"\"}\"
100,payer-1,CNY,2026-09-30T16:00:00Z,2026-10-31T15:59:59Z,Purchase,2026-09-30T16:00:00Z,,RDS,华为云,acc-1,甲方云,100,Recurring,i-2,-db,,2026-10-15T02:00:00Z,100,,referral,CS2,
-30,payer-1,CNY,2026-09-30T16:00:00Z,2026-10-31T15:59:59Z,Purchase,2026-10-03T16:00:00Z,,RDS,华为云,acc-1,甲方云,,Recurring,i-2,db,refund,2026-10-20T02:00:00Z,-30,,referral,CS3,
-2.6137,payer-1,CNY,2026-09-30T16:00:00Z,2026-10-31T15:59:59Z,Credit,2026-10-02T16:00:00Z,,ECS,华为云,acc-2,乙方云,,One-Time,,,,,-2.6137,,,,
5,payer-1,CNY,2026-09-30T16:00:00Z,2026-10-31T15:59:59Z,Adjustment,2026-10-05T16:00:00Z,,ECS,华为云,acc-2,乙方云,,One-Time,,,,,,5,,,
0.00000001,payer-2,USD,2026-10-31T16:00:00Z,2026-11-30T15:59:59Z,Usage,2026-11-02T16:00:00Z,,OBS,Other Cloud,acc-3,丙方云,0.00000002,Usage-Based,b-1,@bucket,,,,,,,
7,payer-2,USD,2026-10-31T16:00:00Z,2026-11-30T15:59:59Z,Usage,2026-08-02T16:00:00Z,,OBS,Other Cloud,acc-3,丙方云,7,Usage-Based,b-1,bucket,,,,,,,
3,payer-2,USD,2026-10-31T16:00:00Z,2026-11-30T15:59:59Z,Usage,2026-11-04T16:00:00Z,,,Other Cloud,,,3,,,,consumption,2026-11-09T16:00:00Z,,,,,
";

/// Due and coupon of everything that tells lines apart in a view.
type Sums = BTreeMap<[String; 7], (Total, Total, Total)>;

async fn by_everything(house: &House) -> Sums {
    let mut sums = Sums::new();
    for line in all_lines(house).await {
        let BillLine { account_id, service, month, day, currency, amounts, bill_type, charge_mode, .. } = line;
        let key = [
            account_id,
            service,
            month.to_string(),
            day.to_string(),
            currency.to_string(),
            bill_type.to_string(),
            charge_mode.to_string(),
        ];
        let sum = sums.entry(key).or_default();
        sum.0 += Total::from(amounts.due);
        sum.1 += Total::from(amounts.coupon);
        sum.2 += Total::from(amounts.list.unwrap_or_default());
    }
    sums
}

async fn all_lines(house: &House) -> Vec<BillLine> {
    let query = LineQuery { from: "2026-01".parse().ok(), ..LineQuery::default() };
    consumption::lines(&house.center, &house.admin, &query).await.unwrap().page.items
}

fn everything() -> LineQuery {
    LineQuery { from: "2026-01".parse().ok(), ..LineQuery::default() }
}

#[tokio::test]
async fn focus_comes_back_with_equal_sums_by_customer_service_month_and_day() {
    let house = House::new().await;
    house.import(ROWS).await;
    let file = house.lines(&house.admin, &everything(), ExportFormat::Focus).await;
    let fresh = House::new().await;
    fresh.import_file(&file, Covers::default()).await;
    let (mine, theirs) = (by_everything(&house).await, by_everything(&fresh).await);
    assert_eq!(mine.len(), 8);
    assert_eq!(mine, theirs);
    let texts = |lines: Vec<BillLine>| {
        let mut texts: Vec<_> = lines
            .into_iter()
            .map(|line| {
                [
                    line.resource_name,
                    line.resource_id,
                    line.order_id,
                    line.tags,
                    line.account_name,
                    line.day.to_string(),
                ]
            })
            .collect();
        texts.sort();
        texts
    };
    assert_eq!(texts(all_lines(&house).await), texts(all_lines(&fresh).await));
    let parts = |lines: Vec<BillLine>| {
        let mut parts: Vec<_> = lines.into_iter().map(|line| format!("{:?} {:?}", line.day, line.amounts)).collect();
        parts.sort();
        parts
    };
    assert_eq!(parts(all_lines(&house).await), parts(all_lines(&fresh).await), "what is not provided stays so");
}

#[tokio::test]
async fn focus_has_coupons_in_rows_of_their_own_and_says_of_which_data_it_is() {
    let house = House::new().await;
    house.import(ROWS).await;
    let october = LineQuery { from: "2026-10".parse().ok(), to: "2026-10".parse().ok(), ..LineQuery::default() };
    let file = house.lines(&house.admin, &october, ExportFormat::Focus).await;
    assert!(file.starts_with(b"BilledCost,"), "no mark and no head before the header");
    let rows = table(&cells(&file), "BilledCost");
    let billed = |category: &str| -> Total {
        let rows = rows.iter().filter(|row| row["ChargeCategory"] == category);
        rows.map(|row| row["BilledCost"].parse::<Total>().unwrap()).sum()
    };
    let (usage, purchase, adjustment) = (billed("Usage"), billed("Purchase"), billed("Adjustment"));
    assert_eq!((usage + purchase + adjustment).to_string(), "87.34567891");
    assert_eq!(billed("Credit").to_string(), "-2.6137");
    let first = &rows[0];
    assert_eq!(
        (first["BillingPeriodStart"].as_str(), first["BillingPeriodEnd"].as_str()),
        ("2026-09-30T16:00:00Z", "2026-10-31T16:00:00Z")
    );
    assert!(rows.iter().all(|row| row["x_DataVersion"] == "1" && row["x_BillingTimeZone"] == "Asia/Shanghai"));
    assert!(
        rows.iter().all(|row| row["x_MonthState"] == "open" && row["x_Selection"].starts_with("2026-10 – 2026-10"))
    );
    let names: Vec<&str> = rows.iter().map(|row| row["ResourceName"].as_str()).collect();
    assert!(names.contains(&"'=web+1") && names.contains(&"'-db"), "{names:?}");
    let refund = rows.iter().find(|row| row["BilledCost"] == "-30").unwrap();
    assert_eq!(refund["ListCost"], "", "what is not provided is no zero");
}

#[tokio::test]
async fn focus_of_a_dashboard_holds_the_lines_behind_it() {
    let house = House::new().await;
    house.import(ROWS).await;
    let query = domain::consumption::DashboardQuery {
        from: "2026-10".parse().ok(),
        customer: "乙方".into(),
        ..Default::default()
    };
    let file = house.file(&house.admin, ExportQuery::Overview(query), ExportFormat::Focus).await;
    let rows = table(&cells(&file), "BilledCost");
    assert!(rows.iter().all(|row| row["SubAccountId"] == "acc-2" && row["BillingCurrency"] == "CNY"));
    let paid: Total = rows.iter().map(|row| row["BilledCost"].parse::<Total>().unwrap()).sum();
    assert_eq!(paid.to_string(), "2.3863");
}

#[tokio::test]
async fn focus_masks_names_like_every_file() {
    let house = House::new().await;
    house.import(ROWS).await;
    let file = house.lines(&house.finance, &everything(), ExportFormat::Focus).await;
    let text = String::from_utf8(file).unwrap();
    assert!(text.contains("甲**") && !text.contains("甲方云"), "{text}");
}
