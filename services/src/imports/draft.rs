//! What reading a delivery yields: messages on the way, and at the end what is to be judged and reported.

use std::collections::{BTreeSet, HashMap, HashSet};

use csv::ByteRecord;
use domain::customers::AssociationType;
use domain::imports::fields::BillField;
use domain::imports::{CurrencySums, Reject, ReportNote, RowCounts, SkippedRows, TotalDifference};
use domain::money::{Decimal, Total};
use domain::periods::Month;

use super::format::Header;
use super::layouts::Kind;
use super::line::Line;
use super::rows::Fault;
use super::sums::{Parts, RollupRows};
use super::texts::NewText;

/// A version that the delivery writes.
#[derive(Debug, Clone)]
pub struct Version {
    pub no: i64,
    pub supplier: String,
    pub account: String,
    pub month: Month,
    pub parts: Parts,
}

/// A customer as the delivery leaves it.
#[derive(Debug, Clone)]
pub struct Customer {
    pub no: i64,
    pub supplier: String,
    pub account: String,
    /// The account's name, as bills give it.
    pub name: String,
    pub association: AssociationType,
    /// Not in the database yet.
    pub new: bool,
    /// Name or association type differ from the database's.
    pub changed: bool,
}

/// A refused row as it came.
pub struct RejectedRow {
    pub file: i64,
    pub row: i64,
    /// None for the header.
    pub fault: Option<Fault>,
    pub record: ByteRecord,
}

/// What the reading thread hands to the writer.
#[derive(Default)]
pub struct Message {
    pub texts: Vec<NewText>,
    pub versions: Vec<(i64, String, String, Month)>,
    pub lines: Vec<Line>,
    pub rejects: Vec<RejectedRow>,
    pub rollups: RollupRows,
    /// Rows and bytes of all files read so far.
    pub rows_read: u64,
    pub bytes_read: u64,
}

/// The sums of a file's good rows in one version and currency.
#[derive(Default)]
pub struct FileSums {
    pub rows: u64,
    pub unbalanced: u64,
    pub list: Decimal,
    pub billed: Decimal,
    /// As the file's column of the amount due has it.
    pub due: Decimal,
    pub stored: Total,
}

/// What was read of one file.
pub struct FileDraft {
    pub name: String,
    pub format: String,
    pub unverified: bool,
    pub notes: Vec<ReportNote>,
    pub rows: RowCounts,
    pub skipped: SkippedRows,
    /// Σ due where the last row of a sum stood.
    summed_up_to: Decimal,
    pub rejects: Vec<Reject>,
    pub known: u64,
    pub created: u64,
    pub customers: HashSet<i64>,
    /// By version and currency.
    pub sums: HashMap<(i64, i64), FileSums>,
    /// Codes by their numbers.
    pub currencies: HashMap<i64, String>,
}

impl FileDraft {
    /// Nothing read yet.
    pub fn new(name: &str, header: &Header) -> Self {
        Self {
            name: name.to_owned(),
            format: header.format.clone(),
            unverified: header.unverified,
            notes: notes(header),
            rows: RowCounts::default(),
            skipped: SkippedRows::default(),
            summed_up_to: Decimal::ZERO,
            rejects: Vec::new(),
            known: 0,
            created: 0,
            customers: HashSet::new(),
            sums: HashMap::new(),
            currencies: HashMap::new(),
        }
    }

    /// Notes a row that sums up those above it, all or since the last such row; `says` is its amount due.
    pub fn skip_total(&mut self, row: u64, says: Option<&str>) {
        self.skipped.totals += 1;
        let Some((total, places)) = says.and_then(|says| Some((Decimal::parse(says).ok()?, places(says)))) else {
            return;
        };
        // amounts of different currencies are never added
        if self.currencies.len() > 1 {
            return;
        }
        let sum = self.sums.values().fold(Decimal::ZERO, |sum, sums| sum.plus(sums.due));
        let since = sum.minus(self.summed_up_to);
        self.summed_up_to = sum;
        let close = |sum: Decimal| {
            let units = total.minus(sum).to_amount().map_or(u64::MAX, |difference| difference.units().unsigned_abs());
            units < 10_u64.pow(domain::money::PLACES - places)
        };
        if !close(sum) && !close(since) && self.skipped.differing.len() < domain::imports::REPORTED_REJECTS {
            self.skipped.differing.push(TotalDifference { row, total, sum });
        }
    }

    /// The versions that have lines of this file.
    pub fn versions(&self) -> BTreeSet<i64> {
        self.sums.keys().map(|(version, _)| *version).collect()
    }

    /// Its good rows in `version`.
    pub fn rows_in(&self, version: i64) -> u64 {
        self.of(version).map(|(_, sums)| sums.rows).sum()
    }

    /// Its rows in `version` whose identities fail.
    pub fn unbalanced_in(&self, version: i64) -> u64 {
        self.of(version).map(|(_, sums)| sums.unbalanced).sum()
    }

    /// Adds its sums in `version` to `all`, by currency code.
    pub fn add_sums(&self, version: i64, all: &mut std::collections::BTreeMap<String, CurrencySums>) {
        for (currency, sums) in self.of(version) {
            let code = self.currencies.get(&currency).cloned().unwrap_or_default();
            let sum = all.entry(code).or_default();
            sum.list = sum.list.plus(sums.list);
            sum.billed = sum.billed.plus(sums.billed);
            sum.stored += sums.stored;
            sum.difference = sum.stored.to_decimal().minus(sum.billed);
        }
    }

    fn of(&self, version: i64) -> impl Iterator<Item = (i64, &FileSums)> {
        self.sums.iter().filter(move |((no, _), _)| *no == version).map(|((_, currency), sums)| (*currency, sums))
    }
}

/// Decimal places that a total was rounded to: two at least, as money is shown.
fn places(text: &str) -> u32 {
    let digits = text.rsplit_once('.').map_or(0, |(_, rest)| rest.bytes().filter(u8::is_ascii_digit).count());
    u32::try_from(digits).unwrap_or(2).clamp(2, domain::money::PLACES)
}

/// What must be known of the figures of a file with this header.
fn notes(header: &Header) -> Vec<ReportNote> {
    if header.kind == Kind::Focus {
        return Vec::new();
    }
    let has = |field| header.has(field);
    let derived = match (has(BillField::List), has(BillField::Discount), has(BillField::Truncated)) {
        (true, false, _) => Some(ReportNote::DiscountDerived),
        (true, true, false) => Some(ReportNote::TruncatedDerived),
        _ => None,
    };
    let from_day = (!has(BillField::Month)).then_some(ReportNote::MonthFromDay);
    let no_days = (!has(BillField::ChargeStart) && !has(BillField::TradeTime)).then_some(ReportNote::NoDays);
    [derived, from_day, no_days].into_iter().flatten().collect()
}

/// What was read of all files.
pub struct Draft {
    pub files: Vec<FileDraft>,
    pub versions: Vec<Version>,
    pub customers: Vec<Customer>,
    /// The rejected rows that came again; empty for a bill.
    pub mends: BTreeSet<Mended>,
}

/// A rejected row that comes again: of which delivery, file and row it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mended {
    pub delivery: String,
    pub file: i64,
    pub row: i64,
}
