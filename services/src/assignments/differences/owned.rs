//! Sums of lines by our account manager of their days and by the name in the bill, from the rollups; single days are read
//! only where a customer changed hands between days with the same name.

use std::collections::{BTreeMap, HashMap};

use domain::assignments::Interval;
use domain::ids::{MemberId, PartnerId};
use domain::money::Total;
use domain::periods::{Day, Month, MonthRange};

use super::super::named::{Part, parts_of};
use super::super::store::all_intervals;
use crate::db::Connection;
use crate::error::{Error, Result};

/// What lines have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Owned {
    pub month: Month,
    pub customer: i64,
    /// Ours on the days of the lines; none: nobody.
    pub manager: Option<MemberId>,
    /// Dictionary numbers of the name in the bill and the currency.
    pub name: i64,
    pub currency: i64,
}

/// Their sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sums {
    /// A bit for each day of the month with such a line, the lowest for the first.
    days: u32,
    pub lines: i64,
    pub due: Total,
}

impl Sums {
    fn add(&mut self, days: u32, lines: i64, due: Total) {
        self.days |= days;
        self.lines += lines;
        self.due += due;
    }

    /// First and last day with such a line.
    pub fn days_of(self, month: Month) -> (Day, Day) {
        let day = |number: u32| month.first_day().plus(i32::try_from(number.min(30)).unwrap_or_default());
        (day(self.days.trailing_zeros()), day(31 - self.days.leading_zeros().min(31)))
    }
}

/// All sums of the months.
///
/// # Errors
/// `Internal`.
pub(super) async fn sums(
    connection: &mut Connection,
    partner: &PartnerId,
    range: MonthRange,
) -> Result<BTreeMap<Owned, Sums>> {
    let parts = parts_of(connection, partner, range).await?;
    let intervals = all_intervals(connection, partner).await?;
    let mut names: HashMap<(i64, i64), Vec<i64>> = HashMap::new();
    for part in &parts {
        let names = names.entry((part.version, part.customer)).or_default();
        if !names.contains(&part.name) {
            names.push(part.name);
        }
    }
    let mut all: BTreeMap<Owned, Sums> = BTreeMap::new();
    for part in &parts {
        let own = intervals.get(&part.customer).map_or(&[][..], Vec::as_slice);
        let key = |manager: Option<&MemberId>| Owned {
            month: part.month,
            customer: part.customer,
            manager: manager.cloned(),
            name: part.name,
            currency: part.currency,
        };
        match owners(own, part).as_slice() {
            [(manager, days)] => {
                let due = Total::from_units(part.due.into());
                all.entry(key(*manager)).or_default().add(*days, part.lines, due);
            }
            owners => {
                let alone = names.get(&(part.version, part.customer)).is_some_and(|names| names.len() == 1);
                for (day, lines, due) in days(connection, part, alone).await? {
                    let bit = 1 << (day.of_month() - 1);
                    let manager = owners.iter().find(|(_, days)| days & bit != 0).and_then(|(manager, _)| *manager);
                    all.entry(key(manager)).or_default().add(bit, lines, due);
                }
            }
        }
    }
    Ok(all)
}

/// Who had the customer on which of the part's days.
fn owners<'a>(intervals: &'a [Interval], part: &Part) -> Vec<(Option<&'a MemberId>, u32)> {
    let mut owners: Vec<(Option<&MemberId>, u32)> = Vec::new();
    let mut nobody = part.days;
    for interval in intervals {
        let days = part.days & days_within(part.month, interval);
        if days == 0 {
            continue;
        }
        nobody &= !days;
        match owners.iter_mut().find(|(manager, _)| *manager == Some(&interval.manager)) {
            Some(found) => found.1 |= days,
            None => owners.push((Some(&interval.manager), days)),
        }
    }
    if nobody != 0 || owners.is_empty() {
        owners.push((None, nobody));
    }
    owners
}

/// The days of the month that the interval holds.
fn days_within(month: Month, interval: &Interval) -> u32 {
    let (first, last) = (interval.from.max(month.first_day()), interval.until.plus(-1).min(month.last_day()));
    if first > last {
        return 0;
    }
    let up_to = |day: Day| (1_u64 << day.of_month()) - 1;
    u32::try_from(up_to(last) & !(up_to(first) >> 1)).unwrap_or_default()
}

/// The days of a part with their lines and due. Where its name stands `alone` in the customer's lines the days' own sums
/// tell; else the lines themselves.
async fn days(connection: &mut Connection, part: &Part, alone: bool) -> Result<Vec<(Day, i64, Total)>> {
    let rows: Vec<(String, i64, i64)> = if alone {
        sqlx::query_as(
            "select day, cast(sum(lines) as bigint), cast(sum(due) as bigint) from rollup_part_day
             where version_no = $1 and customer_no = $2 and currency_no = $3 group by day",
        )
        .bind(part.version)
        .bind(part.customer)
        .bind(part.currency)
        .fetch_all(connection)
        .await?
    } else {
        sqlx::query_as(
            "select d.day, count(*), cast(sum(l.due) as bigint)
             from customer_line d cross join bill_line l
             where d.version_no = $1 and d.customer_no = $2 and l.version_no = d.version_no and l.line_no = d.line_no
               and l.currency_no = $3 and l.source_manager_no = $4
             group by d.day",
        )
        .bind(part.version)
        .bind(part.customer)
        .bind(part.currency)
        .bind(part.name)
        .fetch_all(connection)
        .await?
    };
    let row = |(day, lines, due): (String, i64, i64)| -> Result<_> {
        Ok((day.parse().map_err(Error::internal)?, lines, Total::from_units(due.into())))
    };
    rows.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use domain::ids::AssignmentId;

    use super::*;

    fn interval(manager: &str, from: &str, until: &str) -> Interval {
        Interval {
            id: AssignmentId::new(from),
            manager: MemberId::new(manager),
            from: from.parse().unwrap(),
            until: until.parse().unwrap(),
        }
    }

    #[test]
    fn days_of_a_month_go_to_whoever_had_the_customer() {
        let month: Month = "2026-02".parse().unwrap();
        let part = Part { customer: 1, month, version: 1, name: 1, currency: 1, days: 0x0fff_ffff, lines: 28, due: 0 };
        let of = |intervals: &[Interval]| {
            let owners = owners(intervals, &part);
            owners
                .iter()
                .map(|(who, days)| format!("{} {days:x}", who.map_or("-", MemberId::as_str)))
                .collect::<Vec<_>>()
        };
        assert_eq!(of(&[]), ["- fffffff"]);
        assert_eq!(of(&[interval("a", "2026-01-01", "9999-12-31")]), ["a fffffff"]);
        assert_eq!(of(&[interval("a", "2026-02-28", "2026-03-01")]), ["a 8000000", "- 7ffffff"]);
        let split = [
            interval("a", "2025-01-01", "2026-02-02"),
            interval("b", "2026-02-02", "2026-02-04"),
            interval("a", "2026-02-05", "9999-12-31"),
        ];
        assert_eq!(of(&split), ["a ffffff1", "b 6", "- 8"]);
        let sums = Sums { days: 0b110, ..Sums::default() };
        assert_eq!(sums.days_of(month), ("2026-02-02".parse().unwrap(), "2026-02-03".parse().unwrap()));
    }
}
