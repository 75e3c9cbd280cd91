//! Random bills for tests: lines and rollups as an import leaves them, summed here in Rust, and what the figures must be,
//! worked out line by line.

use std::collections::BTreeMap;

use domain::access::{Actor, Role};
use domain::assignments::Attribution;
use domain::ids::{CustomerId, MemberId, PartnerId};
use domain::money::Total;
use domain::periods::{Day, Month};

use crate::db::Connection;
use crate::imports::texts::{key, number_of, write_folded};
use crate::testing::TestCenter;

/// What a test needs to say of a line.
#[derive(Debug, Clone)]
pub(super) struct TestLine {
    /// Index into the world's customers.
    pub customer: usize,
    pub day: Day,
    pub service: &'static str,
    pub region: &'static str,
    pub charge_mode: &'static str,
    pub bill_type: &'static str,
    pub association: &'static str,
    pub currency: &'static str,
    pub resource_name: &'static str,
    pub due: i64,
    pub coupon: i64,
    pub debt: Option<i64>,
    pub list: Option<i64>,
}

impl TestLine {
    /// An ordinary line of 100 units.
    pub fn new(customer: usize, day: &str) -> Self {
        Self {
            customer,
            day: day.parse().unwrap(),
            service: "ECS",
            region: "cn-north-4",
            charge_mode: "pay_per_use",
            bill_type: "consumption",
            association: "reseller",
            currency: "CNY",
            resource_name: "web-1",
            due: 100,
            coupon: 0,
            debt: None,
            list: Some(120),
        }
    }

    pub fn month(&self) -> Month {
        self.day.month()
    }
}

/// A partner with customers, members, assignments and bills.
pub(super) struct World {
    pub center: TestCenter,
    pub partner: PartnerId,
    /// Sees all.
    pub director: Actor,
    /// 王一, 王二, 李三.
    pub managers: Vec<Actor>,
    /// Ours and the number in bills.
    pub customers: Vec<(CustomerId, i64)>,
    /// Customer, manager, first day, first day no longer.
    pub intervals: Vec<(usize, usize, Day, Day)>,
    /// The lines shown.
    pub lines: Vec<TestLine>,
}

impl World {
    /// A partner with three account managers and so many customers, no bill, nothing assigned.
    pub async fn new(customers: usize) -> Self {
        let center = TestCenter::new().await;
        let partner = center.partner("P", "Asia/Shanghai").await;
        let director = center.member(&partner, "director", &[Role::AccountDirector]).await;
        let director = center.actor(&director).await;
        let mut managers = Vec::new();
        for login in ["王一", "王二", "李三"] {
            let member = center.member(&partner, login, &[Role::AccountManager]).await;
            managers.push(center.actor(&member).await);
        }
        let mut world =
            Self { center, partner, director, managers, customers: vec![], intervals: vec![], lines: vec![] };
        for index in 0..customers {
            let id = world.center.customer(&world.partner, &format!("acc-{index}"), &format!("客户{index}")).await;
            let mut tx = world.center.db.read().await.unwrap();
            let number = sqlx::query_scalar("select no from customer where id = $1")
                .bind(id.as_str())
                .fetch_one(&mut *tx)
                .await
                .unwrap();
            world.customers.push((id, number));
        }
        world
    }

    /// Assigns; `until` empty for an open end.
    pub async fn assign(&mut self, customer: usize, manager: usize, from: &str, until: &str) {
        let until = (!until.is_empty()).then_some(until);
        self.center.assign(&self.customers[customer].0, self.member(manager), from, until).await;
        let until = until.map_or(Day::FOREVER, |day| day.parse().unwrap());
        self.intervals.push((customer, manager, from.parse().unwrap(), until));
    }

    pub fn member(&self, manager: usize) -> &MemberId {
        &self.managers[manager].member
    }

    /// Writes lines as one delivery: a version for each month, with its rollups; shown or superseded.
    pub async fn bill(&mut self, lines: Vec<TestLine>, shown: bool) {
        let mut months: BTreeMap<Month, Vec<TestLine>> = BTreeMap::new();
        for line in &lines {
            months.entry(line.month()).or_default().push(line.clone());
        }
        let mut tx = self.center.db.write().await.unwrap();
        for (month, lines) in months {
            let numbered = lines.into_iter().map(|line| (self.customers[line.customer].1, line)).collect::<Vec<_>>();
            write_version(&mut tx, &self.partner, month, &numbered, shown).await;
        }
        tx.commit().await.unwrap();
        if shown {
            self.lines.extend(lines);
        }
    }

    /// The index of the manager of a customer on a day.
    pub fn manager_on(&self, customer: usize, day: Day) -> Option<usize> {
        let mut intervals = self.intervals.iter();
        intervals.find(|(of, _, from, until)| *of == customer && *from <= day && day < *until).map(|found| found.1)
    }

    /// The index of the manager a line belongs to.
    pub fn manager_of(&self, line: &TestLine, attribution: Attribution) -> Option<usize> {
        match attribution {
            Attribution::AsItWas => self.manager_on(line.customer, line.day),
            Attribution::Today => self.manager_on(line.customer, "2026-11-22".parse().unwrap()),
        }
    }
}

/// Due and coupon of some lines, line by line.
pub(super) fn sums<'a>(lines: impl IntoIterator<Item = &'a TestLine>) -> (Total, Total) {
    lines.into_iter().fold((Total::ZERO, Total::ZERO), |(due, coupon), line| {
        (due + Total::from_units(line.due.into()), coupon + Total::from_units(line.coupon.into()))
    })
}

async fn text(connection: &mut Connection, value: &str) -> i64 {
    if let Some(number) = number_of(&mut *connection, value).await.unwrap() {
        return number;
    }
    let key = key(value.as_bytes());
    let number: i64 = sqlx::query_scalar(
        "insert into bill_text (no, hash_high, hash_low, value)
         select coalesce(max(no), 0) + 1, $1, $2, $3 from bill_text returning no",
    )
    .bind(key.high.cast_signed())
    .bind(key.low.cast_signed())
    .bind(value)
    .fetch_one(&mut *connection)
    .await
    .unwrap();
    write_folded(connection, number, value).await.unwrap();
    number
}

/// The sums of a rollup: lines, charged, list, due, coupon, refund, adjustment, debt, lines with debt, lines with
/// list price.
type Sums = [i64; 10];

fn add(sums: &mut Sums, line: &TestLine) {
    let part = |kind: &str| if line.bill_type == kind { line.due } else { 0 };
    let values = [
        1,
        i64::from(line.due != 0),
        line.list.unwrap_or(0),
        line.due,
        line.coupon,
        part("refund"),
        part("adjustment"),
        line.debt.unwrap_or(0),
        i64::from(line.debt.is_some()),
        i64::from(line.list.is_some()),
    ];
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}

const SUMS: &str = "lines, charged, list, due, coupon, refund, adjustment, debt, debt_lines, list_lines";

/// Adds a row to a rollup; what is there already grows, as when lines are appended.
async fn upsert(connection: &mut Connection, (table, key): (&str, &str), keys: &[String], sums: &Sums) {
    let places = vec!["?"; keys.len() + sums.len()].join(", ");
    let grown: Vec<String> = SUMS.split(", ").map(|sum| format!("{sum} = {table}.{sum} + excluded.{sum}")).collect();
    let sql = format!(
        "insert into {table} ({key}, {SUMS}) values ({places}) on conflict ({key}) do update set {}",
        grown.join(", ")
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
    for key in keys {
        query = match key.parse::<i64>() {
            Ok(number) => query.bind(number),
            Err(_) => query.bind(key),
        };
    }
    for sum in sums {
        query = query.bind(*sum);
    }
    query.execute(connection).await.unwrap();
}

const PART_SERVICE: (&str, &str) =
    ("rollup_part_service", "version_no, customer_no, service_no, charge_mode_no, association_no, currency_no");
const PART_DAY: (&str, &str) = ("rollup_part_day", "version_no, customer_no, day, association_no, currency_no");
const CUSTOMER: (&str, &str) = ("rollup_customer", "partner_id, month, customer_no, association_no, currency_no");
const SERVICE: (&str, &str) =
    ("rollup_service", "partner_id, month, service_no, charge_mode_no, association_no, currency_no");

async fn write_version(
    connection: &mut Connection,
    partner: &PartnerId,
    month: Month,
    lines: &[(i64, TestLine)],
    shown: bool,
) {
    sqlx::query(
        "insert into delivery (id, partner_id, state, covers, files, created_at, rows_read, bytes_read, bytes_total,
                               reports, error)
         values ($1, $1, 'finished', 'append', '[]', '', 0, 0, 0, '[]', '') on conflict do nothing",
    )
    .bind(partner.as_str())
    .execute(&mut *connection)
    .await
    .unwrap();
    let version: i64 = sqlx::query_scalar(
        "insert into bill_version (no, partner_id, delivery_id, supplier, account, month, covers, state, lines, kept)
         select coalesce(max(no), 0) + 1, $1, $1, 's', 'a', $2, 'append', 'switched', $3, true from bill_version
         returning no",
    )
    .bind(partner.as_str())
    .bind(month.to_string())
    .bind(i64::try_from(lines.len()).unwrap())
    .fetch_one(&mut *connection)
    .await
    .unwrap();
    let mut parts: BTreeMap<i64, i64> = BTreeMap::new();
    let mut rollups: BTreeMap<((&str, &str), Vec<String>), Sums> = BTreeMap::new();
    for (row, (customer, line)) in lines.iter().enumerate() {
        let numbers = numbers_of(connection, line).await;
        write_line(connection, (version, i64::try_from(row).unwrap()), *customer, line, &numbers).await;
        *parts.entry(*customer).or_default() += 1;
        let (part, place) =
            (vec![version.to_string(), customer.to_string()], vec![partner.to_string(), month.to_string()]);
        let [service, mode, association, currency, ..] = numbers.map(|number| number.to_string());
        let of_service = [service, mode, association.clone(), currency.clone()];
        let of_currency = [association, currency];
        let keys = [
            (PART_SERVICE, [&part[..], &of_service[..]].concat()),
            (PART_DAY, [&part[..], &[line.day.to_string()], &of_currency[..]].concat()),
            (CUSTOMER, [&place[..], &[customer.to_string()], &of_currency[..]].concat()),
            (SERVICE, [&place[..], &of_service[..]].concat()),
        ];
        for (table, key) in keys {
            if shown || [PART_SERVICE, PART_DAY].contains(&table) {
                add(rollups.entry((table, key)).or_default(), line);
            }
        }
    }
    for ((table, key), sums) in rollups {
        upsert(connection, table, &key, &sums).await;
    }
    for (customer, lines) in parts {
        write_part(connection, (partner, month), (version, customer, lines), shown).await;
    }
}

async fn write_part(
    connection: &mut Connection,
    (partner, month): (&PartnerId, Month),
    (version, customer, lines): (i64, i64, i64),
    shown: bool,
) {
    sqlx::query(
        "insert into version_part (version_no, customer_no, lines, hash_high, hash_low) values ($1, $2, $3, 0, 0)",
    )
    .bind(version)
    .bind(customer)
    .bind(lines)
    .execute(&mut *connection)
    .await
    .unwrap();
    if shown {
        sqlx::query("insert into shown_part (partner_id, month, customer_no, version_no) values ($1, $2, $3, $4)")
            .bind(partner.as_str())
            .bind(month.to_string())
            .bind(customer)
            .bind(version)
            .execute(connection)
            .await
            .unwrap();
    }
}

/// Service, charge mode, association, currency, bill type, region, resource name, nothing.
async fn numbers_of(connection: &mut Connection, line: &TestLine) -> [i64; 8] {
    let texts = [
        line.service,
        line.charge_mode,
        line.association,
        line.currency,
        line.bill_type,
        line.region,
        line.resource_name,
        "",
    ];
    let mut numbers = [0; 8];
    for (number, value) in numbers.iter_mut().zip(texts) {
        *number = text(connection, value).await;
    }
    numbers
}

async fn write_line(
    connection: &mut Connection,
    (version, row): (i64, i64),
    customer: i64,
    line: &TestLine,
    [service, mode, association, currency, bill_type, region, name, nothing]: &[i64; 8],
) {
    sqlx::query("insert into customer_line (version_no, customer_no, day, line_no) values ($1, $2, $3, $4)")
        .bind(version)
        .bind(customer)
        .bind(line.day.to_string())
        .bind(row)
        .execute(&mut *connection)
        .await
        .unwrap();
    sqlx::query(
        "insert into bill_line (version_no, line_no, customer_no, day, bill_type_no, charge_mode_no,
            association_no, currency_no, service_no, resource_type_no, resource_id_no, resource_name_no, region_no,
            order_no, description_no, tags_no, source_manager_no, charge_start_no, charge_end_no, trade_time_no,
            list, due, coupon, debt)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $13, $13, $11, $10, $13, $13, $13, $13, $13, $13, $13,
                 $16, $12, $14, $15)",
    )
    .bind(version)
    .bind(row)
    .bind(customer)
    .bind(line.day.to_string())
    .bind(*bill_type)
    .bind(*mode)
    .bind(*association)
    .bind(*currency)
    .bind(*service)
    .bind(*region)
    .bind(*name)
    .bind(line.due)
    .bind(*nothing)
    .bind(line.coupon)
    .bind(line.debt)
    .bind(line.list)
    .execute(connection)
    .await
    .unwrap();
}

/// Numbers without end from a seed.
pub(super) struct Chance(pub u64);

impl Chance {
    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(end).unwrap()).unwrap()
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.below(from.len())]
    }

    fn line(&mut self, customers: usize) -> TestLine {
        let day: Day = "2025-11-01".parse().unwrap();
        let due = i64::try_from(self.below(2_000)).unwrap() * 12_345_678 - 3_000_000_000;
        TestLine {
            customer: self.below(customers),
            // 13 months up to the end of November 2026, half of the lines in the last two
            day: day
                .plus(i32::try_from(if self.below(2) == 0 { 334 + self.below(61) } else { self.below(395) }).unwrap()),
            service: self.pick(&["ECS", "OBS", "RDS", "CDN"]),
            region: self.pick(&["cn-north-4", "cn-east-3", ""]),
            charge_mode: self.pick(&["pay_per_use", "subscription"]),
            bill_type: self.pick(&["consumption", "consumption", "refund", "adjustment"]),
            association: self.pick(&["reseller", "referral"]),
            currency: self.pick(&["CNY", "CNY", "USD"]),
            resource_name: self.pick(&["web-1", "DB_1", "Étage Ｂ", ""]),
            due: if self.below(6) == 0 { 0 } else { due },
            coupon: if self.below(3) == 0 { 50_000_000 } else { 0 },
            debt: (self.below(4) == 0).then_some(due / 2),
            list: (self.below(5) != 0).then_some(due + due / 4),
        }
    }

    /// A day of the time that the lines span, often the first or last of its month.
    fn day(&mut self) -> Day {
        let month: Month = "2025-10".parse::<Month>().unwrap().plus(i32::try_from(self.below(14)).unwrap());
        match self.below(4) {
            0 => month.first_day(),
            1 => month.last_day(),
            _ => month.first_day().plus(i32::try_from(self.below(28)).unwrap()),
        }
    }
}

/// Random assignments and bills of a partner, with what must not count beside them: a superseded version and the bills of
/// another partner.
pub(super) async fn random_world(seed: u64) -> World {
    let mut chance = Chance(seed);
    let mut world = World::new(6).await;
    for customer in 0..5 {
        let mut days: Vec<Day> = (0..chance.below(6)).map(|_| chance.day()).collect();
        days.sort();
        days.dedup();
        for (index, from) in days.iter().enumerate() {
            let until = days.get(index + 1).map_or(String::new(), ToString::to_string);
            let manager = chance.below(4);
            if manager < 3 {
                world.assign(customer, manager, &from.to_string(), &until).await;
            }
        }
    }
    for shown in [true, true, false] {
        let lines = (0..60).map(|_| chance.line(6)).collect();
        world.bill(lines, shown).await;
    }
    let other = world.center.partner("Other", "Asia/Shanghai").await;
    let foreign = world.center.customer(&other, "acc-0", "客户0").await;
    let mut tx = world.center.db.write().await.unwrap();
    let number: i64 = sqlx::query_scalar("select no from customer where id = $1")
        .bind(foreign.as_str())
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    for month in ["2026-10", "2026-11"] {
        let line = TestLine { due: 77_777, ..TestLine::new(0, &format!("{month}-05")) };
        write_version(&mut tx, &other, month.parse().unwrap(), &[(number, line)], true).await;
    }
    tx.commit().await.unwrap();
    world
}
