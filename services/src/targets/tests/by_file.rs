use domain::assignments::{FileLanguage, FileOptions};
use domain::targets::TargetReport;

use super::*;
use crate::tables::TableFormat;

const WRITE: FileOptions = FileOptions { dry_run: false, good_rows: false };
const DRY: FileOptions = FileOptions { dry_run: true, good_rows: false };
const GOOD_ROWS: FileOptions = FileOptions { dry_run: false, good_rows: true };
const HEADER: &str = "note,amount,currency,month,manager\n";

impl World {
    async fn send(&self, rows: &str, options: FileOptions) -> TargetReport {
        let file = format!("{HEADER}{rows}").into_bytes();
        import(&self.center, &self.director, file, options, None).await.unwrap()
    }

    async fn file(&self, query: &ExportQuery, format: TableFormat) -> Vec<u8> {
        export(&self.center, &self.director, query, format).await.unwrap().bytes
    }
}

/// `row column code`.
fn errors(report: &TargetReport) -> Vec<String> {
    report.errors.iter().map(|wrong| format!("{} {} {}", wrong.row, wrong.error.field, wrong.error.code)).collect()
}

/// Added, changed, removed, unchanged, left out.
fn counts(report: &TargetReport) -> [u64; 5] {
    [report.added, report.changed, report.removed, report.unchanged, report.left_out]
}

#[tokio::test]
async fn a_file_sets_changes_and_takes_away_and_says_so_before() {
    let world = World::new().await;
    world.set(&world.li, "2026-11", "5", 0).await.unwrap();
    world.set(&world.li, "2026-12", "6", 0).await.unwrap();
    world.set(&world.li, "2027-01", "7", 0).await.unwrap();
    let rows = ",\"1,000.50\",cny,2026/11,li.wei\n,,CNY,2026-12,li.wei\n,7.00,CNY,2027年1月,li.wei\n,8,CNY,2026-12,WANG.FANG\n";
    let dry = world.send(rows, DRY).await;
    assert_eq!((counts(&dry), dry.written, dry.rows, dry.error_count), ([1, 1, 1, 1, 0], false, 4, 0));
    assert_eq!(world.amounts(&world.li).await[..3], [some("5"), some("6"), some("7")]);
    let changes: Vec<_> = dry.changes.iter().map(|change| (change.row, change.before, change.after)).collect();
    let amount = |text: &str| text.parse::<Amount>().ok();
    assert_eq!(changes, [(2, amount("5"), amount("1000.5")), (3, amount("6"), None), (5, None, amount("8"))]);
    let report = world.send(rows, WRITE).await;
    assert_eq!((report.written, counts(&report)), (true, counts(&dry)));
    assert_eq!(world.amounts(&world.li).await[..3], [some("1000.5"), None, some("7")]);
    assert_eq!(world.amounts(&world.wang).await[1], some("8"));
    let records = world.records().await;
    let actions: Vec<&str> = records.iter().skip(3).map(|(action, _)| action.as_str()).collect();
    assert_eq!(actions, ["target.by_file", "target.by_file", "target.by_file", "target.import"]);
    assert_eq!(counts(&world.send(rows, DRY).await), [0, 0, 0, 4, 0], "the same again changes nothing");
}

#[tokio::test]
async fn a_bad_row_is_named_with_its_reason_and_keeps_everything_from_being_written_unless_the_good_rows_are_chosen() {
    let world = World::new().await;
    world.center.member(&world.partner, "finance", &[Role::Finance]).await;
    world.center.bill_month(&world.partner, "2026-10", "closed").await;
    world.center.member(&world.partner, "gone", &[Role::AccountManager]).await;
    world.disable("gone").await;
    let rows = "good,1,CNY,2026-12,li.wei
,1,CNY,2026-12,nobody
,1,CNY,2026-12,
,1,CNY,2026-12,finance
,1,CNY,2026-12,gone
,1,CNY,2026-10,li.wei
,1,CNY,soon,li.wei
,1,,2026-12,li.wei
,0,CNY,2027-01,li.wei
,many,€,1026-01,nobody
,2,CNY,2027-02,wang.fang
,3,CNY,2027-02,wang.fang
again,2,CNY,2027-02,wang.fang
";
    let expected = [
        "3 manager unknown_manager",
        "4 manager required",
        "5 manager not_an_account_manager",
        "6 manager disabled_manager",
        "7 month month_closed",
        "8 month bad_month",
        "9 currency required",
        "10 amount amount_not_positive",
        "11 manager unknown_manager",
        "11 month out_of_range",
        "11 currency bad_currency",
        "11 amount amount_malformed",
        "12 manager duplicate_row",
        "13 manager duplicate_row",
        "14 manager duplicate_row",
    ];
    for options in [DRY, WRITE] {
        let report = world.send(rows, options).await;
        assert_eq!(errors(&report), expected);
        assert_eq!((report.written, counts(&report)), (false, [1, 0, 0, 0, 12]));
        assert_eq!(report.errors[12].error.detail, "13", "the other row");
    }
    assert_eq!(world.amounts(&world.li).await, vec![None; 6]);
    let report = world.send(rows, GOOD_ROWS).await;
    assert_eq!((report.written, counts(&report)), (true, [1, 0, 0, 0, 12]));
    assert_eq!(world.amounts(&world.li).await[1], some("1"));
    assert_eq!(world.amounts(&world.wang).await, vec![None; 6]);
}

#[tokio::test]
async fn an_export_comes_back_and_changes_nothing_even_where_managers_left_and_months_are_closed() {
    let world = World::new().await;
    world.set(&world.li, "2026-10", "5", 0).await.unwrap();
    world.set(&world.wang, "2026-12", "1234567.89", 0).await.unwrap();
    world.center.bill_month(&world.partner, "2026-10", "closed").await;
    world.disable("wang.fang").await;
    for format in [TableFormat::Csv, TableFormat::Xlsx] {
        for language in FileLanguage::ALL {
            let query = ExportQuery { language: *language, ..ExportQuery::default() };
            let file = world.file(&query, format).await;
            let report = import(&world.center, &world.director, file, WRITE, None).await.unwrap();
            assert_eq!((counts(&report), report.rows, report.error_count), ([0, 0, 0, 2, 0], 2, 0));
        }
    }
    assert_eq!(world.records().await.iter().filter(|(action, _)| action == "target.export").count(), 4);
}

#[tokio::test]
async fn a_form_has_a_row_for_every_manager_and_month_and_changes_nothing_until_it_is_filled_in() {
    let world = World::new().await;
    world.set(&world.li, "2026-12", "5", 0).await.unwrap();
    let range = domain::periods::MonthRange { from: "2026-12".parse().unwrap(), to: "2027-01".parse().unwrap() };
    let query = ExportQuery { range: Some(range), template: "CNY".parse().ok(), language: FileLanguage::English };
    let text = String::from_utf8(world.file(&query, TableFormat::Csv).await).unwrap();
    let expected = "\u{feff}manager,manager_name,month,currency,amount
li.wei,li.wei,2026-12,CNY,5
li.wei,li.wei,2027-01,CNY,
wang.fang,wang.fang,2026-12,CNY,
wang.fang,wang.fang,2027-01,CNY,
";
    assert_eq!(text, expected);
    let report = import(&world.center, &world.director, text.into_bytes(), DRY, None).await.unwrap();
    assert_eq!((counts(&report), report.error_count), ([0, 0, 0, 4, 0], 0));
    let without_range = ExportQuery { range: None, ..query };
    let result = export(&world.center, &world.director, &without_range, TableFormat::Csv).await;
    assert!(matches!(&result, Err(Error::Invalid(fields)) if fields[0].code == "required"));
}

#[tokio::test]
async fn a_file_that_was_looked_at_is_not_written_over_what_somebody_set_in_between() {
    let world = World::new().await;
    let file = || format!("{HEADER},9,CNY,2026-12,li.wei\n").into_bytes();
    let send = async |options, seen| import(&world.center, &world.director, file(), options, seen).await;
    let looked = send(DRY, None).await.unwrap();
    world.set(&world.li, "2026-12", "1", 0).await.unwrap();
    world.set(&world.li, "2026-12", "", 1).await.unwrap();
    let result = send(WRITE, Some(looked.seen)).await;
    assert!(matches!(result, Err(Error::Conflict("changed_since"))), "{result:?}");
    let again = send(DRY, None).await.unwrap();
    let written = send(WRITE, Some(again.seen)).await.unwrap();
    assert!(written.written && written.seen > again.seen);
}

#[tokio::test]
async fn files_are_for_who_may_and_must_have_their_columns() {
    let world = World::new().await;
    let li = world.center.actor(&world.li).await;
    let file = HEADER.as_bytes().to_vec();
    assert!(matches!(import(&world.center, &li, file, WRITE, None).await, Err(Error::Denied(_))));
    assert!(matches!(
        export(&world.center, &li, &ExportQuery::default(), TableFormat::Csv).await,
        Err(Error::Denied(_))
    ));
    let result = import(&world.center, &world.director, b"manager,month\n".to_vec(), WRITE, None).await;
    match result {
        Err(Error::Invalid(fields)) => {
            assert_eq!((fields[0].code.as_str(), fields[0].detail.as_str()), ("missing_columns", "currency, amount"));
        }
        other => panic!("{other:?}"),
    }
}
