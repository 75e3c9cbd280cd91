use std::fmt::Write as _;

use domain::assignments::{FileLanguage, FileOptions, FileReport};
use domain::consumption::DashboardQuery;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::tables::{Cell, TableFormat, TableWriter};

const HEADER: &str = "manager,customer_id,until,from,note\n";
const WRITE: FileOptions = FileOptions { dry_run: false, good_rows: false };
const DRY: FileOptions = FileOptions { dry_run: true, good_rows: false };
const GOOD_ROWS: FileOptions = FileOptions { dry_run: false, good_rows: true };

async fn send(world: &World, rows: &str, options: FileOptions) -> FileReport {
    import(&world.center, &world.director, format!("{HEADER}{rows}").into_bytes(), options).await.unwrap()
}

/// `row column code`.
fn errors(report: &FileReport) -> Vec<String> {
    report.errors.iter().map(|wrong| format!("{} {} {}", wrong.row, wrong.error.field, wrong.error.code)).collect()
}

/// customers, added, changed, removed, unchanged.
fn counts(report: &FileReport) -> [u64; 5] {
    [report.customers, report.added, report.changed, report.removed, report.unchanged]
}

async fn disable(world: &World, login: &str) {
    let mut tx = world.center.db.write().await.unwrap();
    sqlx::query("update member set state = 'disabled' where login = $1").bind(login).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

async fn overlaps(world: &World) -> i64 {
    let mut tx = world.center.db.read().await.unwrap();
    let (count,): (i64,) = sqlx::query_as(
        "select count(*) from assignment a join assignment b
         on a.customer_no = b.customer_no and a.id < b.id and a.from_day < b.until_day and b.from_day < a.until_day",
    )
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    count
}

#[tokio::test]
async fn an_export_comes_back_and_changes_nothing_even_where_managers_left_and_months_are_closed() {
    let world = World::new().await;
    let [first, second] = [world.customer("007").await, world.customer("=1+1").await];
    world.center.assign(&first, &world.li, "2026-01-01", Some("2026-03-01")).await;
    world.center.assign(&first, &world.li, "2026-03-01", Some("2026-04-01")).await;
    world.center.assign(&first, &world.wang, "2026-12-01", None).await;
    world.center.assign(&second, &world.wang, "2026-02-01", None).await;
    world.center.bill_month(&world.partner, "2026-10", "closed").await;
    disable(&world, "li.wei").await;
    let before = (world.history(&first).await, world.history(&second).await);
    for format in [TableFormat::Csv, TableFormat::Xlsx] {
        for language in FileLanguage::ALL {
            let file = export(&world.center, &world.director, format, *language).await.unwrap();
            assert_eq!(file.name, format!("assignments-2026-11-22.{}", format.ending()));
            let report = import(&world.center, &world.director, file.bytes, WRITE).await.unwrap();
            assert_eq!(errors(&report), [""; 0], "{format:?} {language}");
            assert_eq!((report.rows, counts(&report), report.written), (4, [0, 0, 0, 0, 4], true));
            assert_eq!(report.moves, []);
        }
    }
    assert_eq!((world.history(&first).await, world.history(&second).await), before);
}

#[tokio::test]
async fn an_export_tells_past_current_and_planned_and_is_recorded() {
    let world = World::new().await;
    let customer = world.customer("=c").await;
    world.center.assign(&customer, &world.li, "2026-01-01", Some("2026-03-01")).await;
    world.center.assign(&customer, &world.wang, "2026-03-01", Some("2027-01-01")).await;
    world.center.assign(&customer, &world.li, "2027-01-01", None).await;
    let file = export(&world.center, &world.director, TableFormat::Csv, FileLanguage::English).await.unwrap();
    let text = String::from_utf8(file.bytes).unwrap();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(
        lines,
        [
            "customer_id,customer_name,supplier,manager,manager_name,from,until,state",
            "'=c,'=**,Huawei Cloud,li.wei,l**,2026-01-01,2026-03-01,past",
            "'=c,'=**,Huawei Cloud,wang.fang,w**,2026-03-01,2027-01-01,current",
            "'=c,'=**,Huawei Cloud,li.wei,l**,2027-01-01,,planned",
        ]
    );
    let (action, subject, detail) = world.center.audit().await.pop().unwrap();
    assert_eq!((action.as_str(), subject.as_str()), ("assignment.export", world.partner.as_str()));
    assert_eq!(detail, r#"{"format":"csv","rows":3}"#);
    let admin = world.center.actor(&world.center.member(&world.partner, "admin", &[Role::Administrator]).await).await;
    let file = export(&world.center, &admin, TableFormat::Csv, FileLanguage::English).await.unwrap();
    let text = String::from_utf8(file.bytes).unwrap();
    assert!(text.contains("'=c,'=c,Huawei Cloud,wang.fang,wang.fang,2026-03-01,2027-01-01,current"), "{text}");
}

#[tokio::test]
async fn rows_cut_and_split_what_they_overlap_and_leave_the_other_days() {
    let world = World::new().await;
    let [split, ended, fresh] = [world.customer("1").await, world.customer("2").await, world.customer("3").await];
    world.center.assign(&split, &world.li, "2026-01-01", None).await;
    world.center.assign(&ended, &world.li, "2026-01-01", Some("2026-05-01")).await;
    world.center.assign(&ended, &world.wang, "2026-05-01", None).await;
    let rows =
        "wang.fang,1,2026-03-01,2026/2/1,x\n,2,,2026-04-01,\nli.wei,3,2026-12-01,2026-11-01\nwang.fang,3,,2026-12-01\n";
    let dry = send(&world, rows, DRY).await;
    assert_eq!(world.history(&split).await, ["li.wei 2026-01-01"], "a dry run writes nothing");
    let written = send(&world, rows, WRITE).await;
    assert_eq!(FileReport { written: true, ..dry }, written, "what was shown is what was written");
    assert_eq!(counts(&written), [3, 4, 2, 1, 0]);
    assert_eq!(
        world.history(&split).await,
        ["li.wei 2026-03-01", "wang.fang 2026-02-01 2026-03-01", "li.wei 2026-01-01 2026-02-01"]
    );
    assert_eq!(world.history(&ended).await, ["li.wei 2026-01-01 2026-04-01"]);
    assert_eq!(world.history(&fresh).await, ["wang.fang 2026-12-01", "li.wei 2026-11-01 2026-12-01"]);
    let audit = world.center.audit().await;
    let actions: Vec<&str> = audit.iter().rev().take(4).map(|record| record.0.as_str()).collect();
    assert_eq!(actions, ["assignment.import", "assignment.by_file", "assignment.by_file", "assignment.by_file"]);
    assert!(audit.iter().any(|(_, subject, detail)| *subject == ended.to_string() && detail.contains("2026-05-01")));
}

#[tokio::test]
async fn customers_are_counted_before_and_after() {
    let world = World::new().await;
    let [one, two] = [world.customer("1").await, world.customer("2").await];
    world.center.assign(&one, &world.li, "2026-01-01", None).await;
    world.center.assign(&two, &world.li, "2026-01-01", None).await;
    let report = send(&world, "wang.fang,1,,2026-11-01,\n,2,,2026-12-01,\n", DRY).await;
    let moves: Vec<_> = report
        .moves
        .iter()
        .map(|one| (one.manager.as_ref().map_or("", |manager| &manager.login), one.customers, one.lasting))
        .collect();
    assert_eq!(moves, [("li.wei", (2, 1), (2, 0)), ("wang.fang", (0, 1), (0, 1)), ("", (0, 0), (0, 1))]);
    assert_eq!(report.month, Some("2026-11".parse().unwrap()));
}

#[tokio::test]
async fn every_bad_row_is_told_with_number_column_and_reason_and_nothing_is_written() {
    let world = World::new().await;
    let other = world.center.partner("Other", "UTC").await;
    world.center.customer(&other, "foreign", "Foreign").await;
    world.center.member(&other, "foreign", &[Role::AccountManager]).await;
    for login in ["twin.a", "twin.b", "gone"] {
        world.center.member(&world.partner, login, &[Role::AccountManager]).await;
    }
    let mut tx = world.center.db.write().await.unwrap();
    sqlx::query("update member set name = 'Twin' where login like 'twin%'").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    disable(&world, "gone").await;
    let good = world.customer("good").await;
    let closed = world.customer("closed").await;
    for number in 1..=9 {
        world.customer(&number.to_string()).await;
    }
    world.center.assign(&closed, &world.li, "2026-01-01", None).await;
    world.center.bill_month(&world.partner, "2026-10", "closed").await;
    let before = world.center.audit().await;
    let rows = "li.wei,good,,2026-11-01,\n\
                li.wei,foreign,,2026-11-01,\n\
                li.wei,,,2026-11-01,\n\
                foreign,1,,2026-11-01,\n\
                Twin,2,,2026-11-01,\n\
                gone,3,,2026-11-01,\n\
                director,4,,2026-11-01,\n\
                nobody,5,yesterday,2026-11-01,\n\
                li.wei,6,2026-11-01,2026-11-01,\n\
                li.wei,7,,,\n\
                li.wei,8,2026-12-10,2026-12-01,\n\
                ,8,2026-12-20,2026-12-09,\n\
                wang.fang,closed,2026-11-01,2026-10-31,\n\
                ,closed,2026-10-01,2026-09-30,\n\
                li.wei,9,,1926-11-01,\n";
    let told = [
        "3 customer_id unknown_customer",
        "4 customer_id required",
        "5 manager unknown_manager",
        "6 manager ambiguous_manager",
        "7 manager disabled_manager",
        "8 manager not_an_account_manager",
        "9 manager unknown_manager",
        "9 until bad_date",
        "10 until empty_interval",
        "11 from required",
        "13 from overlapping_rows",
        "14 from month_closed",
        "16 from out_of_range",
    ];
    for options in [DRY, WRITE] {
        let report = send(&world, rows, options).await;
        assert_eq!(errors(&report), told);
        assert_eq!((report.rows, report.error_count, report.written), (15, 13, false));
        assert_eq!((counts(&report), report.left_out), ([1, 1, 0, 0, 0], 10), "what the good rows would do");
    }
    assert_eq!(world.history(&good).await, [""; 0]);
    assert_eq!(world.center.audit().await, before);
    let report = send(&world, rows, GOOD_ROWS).await;
    assert!(report.written && errors(&report) == told);
    assert_eq!(world.history(&good).await, ["li.wei 2026-11-01"]);
    assert_eq!(world.history(&closed).await, ["li.wei 2026-01-01"], "left out whole: its September row was good");
}

#[tokio::test]
async fn a_file_that_is_none_of_ours_is_refused() {
    let world = World::new().await;
    let refused =
        async |bytes: &[u8]| reason(import(&world.center, &world.director, bytes.to_vec(), WRITE).await.unwrap_err());
    assert_eq!(refused(b"").await, "file/empty");
    assert_eq!(refused(b"customer_id,manager,from\n").await, "file/missing_columns");
    assert_eq!(refused(b"PK\x03\x04").await, "file/unreadable");
    assert_eq!(refused(&[0xff, 0xfe, 0x2c]).await, "file/not_utf8");
    let rows = "\nx,y,,2026-01-01".repeat(20_001);
    assert_eq!(refused(format!("manager,customer_id,until,from{rows}").as_bytes()).await, "file/too_many_rows");
}

#[tokio::test]
async fn an_account_id_of_two_suppliers_needs_the_supplier() {
    let world = World::new().await;
    let [first, second] = [world.customer("same").await, world.customer("other").await];
    let mut tx = world.center.db.write().await.unwrap();
    sqlx::query("update customer set account_id = 'same', supplier = 'AWS' where account_id = 'other'")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let report = send(&world, "li.wei,same,,2026-11-01,\n", WRITE).await;
    assert_eq!(errors(&report), ["2 customer_id ambiguous_customer"]);
    let file = "客户账号ID;供应商;客户经理;开始日期;结束日期\nsame;AWS;li.wei;2026-11-01;\n";
    let report = import(&world.center, &world.director, file.as_bytes().to_vec(), WRITE).await.unwrap();
    assert!(report.written, "{report:?}");
    assert_eq!((world.history(&first).await.len(), world.history(&second).await.len()), (0, 1));
}

#[tokio::test]
async fn a_workbook_with_days_and_ids_as_numbers_is_read() {
    let world = World::new().await;
    let customer = world.customer("123456789012").await;
    let mut writer = TableWriter::new(TableFormat::Xlsx, &["customer_id", "manager", "from", "until"]).unwrap();
    let day = Cell::Day("2026-11-01".parse().unwrap());
    writer.row(&[Cell::Number(123_456_789_012), Cell::text("li.wei"), day, Cell::Empty]).unwrap();
    let report = import(&world.center, &world.director, writer.finish().unwrap(), WRITE).await.unwrap();
    assert_eq!(errors(&report), [""; 0]);
    assert_eq!(world.history(&customer).await, ["li.wei 2026-11-01"]);
}

#[tokio::test]
async fn only_who_may_manage_assignments_uses_files_and_only_for_the_own_partner() {
    let world = World::new().await;
    let customer = world.customer("c").await;
    world.center.assign(&customer, &world.li, "2026-01-01", None).await;
    for role in [Role::AccountManager, Role::Finance] {
        let actor = world.center.actor(&world.center.member(&world.partner, role.code(), &[role]).await).await;
        let denied = export(&world.center, &actor, TableFormat::Csv, FileLanguage::English).await;
        assert!(matches!(denied, Err(Error::Denied(_))));
        let denied = import(&world.center, &actor, HEADER.into(), WRITE).await;
        assert!(matches!(denied, Err(Error::Denied(_))));
    }
    let other = world.center.partner("Other", "UTC").await;
    let director = world.center.actor(&world.center.member(&other, "other", &[Role::AccountDirector]).await).await;
    let file = export(&world.center, &director, TableFormat::Csv, FileLanguage::English).await.unwrap();
    assert_eq!(String::from_utf8(file.bytes).unwrap().lines().count(), 1, "only the header");
    let rows = format!("{HEADER},c,,2026-11-01,\n");
    let report = import(&world.center, &director, rows.into_bytes(), GOOD_ROWS).await.unwrap();
    assert_eq!(errors(&report), ["2 customer_id unknown_customer"]);
    assert_eq!(world.history(&customer).await, ["li.wei 2026-01-01"]);
}

/// Which customer, which manager (none: nobody), first day, how long (none: without an end).
type Row = (usize, Option<usize>, i32, Option<i32>);

#[test]
fn random_files_never_make_overlaps_and_the_export_after_them_changes_nothing() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let row = (0..3_usize, prop::option::weighted(0.8, 0..2_usize), 0..60_i32, prop::option::weighted(0.7, 1..30_i32));
    let files = prop::collection::vec(prop::collection::vec(row, 1..6), 1..6);
    let mut runner = TestRunner::new(Config { cases: 24, ..Config::default() });
    runner
        .run(&files, |files| {
            runtime.block_on(follow(&files));
            Ok(())
        })
        .unwrap();
}

async fn follow(files: &[Vec<Row>]) {
    let world = World::new().await;
    for customer in 0..3 {
        world.customer(&customer.to_string()).await;
    }
    for rows in files {
        let mut text = String::new();
        for (customer, manager, from, length) in rows {
            let from = day("2026-10-01").plus(*from);
            let until = length.map_or_else(String::new, |length| from.plus(length).to_string());
            let manager = manager.map_or("", |at| ["li.wei", "wang.fang"][at]);
            writeln!(text, "{manager},{customer},{until},{from},").unwrap();
        }
        let report = send(&world, &text, GOOD_ROWS).await;
        assert!(report.written);
        assert_eq!(overlaps(&world).await, 0);
        let again = send(&world, &text, GOOD_ROWS).await;
        assert_eq!(again.customers, 0, "asking twice is asking once");
    }
    let file = export(&world.center, &world.director, TableFormat::Csv, FileLanguage::Chinese).await.unwrap();
    let report = import(&world.center, &world.director, file.bytes, WRITE).await.unwrap();
    assert!(report.written && report.customers == 0 && report.unchanged == report.rows, "{report:?}");
}

#[tokio::test]
async fn the_rest_of_a_split_interval_is_no_new_assignment_and_keeps_who_made_and_ended_it() {
    let world = World::new().await;
    let customer = world.customer("1").await;
    world.center.assign(&customer, &world.li, "2026-01-01", Some("2026-12-01")).await;
    world.execute("update assignment set ended_by = $1, ended_at = $2", "who ended", "2026-02-02").await;
    send(&world, "wang.fang,1,2026-11-20,2026-11-10,\n", WRITE).await;
    let records = history_of_customer(&world.center, &world.director, &customer).await.unwrap();
    let told: Vec<_> = records
        .iter()
        .map(|record| {
            format!("{} by {} ended by {}", line(record), record.assigned_by, record.ended_by.as_deref().unwrap_or("-"))
        })
        .collect();
    assert_eq!(
        told,
        [
            "li.wei 2026-11-20 2026-12-01 by test ended by who ended",
            "wang.fang 2026-11-10 2026-11-20 by director ended by -",
            "li.wei 2026-01-01 2026-11-10 by test ended by director",
        ]
    );
    let view = async || {
        crate::consumption::customer_dashboard(&world.center, &world.director, &DashboardQuery::default())
            .await
            .unwrap()
    };
    assert_eq!(view().await.newly_assigned, 1, "only wang.fang is new in November");
    // once the beginning is gone, the rest is the assignment
    send(&world, ",1,2026-11-20,2026-01-01,\n", WRITE).await;
    assert_eq!(world.history(&customer).await, ["li.wei 2026-11-20 2026-12-01"]);
    assert_eq!(view().await.newly_assigned, 1);
}

#[tokio::test]
async fn a_dry_run_waits_for_no_writer_and_leaves_nothing_behind() {
    let world = World::new().await;
    let customer = world.customer("1").await;
    world.center.assign(&customer, &world.li, "2026-01-01", None).await;
    let writer = world.center.db.write().await.unwrap();
    for _ in 0..8 {
        let dry = send(&world, "wang.fang,1,,2026-11-20,\n", DRY);
        let report = tokio::time::timeout(std::time::Duration::from_secs(5), dry).await.unwrap();
        assert_eq!(counts(&report), [1, 1, 1, 0, 0]);
        assert_eq!(report.moves.len(), 2);
        assert_eq!(world.history(&customer).await, ["li.wei 2026-01-01"]);
    }
    writer.rollback().await.unwrap();
    let written = send(&world, "wang.fang,1,,2026-11-20,\n", WRITE).await;
    assert_eq!((counts(&written), written.moves.len()), ([1, 1, 1, 0, 0], 2));
    assert_eq!(world.history(&customer).await, ["wang.fang 2026-11-20", "li.wei 2026-01-01 2026-11-20"]);
}
