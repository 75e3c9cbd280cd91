//! A bill line on its way into the database, and how the source's words become ours.

use domain::bills::{BillType, ChargeMode, LineAmounts};
use domain::money::Amount;
use domain::periods::Day;

use super::texts::key;

/// The text columns of a line, in the order of `bill_line`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LineTexts {
    pub bill_type: i64,
    pub charge_mode: i64,
    pub association: i64,
    pub currency: i64,
    pub service: i64,
    pub resource_type: i64,
    pub resource_id: i64,
    pub resource_name: i64,
    pub region: i64,
    pub order: i64,
    pub description: i64,
    pub tags: i64,
    pub source_manager: i64,
    pub charge_start: i64,
    pub charge_end: i64,
    pub trade_time: i64,
}

impl LineTexts {
    /// In the order of `bill_line`.
    pub fn numbers(&self) -> [i64; 16] {
        [
            self.bill_type,
            self.charge_mode,
            self.association,
            self.currency,
            self.service,
            self.resource_type,
            self.resource_id,
            self.resource_name,
            self.region,
            self.order,
            self.description,
            self.tags,
            self.source_manager,
            self.charge_start,
            self.charge_end,
            self.trade_time,
        ]
    }
}

/// A line to be written.
#[derive(Debug, Clone)]
pub struct Line {
    pub version: i64,
    pub no: i64,
    pub customer: i64,
    pub day: Day,
    pub bill_type: BillType,
    pub texts: LineTexts,
    pub amounts: LineAmounts,
}

impl Line {
    /// A 128-bit hash of what the line says: equal lines of a customer and month have equal hashes, wherever they stand.
    pub fn hash(&self) -> u128 {
        let mut bytes = [0_u8; (2 + 16 + 12) * 8];
        let mut places = bytes.chunks_exact_mut(8);
        let mut put = |value: i64| {
            if let Some(place) = places.next() {
                place.copy_from_slice(&value.to_le_bytes());
            }
        };
        put(self.customer);
        put(i64::from(self.day.of_month()));
        self.texts.numbers().into_iter().for_each(&mut put);
        // No line has the least amount: an amount that is missing is told from every other.
        self.optional_amounts().into_iter().for_each(|amount| put(amount.map_or(i64::MIN, Amount::units)));
        put(self.amounts.due.units());
        put(self.amounts.coupon.units());
        let hash = key(&bytes);
        u128::from(hash.high) << 64 | u128::from(hash.low)
    }

    fn optional_amounts(&self) -> [Option<Amount>; 10] {
        let amounts = &self.amounts;
        [
            amounts.list,
            amounts.discount,
            amounts.truncated,
            amounts.cash,
            amounts.credit,
            amounts.cash_coupon,
            amounts.stored_card,
            amounts.bonus,
            amounts.debt,
            amounts.written_off,
        ]
    }

    /// Whether it has an amount beyond list, discount, due and coupon.
    pub fn has_parts(&self) -> bool {
        self.optional_amounts()[2..].iter().any(Option::is_some)
    }
}

/// What FOCUS calls a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    Usage,
    Purchase,
    Tax,
    Credit,
    Adjustment,
}

impl Category {
    /// Reads it; letter case does not matter.
    pub fn parse(text: &str) -> Option<Self> {
        let known = [
            ("usage", Self::Usage),
            ("purchase", Self::Purchase),
            ("tax", Self::Tax),
            ("credit", Self::Credit),
            ("adjustment", Self::Adjustment),
        ];
        known.into_iter().find(|(name, _)| text.eq_ignore_ascii_case(name)).map(|(_, category)| category)
    }

    /// 账单类型 where the source does not say it in our words: credits, adjustments and corrections of earlier bills are
    /// adjustments; of the rest, what is negative is money back.
    pub fn bill_type(self, correction: bool, due: Amount) -> BillType {
        match self {
            Self::Credit | Self::Adjustment => BillType::Adjustment,
            _ if correction => BillType::Adjustment,
            _ if due < Amount::ZERO => BillType::Refund,
            _ => BillType::Consumption,
        }
    }
}

/// 计费模式 by FOCUS' charge frequency: how it recurs, not at which price.
pub fn charge_mode(frequency: &str) -> ChargeMode {
    let is = |name: &str| frequency.eq_ignore_ascii_case(name);
    if is("usage-based") {
        ChargeMode::PayPerUse
    } else if is("recurring") {
        ChargeMode::Subscription
    } else if is("one-time") {
        ChargeMode::OneTime
    } else {
        ChargeMode::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_negative_is_a_refund_unless_it_corrects_something() {
        let minus = Amount::from_units(-1);
        assert_eq!(Category::Usage.bill_type(false, minus), BillType::Refund);
        assert_eq!(Category::Purchase.bill_type(true, minus), BillType::Adjustment);
        assert_eq!(Category::Tax.bill_type(false, Amount::ZERO), BillType::Consumption);
        assert_eq!(Category::Credit.bill_type(false, Amount::ZERO), BillType::Adjustment);
        assert_eq!(Category::parse("usage"), Some(Category::Usage));
        assert_eq!(Category::parse("Use"), None);
    }

    #[test]
    fn a_missing_amount_is_not_a_zero_one() {
        let line = Line {
            version: 1,
            no: 1,
            customer: 1,
            day: "2026-01-01".parse().unwrap(),
            bill_type: BillType::Consumption,
            texts: LineTexts::default(),
            amounts: LineAmounts::default(),
        };
        let elsewhere = Line { version: 2, no: 9, ..line.clone() };
        assert_eq!(line.hash(), elsewhere.hash());
        let mut zero = line.clone();
        zero.amounts.debt = Some(Amount::ZERO);
        assert_ne!(line.hash(), zero.hash());
        assert!(zero.has_parts() && !line.has_parts());
    }
}
