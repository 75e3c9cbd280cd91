//! What is shown now of a (supplier, billing account, month), against which a new version is judged.

use std::collections::{BTreeMap, HashMap};

use domain::bills::{BillType, LineAmounts};
use domain::ids::PartnerId;
use domain::imports::{Covers, VersionState};
use domain::money::Amount;
use domain::periods::Day;
use sqlx::Row as _;

use crate::db::Connection;
use crate::error::{Error, Result};

use super::draft::Version;
use super::line::{Line, LineTexts};
use super::sums::{Part, Parts};
use super::texts::number_of;

/// The shown parts of a version's (supplier, billing account, month).
pub struct Shown {
    /// Customer, version, lines; in this order.
    pub parts: Vec<(i64, i64, Part)>,
    days: BTreeMap<Day, u64>,
}

impl Shown {
    /// Reads it.
    ///
    /// # Errors
    /// `Internal`.
    pub async fn load(connection: &mut Connection, partner: &PartnerId, version: &Version) -> Result<Self> {
        let rows: Vec<(i64, i64, i64, i64, i64)> = sqlx::query_as(
            "select p.customer_no, p.version_no, p.lines, p.hash_high, p.hash_low
             from shown_part s
             join bill_version v on v.no = s.version_no
             join version_part p on p.version_no = s.version_no and p.customer_no = s.customer_no
             where s.partner_id = $1 and s.month = $2 and v.partner_id = $1 and v.month = $2 and v.supplier = $3 and v.account = $4
             order by p.customer_no, p.version_no",
        )
        .bind(partner.as_str())
        .bind(version.month.to_string())
        .bind(&version.supplier)
        .bind(&version.account)
        .fetch_all(&mut *connection)
        .await?;
        let parts = rows
            .into_iter()
            .map(|(customer, version, lines, high, low)| (customer, version, Part::from_stored(lines, high, low)))
            .collect();
        let days: Vec<(String, i64)> = sqlx::query_as(
            "select d.day, cast(sum(d.lines) as bigint)
             from shown_part s
             join bill_version v on v.no = s.version_no
             join rollup_part_day d on d.version_no = s.version_no and d.customer_no = s.customer_no
             where s.partner_id = $1 and s.month = $2 and v.partner_id = $1 and v.month = $2 and v.supplier = $3 and v.account = $4
             group by d.day",
        )
        .bind(partner.as_str())
        .bind(version.month.to_string())
        .bind(&version.supplier)
        .bind(&version.account)
        .fetch_all(connection)
        .await?;
        let days = days
            .into_iter()
            .map(|(day, lines)| Ok((day.parse().map_err(Error::internal)?, lines.cast_unsigned())))
            .collect::<Result<_>>()?;
        Ok(Self { parts, days })
    }

    /// By customer, whatever the version.
    pub fn by_customer(&self) -> HashMap<i64, Part> {
        let mut all = HashMap::<i64, Part>::new();
        for (customer, _, part) in &self.parts {
            all.entry(*customer).or_default().add(*part);
        }
        all
    }
}

/// What is to become of a version: `Switched`, `Unchanged` or `Held`. `on_days` is [`lines_on`] the version's days, where it
/// was asked before.
///
/// # Errors
/// `Conflict` `already_in` where it would append what is shown already.
pub async fn judge(
    connection: &mut Connection,
    shown: &Shown,
    version: &Version,
    (covers, confirm): (Covers, bool),
    on_days: Option<HashMap<i64, Part>>,
) -> Result<VersionState> {
    let new = &version.parts;
    if new.customers.is_empty() {
        return Ok(VersionState::Unchanged);
    }
    let old = match covers {
        Covers::Append => {
            let is_in = |customer: &i64, part: &Part| shown.parts.iter().any(|(c, _, p)| c == customer && p == part);
            let all_in = new.customers.iter().all(|(customer, part)| is_in(customer, part));
            return if all_in { Err(Error::Conflict("already_in")) } else { Ok(VersionState::Switched) };
        }
        Covers::Customers => {
            let mut old = shown.by_customer();
            old.retain(|customer, _| new.customers.contains_key(customer));
            old
        }
        Covers::Month => shown.by_customer(),
        Covers::Days => match on_days {
            Some(on_days) => on_days,
            None => lines_on(connection, shown, &new.days).await?,
        },
    };
    if old == new.customers {
        Ok(VersionState::Unchanged)
    } else if !confirm && loses_much(covers, &old, shown, new) {
        Ok(VersionState::Held)
    } else {
        Ok(VersionState::Switched)
    }
}

/// Whether a unit that the version re-states would lose more than half its lines.
fn loses_much(covers: Covers, old: &HashMap<i64, Part>, shown: &Shown, new: &Parts) -> bool {
    let loses = |before: u64, after: u64| after * 2 < before;
    let total = |parts: &HashMap<i64, Part>| parts.values().map(|part| part.lines).sum();
    match covers {
        Covers::Append => false,
        Covers::Month => loses(total(old), total(&new.customers)),
        Covers::Customers => new
            .customers
            .iter()
            .any(|(customer, part)| loses(old.get(customer).map_or(0, |part| part.lines), part.lines)),
        Covers::Days => {
            new.days.iter().any(|(day, lines)| loses(shown.days.get(day).copied().unwrap_or_default(), *lines))
        }
    }
}

/// The shown lines of certain days by customer, read by way of the index of lines by customer and day.
///
/// # Errors
/// `Internal`.
pub async fn lines_on(
    connection: &mut Connection,
    shown: &Shown,
    days: &BTreeMap<Day, u64>,
) -> Result<HashMap<i64, Part>> {
    let mut bill_types = HashMap::new();
    for bill_type in BillType::ALL {
        if let Some(no) = number_of(connection, bill_type.code()).await? {
            bill_types.insert(no, *bill_type);
        }
    }
    let mut parts = Parts::default();
    for (customer, version, _) in &shown.parts {
        for day in days.keys() {
            let rows = sqlx::query(LINES_OF_DAY)
                .bind(version)
                .bind(customer)
                .bind(day.to_string())
                .fetch_all(&mut *connection)
                .await?;
            for row in &rows {
                parts.add(&line(row, &bill_types)?);
            }
        }
    }
    Ok(parts.customers)
}

const LINES_OF_DAY: &str = "select l.version_no, l.line_no, l.customer_no, l.day, l.bill_type_no, l.charge_mode_no,
       l.association_no, l.currency_no, l.service_no, l.resource_type_no, l.resource_id_no, l.resource_name_no, l.region_no,
       l.order_no, l.description_no, l.tags_no, l.source_manager_no, l.charge_start_no, l.charge_end_no, l.trade_time_no,
       l.list, l.discount, l.due, l.coupon, l.truncated, l.cash, l.credit, l.cash_coupon, l.stored_card, l.bonus, l.debt,
       l.written_off
     from customer_line d cross join bill_line l
     where d.version_no = $1 and d.customer_no = $2 and d.day = $3 and l.version_no = d.version_no
       and l.line_no = d.line_no";

fn line(row: &sqlx::sqlite::SqliteRow, bill_types: &HashMap<i64, BillType>) -> Result<Line> {
    let no = |column: usize| row.try_get::<i64, _>(column);
    let amount = |column: usize| row.try_get::<Option<i64>, _>(column).map(|units| units.map(Amount::from_units));
    let texts = LineTexts {
        bill_type: no(4)?,
        charge_mode: no(5)?,
        association: no(6)?,
        currency: no(7)?,
        service: no(8)?,
        resource_type: no(9)?,
        resource_id: no(10)?,
        resource_name: no(11)?,
        region: no(12)?,
        order: no(13)?,
        description: no(14)?,
        tags: no(15)?,
        source_manager: no(16)?,
        charge_start: no(17)?,
        charge_end: no(18)?,
        trade_time: no(19)?,
    };
    let amounts = LineAmounts {
        list: amount(20)?,
        discount: amount(21)?,
        due: Amount::from_units(no(22)?),
        coupon: Amount::from_units(no(23)?),
        truncated: amount(24)?,
        cash: amount(25)?,
        credit: amount(26)?,
        cash_coupon: amount(27)?,
        stored_card: amount(28)?,
        bonus: amount(29)?,
        debt: amount(30)?,
        written_off: amount(31)?,
    };
    Ok(Line {
        version: no(0)?,
        no: no(1)?,
        customer: no(2)?,
        day: row.try_get::<String, _>(3)?.parse().map_err(Error::internal)?,
        bill_type: bill_types.get(&texts.bill_type).copied().ok_or_else(|| Error::internal("unknown bill type"))?,
        texts,
        amounts,
    })
}
