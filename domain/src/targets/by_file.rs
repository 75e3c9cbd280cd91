//! Targets as a file: what importing one did, or would do.

use serde::{Deserialize, Serialize};

use crate::assignments::RowError;
use crate::customers::ManagerName;
use crate::money::{Amount, Currency};
use crate::periods::Month;

/// Changes that a report lists; it counts all of them.
pub const MAX_LISTED_CHANGES: usize = 500;

/// What importing a file did, or would do. How a file is imported says [`crate::assignments::FileOptions`]; a bad row leaves
/// out the target that it names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TargetReport {
    /// Whether it was written.
    pub written: bool,
    /// Rows read.
    pub rows: u64,
    /// Rows left out because they are bad, or because another row says the same target again.
    pub left_out: u64,
    /// Targets that are new.
    pub added: u64,
    /// Targets with another amount.
    pub changed: u64,
    /// Targets that are gone.
    pub removed: u64,
    /// Rows that are as they say already.
    pub unchanged: u64,
    /// How many errors there are.
    pub error_count: u64,
    /// The first [`crate::assignments::MAX_LISTED_ERRORS`] of them, by row.
    pub errors: Vec<RowError>,
    /// The first [`MAX_LISTED_CHANGES`] changes, by row.
    pub changes: Vec<TargetChange>,
    /// The state of all targets that the report is about: who writes afterwards says so, and is refused where somebody else
    /// wrote in between.
    pub seen: i64,
}

impl TargetReport {
    /// How many targets are different afterwards.
    pub fn changing(&self) -> u64 {
        self.added + self.changed + self.removed
    }
}

/// A target before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetChange {
    /// The row of the file.
    pub row: u64,
    /// The account manager.
    pub manager: ManagerName,
    /// The bill month.
    pub month: Month,
    /// The currency.
    pub currency: Currency,
    /// Before; none where there was none.
    pub before: Option<Amount>,
    /// After; none where it is taken away.
    pub after: Option<Amount>,
}
