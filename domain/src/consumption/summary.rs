//! Consumption by customer and bill month (消费汇总). Source: 销售 > 客户 > 客户消费 > 消费汇总.

use serde::{Deserialize, Serialize};

use super::Basis;
use crate::ids::CustomerId;
use crate::money::Total;
use crate::paging::Page;
use crate::periods::Month;
use crate::text::coded_enum;

coded_enum! {
    /// What a row stands for.
    pub enum SummaryBy {
        /// A customer's bill month.
        Month = "month",
        /// A customer, all months together.
        Customer = "customer",
        /// A customer's bill month, by association type (关联类型).
        Association = "association",
        /// A customer's bill month, by product (产品类型).
        Service = "service",
        /// A customer's bill month, by charge mode (计费模式).
        ChargeMode = "charge_mode",
    }
}

coded_enum! {
    /// What rows are ordered by.
    pub enum SummarySort {
        /// 应付金额.
        Due = "due",
        /// 实付金额.
        Paid = "paid",
        /// 代金券抵扣.
        Coupon = "coupon",
        /// 官网价; rows whose source lacks it come last.
        List = "list",
        /// 退款.
        Refund = "refund",
        /// 欠费; rows whose source lacks it come last.
        Debt = "debt",
        /// 账期.
        Month = "month",
        /// The customer's name.
        Name = "name",
    }
}

/// How the summary is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SummaryView {
    /// What a row stands for.
    pub by: SummaryBy,
    /// Ordered by what.
    pub sort: SummarySort,
    /// Smallest first, or A first.
    pub ascending: bool,
    /// Only rows with refunds (the tab 退款 of the reference).
    pub refunds: bool,
    /// From 1; 0 counts as 1.
    pub page: u32,
}

impl Default for SummaryView {
    fn default() -> Self {
        Self { by: SummaryBy::Month, sort: SummarySort::Due, ascending: false, refunds: false, page: 1 }
    }
}

/// The sums of some lines of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SummarySums {
    /// How many lines.
    pub lines: u64,
    /// 官网价; none unless every line gives it, for a part of it could not be held against what is due.
    pub list: Option<Total>,
    /// 应付金额.
    pub due: Total,
    /// 代金券抵扣.
    pub coupon: Total,
    /// 退款: the part of due from refunds, mostly negative.
    pub refund: Total,
    /// 调账: the part of due from adjustments.
    pub adjustment: Total,
    /// 欠费, of the lines that give it; none where no line does (未提供, never zero).
    pub debt: Option<Total>,
}

impl SummarySums {
    /// 实付金额 = due − coupon.
    pub fn paid(&self) -> Total {
        self.due - self.coupon
    }

    /// 优惠 with 抹零 = list − due; none where the list price is not given.
    pub fn discount(&self) -> Option<Total> {
        self.list.map(|list| list - self.due)
    }

    /// 消费: the part of due that is neither refund nor adjustment.
    pub fn consumption(&self) -> Total {
        self.due - self.refund - self.adjustment
    }
}

/// A row: a customer, its month, and what else it is told apart by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryRow {
    /// The customer.
    pub customer: CustomerId,
    /// Its name, or its account's.
    pub name: String,
    /// The account's id.
    pub account_id: String,
    /// 账期; none by customer.
    pub month: Option<Month>,
    /// The code of the association type or charge mode, or the service's name; empty where rows are not told apart by one.
    pub part: String,
    /// Its sums.
    pub sums: SummarySums,
}

/// A page of the summary, and what belongs to the whole selection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// What the figures stand on.
    pub basis: Basis,
    /// How it is shown.
    pub view: SummaryView,
    /// The rows.
    pub page: Page<SummaryRow>,
    /// The sums of the rows of all pages.
    pub whole: SummarySums,
    /// The customers of all pages.
    pub customers: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_worked_out_from_sums_needs_what_it_is_worked_out_from() {
        let total = |text: &str| text.parse::<Total>().unwrap();
        let sums = SummarySums {
            due: total("80"),
            coupon: total("10"),
            refund: total("-5"),
            adjustment: total("1"),
            ..SummarySums::default()
        };
        assert_eq!((sums.paid(), sums.consumption(), sums.discount()), (total("70"), total("84"), None));
        assert_eq!(SummarySums { list: Some(total("100")), ..sums }.discount(), Some(total("20")));
    }
}
