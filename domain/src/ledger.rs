//! The ledger (台账): accounts, moves of money between them, and what the supplier calls such moves.
//!
//! A move is a set of postings that sum to zero. Nothing is ever changed: a mistake is put right by a move the other way. All
//! amounts are CNY with two decimals.

use serde::{Deserialize, Serialize};

use crate::errors::FieldError;
use crate::ids::{CustomerId, IndirectPartnerId, MoveId};
use crate::money::{Amount, AmountError, Decimal};
use crate::text::coded_enum;

/// The currency of every account. Source: the Chinese site keeps balances in yuan only.
pub const CURRENCY: &str = "CNY";
/// 10⁻⁸ units in a hundredth.
const CENT: i64 = 1_000_000;

coded_enum! {
    /// What kind of account it is.
    pub enum AccountKind {
        /// 充值账户: what the partner topped up and did not spend.
        Cash = "cash",
        /// 信用账户: what is left of the credit line.
        Credit = "credit",
        /// A reseller-model (代售) customer's money.
        Customer = "customer",
        /// An indirect partner's (云经销商) money.
        Indirect = "indirect",
        /// The world outside: where money comes from and goes to.
        Outside = "outside",
    }
}

coded_enum! {
    /// The world outside, by what the money did there. Such accounts have no floor.
    pub enum Outside {
        /// The partner's bank: top-ups.
        Bank = "bank",
        /// The supplier: what was paid for orders and usage, and what came back.
        Supplier = "supplier",
        /// The credit that the supplier grants: the other side of the credit line.
        CreditLine = "credit_line",
        /// Written off or corrected without a counterpart.
        WrittenOff = "written_off",
    }
}

/// An account of a partner. It comes into being with its first move.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Account {
    /// 充值账户.
    Cash,
    /// 信用账户.
    Credit,
    /// A customer's.
    Customer(CustomerId),
    /// An indirect partner's.
    Indirect(IndirectPartnerId),
    /// Outside.
    Outside(Outside),
}

impl Account {
    /// What kind it is.
    pub const fn kind(&self) -> AccountKind {
        match self {
            Self::Cash => AccountKind::Cash,
            Self::Credit => AccountKind::Credit,
            Self::Customer(_) => AccountKind::Customer,
            Self::Indirect(_) => AccountKind::Indirect,
            Self::Outside(_) => AccountKind::Outside,
        }
    }

    /// Whose it is within its kind; empty where a partner has only one of the kind.
    pub fn owner(&self) -> &str {
        match self {
            Self::Cash | Self::Credit => "",
            Self::Customer(id) => id.as_str(),
            Self::Indirect(id) => id.as_str(),
            Self::Outside(outside) => outside.code(),
        }
    }

    /// The account of a stored kind and owner; none where they do not fit.
    pub fn from_parts(kind: AccountKind, owner: &str) -> Option<Self> {
        Some(match kind {
            AccountKind::Cash => Self::Cash,
            AccountKind::Credit => Self::Credit,
            AccountKind::Customer => Self::Customer(CustomerId::new(owner)),
            AccountKind::Indirect => Self::Indirect(IndirectPartnerId::new(owner)),
            AccountKind::Outside => Self::Outside(owner.parse().ok()?),
        })
    }
}

coded_enum! {
    /// Why money moved.
    pub enum MoveKind {
        /// 充值: a confirmed bank transfer into the cash account.
        TopUp = "top_up",
        /// 还款: a confirmed bank transfer that gives used credit back.
        Repayment = "repayment",
        /// 信用额度调整: the credit line was raised or lowered.
        CreditLine = "credit_line",
        /// 拨款: partner to customer.
        Allocate = "allocate",
        /// 回收: customer to partner.
        Reclaim = "reclaim",
        /// 解绑回收: the rest of a customer's money comes back when the association ends.
        Unbind = "unbind",
        /// 拨款 to an indirect partner.
        AllocateIndirect = "allocate_indirect",
        /// 回收 from an indirect partner.
        ReclaimIndirect = "reclaim_indirect",
        /// An order was paid.
        Payment = "payment",
        /// Pay-per-use consumption.
        Usage = "usage",
        /// An order was unsubscribed: money came back.
        Refund = "refund",
        /// 调账: put right by hand.
        Adjustment = "adjustment",
        /// 冲正: an earlier move, the other way.
        Reversal = "reversal",
    }
}

impl MoveKind {
    /// The open API's `trade_type` of income and expense details. `DEDEUCT` is spelt so there.
    pub const fn trade_type(self) -> TradeType {
        match self {
            Self::TopUp | Self::Repayment => TradeType::Recharge,
            Self::Allocate | Self::AllocateIndirect => TradeType::Allocation,
            Self::Reclaim | Self::ReclaimIndirect => TradeType::Reclaim,
            Self::Unbind => TradeType::Unbinding,
            Self::Payment | Self::Usage => TradeType::Consumption,
            Self::Refund => TradeType::Refund,
            Self::CreditLine | Self::Adjustment | Self::Reversal => TradeType::Adjustment,
        }
    }

    /// The open API's `trade_detail_type`: `list_partner_account_change_records`. Both spellings of OPERATION are the API's.
    pub const fn trade_detail_type(self) -> &'static str {
        match self {
            Self::TopUp | Self::Repayment => "SOURCE_OPERAIION_RECHARGE",
            Self::CreditLine => "SOURCE_OPERAIION_ADJUST_CREDIT",
            Self::Allocate | Self::AllocateIndirect => "SOURCE_OPERATION_BEADJUST",
            Self::Reclaim | Self::ReclaimIndirect => "SOURCE_OPERATION_BERETRIEVE",
            Self::Unbind => "SOURCE_OPERATION_BEUNBIND",
            Self::Payment => "SOURCE_OPERAIION_DEDEUCT",
            Self::Usage => "SOURCE_OPERAIION_USAGE",
            Self::Refund => "SOURCE_OPERAIION_UNSUBSCRIBE",
            Self::Adjustment | Self::Reversal => "SOURCE_OPERAIION_ADJUST",
        }
    }

    /// The two letters that a transaction id of this kind begins with: the API's examples begin with AD and RE.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::TopUp => "TU",
            Self::Repayment => "RP",
            Self::CreditLine => "CL",
            Self::Allocate | Self::AllocateIndirect => "AD",
            Self::Reclaim | Self::ReclaimIndirect => "RE",
            Self::Unbind => "UB",
            Self::Payment => "PA",
            Self::Usage => "US",
            Self::Refund => "RF",
            Self::Adjustment => "AJ",
            Self::Reversal => "RV",
        }
    }
}

coded_enum! {
    /// Groups of kinds, by the codes of the open API (`trade_type`) and in the words of 收支明细.
    pub enum TradeType {
        /// 充值.
        Recharge = "RECHARGE",
        /// 消费; the API spells it so.
        Consumption = "DEDEUCT",
        /// 退款.
        Refund = "REFUND",
        /// 冻结; no move of ours.
        Frozen = "RFROZEN",
        /// 余额与押金互转; no move of ours.
        Transfer = "TRANS",
        /// 调账.
        Adjustment = "ADJUST",
        /// 拨款.
        Allocation = "BEADJUST",
        /// 回收.
        Reclaim = "BERETRIEVE",
        /// 解绑回收.
        Unbinding = "BEUNBIND",
        /// 奖励金转换; no move of ours.
        BonusConversion = "BONUSCONVERT",
        /// 交易模式切换; no move of ours.
        TradeModeTransfer = "TRADE_MODE_TRANSFER",
    }
}

impl TradeType {
    /// The kinds that belong to it; none for what only the supplier does.
    pub fn kinds(self) -> impl Iterator<Item = MoveKind> {
        MoveKind::ALL.iter().copied().filter(move |kind| kind.trade_type() == self)
    }
}

coded_enum! {
    /// What a move refers to.
    pub enum ReferenceKind {
        /// An order.
        Order = "order",
        /// A coupon.
        Coupon = "coupon",
        /// A recorded bank transfer.
        TopUp = "top_up",
        /// A customer's recorded payment.
        Payment = "payment",
        /// A row of a file.
        File = "file",
    }
}

/// What a move refers to, by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// What it is.
    pub kind: ReferenceKind,
    /// Its id.
    pub id: String,
}

/// One side of a move: more (positive) or less (negative) in an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// The account.
    pub account: Account,
    /// By how much its balance changes; never zero.
    pub amount: Amount,
}

/// A posting as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// The account.
    pub account: Account,
    /// By how much its balance changed.
    pub amount: Amount,
    /// Its balance then.
    pub balance_after: Amount,
}

/// A move that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// The transaction id.
    pub id: MoveId,
    /// Whether it was made earlier, by a request with the same idempotency key.
    pub repeated: bool,
    /// Its postings.
    pub postings: Vec<Posting>,
}

impl Posted {
    /// The balance that an account had after it; none where it was not touched.
    pub fn balance_after(&self, account: &Account) -> Option<Amount> {
        self.postings.iter().find(|posting| posting.account == *account).map(|posting| posting.balance_after)
    }
}

/// More is wanted than there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("insufficient_balance: {wanted} wanted, {available} available")]
pub struct Shortage {
    /// What could be taken.
    pub available: Amount,
    /// What was to be taken.
    pub wanted: Amount,
}

/// Whether an amount has no more than two decimals.
pub const fn has_two_decimals(amount: Amount) -> bool {
    amount.units() % CENT == 0
}

/// Checks an amount to be moved: more than zero, no third decimal. Source: `update_customer_account_amount`.
///
/// # Errors
/// A [`FieldError`] of `amount`: `not_positive`, `too_many_decimals`.
pub fn check_amount(amount: Amount) -> Result<Amount, FieldError> {
    if amount <= Amount::ZERO {
        return Err(FieldError::new("amount", "not_positive"));
    }
    if !has_two_decimals(amount) {
        return Err(FieldError::new("amount", "too_many_decimals").with(2));
    }
    Ok(amount)
}

/// Reads an amount to be moved as a person or a file writes it. Nothing is rounded.
///
/// # Errors
/// A [`FieldError`] of `amount`: `required`, `malformed`, `too_large`, and those of [`check_amount`].
pub fn read_amount(text: &str) -> Result<Amount, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(FieldError::new("amount", "required"));
    }
    let decimal = Decimal::parse(text).map_err(|error| match error {
        AmountError::TooLarge => FieldError::new("amount", "too_large").with(text),
        AmountError::TooPrecise => FieldError::new("amount", "too_many_decimals").with(2),
        AmountError::Empty | AmountError::Malformed => FieldError::new("amount", "malformed").with(text),
    })?;
    let amount = decimal.to_amount().map_err(|_| FieldError::new("amount", "too_large").with(text))?;
    if amount.to_decimal() != decimal {
        return Err(FieldError::new("amount", "too_many_decimals").with(2));
    }
    check_amount(amount)
}

/// An amount with exactly two decimals, as balances are written: `1200.50`.
pub fn two_decimals(amount: Amount) -> String {
    let cents = amount.units() / CENT;
    let sign = if amount.units() < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        read_amount(text).unwrap_err().code
    }

    #[test]
    fn amounts_to_be_moved_are_positive_and_have_two_decimals() {
        assert_eq!(
            ["", "0", "-1", "0.00", "1.001", "0.009999999999", "1e99", "abc"].map(code),
            [
                "required",
                "not_positive",
                "not_positive",
                "not_positive",
                "too_many_decimals",
                "too_many_decimals",
                "too_large",
                "malformed"
            ]
        );
        assert_eq!(read_amount(" 1,200.50 ").unwrap(), Amount::from_units(120_050_000_000));
        assert_eq!(read_amount("0.010").unwrap(), Amount::from_units(1_000_000));
    }

    #[test]
    fn balances_are_written_with_two_decimals() {
        let written = |units| two_decimals(Amount::from_units(units));
        assert_eq!([0, 1_000_000, -1_000_000, 120_050_000_000].map(written), ["0.00", "0.01", "-0.01", "1200.50"]);
    }

    #[test]
    fn every_kind_is_found_under_its_trade_type() {
        let mut found: Vec<MoveKind> = TradeType::ALL.iter().flat_map(|trade| trade.kinds()).collect();
        found.sort_unstable();
        let mut all = MoveKind::ALL.to_vec();
        all.sort_unstable();
        assert_eq!(found, all);
        assert_eq!(TradeType::Frozen.kinds().count(), 0);
    }

    #[test]
    fn accounts_are_read_back_from_what_is_stored() {
        for account in [
            Account::Cash,
            Account::Credit,
            Account::Customer(CustomerId::new("c")),
            Account::Indirect(IndirectPartnerId::new("i")),
            Account::Outside(Outside::Bank),
        ] {
            assert_eq!(Account::from_parts(account.kind(), account.owner()), Some(account));
        }
        assert_eq!(Account::from_parts(AccountKind::Outside, "moon"), None);
    }
}
