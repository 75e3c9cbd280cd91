//! Bill import (账单导入): what is delivered, how it re-states earlier deliveries, and the report.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub mod fields;
pub mod mapping;
pub mod reasons;

use crate::bills::MonthState;
use crate::ids::DeliveryId;
use crate::money::{Decimal, Total};
use crate::periods::Month;
use crate::text::coded_enum;

coded_enum! {
    /// What a delivery re-states within (supplier, billing account, bill month).
    #[derive(Default)]
    pub enum Covers {
        /// The customers that it contains.
        #[default]
        Customers = "customers",
        /// The whole month: customers that it lacks lose their lines.
        Month = "month",
        /// The days that it contains.
        Days = "days",
        /// Nothing: its lines are added.
        Append = "append",
    }
}

coded_enum! {
    /// Where a version of (supplier, billing account, month) stands.
    pub enum VersionState {
        /// Being written.
        Staged = "staged",
        /// Shown.
        Switched = "switched",
        /// The same rows as what was shown already; dropped.
        Unchanged = "unchanged",
        /// Would lose much: waits for a confirmation.
        Held = "held",
        /// Was shown, until a later version came.
        Superseded = "superseded",
        /// Taken back by a person, or never finished.
        Withdrawn = "withdrawn",
    }
}

coded_enum! {
    /// Where a delivery stands.
    pub enum DeliveryState {
        /// Waits for another import to end.
        Waiting = "waiting",
        /// Waits for an answer: which column is what, whose bill it is.
        Mapping = "mapping",
        /// Being read.
        Running = "running",
        /// Read; its versions say what became of them.
        Finished = "finished",
        /// Refused: nothing was written.
        Refused = "refused",
        /// Its process ended in the middle; nothing of it is shown.
        Interrupted = "interrupted",
        /// Taken back.
        Withdrawn = "withdrawn",
    }
}

/// How to import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportOptions {
    /// What it re-states.
    pub covers: Covers,
    /// Switch also what would lose much.
    pub confirm: bool,
    /// Read and report, write nothing.
    pub dry_run: bool,
}

/// Rows of a file by what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RowCounts {
    /// Rows below the header.
    pub read: u64,
    /// Written.
    pub imported: u64,
    /// In a version that is the same as the one shown.
    pub unchanged: u64,
    /// Refused.
    pub rejected: u64,
}

/// The sums of one currency over the imported rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CurrencySums {
    /// The source's list cost, exact.
    pub list: Decimal,
    /// The source's billed cost, exact.
    pub billed: Decimal,
    /// What we stored for it: Σ paid.
    pub stored: Total,
    /// stored − billed: what rounding to 10⁻⁸ made.
    pub difference: Decimal,
}

/// What became of one (supplier, billing account, month).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionReport {
    /// The supplier.
    pub supplier: String,
    /// The billing account.
    pub account: String,
    /// 账期.
    pub month: Month,
    /// The version's number; 0 in a dry run.
    pub version: i64,
    /// `switched`, `unchanged` or `held`.
    pub state: VersionState,
}

/// Customers that the file names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CustomerCounts {
    /// Were known.
    pub known: u64,
    /// Are new, marked "from the bill".
    pub created: u64,
}

/// One refused row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    /// Row number in the file: the first row below the header is 1.
    pub row: u64,
    /// The column at fault; empty where the whole row is.
    pub column: String,
    /// Why, in English; stable.
    pub reason: String,
    /// The same as the code of a [`reasons::Reason`]; empty in reports from before there were codes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// A value that belongs to the code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// Rows that are no lines of the bill.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SkippedRows {
    /// 合计, 总计, 小计 and the like.
    pub totals: u64,
    /// A remark in an otherwise empty row.
    pub remarks: u64,
    /// The first [`REPORTED_REJECTS`] total rows whose amount is not the sum of the rows above them.
    pub differing: Vec<TotalDifference>,
}

impl SkippedRows {
    /// Whether every row was a line.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// A total row that does not add up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotalDifference {
    /// Its number below the header.
    pub row: u64,
    /// What it says.
    pub total: Decimal,
    /// What the good rows add up to.
    pub sum: Decimal,
}

coded_enum! {
    /// What a report must say beside its figures.
    pub enum ReportNote {
        /// 抹零 is list − discount − due: the source does not give it.
        TruncatedDerived = "truncated_derived",
        /// 优惠 is list − truncated − due: the source does not give it.
        DiscountDerived = "discount_derived",
        /// The month is that of the day: the source does not name it.
        MonthFromDay = "month_from_day",
        /// The source gives no days: lines stand on the first day of their month.
        NoDays = "no_days",
    }
}

/// Bills that an archive may hold.
pub const ARCHIVE_BILLS: usize = 200;
/// Entries of any kind that an archive may hold.
pub const ARCHIVE_ENTRIES: usize = 10_000;
/// Bills of one delivery, archives unpacked: all are open at once, and their lines are numbered by file.
pub const DELIVERY_BILLS: usize = 500;

/// Rejects that a report lists; the file of rejected rows has them all.
pub const REPORTED_REJECTS: usize = 100;

/// The report of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// File name without folders.
    pub file: String,
    /// e.g. `FOCUS 1.0`.
    pub format: String,
    /// Rows.
    pub rows: RowCounts,
    /// Sums by currency code.
    pub currencies: BTreeMap<String, CurrencySums>,
    /// Imported rows whose identities fail.
    pub unbalanced: u64,
    /// What became of each (supplier, billing account, month).
    pub versions: Vec<VersionReport>,
    /// Customers.
    pub customers: CustomerCounts,
    /// The first [`REPORTED_REJECTS`] rejected rows.
    pub rejects: Vec<Reject>,
    /// Built from documents only: recognised, but never verified against a supplier's file.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unverified: bool,
    /// Rows that are no lines; they do not count as read.
    #[serde(default, skip_serializing_if = "SkippedRows::is_none")]
    pub skipped: SkippedRows,
    /// What must be known of the figures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<ReportNote>,
    /// The delivery it belongs to; none in a dry run.
    pub delivery: Option<DeliveryId>,
}

/// A delivery in the import history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliverySummary {
    /// The delivery.
    pub id: DeliveryId,
    /// Who imported.
    pub by: String,
    /// When, in the billing zone (RFC 3339).
    pub at: String,
    /// The names of its files.
    pub files: Vec<String>,
    /// What it re-states.
    pub covers: Covers,
    /// Where it stands.
    pub state: DeliveryState,
    /// Rows read so far.
    pub rows_read: u64,
    /// Bytes read so far, of `bytes_total` (both compressed where the file is).
    pub bytes_read: u64,
    /// Size of the files.
    pub bytes_total: u64,
    /// Reports of the files, once it is finished.
    pub reports: Vec<ImportReport>,
    /// Why it was refused; empty otherwise.
    pub error: String,
}

/// What a held version would take away: shown before it is confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldVersion {
    /// The version.
    pub version: VersionReport,
    /// Lines shown now, in what it re-states.
    pub lines_now: u64,
    /// Lines after the switch.
    pub lines_then: u64,
    /// Due by currency now.
    pub due_now: BTreeMap<String, Total>,
    /// Due by currency after the switch.
    pub due_then: BTreeMap<String, Total>,
    /// Customers that would lose lines: name, lines now, lines then.
    pub customers: Vec<(String, u64, u64)>,
}

/// What everyone who sees consumption may know of the data: up to when, and how final; no files, no totals.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DataStatus {
    /// When shown data last changed, in the billing zone (RFC 3339); none before the first import.
    pub as_of: Option<String>,
    /// Grows with every switch: pages and exports carry it.
    pub version: i64,
    /// The states of the months of the range.
    pub months: Vec<(Month, MonthState)>,
}
