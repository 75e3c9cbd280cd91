//! The consumption dashboard (消费看板, tab 总览): what is asked and what is answered.

pub mod groups;
pub mod movement;
pub mod preset;
pub mod summary;

use serde::{Deserialize, Serialize};

use self::preset::Preset;
use crate::assignments::Attribution;
use crate::customers::{AssociationType, ManagerName};
use crate::ids::CustomerId;
use crate::imports::DataStatus;
use crate::money::{Currency, Total};
use crate::periods::{Day, Month, MonthRange};
use crate::text::coded_enum;

coded_enum! {
    /// Steps of the trend.
    pub enum Step {
        /// A point a month.
        Month = "month",
        /// A point a day.
        Day = "day",
    }
}

/// Months that one view may span. Source: 客户消费 looks back up to 18 months; 36 for older data.
pub const MAX_MONTHS: i32 = 36;

/// Months that a view by day may span.
pub const MAX_MONTHS_BY_DAY: i32 = 3;

/// What the dashboard is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DashboardQuery {
    /// First bill month; five months before the last where none.
    pub from: Option<Month>,
    /// Last bill month; the current one where none.
    pub to: Option<Month>,
    /// A range seen from today, for who names no month.
    pub preset: Option<Preset>,
    /// Part of a customer's name, account name or account id.
    pub customer: String,
    /// Only this customer (our id), chosen from the suggestions.
    pub customer_id: String,
    /// Only the customers of this list (its id), see [`crate::customer_lists`].
    pub list: String,
    /// Part of an account manager's name.
    pub manager: String,
    /// Only this account manager (member id), or `none` for unassigned.
    pub manager_id: String,
    /// Only these account managers (member ids), with `none` for unassigned; together with `teams`, either of them.
    pub managers: Vec<String>,
    /// Only the account managers who are in these teams today.
    pub teams: Vec<String>,
    /// Only this association type.
    pub association: Option<AssociationType>,
    /// Which currency; the one with most lines where none.
    pub currency: Option<Currency>,
    /// Only who sees all may choose `today`.
    pub attribution: Option<Attribution>,
    /// Month or day; by the length of the range where none.
    pub step: Option<Step>,
}

/// A figure and the comparable one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// In the range.
    pub now: Total,
    /// In the comparable time before.
    pub before: Total,
}

/// The tiles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tiles {
    /// 应付金额.
    pub due: Compared,
    /// 实付金额 = due − coupon.
    pub paid: Compared,
    /// 代金券抵扣.
    pub coupon: Compared,
    /// 欠费; none where no line of the range gives it (未提供, never zero).
    pub debt: Option<Compared>,
    /// Consuming customers: those with at least one line whose due is not zero.
    pub customers: (u64, u64),
}

/// Due by kind of record; the three add up to `due` of the tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// 消费.
    pub consumption: Total,
    /// 退款.
    pub refund: Total,
    /// 调账.
    pub adjustment: Total,
}

/// A point of the trend: `YYYY-MM` or `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrendPoint {
    /// The month or day.
    pub at: String,
    /// 应付金额.
    pub due: Total,
    /// 实付金额.
    pub paid: Total,
}

/// A customer, by due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerShare {
    /// The customer.
    pub id: CustomerId,
    /// Its name, or its account's.
    pub name: String,
    /// The account's id.
    pub account_id: String,
    /// 应付金额.
    pub due: Total,
    /// 实付金额.
    pub paid: Total,
}

/// A service, by due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceShare {
    /// Its name.
    pub service: String,
    /// 应付金额.
    pub due: Total,
    /// 实付金额.
    pub paid: Total,
}

/// An account manager, or unassigned (none), by due. All rows add up to the tiles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagerShare {
    /// None for unassigned.
    pub manager: Option<ManagerName>,
    /// 应付金额.
    pub due: Total,
    /// 实付金额.
    pub paid: Total,
    /// Customers with lines.
    pub customers: u64,
}

/// The range compared with, in words of days: this month to date against the same days of last month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// First day.
    pub from: Day,
    /// Last day, included.
    pub to: Day,
}

/// What the figures of a view stand on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// The months shown.
    pub range: MonthRange,
    /// Billing time zone, e.g. `Asia/Shanghai`.
    pub zone: String,
    /// Today in that zone.
    pub today: Day,
    /// As of when, which version, how final.
    pub status: DataStatus,
    /// The currencies in the range and scope, most lines first.
    pub currencies: Vec<Currency>,
    /// The one shown; none where there is nothing.
    pub currency: Option<Currency>,
    /// How figures are attributed.
    pub attribution: Attribution,
    /// Whether the actor sees all customers, and so may choose the attribution and sees managers.
    pub sees_all: bool,
}

impl Basis {
    /// Whether the currency shown has no line in the range: nothing, which is not the same as figures of zero.
    pub fn is_empty(&self) -> bool {
        self.currency.as_ref().is_none_or(|currency| !self.currencies.contains(currency))
    }
}

/// The first screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dashboard {
    /// What the figures stand on.
    pub basis: Basis,
    /// What the tiles are compared with.
    pub compared_with: Comparison,
    /// The tiles.
    pub tiles: Tiles,
    /// Due by kind of record.
    pub split: Split,
    /// Steps of the trend.
    pub step: Step,
    /// The trend, without gaps.
    pub trend: Vec<TrendPoint>,
    /// The ten largest.
    pub top_customers: Vec<CustomerShare>,
    /// The ten largest.
    pub top_services: Vec<ServiceShare>,
    /// For who sees all: every manager with lines or customers, then unassigned.
    pub managers: Vec<ManagerShare>,
}

/// A suggestion while typing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Customer id or member id.
    pub id: String,
    /// What to show.
    pub label: String,
    /// The account id or sign-in name, to tell equal names apart.
    pub detail: String,
}
