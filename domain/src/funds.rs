//! Funds (资金管理): the partner's own accounts, top-ups, allocations to customers and what they leave behind.
//!
//! These are the partner's own books. What was also done at the supplier carries the supplier's transaction id. Amounts that a
//! person enters travel as text, so that nothing is rounded on the way: [`crate::ledger::read_amount`] reads them.

mod batch;
mod records;
mod supplier;

pub use batch::*;
pub use records::*;
pub use supplier::*;

use serde::{Deserialize, Serialize};

use crate::customers::AssociationType;
use crate::errors::FieldError;
use crate::ids::{CustomerId, CustomerPaymentId, EarmarkId, IndirectPartnerId, MoveId, TopUpId};
use crate::money::Amount;
use crate::periods::Day;
use crate::text::coded_enum;

/// The longest text that goes with a move, in characters.
pub const MAX_REASON: usize = 200;

/// The partner's accounts at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FundsOverview {
    /// 充值账户.
    pub cash: Amount,
    /// 专款专用: what of it is earmarked.
    pub earmarked: Amount,
    /// What is left of the credit line.
    pub credit: Amount,
    /// 信用额度.
    pub credit_line: Amount,
    /// 账户余额 = top-ups + credit − allocated. What customers spend of their allocations does not change it.
    pub balance: Amount,
    /// 可拨款金额: what may be allocated now.
    pub allocatable: Amount,
    /// Topped up in all, repaid credit included.
    pub topped_up: Amount,
    /// Allocated and not reclaimed.
    pub allocated: Amount,
    /// What customers have of it still.
    pub with_customers: Amount,
    /// What indirect partners have of it still.
    pub with_indirect_partners: Amount,
    /// Top-ups that wait for a second member.
    pub waiting_top_ups: u64,
    /// Customers' payments that wait for an allocation.
    pub waiting_payments: u64,
}

coded_enum! {
    /// Where a recorded top-up stands.
    pub enum TopUpState {
        /// 待确认: recorded by one member.
        Recorded = "recorded",
        /// 已入账: confirmed by a second member; the money is in the account.
        Confirmed = "confirmed",
        /// 已驳回: a second member did not find the money.
        Refused = "refused",
        /// 已撤回 by who recorded it.
        Withdrawn = "withdrawn",
    }
}

coded_enum! {
    /// What can be done to a recorded top-up.
    pub enum TopUpEvent {
        /// The money is there. Moves it.
        Confirm = "confirm",
        /// It is not there.
        Refuse = "refuse",
        /// It was recorded by mistake.
        Withdraw = "withdraw",
    }
}

impl TopUpState {
    /// The state after an event; none where it is decided already.
    pub const fn next(self, event: TopUpEvent) -> Option<Self> {
        match (self, event) {
            (Self::Recorded, TopUpEvent::Confirm) => Some(Self::Confirmed),
            (Self::Recorded, TopUpEvent::Refuse) => Some(Self::Refused),
            (Self::Recorded, TopUpEvent::Withdraw) => Some(Self::Withdrawn),
            _ => None,
        }
    }
}

impl TopUpEvent {
    /// Whether another member than who recorded it must do it; otherwise nobody else may.
    pub const fn needs_second_member(self) -> bool {
        matches!(self, Self::Confirm | Self::Refuse)
    }
}

coded_enum! {
    /// Which of the partner's accounts a bank transfer goes into.
    #[derive(Default)]
    pub enum TopUpAccount {
        /// 充值账户.
        #[default]
        Cash = "cash",
        /// 信用账户: used credit is given back.
        Credit = "credit",
    }
}

/// A bank transfer to record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewTopUp {
    /// Into which account.
    pub account: TopUpAccount,
    /// How much, as it was typed.
    pub amount: String,
    /// The bank's day.
    pub paid_on: Option<Day>,
    /// The bank's number of the transfer (流水号).
    pub bank_reference: String,
    /// Who paid (汇款户名).
    pub payer: String,
    /// Note.
    pub memo: String,
}

/// A decision about a recorded top-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideTopUp {
    /// Which.
    pub id: TopUpId,
    /// What is decided.
    pub event: TopUpEvent,
    /// Why; needed to refuse.
    #[serde(default)]
    pub reason: String,
}

/// What a list of top-ups is searched by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TopUpQuery {
    /// Only this state.
    pub state: Option<TopUpState>,
    /// From 1; 0 counts as 1.
    pub page: u32,
}

/// A recorded top-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopUp {
    /// Its id.
    pub id: TopUpId,
    /// Into which account.
    pub account: TopUpAccount,
    /// How much.
    pub amount: Amount,
    /// The bank's day.
    pub paid_on: Day,
    /// The bank's number.
    pub bank_reference: String,
    /// Who paid.
    pub payer: String,
    /// Note.
    pub memo: String,
    /// Where it stands.
    pub state: TopUpState,
    /// Who recorded it, by name.
    pub recorded_by: String,
    /// When, in the partner's zone.
    pub recorded_at: String,
    /// Whether the reader recorded it: then somebody else must decide, and only the reader may withdraw it.
    pub own: bool,
    /// Who decided; empty before.
    pub decided_by: String,
    /// When; empty before.
    pub decided_at: String,
    /// Why it was refused.
    pub reason: String,
    /// The move that it made.
    pub moved: Option<MoveId>,
}

/// The credit line that the supplier grants, to be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetCreditLine {
    /// The new line, as it was typed; zero is allowed.
    pub line: String,
    /// The line that was seen: who changes what somebody else changed meanwhile is refused.
    pub seen: Amount,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// Money to set aside for a purpose (专款专用).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewEarmark {
    /// How much, as it was typed.
    pub amount: String,
    /// For what.
    pub purpose: String,
}

/// Money set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earmark {
    /// Its id.
    pub id: EarmarkId,
    /// How much.
    pub amount: Amount,
    /// For what.
    pub purpose: String,
    /// Who set it aside, by name.
    pub by: String,
    /// When.
    pub at: String,
    /// Who released it; empty while it is set aside.
    pub released_by: String,
    /// When; empty while it is set aside.
    pub released_at: String,
}

coded_enum! {
    /// Where a customer's payment stands.
    pub enum CustomerPaymentState {
        /// 待拨款.
        Recorded = "recorded",
        /// 已拨款: an allocation refers to it.
        Allocated = "allocated",
        /// 已撤回.
        Withdrawn = "withdrawn",
    }
}

/// A reseller-model customer's payment to the partner, to be recorded before its allocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCustomerPayment {
    /// Who paid.
    pub customer: CustomerId,
    /// How much, as it was typed.
    #[serde(default)]
    pub amount: String,
    /// The day on which it was paid.
    pub paid_on: Option<Day>,
    /// The bank's or the receipt's number.
    #[serde(default)]
    pub reference: String,
    /// Note.
    #[serde(default)]
    pub memo: String,
}

/// A recorded payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerPayment {
    /// Its id.
    pub id: CustomerPaymentId,
    /// Who paid.
    pub customer: CustomerId,
    /// What the customer is called.
    pub customer_name: String,
    /// How much.
    pub amount: Amount,
    /// The day on which it was paid.
    pub paid_on: Day,
    /// The bank's or the receipt's number.
    pub reference: String,
    /// Note.
    pub memo: String,
    /// Where it stands.
    pub state: CustomerPaymentState,
    /// Who recorded it, by name.
    pub recorded_by: String,
    /// When.
    pub recorded_at: String,
    /// The allocation that refers to it.
    pub moved: Option<MoveId>,
}

/// What a list of payments is searched by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerPaymentQuery {
    /// Only this customer's.
    pub customer: Option<CustomerId>,
    /// Only this state.
    pub state: Option<CustomerPaymentState>,
    /// From 1; 0 counts as 1.
    pub page: u32,
}

coded_enum! {
    /// Which way money goes between the partner and a customer (or an indirect partner).
    pub enum TransferDirection {
        /// 拨款: to the customer.
        Allocate = "allocate",
        /// 回收: back to the partner.
        Reclaim = "reclaim",
    }
}

/// The other side of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counterpart {
    /// A reseller-model (代售) customer.
    Customer(CustomerId),
    /// An indirect partner (云经销商).
    Indirect(IndirectPartnerId),
}

impl Counterpart {
    /// Its id.
    pub fn id(&self) -> &str {
        match self {
            Self::Customer(id) => id.as_str(),
            Self::Indirect(id) => id.as_str(),
        }
    }
}

/// A transfer (拨款 or 回收) to look at or to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Which way.
    pub direction: TransferDirection,
    /// With whom.
    pub counterpart: Counterpart,
    /// Whose money it is: an indirect partner's, whose customer the counterpart is; none: the partner's own.
    #[serde(default)]
    pub through: Option<IndirectPartnerId>,
    /// How much, as it was typed.
    #[serde(default)]
    pub amount: String,
    /// Why; may be empty.
    #[serde(default)]
    pub reason: String,
    /// The customer's payment that an allocation answers.
    #[serde(default)]
    pub payment: Option<CustomerPaymentId>,
    /// The supplier's transaction id, where it was made there too.
    #[serde(default)]
    pub supplier_transaction: String,
    /// However often a transfer with the same key is asked for, money moves once. Empty: every call counts.
    #[serde(default)]
    pub key: String,
    /// Both balances as they were seen when it was confirmed: what has changed meanwhile is refused. None: whatever they are.
    #[serde(default)]
    pub seen: Option<(Amount, Amount)>,
}

impl Transfer {
    /// A transfer of the partner's own money without anything beside.
    pub fn new(direction: TransferDirection, counterpart: Counterpart, amount: impl Into<String>) -> Self {
        Self {
            direction,
            counterpart,
            through: None,
            amount: amount.into(),
            reason: String::new(),
            payment: None,
            supplier_transaction: String::new(),
            key: String::new(),
            seen: None,
        }
    }
}

/// A balance before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BeforeAfter {
    /// Before.
    pub before: Amount,
    /// After.
    pub after: Amount,
}

/// What a transfer would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferPreview {
    /// Which way.
    pub direction: TransferDirection,
    /// What the other side is called.
    pub counterpart_name: String,
    /// How much.
    pub amount: Amount,
    /// 账户余额 of who pays or is paid back: the partner, or the indirect partner whose money it is.
    pub own: BeforeAfter,
    /// 可拨款金额 of the same.
    pub allocatable: BeforeAfter,
    /// The other side's balance.
    pub counterpart: BeforeAfter,
    /// How much of it the cash account gives or gets.
    pub cash: Amount,
    /// How much of it the credit account gives or gets.
    pub credit: Amount,
}

/// A transfer that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferDone {
    /// The transaction id.
    pub id: MoveId,
    /// Whether it was made earlier, by a request with the same key.
    pub repeated: bool,
    /// The other side's balance after it.
    pub counterpart_balance: Amount,
}

/// A customer's account, as the customer's page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerAccount {
    /// The customer.
    pub customer: CustomerId,
    /// How it is associated.
    pub association: AssociationType,
    /// What it can spend; none where the partner keeps no account for it (not 代售).
    pub balance: Option<Amount>,
    /// Who tops it up: the partner's name; none where the customer does so itself, at the supplier.
    pub topped_up_by: Option<String>,
    /// Whether the reader may allocate to it and reclaim from it.
    pub can_transfer: bool,
}

/// A customer's balance in a list. Source: `list_customers_balances_detail`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerBalance {
    /// The customer.
    pub customer: CustomerId,
    /// What it can spend.
    pub balance: Amount,
}

/// A move to be reversed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReverseMove {
    /// Which.
    pub id: MoveId,
    /// Why; needed.
    #[serde(default)]
    pub reason: String,
    /// As [`Transfer::key`].
    #[serde(default)]
    pub key: String,
}

/// A text that goes with a move, without spaces at its ends.
///
/// # Errors
/// A [`FieldError`] of `field`: `too_long` over [`MAX_REASON`] characters.
pub fn check_text<'a>(field: &str, text: &'a str) -> Result<&'a str, FieldError> {
    let text = text.trim();
    if text.chars().count() > MAX_REASON { Err(FieldError::new(field, "too_long").with(MAX_REASON)) } else { Ok(text) }
}

/// The same for a text that must be there.
///
/// # Errors
/// As [`check_text`]; `required`.
pub fn check_needed<'a>(field: &str, text: &'a str) -> Result<&'a str, FieldError> {
    match check_text(field, text)? {
        "" => Err(FieldError::new(field, "required")),
        text => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_top_up_is_decided_once() {
        for state in TopUpState::ALL {
            for event in TopUpEvent::ALL {
                assert_eq!(state.next(*event).is_some(), *state == TopUpState::Recorded, "{state} {event}");
            }
        }
        assert_eq!(TopUpState::Recorded.next(TopUpEvent::Refuse), Some(TopUpState::Refused));
    }

    #[test]
    fn texts_are_limited_and_some_are_needed() {
        assert_eq!(check_text("reason", " a ").unwrap(), "a");
        assert_eq!(check_needed("reason", "  ").unwrap_err().code, "required");
        assert_eq!(check_text("reason", &"字".repeat(MAX_REASON + 1)).unwrap_err().code, "too_long");
    }
}
