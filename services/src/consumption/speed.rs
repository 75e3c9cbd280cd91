//! How long the views take on a million lines: 400 customers, 40 services, 10 months. Run by hand:
//! `cargo test -p services --release consumption::speed -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use domain::access::{Actor, Role};
use domain::assignments::{Attribution, DifferenceQuery, ShownDifferences};
use domain::bills::LineQuery;
use domain::consumption::DashboardQuery;
use domain::consumption::summary::{SummaryBy, SummaryView};
use domain::periods::MonthRange;

use super::fixture::World;
use super::{dashboard, line_filters, lines, summary};
use crate::assignments::differences;

const CUSTOMERS: i64 = 400;
const MONTHS: i64 = 10;
const LINES_A_PART: i64 = 250;

/// Customers, texts, assignments (every tenth customer changes hands within a month), versions, lines and rollups, all by SQL.
async fn fill(world: &World) {
    let partner = world.partner.as_str();
    let mut tx = world.center.db.write().await.unwrap();
    let statements = [
        "create temporary table n as with recursive n (i) as (select 0 union all select i + 1 from n where i < 999999) select i from n",
        "insert into bill_text (no, hash_high, hash_low, value) select i, i, i, case i when 1 then 'CNY' when 2 then 'reseller' when 3 then 'pay_per_use'
           when 4 then 'subscription' when 5 then 'consumption' when 6 then '' else 'text ' || i end from n where i between 1 and 300",
        "insert into customer (no, id, partner_id, supplier, account_id, account_name, name, account_name_folded, name_folded,
           association, origin, phone, email, created_at)
         select i, 'c' || i, ?1, 's', 'a' || i, 'a' || i, '客户' || i, 'a' || i, '客户' || i, 'reseller', 'bill', '', '', '' from n where i between 1 and 400",
        "insert into delivery (id, partner_id, state, covers, files, created_at, rows_read, bytes_read, bytes_total, reports, error)
         values (?1, ?1, 'finished', 'append', '[]', '', 0, 0, 0, '[]', '')",
        "insert into bill_version (no, partner_id, delivery_id, supplier, account, month, covers, state, lines, kept)
         select i + 1, ?1, ?1, 's', 'a', '2026-' || substr('0' || (i + 2), -2), 'month', 'switched', 100000, true from n where i < 10",
        "insert into bill_line (version_no, line_no, customer_no, day, bill_type_no, charge_mode_no, association_no,
           currency_no, service_no, resource_type_no, resource_id_no, resource_name_no, region_no, order_no, description_no, tags_no,
           source_manager_no, charge_start_no, charge_end_no, trade_time_no, list, due, coupon)
         select i / 100000 + 1, i % 100000, i % 400 + 1, '2026-' || substr('0' || (i / 100000 + 2), -2) || '-' || substr('0' || ((i * 11 + i / 400 * 5) % 28 + 1), -2),
           5, 3 + (i * 31 % 97) % 2, 2, 1, 100 + (i * 13 % 101) % 40, 6, 200 + i % 90, 6, 10 + i % 8, 6, 6, 6, case when i % 3 = 0 then 6 else 240 + i % 400 % 7 end, 6, 6, 6,
           1000000 + i * 7919 % 900000, 1000000 + i * 7919 % 800000, i % 3 * 1000 from n",
        "insert into customer_line select version_no, customer_no, day, line_no from bill_line order by 1, 2, 3, 4",
        "insert into version_part (version_no, customer_no, lines, hash_high, hash_low)
         select version_no, customer_no, count(*), 0, 0 from bill_line group by version_no, customer_no",
        "insert into shown_part (partner_id, month, customer_no, version_no)
         select v.partner_id, v.month, p.customer_no, p.version_no from version_part p join bill_version v on v.no = p.version_no",
        "insert into rollup_part_service select version_no, customer_no, service_no, charge_mode_no, association_no, currency_no, count(*),
           count(*), sum(list), sum(due), sum(coupon), 0, 0, 0, 0, count(list) from bill_line group by 1, 2, 3, 4, 5, 6",
        "insert into rollup_part_day select version_no, customer_no, day, association_no, currency_no, count(*),
           count(*), sum(list), sum(due), sum(coupon), 0, 0, 0, 0, count(list) from bill_line group by 1, 2, 3, 4, 5",
        "insert into rollup_part_manager select version_no, customer_no, source_manager_no, currency_no,
           sum(distinct 1 << (cast(substr(day, 9, 2) as integer) - 1)), count(*), sum(due) from bill_line group by 1, 2, 3, 4",
        "insert into rollup_customer select s.partner_id, s.month, s.customer_no, association_no, currency_no, sum(lines), sum(charged),
           sum(list), sum(due), sum(coupon), 0, 0, 0, 0, sum(list_lines) from shown_part s join rollup_part_service f on f.version_no = s.version_no
           and f.customer_no = s.customer_no group by 1, 2, 3, 4, 5",
        "insert into rollup_service select s.partner_id, s.month, service_no, charge_mode_no, association_no, currency_no, sum(lines),
           sum(charged), sum(list), sum(due), sum(coupon), 0, 0, 0, 0, sum(list_lines) from shown_part s join rollup_part_service f
           on f.version_no = s.version_no and f.customer_no = s.customer_no group by 1, 2, 3, 4, 5, 6",
    ];
    for statement in statements {
        let query = sqlx::query(statement);
        let query = if statement.contains("?1") { query.bind(partner) } else { query };
        query.execute(&mut *tx).await.unwrap();
    }
    for text in ["text 99", "text 110"] {
        let key = crate::imports::texts::key(text.as_bytes());
        sqlx::query("update bill_text set hash_high = $1, hash_low = $2 where value = $3")
            .bind(key.high.cast_signed())
            .bind(key.low.cast_signed())
            .bind(text)
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    assign_everyone(&mut tx, world).await;
    tx.commit().await.unwrap();
    // as after a while: read from the file, not from the log
    let mut connection = world.center.db.import_connection().await.unwrap();
    sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut connection).await.unwrap();
}

async fn assign_everyone(tx: &mut crate::db::Connection, world: &World) {
    let mut members: Vec<&str> = world.managers.iter().map(|actor| actor.member.as_str()).collect();
    let more: Vec<String> = {
        let ids: Vec<(String,)> =
            sqlx::query_as("select id from member where login like 'm%'").fetch_all(&mut *tx).await.unwrap();
        ids.into_iter().map(|id| id.0).collect()
    };
    members.extend(more.iter().map(String::as_str));
    for customer in 1..=CUSTOMERS {
        let index = usize::try_from(customer).unwrap();
        let intervals: &[(&str, &str, usize)] = if customer % 10 == 0 {
            &[("2026-01-01", "2026-06-15", 0), ("2026-06-15", "2026-09-10", 1), ("2026-09-10", "9999-12-31", 2)]
        } else {
            &[("2026-01-01", "9999-12-31", 0)]
        };
        for (from, until, shift) in intervals {
            sqlx::query(
                "insert into assignment (id, partner_id, customer_no, manager_id, from_day, until_day, assigned_by, assigned_at)
                 values ($1, $2, $3, $4, $5, $6, 't', 't')",
            )
            .bind(format!("{customer} {from}"))
            .bind(world.partner.as_str())
            .bind(customer)
            .bind(members[(index + shift) % members.len()])
            .bind(*from)
            .bind(*until)
            .execute(&mut *tx)
            .await
            .unwrap();
        }
    }
}

/// Median of eleven runs, after one for the caches.
async fn timed(name: &str, run: impl AsyncFn()) {
    run().await;
    let mut times = Vec::new();
    for _ in 0..11 {
        let start = Instant::now();
        run().await;
        times.push(start.elapsed());
    }
    times.sort();
    let median: Duration = times[5];
    println!("{:>9.2} ms  {name}", median.as_secs_f64() * 1000.0);
}

async fn measure(world: &World, name: &str, actor: &Actor) {
    let center = &world.center;
    let view = async |query: DashboardQuery| drop(dashboard(center, actor, &query).await.unwrap());
    let month = DashboardQuery { from: "2026-11".parse().ok(), ..DashboardQuery::default() };
    let all = DashboardQuery { from: "2026-02".parse().ok(), ..DashboardQuery::default() };
    timed(&format!("{name}: six months"), async || view(DashboardQuery::default()).await).await;
    timed(&format!("{name}: ten months"), async || view(all.clone()).await).await;
    timed(&format!("{name}: this month by day"), async || view(month.clone()).await).await;
    for by in SummaryBy::ALL {
        let shown = SummaryView { by: *by, ..SummaryView::default() };
        timed(&format!("{name}: ten months by {by}"), async || {
            drop(summary(center, actor, &all, &shown).await.unwrap());
        })
        .await;
    }
    let list = async |query: LineQuery| drop(lines(center, actor, &query).await.unwrap());
    timed(&format!("{name}: first lines"), async || list(LineQuery::default()).await).await;
    let service = LineQuery { service: "text 110".into(), ..LineQuery::default() };
    timed(&format!("{name}: first lines of a service"), async || list(service.clone()).await).await;
    let rare = LineQuery { service: "text 99".into(), ..LineQuery::default() };
    timed(&format!("{name}: no line of a service"), async || list(rare.clone()).await).await;
    let range = MonthRange { from: "2026-06".parse().unwrap(), to: "2026-11".parse().unwrap() };
    timed(&format!("{name}: select boxes"), async || drop(line_filters(center, actor, range).await.unwrap())).await;
}

#[tokio::test]
#[ignore = "a measurement"]
async fn a_million_lines() {
    let world = World::new(0).await;
    for login in ["m4", "m5", "m6", "m7"] {
        world.center.member(&world.partner, login, &[Role::AccountManager]).await;
    }
    let start = Instant::now();
    fill(&world).await;
    println!("{MONTHS} months, {CUSTOMERS} customers, {LINES_A_PART} lines each, written in {:?}", start.elapsed());
    measure(&world, "all", &world.director).await;
    measure(&world, "manager", &world.managers[1]).await;
    let of = |attribution| DashboardQuery {
        manager_id: world.member(1).to_string(),
        attribution: Some(attribution),
        ..DashboardQuery::default()
    };
    for attribution in [Attribution::AsItWas, Attribution::Today] {
        let query = of(attribution);
        timed(&format!("one manager {attribution}"), async || {
            drop(dashboard(&world.center, &world.director, &query).await.unwrap());
        })
        .await;
    }
    for show in ShownDifferences::ALL {
        let query = DifferenceQuery { from: "2026-02".parse().ok(), show: Some(*show), ..DifferenceQuery::default() };
        timed(&format!("ten months of differences: {show}"), async || {
            drop(differences(&world.center, &world.director, &query).await.unwrap());
        })
        .await;
    }
}
