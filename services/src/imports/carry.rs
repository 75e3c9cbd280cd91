//! A version that covers days holds the whole month: the shown lines of all other days are carried over into it.
//!
//! That is done before the switch, in batches, so that others get to write in between. The switch then only asks whether
//! what is shown is still the same.

use std::collections::HashMap;

use domain::ids::{DeliveryId, PartnerId};
use domain::imports::{Covers, VersionState};
use domain::periods::Day;
use sqlx::Connection as _;

use crate::center::Center;
use crate::db::{Connection, Statement};
use crate::error::{Error, Result};

use super::draft::Version;
use super::lease;
use super::shown::{Shown, judge, lines_on};
use super::sums::Part;
use super::switch::too_large;
use super::texts::number_of;
use super::write::index_lines;

/// Line numbers from here on: carried over from earlier versions.
const CARRIED: i64 = 1_000_000_000_000_000;
/// Lines read between two commits.
const BATCH: i64 = 20_000;

/// What was made ready for a version while others could write.
pub struct Carried {
    /// The shown parts that it was made of.
    of: Vec<(i64, i64, Part)>,
    /// The shown lines of the version's days, by customer.
    on_days: HashMap<i64, Part>,
    /// Whether lines of other days are in the version.
    written: bool,
    /// Whether they all are.
    complete: bool,
}

impl Carried {
    /// Of a version's shown lines, those of its days, where what is shown is still the same.
    pub fn on_days(&self, shown: &Shown) -> Option<HashMap<i64, Part>> {
        (self.of == shown.parts).then(|| self.on_days.clone())
    }

    /// Whether there is something to take away where the version is not shown.
    pub fn is_written(&self) -> bool {
        self.written
    }
}

/// By version.
pub type AllCarried = HashMap<i64, Carried>;

/// Carries over what the versions will need. Nothing of it is visible.
///
/// # Errors
/// `Internal`; `Conflict` `lease_lost`.
pub async fn make_ready(
    center: &Center,
    (partner, id): (&PartnerId, &DeliveryId),
    (versions, confirm): (&[Version], bool),
    read: (u64, u64),
) -> Result<AllCarried> {
    let mut all = AllCarried::new();
    let mut connection = center.db.import_connection().await?;
    for version in versions {
        let mut tx = center.db.read().await?;
        let shown = Shown::load(&mut tx, partner, version).await?;
        let on_days = lines_on(&mut tx, &shown, &version.parts.days).await?;
        let state = judge(&mut tx, &shown, version, (Covers::Days, confirm), Some(on_days.clone())).await?;
        drop(tx);
        let mut carried = Carried { of: shown.parts.clone(), on_days, written: false, complete: false };
        if state == VersionState::Switched {
            let mut lines = Lines::of(&mut connection, partner, (version, &shown)).await?;
            loop {
                let _turn = center.db.turn().await;
                let mut tx = connection.begin_with("begin immediate").await?;
                let more = lines.carry(&mut tx, BATCH).await?;
                lease::renew(center, &mut tx, id, read).await?;
                tx.commit().await?;
                if !more {
                    break;
                }
            }
            let _turn = center.db.turn().await;
            let mut tx = connection.begin_with("begin immediate").await?;
            index_lines(&mut tx, version.no, CARRIED).await?;
            lease::renew(center, &mut tx, id, read).await?;
            tx.commit().await?;
            carried.written = lines.count > 0;
            carried.complete = lines.count == expected(&shown, &carried.on_days);
        }
        all.insert(version.no, carried);
    }
    connection.close().await?;
    Ok(all)
}

/// Within the switch: the version's parts get what is carried over. What was made ready counts where the same is shown still;
/// otherwise it is done anew, here and now.
///
/// # Errors
/// `Conflict` `sum_too_large`; `Internal`.
pub async fn take_over(
    connection: &mut Connection,
    partner: &PartnerId,
    (version, shown): (&mut Version, &Shown),
    ready: Option<&Carried>,
) -> Result<()> {
    let on_days = match ready.and_then(|ready| ready.on_days(shown)) {
        Some(on_days) => on_days,
        None => lines_on(connection, shown, &version.parts.days).await?,
    };
    if !ready.is_some_and(|ready| ready.complete && ready.of == shown.parts) {
        if ready.is_some_and(Carried::is_written) {
            drop_carried(connection, version.no).await?;
        }
        let mut lines = Lines::of(connection, partner, (version, shown)).await?;
        while lines.carry(connection, i64::MAX).await? {}
        index_lines(connection, version.no, CARRIED).await?;
        if lines.count != expected(shown, &on_days) {
            return Err(Error::internal("lines of other days were not carried over"));
        }
    }
    for (customer, mut part) in shown.by_customer() {
        part.take(on_days.get(&customer).copied().unwrap_or_default());
        if part.lines > 0 {
            version.parts.customers.entry(customer).or_default().add(part);
        }
    }
    Ok(())
}

/// Takes away what was made ready for a version that is not shown after all.
///
/// # Errors
/// `Internal`.
pub async fn drop_carried(connection: &mut Connection, version: i64) -> Result<()> {
    for sql in [
        "delete from bill_line where version_no = $1 and line_no > $2",
        "delete from customer_line where version_no = $1 and line_no > $2",
    ] {
        sqlx::query(sql).bind(version).bind(CARRIED).execute(&mut *connection).await?;
    }
    for sql in [
        "delete from rollup_part_service where version_no = $1",
        "delete from rollup_part_day where version_no = $1",
        "delete from rollup_part_manager where version_no = $1",
    ] {
        sqlx::query(sql).bind(version).execute(&mut *connection).await?;
    }
    sum_lines(connection, version, (0, CARRIED)).await
}

/// How many shown lines there are on other days.
fn expected(shown: &Shown, on_days: &HashMap<i64, Part>) -> u64 {
    let all: u64 = shown.parts.iter().map(|(_, _, part)| part.lines).sum();
    all.saturating_sub(on_days.values().map(|part| part.lines).sum())
}

/// Shown lines on the way into a version.
struct Lines<'a> {
    partner: &'a PartnerId,
    month: String,
    to: i64,
    days: Vec<Day>,
    /// The versions that are shown, with the last line that was read of the last of them.
    from: Vec<i64>,
    after: i64,
    /// Carried over so far.
    count: u64,
}

impl<'a> Lines<'a> {
    async fn of(
        connection: &mut Connection,
        partner: &'a PartnerId,
        (version, shown): (&Version, &Shown),
    ) -> Result<Self> {
        // what an interrupted try left is numbered like what comes now
        let left: i64 = sqlx::query_scalar("select count(*) from bill_line where version_no = $1 and line_no > $2")
            .bind(version.no)
            .bind(CARRIED)
            .fetch_one(connection)
            .await?;
        if left > 0 {
            return Err(Error::internal("lines were carried over twice"));
        }
        let mut from: Vec<i64> = shown.parts.iter().map(|(_, version, _)| *version).collect();
        from.sort_unstable();
        from.dedup();
        let days = version.parts.days.keys().copied().collect();
        Ok(Self { partner, month: version.month.to_string(), to: version.no, days, from, after: 0, count: 0 })
    }

    /// Reads up to `limit` lines more and writes those of other days; false once there are none.
    async fn carry(&mut self, connection: &mut Connection, limit: i64) -> Result<bool> {
        let Some(from) = self.from.last().copied() else { return Ok(false) };
        let last: Option<i64> = sqlx::query_scalar(
            "select max(line_no) from (
               select line_no from bill_line where version_no = $1 and line_no > $2 order by line_no limit $3) x",
        )
        .bind(from)
        .bind(self.after)
        .bind(limit)
        .fetch_one(&mut *connection)
        .await?;
        let Some(last) = last else {
            self.from.pop();
            self.after = 0;
            return Ok(!self.from.is_empty());
        };
        let base = CARRIED + self.count.cast_signed();
        let written = self.write(connection, (from, last), base).await?;
        sum_lines(connection, self.to, (base, base + written.cast_signed())).await?;
        self.after = last;
        self.count += written;
        Ok(true)
    }

    async fn write(&self, connection: &mut Connection, (from, last): (i64, i64), base: i64) -> Result<u64> {
        let mut sql = Statement::new(
            "insert into bill_line (version_no, line_no, customer_no, day, bill_type_no, charge_mode_no, association_no,
               currency_no, service_no, resource_type_no, resource_id_no, resource_name_no, region_no, order_no,
               description_no, tags_no, source_manager_no, charge_start_no, charge_end_no, trade_time_no, list, discount,
               truncated, due, coupon, cash, credit, cash_coupon, stored_card, bonus, debt, written_off)
             select ",
        );
        sql.bind(self.to).add(", ").bind(base).add(
            " + row_number() over (order by l.line_no), l.customer_no, l.day, l.bill_type_no, l.charge_mode_no,
               l.association_no, l.currency_no, l.service_no, l.resource_type_no, l.resource_id_no, l.resource_name_no,
               l.region_no, l.order_no, l.description_no, l.tags_no, l.source_manager_no, l.charge_start_no,
               l.charge_end_no, l.trade_time_no, l.list, l.discount, l.truncated, l.due, l.coupon, l.cash, l.credit,
               l.cash_coupon, l.stored_card, l.bonus, l.debt, l.written_off
             from bill_line l where l.version_no = ",
        );
        sql.bind(from).add(" and l.line_no > ").bind(self.after).add(" and l.line_no <= ").bind(last);
        sql.add(" and l.day not in ").list(self.days.iter().map(ToString::to_string));
        sql.add(" and exists (select 1 from shown_part s where s.partner_id = ").bind(self.partner);
        sql.add(" and s.month = ").bind(self.month.as_str());
        sql.add(" and s.customer_no = l.customer_no and s.version_no = l.version_no)");
        sql.count(connection).await
    }
}

macro_rules! line_sums {
    ($key:literal, $table:literal) => {
        concat!(
            "insert into ",
            $table,
            " (version_no, ",
            $key,
            ", lines, charged, list, due, coupon, refund, adjustment, debt,
               debt_lines, list_lines)
             select version_no, ",
            $key,
            ", count(*), sum(case when due <> 0 then 1 else 0 end), sum(coalesce(list, 0)),
               sum(due), sum(coupon), sum(case when bill_type_no = $4 then due else 0 end),
               sum(case when bill_type_no = $5 then due else 0 end), sum(coalesce(debt, 0)), count(debt), count(list)
             from bill_line where version_no = $1 and line_no > $2 and line_no <= $3
             group by version_no, ",
            $key,
            "
             on conflict (version_no, ",
            $key,
            ") do update set
               lines = ",
            $table,
            ".lines + excluded.lines, charged = ",
            $table,
            ".charged + excluded.charged,
               list = ",
            $table,
            ".list + excluded.list, due = ",
            $table,
            ".due + excluded.due,
               coupon = ",
            $table,
            ".coupon + excluded.coupon, refund = ",
            $table,
            ".refund + excluded.refund,
               adjustment = ",
            $table,
            ".adjustment + excluded.adjustment, debt = ",
            $table,
            ".debt + excluded.debt,
               debt_lines = ",
            $table,
            ".debt_lines + excluded.debt_lines,
               list_lines = ",
            $table,
            ".list_lines + excluded.list_lines"
        )
    };
}

/// Parameters: version, the line before the first, the last line, text numbers of refund and adjustment.
const LINE_SUMS: [&str; 2] = [
    line_sums!("customer_no, service_no, charge_mode_no, association_no, currency_no", "rollup_part_service"),
    line_sums!("customer_no, day, association_no, currency_no", "rollup_part_day"),
];

/// Parameters: version, the line before the first, the last line.
const MANAGER_SUMS: &str =
    "insert into rollup_part_manager (version_no, customer_no, source_manager_no, currency_no, days, lines, due)
     select version_no, customer_no, source_manager_no, currency_no,
       sum(distinct 1 << (cast(substr(day, 9, 2) as integer) - 1)), count(*), sum(due)
     from bill_line where version_no = $1 and line_no > $2 and line_no <= $3
     group by version_no, customer_no, source_manager_no, currency_no
     on conflict (version_no, customer_no, source_manager_no, currency_no) do update set
       days = rollup_part_manager.days | excluded.days, lines = rollup_part_manager.lines + excluded.lines,
       due = rollup_part_manager.due + excluded.due";

/// Adds lines of a version, after the first number up to the second, to its rollups.
async fn sum_lines(connection: &mut Connection, version: i64, (after, last): (i64, i64)) -> Result<()> {
    let refund = number_of(connection, "refund").await?.unwrap_or_default();
    let adjustment = number_of(connection, "adjustment").await?.unwrap_or(-1);
    for sql in LINE_SUMS {
        let query = sqlx::query(sql).bind(version).bind(after).bind(last).bind(refund).bind(adjustment);
        query.execute(&mut *connection).await.map_err(too_large)?;
    }
    let managers = sqlx::query(MANAGER_SUMS).bind(version).bind(after).bind(last);
    managers.execute(connection).await.map_err(too_large)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::imports::{DELIVERY_BILLS, ImportOptions};

    use super::super::history::{version_of, versions_of};
    use super::super::parse::FILE_STEP;
    use super::super::{Importer, NewDelivery, SourceFile, import, switch};
    use super::*;
    use crate::testing::TestCenter;

    #[test]
    fn the_last_file_of_a_delivery_is_numbered_below_what_is_carried_over() {
        let files = i64::try_from(DELIVERY_BILLS).unwrap();
        assert!((files + 1) * FILE_STEP <= CARRIED);
    }

    /// Lines `customer day due` of October.
    async fn deliver(center: &TestCenter, partner: &PartnerId, covers: Covers, lines: &[(&str, u8, u32)]) {
        let mut text = String::from(
            "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodStart,ChargeCategory,ChargePeriodStart,ServiceName,\
             ProviderName,SubAccountId,x_AccountManagerName\n",
        );
        for (customer, day, due) in lines {
            use std::fmt::Write as _;
            let _ = writeln!(
                text,
                "{due},payer,CNY,2026-10-01T00:00:00Z,Usage,2026-10-{day:02}T02:00:00Z,s{},Huawei Cloud,{customer},m{}",
                due % 3,
                due % 2
            );
        }
        let path = center.folder().join("bill.csv");
        std::fs::write(&path, text).unwrap();
        let options = ImportOptions { covers, ..ImportOptions::default() };
        let delivery = NewDelivery::new(vec![SourceFile::at(path)], options);
        Box::pin(import(center, &Importer::Job(partner.clone()), &delivery, |_| ())).await.unwrap();
    }

    async fn execute(center: &TestCenter, sql: &'static str) {
        let mut tx = center.db.write().await.unwrap();
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Lines, due of what is shown; and that all sums agree with the lines.
    async fn shown(center: &TestCenter) -> (i64, i64) {
        assert_eq!(crate::check::run_unscoped(center).await.unwrap(), Vec::<String>::new());
        figures(center).await
    }

    async fn figures(center: &TestCenter) -> (i64, i64) {
        let mut tx = center.db.read().await.unwrap();
        let sql = "select sum(lines), sum(due) / 100000000 from rollup_customer";
        sqlx::query_as(sql).fetch_one(&mut *tx).await.unwrap()
    }

    /// A month whose 2nd is delivered anew with fewer lines, so that it is held; then made ready to be shown.
    async fn made_ready() -> (TestCenter, PartnerId, DeliveryId, Version, AllCarried) {
        let center = TestCenter::new().await;
        let partner = center.partner("Partner", "Asia/Shanghai").await;
        let lines = [("a", 1, 1), ("a", 2, 2), ("a", 2, 4), ("a", 2, 8), ("b", 2, 16), ("b", 3, 32), ("c", 31, 64)];
        deliver(&center, &partner, Covers::Month, &lines).await;
        deliver(&center, &partner, Covers::Days, &[("b", 2, 128)]).await;
        let mut tx = center.db.read().await.unwrap();
        let id: String = sqlx::query_scalar("select delivery_id from bill_version where state = 'held'")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        let id = DeliveryId::new(id);
        let held = versions_of(&mut tx, &id, "held").await.unwrap();
        let version = version_of(&mut tx, held[0].0).await.unwrap();
        drop(tx);
        execute(&center, "update delivery set state = 'running', lease_until = '9999' where covers = 'days'").await;
        let ready = make_ready(&center, (&partner, &id), (std::slice::from_ref(&version), true), (0, 0)).await.unwrap();
        execute(&center, "update delivery set state = 'finished', lease_until = null where covers = 'days'").await;
        assert!(ready[&version.no].complete);
        (center, partner, id, version, ready)
    }

    async fn show(
        center: &TestCenter,
        (partner, id): (&PartnerId, &DeliveryId),
        version: &mut Version,
        ready: &AllCarried,
    ) {
        let mut tx = center.db.write().await.unwrap();
        let shown = Shown::load(&mut tx, partner, version).await.unwrap();
        let (no, month) = (version.no, BTreeSet::from([version.month]));
        let ready = ready.get(&no);
        switch::show(&mut tx, (partner, id), (version, Covers::Days), (&shown, ready)).await.unwrap();
        switch::supersede(&mut tx, id).await.unwrap();
        switch::settle(center, &mut tx, partner, (&month, &[no])).await.unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn what_was_made_ready_is_what_the_switch_shows() {
        let (center, partner, id, mut version, ready) = made_ready().await;
        assert_eq!(figures(&center).await, (7, 127), "nobody sees it before");
        show(&center, (&partner, &id), &mut version, &ready).await;
        assert_eq!(shown(&center).await, (4, 1 + 128 + 32 + 64));
    }

    #[tokio::test]
    async fn what_is_shown_otherwise_meanwhile_is_carried_over_anew() {
        let (center, partner, id, mut version, ready) = made_ready().await;
        deliver(&center, &partner, Covers::Append, &[("c", 30, 256), ("b", 2, 512)]).await;
        show(&center, (&partner, &id), &mut version, &ready).await;
        assert_eq!(shown(&center).await, (5, 1 + 128 + 32 + 64 + 256));
    }

    #[tokio::test]
    async fn what_was_made_ready_can_be_taken_away() {
        let (center, _, _, version, _) = made_ready().await;
        let mut tx = center.db.write().await.unwrap();
        drop_carried(&mut tx, version.no).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(shown(&center).await, (7, 127), "the held version's sums are those of its own lines again");
    }
}
