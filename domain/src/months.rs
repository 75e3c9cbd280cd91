//! Month close (账期关账): how far a bill month is, what must be looked at before it is closed, and whether it adds up.
//!
//! 预估 (open) → 已出账 (billed) → 已关账 (closed). In a closed month nothing changes until someone with the right reopens it,
//! with a reason.

mod control;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::bills::MonthState;
use crate::errors::FieldError;
use crate::ids::{CustomerId, DeliveryId};
use crate::money::{Currency, Total};
use crate::periods::{Day, Month};
use crate::text::coded_enum;

pub use control::{ControlSheet, ControlSums, ManagerSums};

/// The longest reason for reopening a month, in characters.
pub const MAX_REASON: usize = 500;

/// Findings that a check names; its count tells of all.
pub const NAMED_FINDINGS: usize = 20;

coded_enum! {
    /// What a person does to a month.
    pub enum MonthEvent {
        /// 标记为已出账: the supplier's bill is final.
        Bill = "bill",
        /// 改回预估: it was not final after all.
        Unbill = "unbill",
        /// 关账: nothing changes from now on.
        Close = "close",
        /// 重新打开: it can change again.
        Reopen = "reopen",
    }
}

/// The state of the month does not allow the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a month that is {state} cannot take: {event}")]
pub struct WrongTransition {
    /// Where the month stands.
    pub state: MonthState,
    /// What was to be done.
    pub event: MonthEvent,
}

impl MonthState {
    /// Where the month stands after `event`.
    ///
    /// # Errors
    /// [`WrongTransition`] where it cannot happen in this state.
    pub const fn next(self, event: MonthEvent) -> Result<Self, WrongTransition> {
        match (self, event) {
            (Self::Open, MonthEvent::Bill) | (Self::Closed, MonthEvent::Reopen) => Ok(Self::Billed),
            (Self::Billed, MonthEvent::Unbill) => Ok(Self::Open),
            (Self::Billed, MonthEvent::Close) => Ok(Self::Closed),
            _ => Err(WrongTransition { state: self, event }),
        }
    }
}

/// The reason for reopening a month, without spaces at its ends.
///
/// # Errors
/// A [`FieldError`] of `reason`: `required`; `reason_too_long` over [`MAX_REASON`] characters.
pub fn check_reason(reason: &str) -> Result<&str, FieldError> {
    let reason = reason.trim();
    match reason.chars().count() {
        0 => Err(FieldError::new("reason", "required")),
        1..=MAX_REASON => Ok(reason),
        _ => Err(FieldError::new("reason", "reason_too_long").with(MAX_REASON)),
    }
}

/// What the error of a delivery that a closed month refused begins with; its [`Closing`] follows.
pub const MONTH_CLOSED: &str = "month_closed ";

/// Why nothing of a month can change: who closed it, and when.
///
/// As text it is `MONTH INSTANT NAME`, the name possibly empty, and can be read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// The closed month.
    pub month: Month,
    /// When, in the billing zone (RFC 3339).
    pub at: String,
    /// Who, by name; empty where it was no member.
    pub by: String,
}

impl std::fmt::Display for Closing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.month, self.at, self.by)
    }
}

impl std::str::FromStr for Closing {
    type Err = crate::periods::PeriodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, ' ');
        let mut part = || parts.next().unwrap_or_default().to_owned();
        Ok(Self { month: part().parse()?, at: part(), by: part() })
    }
}

/// A change of a month's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthChange {
    /// What was done.
    pub event: MonthEvent,
    /// Why; empty but for reopening.
    pub reason: String,
    /// Who, by name; empty where it was no member.
    pub by: String,
    /// When, in the billing zone (RFC 3339).
    pub at: String,
}

/// A month in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthSummary {
    /// The month.
    pub month: Month,
    /// Where it stands.
    pub state: MonthState,
    /// Lines shown.
    pub lines: u64,
    /// 应付金额 by currency.
    pub due: BTreeMap<Currency, Total>,
    /// The last change of its state.
    pub last: Option<MonthChange>,
}

coded_enum! {
    /// What is looked at before a month is closed.
    pub enum CheckKind {
        /// Lines whose identities fail.
        Unbalanced = "unbalanced",
        /// Customers that consumed in the month before and have no line in this one.
        MissingCustomers = "missing_customers",
        /// Days without any line, up to today.
        EmptyDays = "empty_days",
        /// Customers with lines on days on which nobody managed them.
        Unassigned = "unassigned",
        /// Rejected rows of shown deliveries that were not brought again.
        Rejected = "rejected",
        /// Versions that wait for a confirmation.
        Held = "held",
    }
}

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// At a customer.
    Customer(CustomerId),
    /// At a day.
    Day(Day),
    /// At an import.
    Delivery(DeliveryId),
}

/// One thing that a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Its name: of the customer, of the files; the day.
    pub label: String,
    /// How many lines, rows or versions it is about.
    pub count: u64,
    /// Where to look.
    pub place: Place,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthCheck {
    /// What was looked at.
    pub kind: CheckKind,
    /// How many lines, customers, days, rows or versions; 0 where all is well.
    pub count: u64,
    /// 应付金额 by currency of what was found, where the check is about money.
    pub due: BTreeMap<Currency, Total>,
    /// The first [`NAMED_FINDINGS`].
    pub findings: Vec<Finding>,
}

/// All that is known of a month before it is closed, and afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthSheet {
    /// State, lines, due, last change.
    pub summary: MonthSummary,
    /// Whether it is yet to come: then it cannot be billed or closed.
    pub future: bool,
    /// One of each kind.
    pub checks: Vec<MonthCheck>,
    /// One of each currency.
    pub control: Vec<ControlSheet>,
    /// Every change of its state, newest first.
    pub history: Vec<MonthChange>,
}

impl MonthSheet {
    /// What the checks found, each with its count, and where the control sheet does not add up; empty where all is well.
    /// Closing needs that the person saw exactly this.
    pub fn found(&self) -> String {
        let checks = self.checks.iter().filter(|check| check.count > 0);
        let checks = checks.map(|check| format!("{}:{}", check.kind, check.count));
        let control = self.control.iter().filter(|control| !control.adds_up());
        let control = control.map(|control| format!("control:{}", control.currency));
        checks.chain(control).collect::<Vec<_>>().join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_goes_from_open_to_billed_to_closed_and_back_step_by_step() {
        use MonthState::{Billed, Closed, Open};
        let allowed = [
            (Open, MonthEvent::Bill, Billed),
            (Billed, MonthEvent::Unbill, Open),
            (Billed, MonthEvent::Close, Closed),
            (Closed, MonthEvent::Reopen, Billed),
        ];
        for state in MonthState::ALL {
            for event in MonthEvent::ALL {
                let expected = allowed.iter().find(|(from, what, _)| from == state && what == event);
                let refused = WrongTransition { state: *state, event: *event };
                assert_eq!(state.next(*event), expected.map(|(.., to)| *to).ok_or(refused), "{state} {event}");
            }
        }
    }

    #[test]
    fn a_reason_has_1_to_500_characters() {
        let code = |reason: &str| check_reason(reason).unwrap_err().code;
        assert_eq!(code(" \n"), "required");
        assert_eq!(code(&"因".repeat(501)), "reason_too_long");
        assert_eq!(check_reason(&"因".repeat(500)).unwrap().chars().count(), 500);
        assert_eq!(check_reason(" 补录 "), Ok("补录"));
    }

    #[test]
    fn a_closing_survives_as_text() {
        for by in ["吴 晓梅", ""] {
            let closing =
                Closing { month: "2026-09".parse().unwrap(), at: "2026-11-22T12:00:00+08:00".into(), by: by.into() };
            assert_eq!(closing.to_string().parse(), Ok(closing));
        }
        assert!("lease_lost".parse::<Closing>().is_err());
    }
}
