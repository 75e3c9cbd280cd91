//! From a row of a file to a line: every cell is read once, every fault has its column and its reason.

mod details;
mod focus;
mod words;

use std::collections::HashMap;

use csv::ByteRecord;
use domain::bills::{BillType, ChargeMode, LineAmounts};
use domain::customers::AssociationType;
use domain::imports::Reject;
use domain::imports::fields::BillField;
use domain::imports::reasons::Reason;
use domain::money::{Amount, AmountError, Decimal};
use domain::periods::{Day, Month};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::format::Header;
use super::layouts::Kind;
use crate::tables::unguarded;

pub use details::Homes;
pub use words::{is_total, repeats_header};

/// A refused row: the column at fault and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub column: String,
    pub reason: Reason,
    /// A value that belongs to the reason.
    pub detail: String,
}

impl Fault {
    /// The fault of a column.
    pub fn new(column: &str, reason: impl Into<Reason>) -> Self {
        Self { column: column.to_owned(), reason: reason.into(), detail: String::new() }
    }

    /// In English.
    pub fn english(&self) -> String {
        self.reason.english(&self.detail)
    }

    /// As reports have it, of the row with this number.
    pub fn reject(&self, row: u64) -> Reject {
        Reject {
            row,
            column: self.column.clone(),
            reason: self.english(),
            code: self.reason.code().to_owned(),
            detail: self.detail.clone(),
        }
    }
}

/// A row as it is understood, its texts still those of the file.
pub struct Row<'a> {
    pub supplier: &'a str,
    pub billing_account: &'a str,
    pub customer_account: &'a str,
    pub customer_name: &'a str,
    pub month: Month,
    pub day: Day,
    pub bill_type: BillType,
    pub charge_mode: ChargeMode,
    pub association: AssociationType,
    pub currency: &'a str,
    pub service: &'a str,
    pub resource_type: &'a str,
    pub resource_id: &'a str,
    pub resource_name: &'a str,
    pub region: &'a str,
    pub order: &'a str,
    pub description: &'a str,
    pub tags: &'a str,
    pub manager: &'a str,
    pub charge_start: Option<Timestamp>,
    pub charge_end: Option<Timestamp>,
    pub trade_time: Option<Timestamp>,
    pub amounts: LineAmounts,
    pub exact: Exact,
}

/// What the source says, exactly; zero where the row gives none.
#[derive(Debug, Clone, Copy, Default)]
pub struct Exact {
    pub list: Decimal,
    /// What `paid` is stored for: due less coupons.
    pub billed: Decimal,
    /// As the column of the amount due has it.
    pub due: Decimal,
}

/// Reads rows of one file.
pub struct RowReader {
    header: Header,
    times: Times,
    homes: Homes,
}

impl RowReader {
    /// A reader for files with this header, for a partner whose billing time zone is `zone`.
    pub fn new(header: &Header, zone: TimeZone, homes: Homes) -> Self {
        let local = header.zone.clone().unwrap_or_else(|| zone.clone());
        Self { header: header.clone(), times: Times::new(zone, local), homes }
    }

    /// Reads a row.
    ///
    /// # Errors
    /// [`Fault`] names the column that cannot be read and why.
    pub fn read<'a>(&'a mut self, record: &'a ByteRecord) -> Result<Row<'a>, Fault> {
        match self.header.kind {
            Kind::Focus => focus::read(&self.header, &mut self.times, record),
            Kind::Details => details::read(&self.header, &mut self.times, &self.homes, record),
        }
    }

    /// The name of a field's column in faults.
    pub fn name(&self, field: BillField) -> &str {
        name(&self.header, field)
    }
}

/// A field's column as the file calls it.
fn name(header: &Header, field: BillField) -> &str {
    let name = header.columns.of(field).and_then(|at| header.names.get(at));
    name.map_or_else(|| focus::name(field), String::as_str)
}

/// A cell without surrounding space and without the quote that an export puts before what looks like a formula; `NULL` and `--` are empty. None where it is no UTF-8.
pub fn text(record: &ByteRecord, column: usize) -> Option<&str> {
    let value = unguarded(std::str::from_utf8(record.get(column).unwrap_or_default()).ok()?.trim());
    Some(if value == "--" || value.eq_ignore_ascii_case("null") { "" } else { value })
}

/// The exact number and the amount that is stored for it.
fn amount(value: &str) -> Result<(Decimal, Amount), AmountError> {
    let exact = Decimal::parse(value)?;
    Ok((exact, exact.to_amount()?))
}

/// Distinct instants that are remembered; they repeat from row to row.
const REMEMBERED_INSTANTS: usize = 20_000;

/// Instants, days and months, remembered.
struct Times {
    /// Of days and months.
    zone: TimeZone,
    /// Of times without an offset, where rows are details.
    local: TimeZone,
    instants: HashMap<Box<[u8]>, (Timestamp, Day)>,
    months: HashMap<(Timestamp, Option<Timestamp>), Month>,
}

impl Times {
    fn new(zone: TimeZone, local: TimeZone) -> Self {
        Self { zone, local, instants: HashMap::new(), months: HashMap::new() }
    }

    /// The instant that `read` finds in a value, and its day.
    fn instant<E>(
        &mut self,
        value: &str,
        read: impl FnOnce(&str, &TimeZone) -> Result<Timestamp, E>,
    ) -> Result<(Timestamp, Day), E> {
        if let Some(known) = self.instants.get(value.as_bytes()) {
            return Ok(*known);
        }
        let instant = read(value, &self.local)?;
        if self.instants.len() >= REMEMBERED_INSTANTS {
            self.instants.clear();
        }
        let known = (instant, Day::of(instant, &self.zone));
        self.instants.insert(value.as_bytes().into(), known);
        Ok(known)
    }
}

/// An end written inclusively (`…:59`) as the instant after it.
fn exclusive(end: Timestamp) -> Timestamp {
    if end.as_second().rem_euclid(60) == 59 { Timestamp::from_second(end.as_second() + 1).unwrap_or(end) } else { end }
}
