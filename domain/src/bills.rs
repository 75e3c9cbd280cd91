//! Bill lines: what a supplier said of one charge, in our words.
//!
//! The glossary of amounts: `list` 官网价, `discount` 优惠, `truncated` 抹零, `due` 应付金额, `coupon` 代金券抵扣, `paid` 实付金额
//! = due − coupon, `debt` 欠费. Consumption is no basis for settlement, repayment or invoicing.

use serde::{Deserialize, Serialize};

use crate::assignments::Attribution;
use crate::consumption::DashboardQuery;
use crate::consumption::preset::Preset;
use crate::customers::AssociationType;
use crate::ids::CustomerId;
use crate::imports::DataStatus;
use crate::money::{Amount, Currency, Total};
use crate::paging::KeyedPage;
use crate::periods::{Day, Month, MonthRange};
use crate::text::coded_enum;

coded_enum! {
    /// How a charge recurs (计费模式). Source: the open API's `charging_mode`.
    pub enum ChargeMode {
        /// 按需: by use.
        PayPerUse = "pay_per_use",
        /// 包年/包月: bought for a period.
        Subscription = "subscription",
        /// 一次性: neither.
        OneTime = "one_time",
        /// The source does not say.
        Unknown = "unknown",
    }
}

coded_enum! {
    /// What kind of record a line is (账单类型), as in 消费汇总: consumption, refund, adjustment.
    pub enum BillType {
        /// 消费.
        Consumption = "consumption",
        /// 退款: money back for something unsubscribed or changed.
        Refund = "refund",
        /// 调账: corrections, compensation, credits, tax.
        Adjustment = "adjustment",
    }
}

coded_enum! {
    /// How far a bill month is.
    pub enum MonthState {
        /// 预估: lines may still come.
        Open = "open",
        /// 已出账: the supplier's bill is final.
        Billed = "billed",
        /// 已关账: nothing changes any more.
        Closed = "closed",
    }
}

/// The parts of an amount on a line. A part that the source does not give is none, never zero.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LineAmounts {
    /// 官网价.
    pub list: Option<Amount>,
    /// 优惠.
    pub discount: Option<Amount>,
    /// 抹零.
    pub truncated: Option<Amount>,
    /// 应付金额.
    pub due: Amount,
    /// 代金券抵扣.
    pub coupon: Amount,
    /// 现金.
    pub cash: Option<Amount>,
    /// 信用额度.
    pub credit: Option<Amount>,
    /// 现金券.
    pub cash_coupon: Option<Amount>,
    /// 储值卡.
    pub stored_card: Option<Amount>,
    /// 奖励金.
    pub bonus: Option<Amount>,
    /// 欠费.
    pub debt: Option<Amount>,
    /// 核销.
    pub written_off: Option<Amount>,
}

impl LineAmounts {
    /// 实付金额 = due − coupon; none on overflow.
    pub fn paid(&self) -> Option<Amount> {
        self.due.checked_sub(self.coupon)
    }

    /// Whether the line is paid (支付状态): none where the source does not say what is owed.
    pub fn settled(&self) -> Option<bool> {
        self.debt.map(|debt| debt.units() == 0)
    }

    /// Whether the identities hold as far as the source gives the parts:
    /// list = discount + truncated + due, and paid = the parts it was settled in + debt + written off.
    pub fn balanced(&self) -> bool {
        let units = |amount: Option<Amount>| i128::from(amount.unwrap_or_default().units());
        let due = i128::from(self.due.units());
        let list_holds = match (self.list, self.discount) {
            (Some(list), Some(_)) => i128::from(list.units()) == units(self.discount) + units(self.truncated) + due,
            _ => true,
        };
        let settled =
            [self.cash, self.credit, self.cash_coupon, self.stored_card, self.bonus, self.debt, self.written_off];
        let paid = due - i128::from(self.coupon.units());
        let settled_holds =
            settled.iter().all(Option::is_none) || settled.iter().map(|part| units(*part)).sum::<i128>() == paid;
        list_holds && settled_holds
    }
}

/// A line as the pages show it (消费明细).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillLine {
    /// Version and row: the line's key.
    pub key: String,
    /// The customer.
    pub customer: CustomerId,
    /// The customer's name, or its account's.
    pub customer_name: String,
    /// The account's name.
    pub account_name: String,
    /// The supplier's account id.
    pub account_id: String,
    /// Account manager on the line's day.
    pub manager: Option<String>,
    /// 账期.
    pub month: Month,
    /// Billing-zone day.
    pub day: Day,
    /// Charge period, UTC; the end may be missing.
    pub charge_start: String,
    /// See `charge_start`.
    pub charge_end: String,
    /// 账单类型.
    pub bill_type: BillType,
    /// 计费模式.
    pub charge_mode: ChargeMode,
    /// 关联类型.
    pub association: AssociationType,
    /// 产品类型.
    pub service: String,
    /// 资源类型.
    pub resource_type: String,
    /// 资源ID.
    pub resource_id: String,
    /// 资源名称.
    pub resource_name: String,
    /// 区域.
    pub region: String,
    /// 订单号/交易号.
    pub order_id: String,
    /// What the charge is for, in the source's words.
    pub description: String,
    /// Tags as the source has them.
    pub tags: String,
    /// The source's own account manager; empty where it names none.
    pub source_manager: String,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The amounts.
    pub amounts: LineAmounts,
}

/// What the lines are filtered by (reference: 消费明细 > filters); all given conditions must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LineQuery {
    /// First bill month.
    pub from: Option<Month>,
    /// Last bill month.
    pub to: Option<Month>,
    /// A range of months seen from today, for who names no month.
    pub preset: Option<Preset>,
    /// Only this day.
    pub day: Option<Day>,
    /// From this day of the months on; not beside `day`.
    pub first_day: Option<Day>,
    /// Up to and including this day of the months; not beside `day`.
    pub last_day: Option<Day>,
    /// Part of the customer's name, the account name or the account id.
    pub search: String,
    /// Only this customer (our id).
    pub customer_id: String,
    /// Only the customers of this list (its id), see [`crate::customer_lists`].
    pub list: String,
    /// Part of the customer's name.
    pub customer: String,
    /// Part of the account name or id.
    pub account: String,
    /// Part of an account manager's name; the manager on the line's day, or today's, by `attribution`.
    pub manager: String,
    /// Only this account manager; `none` for unassigned.
    pub manager_id: String,
    /// Only these account managers, with `none` for unassigned; together with `teams`, either of them.
    pub managers: Vec<String>,
    /// Only the account managers who are in these teams today.
    pub teams: Vec<String>,
    /// How the conditions on account managers are meant; only who sees all may choose.
    pub attribution: Option<Attribution>,
    /// Order or transaction id, whole.
    pub order: String,
    /// Resource id, whole.
    pub resource_id: String,
    /// Part of the resource's name.
    pub resource_name: String,
    /// The service, whole (产品类型).
    pub service: String,
    /// 关联类型.
    pub association: Option<AssociationType>,
    /// 计费模式.
    pub charge_mode: Option<ChargeMode>,
    /// 账单类型.
    pub bill_type: Option<BillType>,
    /// The region, whole.
    pub region: String,
    /// Only lines of this currency.
    pub currency: Option<Currency>,
    /// Hide lines whose due, coupon and debt are zero: they add nothing to the sums.
    pub hide_zero: bool,
    /// Where the page starts: `next` of the page before.
    pub after: String,
}

impl From<DashboardQuery> for LineQuery {
    /// The lines behind the figures of a dashboard. Taken apart, so that no filter that is added there is forgotten here.
    fn from(query: DashboardQuery) -> Self {
        let DashboardQuery {
            from,
            to,
            preset,
            customer,
            customer_id,
            list,
            manager,
            manager_id,
            managers,
            teams,
            association,
            currency,
            attribution,
            step: _,
        } = query;
        Self {
            from,
            to,
            preset,
            search: customer,
            customer_id,
            list,
            manager,
            manager_id,
            managers,
            teams,
            association,
            currency,
            attribution,
            ..Self::default()
        }
    }
}

/// Sums of all lines that match, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineTotals {
    /// The currency.
    pub currency: Currency,
    /// 应付金额.
    pub due: Total,
    /// 代金券抵扣.
    pub coupon: Total,
    /// 实付金额 = due − coupon.
    pub paid: Total,
    /// 欠费, of the lines that give it; none where no line does.
    pub debt: Option<Total>,
}

/// A page of lines with what belongs to the whole selection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinePage {
    /// The lines, newest day first.
    pub page: KeyedPage<BillLine>,
    /// Sums of all lines that match, by currency; none where they would have to be read one by one and are too many.
    pub totals: Option<Vec<LineTotals>>,
    /// The months searched.
    pub range: MonthRange,
    /// Billing time zone, e.g. `Asia/Shanghai`.
    pub zone: String,
    /// As of when, which version, how final.
    pub status: DataStatus,
    /// How the conditions on managers were meant.
    pub attribution: Attribution,
    /// Whether the actor sees all customers.
    pub sees_all: bool,
}

/// What lines of a range can be filtered by: the values seen there within the actor's scope, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LineFilters {
    /// 产品类型.
    pub services: Vec<String>,
    /// 区域.
    pub regions: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_checked_only_where_the_parts_are_known() {
        let amount = |units| Some(Amount::from_units(units));
        let mut line = LineAmounts { due: Amount::from_units(80), ..LineAmounts::default() };
        assert!(line.balanced());
        line.list = amount(100);
        line.discount = amount(20);
        assert!(line.balanced());
        line.truncated = amount(1);
        assert!(!line.balanced());
        line.truncated = None;
        line.cash = amount(50);
        assert!(!line.balanced());
        line.debt = amount(30);
        assert!(line.balanced());
        line.coupon = Amount::from_units(30);
        assert!(!line.balanced());
        assert_eq!(line.paid(), amount(50));
        assert_eq!(line.settled(), Some(false));
        line.debt = amount(0);
        assert_eq!(line.settled(), Some(true));
        line.debt = None;
        assert_eq!(line.settled(), None);
    }
}
