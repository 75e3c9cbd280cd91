//! The fields of a bill line that a column of a file can hold, and where a file has each of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text::coded_enum;

coded_enum! {
    /// A field of a bill line. Amounts keep the names of the glossary in [`crate::bills`].
    pub enum BillField {
        /// The supplier's id of the customer's account.
        CustomerAccount = "customer_account",
        /// 应付金额; FOCUS: `BilledCost`.
        Due = "due",
        /// 账期, where the file names it.
        Month = "month",
        /// The currency of all amounts.
        Currency = "currency",
        /// The supplier.
        Supplier = "supplier",
        /// When the charge begins; decides the day.
        ChargeStart = "charge_start",
        /// When the charge ends.
        ChargeEnd = "charge_end",
        /// When it was paid or refunded.
        TradeTime = "trade_time",
        /// The customer's name, or the account's.
        CustomerName = "customer_name",
        /// 产品类型.
        Service = "service",
        /// 资源类型.
        ResourceType = "resource_type",
        /// 资源ID.
        ResourceId = "resource_id",
        /// 资源名称.
        ResourceName = "resource_name",
        /// 区域.
        Region = "region",
        /// 订单号/交易号.
        Order = "order",
        /// What the charge is for.
        Description = "description",
        /// Tags.
        Tags = "tags",
        /// 账单类型.
        BillType = "bill_type",
        /// 计费模式.
        ChargeMode = "charge_mode",
        /// 关联类型.
        Association = "association",
        /// The supplier's own account manager.
        SourceManager = "source_manager",
        /// The account that the supplier bills.
        BillingAccount = "billing_account",
        /// Its name.
        BillingAccountName = "billing_account_name",
        /// 官网价.
        List = "list",
        /// 优惠.
        Discount = "discount",
        /// 抹零.
        Truncated = "truncated",
        /// 代金券抵扣.
        Coupon = "coupon",
        /// 现金.
        Cash = "cash",
        /// 信用额度.
        Credit = "credit",
        /// 现金券.
        CashCoupon = "cash_coupon",
        /// 储值卡.
        StoredCard = "stored_card",
        /// 奖励金.
        Bonus = "bonus",
        /// 欠费.
        Debt = "debt",
        /// 核销.
        WrittenOff = "written_off",
        /// FOCUS only: when the billing period begins.
        PeriodStart = "period_start",
        /// FOCUS only: when it ends.
        PeriodEnd = "period_end",
        /// FOCUS only: usage, purchase, tax, credit, adjustment.
        Category = "category",
        /// FOCUS only: whether it corrects an earlier bill.
        Class = "class",
        /// FOCUS only: how it recurs.
        Frequency = "frequency",
    }
}

impl BillField {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Its place in a table of all fields.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Whether a person may assign a column to it: the rest is FOCUS' own.
    pub fn is_mappable(self) -> bool {
        self.index() < Self::PeriodStart.index()
    }

    /// Whether one value may hold for a whole file.
    pub const fn may_be_constant(self) -> bool {
        matches!(self, Self::CustomerAccount | Self::Month | Self::Currency | Self::Supplier | Self::BillingAccount)
    }

    /// Whether a constant belongs to the layout. Whose bill it is, and of which month, belongs to the one file.
    pub const fn is_constant_of_layout(self) -> bool {
        matches!(self, Self::Currency | Self::Supplier | Self::BillingAccount)
    }

    /// Without these a file cannot be imported. For the month, a day does as well: see [`missing`].
    pub const fn is_required(self) -> bool {
        matches!(self, Self::CustomerAccount | Self::Due | Self::Month | Self::Currency | Self::Supplier)
    }
}

/// Where a file has a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldSource {
    /// In the column of this name; the `nth` from 0 where several have it.
    Column {
        /// As in the header.
        name: String,
        /// Among columns of that name.
        #[serde(default)]
        nth: usize,
    },
    /// The same for the whole file.
    Constant(String),
}

/// Where a file has its fields.
pub type FieldSources = BTreeMap<BillField, FieldSource>;

/// The required fields that `has` lacks. A day tells the month too.
pub fn missing(has: impl Fn(BillField) -> bool) -> Vec<BillField> {
    let lacks = |field: &BillField| {
        field.is_required() && !has(*field) && !(*field == BillField::Month && has(BillField::ChargeStart))
    };
    BillField::ALL.iter().copied().filter(lacks).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_tells_the_month_and_nothing_else_can_be_left_out() {
        assert_eq!(missing(|_| true), []);
        assert_eq!(missing(|field| field != BillField::Month), []);
        let neither = |field| field != BillField::Month && field != BillField::ChargeStart;
        assert_eq!(missing(neither), [BillField::Month]);
        assert_eq!(missing(|field| field != BillField::Currency), [BillField::Currency]);
    }

    #[test]
    fn sources_travel_as_json() {
        let sources = FieldSources::from([
            (BillField::Due, FieldSource::Column { name: "应付".into(), nth: 1 }),
            (BillField::Currency, FieldSource::Constant("CNY".into())),
        ]);
        let text = serde_json::to_string(&sources).unwrap();
        assert_eq!(text, r#"{"due":{"column":{"name":"应付","nth":1}},"currency":{"constant":"CNY"}}"#);
        assert_eq!(serde_json::from_str::<FieldSources>(&text).unwrap(), sources);
    }
}
