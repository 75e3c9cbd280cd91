//! Income and expense, adjustment records.

use domain::ledger::{AccountKind, TradeType};

use super::*;

#[tokio::test]
async fn each_change_of_an_account_is_a_record_with_the_balance_after_it() {
    let world = World::new().await;
    world.topped_up("100").await;
    let asked = Transfer { reason: "首次".into(), supplier_transaction: "HW-1".into(), ..world.allocation("30") };
    let moved = world.transfer(&asked).await.unwrap();
    world.transfer(&world.reclaim("5")).await.unwrap();
    let found = records(&world.center, &world.finance, &RecordQuery::default()).await.unwrap();
    let shown: Vec<(String, String, i64)> =
        found.items.iter().map(|one| (one.amount.to_string(), one.balance_after.to_string(), one.serial)).collect();
    assert_eq!(shown, [("5".into(), "75".into(), 3), ("-30".into(), "70".into(), 2), ("100".into(), "100".into(), 1)]);
    assert_eq!((found.total, found.income, found.expense), (3, yuan("105"), yuan("30")));
    assert_eq!((found.from.to_string(), found.to.to_string()), ("2025-11-22".into(), "2026-11-22".into()));
    let one = &found.items[1];
    assert_eq!((&one.moved, one.counterpart.as_str()), (&moved.id, world.reseller.as_str()));
    assert_eq!((one.counterpart_name.as_str(), one.counterpart_account.as_str()), ("代售客户", "reseller-account"));
    assert_eq!(
        (one.by.as_str(), one.reason.as_str(), one.at.as_str()),
        ("finance", "首次", "2026-11-22T12:00:00+08:00")
    );
    assert_eq!((one.supplier, one.supplier_transaction.as_str()), (SupplierState::Recorded, "HW-1"));
    let again = Transfer { supplier_transaction: " HW-1 ".into(), ..world.allocation("1") };
    assert_eq!(code(world.transfer(&again).await), "supplier_transaction:taken");
}

#[tokio::test]
async fn records_are_found_by_account_trade_type_direction_customer_and_day() {
    let world = World::new().await;
    world.topped_up("100").await;
    world.credit_line("50", "0").await.unwrap();
    world.transfer(&world.allocation("120")).await.unwrap();
    let found = async |query: RecordQuery| {
        let found = records(&world.center, &world.finance, &query).await.unwrap();
        assert_eq!(found.total, found.items.len() as u64);
        found.items.into_iter().map(|one| one.amount.to_string()).collect::<Vec<_>>()
    };
    let query = RecordQuery::default;
    let credit = Some(AccountKind::Credit);
    assert_eq!(found(RecordQuery { account: credit, ..query() }).await, ["-20", "50"]);
    let of_customer =
        RecordQuery { account: Some(AccountKind::Customer), owner: world.reseller.to_string(), ..query() };
    assert_eq!(found(of_customer).await, ["120"]);
    assert_eq!(found(RecordQuery { trade: Some(TradeType::Recharge), ..query() }).await, ["100"]);
    assert_eq!(found(RecordQuery { trade: Some(TradeType::Frozen), ..query() }).await, [""; 0]);
    assert_eq!(found(RecordQuery { direction: Some(MoneyDirection::Expense), ..query() }).await, ["-100"]);
    assert_eq!(
        found(RecordQuery { direction: Some(MoneyDirection::Income), account: credit, ..query() }).await,
        ["50"]
    );
    assert_eq!(found(RecordQuery { counterpart: world.reseller.to_string(), ..query() }).await, ["-100"]);
    let day = |text: &str| Some(text.parse().unwrap());
    assert_eq!(found(RecordQuery { to: day("2026-11-21"), ..query() }).await, [""; 0]);
    assert_eq!(found(RecordQuery { from: day("2026-11-22"), to: day("2026-11-22"), ..query() }).await, ["-100", "100"]);
    let refused = async |query: RecordQuery| code(records(&world.center, &world.finance, &query).await);
    let long = RecordQuery { from: day("2025-11-21"), to: day("2026-11-22"), ..query() };
    assert_eq!(refused(long).await, "to:range_too_long");
    assert_eq!(refused(RecordQuery { from: day("2026-11-23"), ..query() }).await, "from:start_after_end");
    assert_eq!(refused(RecordQuery { account: Some(AccountKind::Outside), ..query() }).await, "account:unknown");
    assert_eq!(refused(RecordQuery { after: Some("x".into()), ..query() }).await, "after:malformed");
}

#[tokio::test]
async fn pages_hold_every_record_once() {
    let world = World::new().await;
    world.topped_up("100").await;
    for _ in 0..55 {
        world.transfer(&world.allocation("1")).await.unwrap();
    }
    let first = records(&world.center, &world.finance, &RecordQuery::default()).await.unwrap();
    let rest = RecordQuery { after: first.next.clone(), ..RecordQuery::default() };
    let rest = records(&world.center, &world.finance, &rest).await.unwrap();
    let serials: Vec<i64> = first.items.iter().chain(&rest.items).map(|one| one.serial).collect();
    assert_eq!(serials, (1..=56).rev().collect::<Vec<_>>());
    assert_eq!((rest.next, rest.total), (None, 56));
    let some = records_from(&world.center, &world.finance, &RecordQuery::default(), (1, 2)).await.unwrap();
    assert_eq!(some.items.iter().map(|one| one.serial).collect::<Vec<_>>(), [55, 54]);
}

#[tokio::test]
async fn adjustment_records_have_allocations_and_reclaims_alone() {
    let world = World::new().await;
    world.topped_up("100").await;
    world.credit_line("50", "0").await.unwrap();
    let moved = world.transfer(&world.allocation("120")).await.unwrap();
    world.transfer(&world.reclaim("5")).await.unwrap();
    let found = async |query: AdjustQuery| {
        let (records, total) = adjustments_from(&world.center, &world.finance, &query, (0, 10)).await.unwrap();
        assert_eq!(adjustments(&world.center, &world.finance, &query).await.unwrap().items, records);
        assert_eq!(total, records.len() as u64);
        records.into_iter().map(|one| (one.operation, one.amount.to_string())).collect::<Vec<_>>()
    };
    let (allocated, reclaimed) = ((AdjustOperation::Allocate, "120".into()), (AdjustOperation::Reclaim, "5".into()));
    let query = AdjustQuery::default;
    assert_eq!(found(query()).await, [reclaimed.clone(), allocated.clone()]);
    assert_eq!(found(AdjustQuery { operation: Some(AdjustOperation::Reclaim), ..query() }).await, [reclaimed]);
    assert_eq!(found(AdjustQuery { operation: Some(AdjustOperation::Unbind), ..query() }).await, []);
    assert_eq!(found(AdjustQuery { transaction: moved.id.to_string(), ..query() }).await, [allocated]);
    assert_eq!(found(AdjustQuery { counterpart: world.referral.to_string(), ..query() }).await, []);
    let instant = |text: &str| Some(text.parse().unwrap());
    assert_eq!(found(AdjustQuery { begin: instant("2026-11-22T04:00:01Z"), ..query() }).await, []);
    assert_eq!(found(AdjustQuery { end: instant("2026-11-22T04:00:00Z"), ..query() }).await.len(), 2);
    assert_eq!(found(AdjustQuery { to: Some("2026-11-21".parse().unwrap()), ..query() }).await, []);
}
