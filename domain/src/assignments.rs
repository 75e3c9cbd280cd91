//! Assignments (客户分配): which account manager manages a customer, from which day until which.
//!
//! Intervals are half-open, `from_day` included, `until_day` not, and never overlap for one customer. Past consumption
//! belongs to whoever managed the customer on the line's day.

mod by_file;
mod differences;
mod from_bills;
mod hand_over;
mod intervals;
mod lay;

pub use by_file::{
    DueMove, FileLanguage, FileOptions, FileReport, MAX_FILE_BYTES, MAX_FILE_ROWS, MAX_LISTED_ERRORS, ManagerMove,
    RowError,
};
pub use differences::{Comparison, Difference, DifferenceQuery, Differences, ShownDifferences, compare};
pub use from_bills::{
    FirstAssignments, FirstReport, NameChoice, NameMeaning, NamedDays, Proposal, ProposedSpan, Suggestions,
    SupplierName, named_spans,
};
pub use hand_over::{HandOver, HandOverOutcome, HandOverShare, Split, Weighed, share_out};
pub use intervals::{Interval, IntervalChange, first_changed_day, reassign};
pub use lay::{Edit, Laid, Wanted, changed_spans, lay};

use serde::{Deserialize, Serialize};

use crate::customers::ManagerName;
use crate::ids::{AssignmentId, CustomerId, MemberId};
use crate::periods::Day;
use crate::text::coded_enum;

coded_enum! {
    /// Whose consumption a figure is.
    #[derive(Default)]
    pub enum Attribution {
        /// 按当时归属: of whoever managed the customer on the line's day.
        #[default]
        AsItWas = "as_it_was",
        /// 按当前归属: of today's account manager.
        Today = "today",
    }
}

/// One interval in a customer's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentRecord {
    /// The assignment.
    pub id: AssignmentId,
    /// The customer.
    pub customer: CustomerId,
    /// The customer's name, or its account's.
    pub customer_name: String,
    /// The account manager.
    pub manager: ManagerName,
    /// First day that counts.
    pub from: Day,
    /// First day that no longer counts; none while it goes on.
    pub until: Option<Day>,
    /// Who assigned.
    pub assigned_by: String,
    /// When, in the billing zone (RFC 3339).
    pub assigned_at: String,
    /// Who ended it, if someone did.
    pub ended_by: Option<String>,
}

/// What an account manager managed and manages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagerHistory {
    /// The account manager.
    pub manager: ManagerName,
    /// Today in the billing time zone.
    pub today: Day,
    /// Newest first, plans included.
    pub records: Vec<AssignmentRecord>,
}

/// An account manager on the assignment page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagerLoad {
    /// The account manager.
    pub manager: ManagerName,
    /// Whether the member can sign in.
    pub active: bool,
    /// Customers today.
    pub customers: u64,
    /// Customers that a plan will add or that will leave: intervals that start after today.
    pub planned: u64,
}

/// Assign customers to a manager from a day on. What they were assigned to before ends on that day: no gap, no overlap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assign {
    /// The customers, one or many.
    pub customers: Vec<CustomerId>,
    /// The account manager who takes over.
    pub manager: MemberId,
    /// The day chosen; whether it counts itself is the partner's setting.
    pub day: Day,
    /// [`AssignmentState::seen`] of these customers when the person decided; empty: whatever they are.
    #[serde(default)]
    pub seen: String,
}

/// Take customers back from a day on: nobody has them then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeBack {
    /// The customers, one or many.
    pub customers: Vec<CustomerId>,
    /// The day chosen; whether it counts itself is the partner's setting.
    pub day: Day,
    /// As in [`Assign`].
    #[serde(default)]
    pub seen: String,
}

/// Whose some customers are today, to be looked at before that is changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentState {
    /// How many of them each has, by name, then those that nobody has.
    pub now: Vec<(Option<ManagerName>, u64)>,
    /// Stands for all their assignments, past and planned: a change asks for it back, to be sure that nobody else changed
    /// them meanwhile.
    pub seen: String,
}

/// Most customers that one step assigns or takes back.
pub const MAX_CUSTOMERS_AT_ONCE: usize = 1000;

/// What assigning or taking back did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignOutcome {
    /// Customers whose history changed.
    pub changed: u64,
    /// Customers that were as asked already.
    pub unchanged: u64,
    /// First day that counts for the new state.
    pub from: Day,
}
