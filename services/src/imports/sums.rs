//! Sums of lines while they stream by: the rollups, and what tells versions apart.

use std::collections::{BTreeMap, HashMap};

use domain::bills::BillType;
use domain::money::Amount;
use domain::periods::Day;

use super::line::Line;

/// Sums of lines: the amount columns of the rollups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    pub lines: u32,
    pub charged: u32,
    pub debt_lines: u32,
    pub list_lines: u32,
    pub list: i64,
    pub due: i64,
    pub coupon: i64,
    pub refund: i64,
    pub adjustment: i64,
    pub debt: i64,
}

impl Sums {
    /// With the line added; none where a sum would pass 64 bits.
    fn with(mut self, line: &Line) -> Option<Self> {
        let amounts = &line.amounts;
        let units = |amount: Option<Amount>| amount.map_or(0, Amount::units);
        let due = amounts.due.units();
        self.lines += 1;
        self.charged += u32::from(due != 0);
        self.debt_lines += u32::from(amounts.debt.is_some());
        self.list_lines += u32::from(amounts.list.is_some());
        self.list = self.list.checked_add(units(amounts.list))?;
        self.due = self.due.checked_add(due)?;
        self.coupon = self.coupon.checked_add(amounts.coupon.units())?;
        self.debt = self.debt.checked_add(units(amounts.debt))?;
        match line.bill_type {
            BillType::Consumption => {}
            BillType::Refund => self.refund = self.refund.checked_add(due)?,
            BillType::Adjustment => self.adjustment = self.adjustment.checked_add(due)?,
        }
        Some(self)
    }
}

/// Key of `rollup_part_service`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ServiceKey {
    pub version: u32,
    pub customer: u32,
    pub service: u32,
    pub charge_mode: u32,
    pub association: u32,
    pub currency: u32,
}

/// Key of `rollup_part_day`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DayKey {
    pub version: u32,
    pub customer: u32,
    pub day: Day,
    pub association: u32,
    pub currency: u32,
}

/// Key of `rollup_part_manager`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ManagerKey {
    pub version: u32,
    pub customer: u32,
    pub source_manager: u32,
    pub currency: u32,
}

/// The sums of `rollup_part_manager`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ManagerSums {
    /// A bit for each day of the month with a line, the lowest for the first.
    pub days: u32,
    pub lines: u32,
    pub due: i64,
}

impl ManagerSums {
    /// With the line added; none where a sum would pass 64 bits.
    fn with(mut self, line: &Line) -> Option<Self> {
        self.days |= 1 << (line.day.of_month() - 1);
        self.lines += 1;
        self.due = self.due.checked_add(line.amounts.due.units())?;
        Some(self)
    }
}

/// How many lines, and the wrapping sum of their hashes: equal parts hold the same lines in some order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Part {
    pub lines: u64,
    pub hash: u128,
}

impl Part {
    /// Adds another part's lines.
    pub fn add(&mut self, other: Self) {
        self.lines += other.lines;
        self.hash = self.hash.wrapping_add(other.hash);
    }

    /// Takes another part's lines away, which it has.
    pub fn take(&mut self, other: Self) {
        self.lines = self.lines.saturating_sub(other.lines);
        self.hash = self.hash.wrapping_sub(other.hash);
    }

    /// The two halves of the hash, as they are stored.
    pub fn halves(self) -> (i64, i64) {
        let half = |value: u128| u64::try_from(value & u128::from(u64::MAX)).unwrap_or_default().cast_signed();
        (half(self.hash >> 64), half(self.hash))
    }

    /// From what was stored.
    pub fn from_stored(lines: i64, high: i64, low: i64) -> Self {
        let hash = u128::from(high.cast_unsigned()) << 64 | u128::from(low.cast_unsigned());
        Self { lines: lines.cast_unsigned(), hash }
    }
}

/// A version's lines by customer, and how many on which day.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    pub customers: HashMap<i64, Part>,
    pub days: BTreeMap<Day, u64>,
}

impl Parts {
    /// Adds a line.
    pub fn add(&mut self, line: &Line) {
        self.customers.entry(line.customer).or_default().add(Part { lines: 1, hash: line.hash() });
        *self.days.entry(line.day).or_default() += 1;
    }
}

/// The rollups, as far as they are not written yet.
#[derive(Default)]
pub struct Rollups {
    services: HashMap<ServiceKey, Sums>,
    days: HashMap<DayKey, Sums>,
    managers: HashMap<ManagerKey, ManagerSums>,
}

/// Sums to add to the rollup tables.
#[derive(Default)]
pub struct RollupRows {
    pub services: Vec<(ServiceKey, Sums)>,
    pub days: Vec<(DayKey, Sums)>,
    pub managers: Vec<(ManagerKey, ManagerSums)>,
}

/// Rows of each map: together they take about 30 MiB.
const LIMIT: usize = 110_000;

impl Rollups {
    /// Adds a line; false, with nothing added, where a sum would pass 64 bits.
    pub fn add(&mut self, line: &Line) -> bool {
        let small = |no: i64| u32::try_from(no).unwrap_or(u32::MAX);
        let (customer, texts) = (small(line.customer), &line.texts);
        let (association, currency) = (small(texts.association), small(texts.currency));
        let service = self
            .services
            .entry(ServiceKey {
                version: small(line.version),
                customer,
                service: small(texts.service),
                charge_mode: small(texts.charge_mode),
                association,
                currency,
            })
            .or_default();
        let day = self
            .days
            .entry(DayKey { version: small(line.version), customer, day: line.day, association, currency })
            .or_default();
        let manager = self
            .managers
            .entry(ManagerKey {
                version: small(line.version),
                customer,
                source_manager: small(texts.source_manager),
                currency,
            })
            .or_default();
        let (Some(new_service), Some(new_day), Some(new_manager)) =
            (service.with(line), day.with(line), manager.with(line))
        else {
            return false;
        };
        (*service, *day, *manager) = (new_service, new_day, new_manager);
        true
    }

    /// Whether it is time to write them.
    pub fn full(&self) -> bool {
        [self.services.len(), self.days.len(), self.managers.len()].into_iter().any(|rows| rows >= LIMIT)
    }

    /// What there is, in the order of the tables' keys, leaving nothing.
    pub fn take(&mut self) -> RollupRows {
        let mut services: Vec<_> = self.services.drain().filter(|(_, sums)| sums.lines > 0).collect();
        services.sort_unstable_by_key(|(key, _)| {
            (key.version, key.customer, key.service, key.charge_mode, key.association, key.currency)
        });
        let mut days: Vec<_> = self.days.drain().filter(|(_, sums)| sums.lines > 0).collect();
        days.sort_unstable_by_key(|(key, _)| (key.version, key.customer, key.day, key.association, key.currency));
        let mut managers: Vec<_> = self.managers.drain().filter(|(_, sums)| sums.lines > 0).collect();
        managers.sort_unstable_by_key(|(key, _)| (key.version, key.customer, key.source_manager, key.currency));
        RollupRows { services, days, managers }
    }
}
