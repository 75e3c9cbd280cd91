//! Batches, the supplier's file, exports.

use domain::assignments::FileLanguage;

use super::*;
use crate::tables::TableFormat;

async fn sent(world: &World, text: &str, options: BatchOptions) -> crate::Result<BatchReport> {
    batch(&world.center, &world.finance, text.as_bytes().to_vec(), &options).await
}

fn errors(report: &BatchReport) -> Vec<(u64, String)> {
    report.errors.iter().map(|one| (one.row, format!("{}:{}", one.error.field, one.error.code))).collect()
}

#[tokio::test]
async fn a_dry_run_shows_what_would_move_and_moves_nothing() {
    let world = World::new().await;
    world.topped_up("100").await;
    let text = "客户,操作,金额,说明\nreseller,拨款,100,一\n代售客户,回收,40,二\nreseller-account,allocate,30.5,三\n";
    let dry = BatchOptions { dry_run: true, ..BatchOptions::default() };
    let seen = sent(&world, text, dry).await.unwrap();
    assert_eq!((seen.written, seen.transfers, seen.error_count), (false, 3, 0));
    assert_eq!((seen.allocated, seen.reclaimed), (yuan("130.5"), yuan("40")));
    assert_eq!(seen.allocatable, BeforeAfter { before: yuan("100"), after: yuan("9.5") });
    assert_eq!(seen.lines[1].balance, BeforeAfter { before: yuan("100"), after: yuan("60") });
    assert!(seen.lines.iter().all(|line| line.moved.is_none()));
    assert_eq!((world.moves().await, world.balance().await), (1, Amount::ZERO));
    let really = BatchOptions { seen: Some(seen.seen), ..BatchOptions::default() };
    let done = sent(&world, text, really.clone()).await.unwrap();
    assert_eq!((done.written, done.allocatable), (true, seen.allocatable));
    assert_eq!(code(sent(&world, text, really).await), "changed_since");
    assert_eq!((world.moves().await, world.balance().await), (4, yuan("90.5")));
    world.assert_sound().await;
}

#[tokio::test]
async fn a_bad_row_stops_the_file_unless_the_good_rows_are_chosen() {
    let world = World::new().await;
    world.topped_up("100").await;
    let text = "customer,operation,amount\n\
                reseller,allocate,10\n\
                referral,allocate,1\n\
                nobody,allocate,1\n\
                reseller,give,0.001\n\
                reseller,reclaim,10.01\n\
                ,allocate,1\n\
                reseller,allocate,90.01\n";
    let expected: Vec<(u64, String)> = [
        (3, "customer:referral_customer"),
        (4, "customer:unknown_customer"),
        (5, "operation:unknown_operation"),
        (5, "amount:too_many_decimals"),
        (6, "amount:insufficient_balance"),
        (7, "customer:required"),
        (8, "amount:insufficient_balance"),
    ]
    .map(|(row, code)| (row, code.to_owned()))
    .into();
    let refused = sent(&world, text, BatchOptions::default()).await.unwrap();
    assert_eq!((refused.written, refused.left_out, errors(&refused)), (false, 6, expected.clone()));
    assert_eq!(world.moves().await, 1);
    let good = sent(&world, text, BatchOptions { good_rows: true, ..BatchOptions::default() }).await.unwrap();
    assert_eq!((good.written, good.transfers, errors(&good)), (true, 1, expected));
    assert_eq!((world.moves().await, world.balance().await), (2, yuan("10")));
    world.assert_sound().await;
}

#[tokio::test]
async fn a_file_that_is_sent_twice_under_one_key_moves_money_once() {
    let world = World::new().await;
    world.topped_up("100").await;
    let text = "customer,operation,amount\nreseller,allocate,60\nreseller,allocate,40\n";
    let options = || BatchOptions { key: "march".into(), seen: Some(1), ..BatchOptions::default() };
    assert_eq!(sent(&world, text, options()).await.unwrap().repeated, 0);
    let again = sent(&world, text, options()).await.unwrap();
    assert_eq!((again.written, again.transfers, again.repeated, again.error_count), (true, 2, 2, 0));
    let other = text.replace("60", "59");
    assert_eq!(code(sent(&world, &other, options()).await), "idempotency_key_reused");
    assert_eq!((world.moves().await, world.balance().await), (3, yuan("100")));
}

#[tokio::test]
async fn files_that_are_none_are_refused() {
    let world = World::new().await;
    for (text, expected) in [("", "file:empty"), ("customer,amount\nreseller,1\n", "file:missing_columns")] {
        assert_eq!(code(sent(&world, text, BatchOptions::default()).await), expected);
        let file = ("f.csv", text.as_bytes().to_vec());
        assert!(code(compare_supplier_file(&world.center, &world.finance, file).await).starts_with("file:"));
    }
    let options = BatchOptions::default();
    assert_eq!(code(batch(&world.center, &world.li, Vec::new(), &options).await), "denied");
}

#[tokio::test]
async fn the_supplier_s_file_is_matched_by_transaction_and_by_content() {
    let world = World::new().await;
    let (center, finance) = (&world.center, &world.finance);
    world.topped_up("100").await;
    let known = Transfer { supplier_transaction: "HW-1".into(), ..world.allocation("10") };
    let known = world.transfer(&known).await.unwrap();
    let wrong = Transfer { supplier_transaction: "HW-2".into(), ..world.allocation("20") };
    world.transfer(&wrong).await.unwrap();
    let unique = world.transfer(&world.allocation("30")).await.unwrap();
    world.transfer(&world.allocation("5")).await.unwrap();
    world.transfer(&world.allocation("5")).await.unwrap();
    let text = "交易ID,交易时间,变动金额,收支类型,客户账号\n\
                HW-1,2026-11-22 11:00:00,10.00,支出,reseller-account\n\
                HW-2,2026-11-22 11:00:00,21.00,支出,reseller-account\n\
                HW-3,2026-11-22 11:00:00,-30.00,,reseller-account\n\
                HW-4,2026-11-22 11:00:00,5.00,支出,reseller-account\n\
                HW-5,2026-11-21 11:00:00,7.00,收入,\n";
    let file = ("十一月.csv", text.as_bytes().to_vec());
    let found = compare_supplier_file(center, finance, file).await.unwrap();
    let of = |side| found.lines.iter().filter(move |line| line.side == side);
    let reasons: Vec<(&str, MatchReason)> = found
        .lines
        .iter()
        .filter(|line| line.row.is_some())
        .map(|line| (line.transaction.as_str(), line.reason))
        .collect();
    assert_eq!(
        reasons,
        [
            ("HW-5", MatchReason::NoMove),
            ("HW-1", MatchReason::Transaction),
            ("HW-2", MatchReason::AmountDiffers),
            ("HW-3", MatchReason::Content),
            ("HW-4", MatchReason::NoMove),
        ]
    );
    let moved: Vec<_> = of(MatchSide::Matched).map(|line| line.moved.clone().unwrap()).collect();
    assert_eq!(moved, [known.id.clone(), unique.id.clone()]);
    // the top-up, the one with another amount, and two that look alike
    assert_eq!((found.file.matched, found.file.theirs_only, found.file.ours_only), (2, 3, 4));
    assert_eq!(supplier_comparison(center, finance, &found.file.id).await.unwrap(), found);
    assert_eq!(supplier_files(center, finance).await.unwrap(), [found.file]);
    let shown = records(center, finance, &RecordQuery::default()).await.unwrap().items;
    let state = |id: &domain::ids::MoveId| {
        let one = shown.iter().find(|one| one.moved == *id).unwrap();
        (one.supplier, one.supplier_transaction.clone())
    };
    assert_eq!(state(&known.id), (SupplierState::Matched, "HW-1".into()));
    assert_eq!(state(&unique.id), (SupplierState::Matched, "HW-3".into()));
    let set =
        |id: &domain::ids::MoveId, text: &str| SetSupplierTransaction { id: id.clone(), transaction: text.into() };
    assert_eq!(
        code(set_supplier_transaction(center, finance, &set(&known.id, "HW-9")).await),
        "supplier_transaction_recorded"
    );
    let bad = ("f.csv", b"trade_id,trade_time,change_amount\nX,soon,1\n".to_vec());
    assert_eq!(code(compare_supplier_file(center, finance, bad).await), "file:bad_row");
    world.assert_sound().await;
}

#[tokio::test]
async fn an_exported_file_has_what_the_page_has_with_names_masked_for_all_but_the_administrator() {
    let world = World::new().await;
    world.topped_up("100").await;
    world.transfer(&Transfer { reason: "=cmd".into(), ..world.allocation("30") }).await.unwrap();
    let text = async |actor: &Actor, language| {
        let how = (TableFormat::Csv, language);
        let file = export_records(&world.center, actor, &RecordQuery::default(), how).await.unwrap();
        String::from_utf8(file.bytes).unwrap()
    };
    let whole = text(&world.admin, FileLanguage::English).await;
    assert!(
        whole.contains(",expense,-30.00,70.00,CNY,") && whole.contains(",代售客户,reseller-account,'=cmd,"),
        "{whole}"
    );
    let masked = text(&world.finance, FileLanguage::Chinese).await;
    assert!(masked.contains("拨款") && masked.contains("代**") && !masked.contains("代售客户"), "{masked}");
    assert_eq!(masked.lines().count(), 3);
}
