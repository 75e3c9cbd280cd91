//! What the supplier's own income and expense file says, beside the partner's books.

use serde::{Deserialize, Serialize};

use crate::ids::{MoveId, SupplierFileId};
use crate::money::Amount;
use crate::periods::Day;
use crate::text::coded_enum;

/// Rows that one file may have, without its header.
pub const MAX_SUPPLIER_ROWS: usize = 20_000;
/// The longest transaction id of a supplier, in characters. Source: ids have 64 at most.
pub const MAX_TRANSACTION: usize = 64;

/// A supplier's transaction id for a move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetSupplierTransaction {
    /// The move.
    pub id: MoveId,
    /// The supplier's id.
    #[serde(default)]
    pub transaction: String,
}

coded_enum! {
    /// Where something stands after a comparison.
    pub enum MatchSide {
        /// 已核对: both have it.
        Matched = "matched",
        /// 仅台账: the books alone.
        OursOnly = "ours_only",
        /// 仅供应商: the supplier alone.
        TheirsOnly = "theirs_only",
    }
}

coded_enum! {
    /// Why a row of the supplier's file has no move, or how it got one.
    pub enum MatchReason {
        /// The same transaction id and amount.
        Transaction = "transaction",
        /// The only one of this day, customer, amount and direction on both sides.
        Content = "content",
        /// A move has this transaction id with another amount.
        AmountDiffers = "amount_differs",
        /// Nothing fits.
        NoMove = "no_move",
    }
}

/// A supplier's file that was compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplierFile {
    /// Its id.
    pub id: SupplierFileId,
    /// Its name.
    pub name: String,
    /// First day in it.
    pub from: Day,
    /// Last day in it.
    pub to: Day,
    /// Who sent it, by name.
    pub by: String,
    /// When.
    pub at: String,
    /// Rows that have a move.
    pub matched: u64,
    /// Moves of these days that are not in it.
    pub ours_only: u64,
    /// Rows without a move.
    pub theirs_only: u64,
}

/// One line of a comparison: a row of the file, a move, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchLine {
    /// Who has it.
    pub side: MatchSide,
    /// Why.
    pub reason: MatchReason,
    /// The row of the file; none where the books alone have it.
    pub row: Option<u64>,
    /// The supplier's transaction id; may be empty.
    pub transaction: String,
    /// The move; none where the supplier alone has it.
    pub moved: Option<MoveId>,
    /// The day in the partner's zone.
    pub day: Day,
    /// How much the partner's account changed by.
    pub amount: Amount,
    /// The customer, as the file or the books name it.
    pub counterpart: String,
}

/// A comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplierComparison {
    /// The file.
    pub file: SupplierFile,
    /// By day.
    pub lines: Vec<MatchLine>,
}
