//! Income and expense details (收支明细) and adjustment records (调账记录).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::MoveId;
use crate::ledger::{AccountKind, MoveKind, TradeType};
use crate::money::Amount;
use crate::periods::Day;
use crate::text::coded_enum;

/// Days that a query of income and expense may span. Source: one year back is the default and the most.
pub const MAX_RECORD_DAYS: i32 = 366;

coded_enum! {
    /// Whether a balance grew.
    pub enum MoneyDirection {
        /// 收入.
        Income = "income",
        /// 支出.
        Expense = "expense",
    }
}

/// What income and expense details are searched by; all given conditions must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordQuery {
    /// Of which account: cash where none; of a customer or an indirect partner together with `owner`.
    pub account: Option<AccountKind>,
    /// The customer's or indirect partner's id where the account is theirs.
    pub owner: String,
    /// Only this trade type.
    pub trade: Option<TradeType>,
    /// Only income, or only expense.
    pub direction: Option<MoneyDirection>,
    /// Only what concerns this customer or indirect partner, by id.
    pub counterpart: String,
    /// First day in the partner's zone; one year back where none.
    pub from: Option<Day>,
    /// Last day; today where none.
    pub to: Option<Day>,
    /// Where the page before ended: [`Records::next`].
    pub after: Option<String>,
}

/// One change of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundsRecord {
    /// Serial number within the account, from 1.
    pub serial: i64,
    /// Id of the change: unique over all accounts.
    pub id: String,
    /// The transaction id of its move.
    pub moved: MoveId,
    /// Why money moved.
    pub kind: MoveKind,
    /// When, in the partner's zone, RFC 3339.
    pub at: String,
    /// By how much the balance changed; negative for expense.
    pub amount: Amount,
    /// The balance after it.
    pub balance_after: Amount,
    /// Whom it concerns, by id; empty for nobody.
    pub counterpart: String,
    /// What they are called; empty for nobody.
    pub counterpart_name: String,
    /// Their account's name; empty for nobody.
    pub counterpart_account: String,
    /// In the words of who moved it.
    pub reason: String,
    /// The order or whatever else it refers to, by id; empty for nothing.
    pub reference: String,
    /// Who moved it, by name; empty for jobs.
    pub by: String,
    /// Whether it was made at the supplier too, and found in the supplier's file.
    pub supplier: SupplierState,
    /// The supplier's transaction id; empty where none is recorded.
    pub supplier_transaction: String,
    /// The reversal of it, or the move that it reverses.
    pub counter_move: Option<MoveId>,
}

impl FundsRecord {
    /// Whether the balance grew.
    pub fn direction(&self) -> MoneyDirection {
        if self.amount < Amount::ZERO { MoneyDirection::Expense } else { MoneyDirection::Income }
    }
}

coded_enum! {
    /// What is known of a move at the supplier.
    pub enum SupplierState {
        /// 仅台账: nothing.
        None = "none",
        /// 已登记: its transaction id.
        Recorded = "recorded",
        /// 已核对: found in the supplier's file.
        Matched = "matched",
    }
}

/// One page of income and expense details, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Records {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Income of the whole range under these conditions.
    pub income: Amount,
    /// Expense of the same, not negative.
    pub expense: Amount,
    /// How many records there are.
    pub total: u64,
    /// Those of this page.
    pub items: Vec<FundsRecord>,
    /// What to pass on to get the next page; none on the last.
    pub next: Option<String>,
}

coded_enum! {
    /// What was done, as adjustment records tell it. The codes are the open API's (`operation_type`).
    pub enum AdjustOperation {
        /// 拨款.
        Allocate = "SOURCE_OPERATION_BEADJUST",
        /// 回收.
        Reclaim = "SOURCE_OPERATION_BERETRIEVE",
        /// 解绑回收.
        Unbind = "SOURCE_OPERATION_BEUNBIND",
    }
}

impl AdjustOperation {
    /// The kinds of moves that it means.
    pub const fn kinds(self) -> &'static [MoveKind] {
        match self {
            Self::Allocate => &[MoveKind::Allocate, MoveKind::AllocateIndirect],
            Self::Reclaim => &[MoveKind::Reclaim, MoveKind::ReclaimIndirect],
            Self::Unbind => &[MoveKind::Unbind],
        }
    }

    /// What a kind of move is in adjustment records; none where it is not in them.
    pub fn of(kind: MoveKind) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.kinds().contains(&kind))
    }
}

/// What adjustment records are searched by. Source: `list_partner_adjust_records`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AdjustQuery {
    /// Only with this customer or indirect partner, by id.
    pub counterpart: String,
    /// Only this operation.
    pub operation: Option<AdjustOperation>,
    /// First day in the partner's zone.
    pub from: Option<Day>,
    /// Last day.
    pub to: Option<Day>,
    /// From this instant on.
    pub begin: Option<Timestamp>,
    /// Up to and including this instant.
    pub end: Option<Timestamp>,
    /// Only this transaction id.
    pub transaction: String,
    /// Only transfers of this indirect partner's money.
    pub through: String,
    /// From 1; 0 counts as 1.
    pub page: u32,
}

/// An allocation or a reclaim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustRecord {
    /// The transaction id.
    pub id: MoveId,
    /// The customer or indirect partner.
    pub counterpart: String,
    /// What they are called.
    pub counterpart_name: String,
    /// What was done.
    pub operation: AdjustOperation,
    /// How much; positive.
    pub amount: Amount,
    /// When, in the partner's zone, RFC 3339.
    pub at: String,
    /// Who did it, by name; empty for jobs.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The customer's payment that it answers; empty for none.
    pub payment: String,
    /// Whether it was made at the supplier too.
    pub supplier: SupplierState,
    /// The supplier's transaction id; empty where none is recorded.
    pub supplier_transaction: String,
    /// Whether it was reversed.
    pub reversed: bool,
}
