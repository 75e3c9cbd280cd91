//! Allocations and reclaims as a file.

use serde::{Deserialize, Serialize};

use super::{BeforeAfter, TransferDirection};
use crate::assignments::RowError;
use crate::ids::{CustomerId, MoveId};
use crate::money::Amount;

/// Rows that one file may have, without its header.
pub const MAX_BATCH_ROWS: usize = 2_000;

/// How a file is taken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BatchOptions {
    /// Only look what it would do.
    pub dry_run: bool,
    /// Leave out bad rows, instead of refusing the whole file.
    pub good_rows: bool,
    /// However often the file is sent under the same key, money moves once. Empty: every time counts.
    pub key: String,
    /// The state of the books that the dry run was about ([`BatchReport::seen`]): what moved meanwhile is told. None: whatever it is.
    pub seen: Option<i64>,
}

/// What a file did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BatchReport {
    /// Whether money moved.
    pub written: bool,
    /// Rows read.
    pub rows: u64,
    /// Rows left out because they are bad.
    pub left_out: u64,
    /// Transfers, those of an earlier sending included.
    pub transfers: u64,
    /// How many of them an earlier sending under the same key made.
    pub repeated: u64,
    /// Allocated in all.
    pub allocated: Amount,
    /// Reclaimed in all.
    pub reclaimed: Amount,
    /// 可拨款金额.
    pub allocatable: BeforeAfter,
    /// How many errors there are.
    pub error_count: u64,
    /// The first [`crate::assignments::MAX_LISTED_ERRORS`] of them, by row.
    pub errors: Vec<RowError>,
    /// The transfers, by row.
    pub lines: Vec<BatchLine>,
    /// The state of the books that this is about.
    pub seen: i64,
}

/// One transfer of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchLine {
    /// The row as a spreadsheet numbers it.
    pub row: u64,
    /// With whom.
    pub customer: CustomerId,
    /// What the customer is called.
    pub name: String,
    /// Which way.
    pub direction: TransferDirection,
    /// How much.
    pub amount: Amount,
    /// The customer's balance.
    pub balance: BeforeAfter,
    /// The transaction id; none in a dry run.
    pub moved: Option<MoveId>,
}
