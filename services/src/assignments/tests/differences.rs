use domain::assignments::{Difference, DifferenceQuery, FileLanguage, NameChoice, ShownDifferences};

use super::*;
use crate::tables::TableFormat;

fn query(show: ShownDifferences) -> DifferenceQuery {
    DifferenceQuery { show: Some(show), ..DifferenceQuery::default() }
}

/// `month account ours theirs comparison first last lines due`.
fn line(row: &Difference) -> String {
    let ours = row.manager.as_ref().map_or("-", |manager| &manager.login);
    let theirs = if row.named.is_empty() { "-" } else { &row.named };
    let Difference { month, account_id, comparison, days: (first, last), lines, due, .. } = row;
    format!("{month} {account_id} {ours} {theirs} {comparison} {first} {last} {lines} {due}")
}

async fn found(world: &World, query: &DifferenceQuery) -> Vec<String> {
    let found = differences(&world.center, &world.director, query).await.unwrap();
    found.page.items.iter().map(line).collect()
}

/// Customers a (handed over within October), b (named by two in October), c (nobody's).
async fn world() -> World {
    let world = World::new().await;
    world
        .bill(&[
            ("a", "2026-10-01", "li.wei", "1"),
            ("a", "2026-10-10", "li.wei", "2"),
            ("a", "2026-10-20", "li.wei", "4"),
            ("b", "2026-10-05", "wang.fang", "8"),
            ("b", "2026-10-15", "wang.fang", "16"),
            ("b", "2026-10-15", "", "32"),
            ("b", "2026-11-01", "小王", "64"),
            ("c", "2026-10-05", "li.wei", "128"),
            ("c", "2026-11-05", "", "256"),
        ])
        .await;
    let [a, b] = [world.billed("a").await, world.billed("b").await];
    world.center.assign(&a, &world.li, "2026-01-01", Some("2026-10-10")).await;
    world.center.assign(&a, &world.wang, "2026-10-10", None).await;
    world.center.assign(&b, &world.li, "2026-01-01", Some("2026-10-10")).await;
    world.center.assign(&b, &world.wang, "2026-10-10", None).await;
    world
}

#[tokio::test]
async fn rows_tell_ours_and_theirs_by_the_days_of_the_lines() {
    let world = world().await;
    assert_eq!(
        found(&world, &query(ShownDifferences::All)).await,
        [
            "2026-11 c - - neither 2026-11-05 2026-11-05 1 256",
            "2026-11 b wang.fang 小王 differs 2026-11-01 2026-11-01 1 64",
            "2026-10 c - li.wei unassigned 2026-10-05 2026-10-05 1 128",
            "2026-10 b wang.fang - no_name 2026-10-15 2026-10-15 1 32",
            "2026-10 b wang.fang wang.fang same 2026-10-15 2026-10-15 1 16",
            "2026-10 b li.wei wang.fang differs 2026-10-05 2026-10-05 1 8",
            "2026-10 a wang.fang li.wei differs 2026-10-10 2026-10-20 2 6",
            "2026-10 a li.wei li.wei same 2026-10-01 2026-10-01 1 1",
        ]
    );
    let usual = differences(&world.center, &world.director, &DifferenceQuery::default()).await.unwrap();
    assert_eq!((usual.page.total, usual.due[0].1.short()), (4, "206.00".into()));
    let whole = differences(&world.center, &world.director, &query(ShownDifferences::All)).await.unwrap();
    assert_eq!(whole.due[0].1.short(), "511.00", "nothing is lost");
    assert_eq!(found(&world, &query(ShownDifferences::NoName)).await.len(), 2);
    assert_eq!(found(&world, &query(ShownDifferences::Unassigned)).await.len(), 2);
    let october = DifferenceQuery {
        from: "2026-10".parse().ok(),
        to: "2026-10".parse().ok(),
        manager: "WANG".into(),
        ..query(ShownDifferences::All)
    };
    assert_eq!(found(&world, &october).await.len(), 4);
    let missing = DifferenceQuery { page: 7, ..query(ShownDifferences::All) };
    assert_eq!(found(&world, &missing).await.len(), 8, "the last page");
    let turned = DifferenceQuery { from: "2026-11".parse().ok(), to: "2026-10".parse().ok(), ..october };
    let refused = differences(&world.center, &world.director, &turned).await.unwrap_err();
    assert_eq!(reason(refused), "from/start_after_end");
}

#[tokio::test]
async fn what_was_decided_about_a_name_counts() {
    let world = world().await;
    let decide = async |name: &str, choice| {
        set_supplier_manager(&world.center, &world.director, name, &choice).await.unwrap();
    };
    decide("小王", NameChoice::Member(world.wang.clone())).await;
    decide("li.wei", NameChoice::Nobody).await;
    assert_eq!(
        found(&world, &query(ShownDifferences::Differences)).await,
        [
            "2026-10 b li.wei wang.fang differs 2026-10-05 2026-10-05 1 8",
            "2026-10 a wang.fang li.wei differs 2026-10-10 2026-10-20 2 6",
            "2026-10 a li.wei li.wei differs 2026-10-01 2026-10-01 1 1",
        ]
    );
}

#[tokio::test]
async fn an_export_has_every_row_and_is_recorded() {
    let world = world().await;
    let query = query(ShownDifferences::All);
    let file =
        export_differences(&world.center, &world.director, &query, (TableFormat::Csv, FileLanguage::English)).await;
    let file = file.unwrap();
    assert_eq!(file.name, "manager-differences-2026-06-2026-11.csv");
    let text = String::from_utf8(file.bytes).unwrap();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 9);
    assert_eq!(lines[2], "2026-11,b,b**,wang.fang,w**,小**,,differs,2026-11-01,2026-11-01,1,CNY,64");
    let (action, _, detail) = world.center.audit().await.pop().unwrap();
    assert_eq!(action, "assignment.export_differences");
    assert_eq!(detail, r#"{"format":"csv","from":"2026-06","rows":8,"to":"2026-11"}"#);
    for format in [TableFormat::Csv, TableFormat::Xlsx] {
        let file = export_differences(&world.center, &world.director, &query, (format, FileLanguage::Chinese)).await;
        assert!(!file.unwrap().bytes.is_empty());
    }
    let admin = world.center.actor(&world.center.member(&world.partner, "admin", &[Role::Administrator]).await).await;
    let file = export_differences(&world.center, &admin, &query, (TableFormat::Csv, FileLanguage::English)).await;
    let text = String::from_utf8(file.unwrap().bytes).unwrap();
    let whole = "2026-11,b,b,wang.fang,wang.fang,小王,,differs,2026-11-01,2026-11-01,1,CNY,64";
    assert_eq!(text.lines().nth(2), Some(whole));
}

#[tokio::test]
async fn only_who_sees_all_and_may_view_assignments_compares() {
    let world = world().await;
    let query = query(ShownDifferences::All);
    for role in [Role::AccountManager, Role::Finance] {
        let actor = world.center.actor(&world.center.member(&world.partner, role.code(), &[role]).await).await;
        assert!(matches!(differences(&world.center, &actor, &query).await, Err(Error::Denied(_))));
        let file = export_differences(&world.center, &actor, &query, (TableFormat::Csv, FileLanguage::English)).await;
        assert!(matches!(file, Err(Error::Denied(_))));
    }
    let other = world.center.partner("Other", "UTC").await;
    let director = world.center.actor(&world.center.member(&other, "other", &[Role::AccountDirector]).await).await;
    assert_eq!(differences(&world.center, &director, &query).await.unwrap().page.total, 0);
}

#[tokio::test]
async fn an_older_database_gets_the_sums_by_name_from_its_lines() {
    let world = world().await;
    let migration = include_str!("../../../../migrations/0009_supplier_managers.sql");
    let fill = migration.split(";\n").find(|part| part.contains("insert into rollup_part_manager")).unwrap();
    let mut tx = world.center.db.write().await.unwrap();
    sqlx::query("delete from rollup_part_manager").execute(&mut *tx).await.unwrap();
    sqlx::query(fill).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(crate::check::run_unscoped(&world.center).await.unwrap(), Vec::<String>::new());
}
