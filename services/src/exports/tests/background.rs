//! Exports of more rows than a reader would wait for.

use std::fmt::Write as _;

use domain::access::Role;
use domain::bills::LineQuery;
use domain::consumption::DashboardQuery;
use domain::consumption::preset::Preset;
use domain::exports::{DIRECT_ROWS, ExportFormat, ExportQuery, ExportRecord, ExportState, MAX_PENDING};
use domain::ids::ExportId;
use domain::imports::Covers;

use super::super::jobs::{Turn, renew};
use super::house::{HEADER, House, cells, new, read, sums, table, told};
use crate::error::Error;
use crate::exports::lines::Lines;
use crate::exports::start::words_for;
use crate::exports::{Started, delete, files, list, open, start, sweep_unscoped, work_unscoped};

const ROWS: u64 = DIRECT_ROWS + 50;

/// A bill of October with more lines than a direct export has, all of one customer.
async fn house() -> House {
    let house = House::new().await;
    let mut bill = HEADER.to_owned();
    for number in 0..ROWS {
        let day = number % 28 + 1;
        let _ = writeln!(
            bill,
            "0.01,payer-1,CNY,2026-09-30T16:00:00Z,,Usage,2026-10-{day:02}T01:00:00Z,,ECS,华为云,acc-1,甲方云,,Usage-Based,i-{number},,,,,,,,"
        );
    }
    house.import_file(bill.as_bytes(), Covers::default()).await;
    let [a, _] = &house.managers;
    house.assign("acc-1", &a.member, "2026-01-01", None).await;
    house
}

fn query() -> LineQuery {
    LineQuery { from: "2026-10".parse().ok(), to: "2026-10".parse().ok(), ..LineQuery::default() }
}

async fn begin(house: &House, actor: &domain::access::Actor, format: ExportFormat) -> ExportId {
    match start(&house.center, actor, &new(ExportQuery::Lines(Box::new(query())), format)).await.unwrap() {
        Started::Job(id) => id,
        Started::File(file) => panic!("{} came at once", file.name),
    }
}

async fn only(house: &House, actor: &domain::access::Actor) -> ExportRecord {
    let page = list(&house.center, actor, 1).await.unwrap();
    assert_eq!(page.total, 1);
    page.items[0].clone()
}

#[tokio::test]
async fn a_large_export_is_recorded_written_and_downloaded_by_who_made_it() {
    let house = house().await;
    for format in [ExportFormat::Csv, ExportFormat::Xlsx, ExportFormat::Focus] {
        let id = begin(&house, &house.admin, format).await;
        let waiting = only(&house, &house.admin).await;
        assert_eq!((waiting.state, waiting.rows, waiting.version), (ExportState::Waiting, 0, None));
        assert!(waiting.filters.contains("2026-10 – 2026-10"), "{}", waiting.filters);
        assert!(matches!(open(&house.center, &house.admin, &id).await, Err(Error::Conflict("export_not_ready"))));
        work_unscoped(&house.center).await.unwrap();
        let done = only(&house, &house.admin).await;
        assert_eq!(
            (done.state, done.rows, done.version, done.error.as_str()),
            (ExportState::Finished, ROWS, Some(1), "")
        );
        assert!(done.expires_at.unwrap().starts_with("2026-11-29T12:00"));
        let file = open(&house.center, &house.admin, &id).await.unwrap();
        assert_eq!(file.bytes, done.bytes);
        assert_eq!(file.name, format!("lines-2026-10-2026-10-v1.{}", format.ending()));
        let cells = cells(&read(file));
        if format == ExportFormat::Focus {
            assert_eq!(table(&cells, "BilledCost").len() as u64, ROWS);
        } else {
            assert_eq!(table(&cells, "Day").len() as u64, ROWS);
            assert_eq!(sums(&cells, "CNY")[0], "100.5");
        }
        for other in [&house.finance, &house.managers[0]] {
            assert!(matches!(open(&house.center, other, &id).await, Err(Error::NotFound)));
            assert!(matches!(delete(&house.center, other, &id).await, Err(Error::NotFound)));
            assert_eq!(list(&house.center, other, 1).await.unwrap().total, 0);
        }
        delete(&house.center, &house.admin, &id).await.unwrap();
        assert_eq!(std::fs::read_dir(&*house.center.export_folder).unwrap().count(), 0, "the file is gone");
    }
    let audit = house.center.audit().await;
    let actions: Vec<&str> =
        audit.iter().map(|(action, ..)| action.as_str()).filter(|action| action.starts_with("export")).collect();
    assert_eq!(actions, ["export.start", "export.finish", "export.download", "export.delete"].repeat(3));
}

#[tokio::test]
async fn a_range_seen_from_today_stays_what_it_was_when_the_file_was_asked_for() {
    let house = house().await;
    let manager = house.managers[0].member.to_string();
    let query =
        DashboardQuery { preset: Some(Preset::LastMonth), managers: vec![manager], ..DashboardQuery::default() };
    let lines = LineQuery::from(query.clone());
    for (query, format) in
        [(ExportQuery::Lines(Box::new(lines)), ExportFormat::Csv), (ExportQuery::Overview(query), ExportFormat::Focus)]
    {
        let Started::Job(id) = start(&house.center, &house.admin, &new(query, format)).await.unwrap() else {
            panic!("too few lines")
        };
        // its turn comes in December, when last month is another
        let december = house.center.at("2026-12-01T04:00:00Z");
        work_unscoped(&december).await.unwrap();
        let done = only(&house, &house.admin).await;
        assert_eq!((done.state, done.rows), (ExportState::Finished, ROWS));
        assert!(done.filters.starts_with("2026-10 – 2026-10 · Account manager: a"), "{}", done.filters);
        delete(&house.center, &house.admin, &id).await.unwrap();
    }
}

#[tokio::test]
async fn an_export_states_its_own_version_while_the_data_changes() {
    let house = house().await;
    let words = words_for(&house.admin, domain::assignments::FileLanguage::English);
    let lines = Lines::open(&house.center, &house.admin, &query(), words).await.unwrap();
    let more = "5,payer-1,CNY,2026-09-30T16:00:00Z,,Usage,2026-10-01T16:00:00Z,,ECS,华为云,acc-2,乙方云,,Usage-Based,i,,,,,,,,\n";
    house.import(more).await;
    let file = files::unnamed(&house.center).unwrap();
    let written =
        Box::pin(lines.write(&house.center, (ExportFormat::Csv, file), &files::Progress::Direct)).await.unwrap();
    assert_eq!((written.rows, written.version), (ROWS, 1));
    let file = files::ExportFile::new(String::new(), ExportFormat::Csv, written.file).unwrap();
    let cells = cells(&read(file));
    assert_eq!((told(&cells, "Data version").as_str(), sums(&cells, "CNY")[0].as_str()), ("1", "100.5"));
}

#[tokio::test]
async fn what_a_dead_process_left_is_taken_up_again_and_fails_in_the_end() {
    let house = house().await;
    begin(&house, &house.admin, ExportFormat::Csv).await;
    for (attempt, now) in
        ["2026-11-22T05:00:00Z", "2026-11-22T06:00:00Z", "2026-11-22T07:00:00Z"].into_iter().enumerate()
    {
        let mut tx = house.center.db.write().await.unwrap();
        sqlx::query(
            "update export_job set state = 'running', lease_until = '2026-11-22T04:02:00.000000Z', attempts = $1",
        )
        .bind(i64::try_from(attempt).unwrap() + 1)
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        // Within its lease nobody else begins it.
        work_unscoped(&house.center).await.unwrap();
        assert_eq!(only(&house, &house.admin).await.state, ExportState::Running);
        sweep_unscoped(&house.center.at(now)).await.unwrap();
        let expected = if attempt < 2 { ExportState::Waiting } else { ExportState::Failed };
        assert_eq!(only(&house, &house.admin).await.state, expected, "attempt {attempt}");
    }
    assert_eq!(only(&house, &house.admin).await.error, "interrupted");
    work_unscoped(&house.center).await.unwrap();
    assert_eq!(only(&house, &house.admin).await.state, ExportState::Failed);
}

#[tokio::test]
async fn a_file_goes_after_a_week_and_what_belongs_to_nothing_goes_too() {
    let house = house().await;
    let id = begin(&house, &house.admin, ExportFormat::Csv).await;
    work_unscoped(&house.center).await.unwrap();
    let folder = house.center.export_folder.clone();
    let orphan = folder.join(format!("export-{}.part", uuid::Uuid::now_v7()));
    std::fs::write(&orphan, "x").unwrap();
    std::fs::write(folder.join("somebody-else's"), "x").unwrap();
    sweep_unscoped(&house.center.at("2026-11-29T03:59:00Z")).await.unwrap();
    assert!(files::place(&house.center, &id).exists() && !orphan.exists());
    let later = house.center.at("2026-11-29T04:00:00Z");
    assert!(matches!(open(&later, &house.admin, &id).await, Err(Error::Conflict("export_expired"))));
    sweep_unscoped(&later).await.unwrap();
    assert_eq!(only(&house, &house.admin).await.state, ExportState::Expired);
    let left: Vec<_> = std::fs::read_dir(&*folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["somebody-else's"]);
}

#[tokio::test]
async fn who_may_see_less_by_now_does_not_get_the_file() {
    let house = house().await;
    let id = begin(&house, &house.admin, ExportFormat::Csv).await;
    work_unscoped(&house.center).await.unwrap();
    for roles in [vec![Role::Finance], vec![Role::AccountManager]] {
        let demoted = domain::access::Actor { roles, ..house.admin.clone() };
        assert!(matches!(open(&house.center, &demoted, &id).await, Err(Error::Conflict("rights_changed"))));
    }
    // An account manager's own file stays the own one.
    let own = begin(&house, &house.managers[0], ExportFormat::Csv).await;
    work_unscoped(&house.center).await.unwrap();
    open(&house.center, &house.managers[0], &own).await.unwrap();
}

#[tokio::test]
async fn a_member_who_is_out_gets_no_export_written() {
    let house = house().await;
    begin(&house, &house.managers[0], ExportFormat::Csv).await;
    let mut tx = house.center.db.write().await.unwrap();
    sqlx::query("update member set state = 'disabled' where login = 'a'").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    work_unscoped(&house.center).await.unwrap();
    let record = only(&house, &house.managers[0]).await;
    assert_eq!((record.state, record.error.as_str()), (ExportState::Failed, "not_allowed"));
}

#[tokio::test]
async fn a_member_has_only_so_many_exports_waiting() {
    let house = house().await;
    for _ in 0..MAX_PENDING {
        begin(&house, &house.admin, ExportFormat::Csv).await;
    }
    let one_more =
        start(&house.center, &house.admin, &new(ExportQuery::Lines(Box::new(query())), ExportFormat::Csv)).await;
    assert!(matches!(one_more, Err(Error::Conflict("too_many_exports"))));
    begin(&house, &house.managers[0], ExportFormat::Csv).await;
}

async fn change(house: &House, sql: &'static str) {
    let mut tx = house.center.db.write().await.unwrap();
    sqlx::query(sql).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_read_fails_and_the_next_is_written() {
    let house = house().await;
    for broken in [
        r#"update export_job set query = '{"gone":1}' where state = 'waiting'"#,
        "update export_job set language = 'latin' where state = 'waiting'",
    ] {
        let bad = begin(&house, &house.admin, ExportFormat::Csv).await;
        change(&house, broken).await;
        let good = begin(&house, &house.managers[0], ExportFormat::Csv).await;
        work_unscoped(&house.center).await.unwrap();
        let record = only(&house, &house.admin).await;
        assert_eq!((record.state, record.error.as_str()), (ExportState::Failed, "internal"));
        assert_eq!(only(&house, &house.managers[0]).await.state, ExportState::Finished);
        delete(&house.center, &house.admin, &bad).await.unwrap();
        delete(&house.center, &house.managers[0], &good).await.unwrap();
    }
}

#[tokio::test]
async fn only_the_try_that_counts_renews_the_lease() {
    let house = house().await;
    let id = begin(&house, &house.admin, ExportFormat::Csv).await;
    change(
        &house,
        "update export_job set state = 'running', lease_until = '2026-11-22T04:02:00.000000Z', attempts = 2",
    )
    .await;
    let stalled = renew(&house.center, &Turn { id: id.clone(), attempt: 1 }, Some(7)).await;
    assert!(matches!(stalled, Err(Error::Conflict("lease_lost"))), "{stalled:?}");
    assert_eq!(only(&house, &house.admin).await.rows, 0);
    renew(&house.center, &Turn { id, attempt: 2 }, Some(8)).await.unwrap();
    assert_eq!(only(&house, &house.admin).await.rows, 8);
}

#[tokio::test]
async fn a_try_that_lost_its_export_finishes_nothing_and_leaves_no_file() {
    let house = house().await;
    begin(&house, &house.admin, ExportFormat::Csv).await;
    // while the first portion is written, another process begins anew
    change(
        &house,
        "create trigger anew after update of row_count on export_job when new.row_count > 0
         begin update export_job set attempts = 2 where id = new.id; end",
    )
    .await;
    work_unscoped(&house.center).await.unwrap();
    assert_eq!(only(&house, &house.admin).await.state, ExportState::Running);
    assert_eq!(std::fs::read_dir(&*house.center.export_folder).unwrap().count(), 0);
}

#[tokio::test]
async fn one_that_is_deleted_and_fails_does_not_keep_the_next_from_being_written() {
    let house = house().await;
    begin(&house, &house.finance, ExportFormat::Csv).await;
    begin(&house, &house.managers[0], ExportFormat::Csv).await;
    change(&house, "update member set state = 'disabled' where login = 'finance'").await;
    change(
        &house,
        "create trigger cancelled after update of attempts on export_job
         when new.member_id = (select id from member where login = 'finance')
         begin delete from export_job where id = new.id; end",
    )
    .await;
    work_unscoped(&house.center).await.unwrap();
    assert_eq!(list(&house.center, &house.finance, 1).await.unwrap().total, 0);
    assert_eq!(only(&house, &house.managers[0]).await.state, ExportState::Finished);
}

#[test]
fn a_file_of_any_try_belongs_to_its_export_and_one_that_is_gone_is_removed() {
    let id = ExportId::new(uuid::Uuid::now_v7().to_string());
    for name in [format!("export-{id}"), format!("export-{id}.part"), format!("export-{id}.2.part")] {
        assert_eq!(files::export_of(&name), Some(id.clone()), "{name}");
    }
    assert_eq!(files::export_of("export-x.2.part"), None);
    files::remove_file(std::path::Path::new("/nowhere/export-gone")).unwrap();
}
