//! Assignments as a file: what is asked of an import, and what it answers.

use serde::{Deserialize, Serialize};

use crate::customers::ManagerName;
use crate::errors::FieldError;
use crate::money::{Currency, Total};
use crate::periods::Month;
use crate::text::coded_enum;

/// Rows that one file may have, without its header.
pub const MAX_FILE_ROWS: usize = 20_000;
/// Bytes that one file may have.
pub const MAX_FILE_BYTES: usize = 10 << 20;
/// Row errors that a report lists; it counts all of them.
pub const MAX_LISTED_ERRORS: usize = 500;

coded_enum! {
    /// The language of an exported file's header. An import reads both.
    #[derive(Default)]
    pub enum FileLanguage {
        /// 中文.
        #[default]
        Chinese = "zh",
        /// English.
        English = "en",
    }
}

/// How a file is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FileOptions {
    /// Only look what it would do.
    pub dry_run: bool,
    /// Leave out customers with a bad row, instead of refusing the whole file.
    pub good_rows: bool,
}

/// What importing a file did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FileReport {
    /// Whether it was written.
    pub written: bool,
    /// Rows read.
    pub rows: u64,
    /// Customers whose history changes.
    pub customers: u64,
    /// Customers left out for a bad row.
    pub left_out: u64,
    /// New intervals.
    pub added: u64,
    /// Intervals with another start or end.
    pub changed: u64,
    /// Intervals that are gone.
    pub removed: u64,
    /// Intervals of the file's customers that stay as they are.
    pub unchanged: u64,
    /// How many errors there are.
    pub error_count: u64,
    /// The first [`MAX_LISTED_ERRORS`] of them, by row.
    pub errors: Vec<RowError>,
    /// The bill month of the dues in `moves`.
    pub month: Option<Month>,
    /// What moves: account managers for whom something is different afterwards, and nobody.
    pub moves: Vec<ManagerMove>,
}

/// What is wrong with a row of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// The row as a spreadsheet numbers it: the header is row 1.
    pub row: u64,
    /// Column, reason, and the text at fault.
    pub error: FieldError,
}

/// What an account manager has before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagerMove {
    /// The account manager; none: nobody.
    pub manager: Option<ManagerName>,
    /// Customers today, before and after.
    pub customers: (u64, u64),
    /// Customers without an end, plans included, before and after.
    pub lasting: (u64, u64),
    /// Due of the current bill month as it was on the day, by currency.
    pub due: Vec<DueMove>,
}

/// A sum before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueMove {
    /// The currency.
    pub currency: Currency,
    /// Before.
    pub before: Total,
    /// After.
    pub after: Total,
}
