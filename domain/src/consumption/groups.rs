//! Consumption by group: the tabs 费用走势 (a group a month, or a day) and 费用分布 (what share each group has).

use serde::{Deserialize, Serialize};

use super::{Basis, Step};
use crate::money::Total;
use crate::periods::{Day, Month};
use crate::text::coded_enum;

coded_enum! {
    /// What consumption is grouped by. Source: Expenditure Trend and Expenditure Distribution of 消费看板.
    pub enum GroupBy {
        /// 产品类型.
        Service = "service",
        /// 计费模式.
        ChargeMode = "charge_mode",
        /// 账单类型.
        BillType = "bill_type",
        /// 关联类型.
        Association = "association",
        /// 客户经理; unassigned is a group.
        Manager = "manager",
        /// 客户.
        Customer = "customer",
    }
}

impl GroupBy {
    /// Whether the sums by day tell these groups apart. Of the others only single lines know the day: a sum by day, customer and
    /// product would have about as many rows as the bill.
    pub const fn knows_days(self) -> bool {
        matches!(self, Self::Association | Self::Manager | Self::Customer)
    }
}

/// A column of the trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Period {
    /// `YYYY-MM`.
    Month(Month),
    /// `YYYY-MM-DD`.
    Day(Day),
}

impl Period {
    /// The bill month that it is or lies in.
    pub fn month(self) -> Month {
        match self {
            Self::Month(month) => month,
            Self::Day(day) => day.month(),
        }
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Month(month) => month.fmt(f),
            Self::Day(day) => day.fmt(f),
        }
    }
}

coded_enum! {
    /// What groups are ordered by, largest first. Source: 排序维度 of 费用走势.
    pub enum SortBy {
        /// 应付金额.
        Due = "due",
        /// 实付金额.
        Paid = "paid",
        /// 代金券抵扣.
        Coupon = "coupon",
        /// The last period's due less that of the period before.
        Change = "change",
    }
}

/// Groups shown where nothing else is asked; the rest is summed as others.
pub const USUAL_TOP: u32 = 10;

/// How to group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Grouping {
    /// By what.
    pub by: GroupBy,
    /// Ordered by what.
    pub sort: SortBy,
    /// So many groups, 1 to [`MAX_TOP`]; what is left is summed as others.
    pub top: u32,
}

/// Groups that one view may list.
pub const MAX_TOP: u32 = 1_000;

impl Default for Grouping {
    fn default() -> Self {
        Self { by: GroupBy::Service, sort: SortBy::Due, top: USUAL_TOP }
    }
}

/// The sums of a group, or of a period of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GroupSums {
    /// 应付金额.
    pub due: Total,
    /// 代金券抵扣; none by bill type, since a coupon belongs to no bill type.
    pub coupon: Option<Total>,
}

impl GroupSums {
    /// 实付金额 = due − coupon.
    pub fn paid(&self) -> Option<Total> {
        self.coupon.map(|coupon| self.due - coupon)
    }

    /// The figure that a view ordered by `sort` shows; none where the source cannot tell it by group.
    pub fn measure(&self, sort: SortBy) -> Option<Total> {
        match sort {
            SortBy::Due | SortBy::Change => Some(self.due),
            SortBy::Paid => self.paid(),
            SortBy::Coupon => self.coupon,
        }
    }

    /// Both, added; a coupon that one side lacks is zero there.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let coupon = match (self.coupon, other.coupon) {
            (None, None) => None,
            (mine, theirs) => Some(mine.unwrap_or_default() + theirs.unwrap_or_default()),
        };
        Self { due: self.due + other.due, coupon }
    }
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// What tells it apart: a code, a service's name, a member's or customer's id; empty for unassigned and for the rest.
    pub key: String,
    /// Its name; a code where only the reader's language knows it.
    pub name: String,
    /// To tell equal names apart: the account id, the sign-in name.
    pub detail: String,
    /// Over all periods.
    pub sums: GroupSums,
    /// A period each, as [`Groups::periods`].
    pub by_period: Vec<GroupSums>,
}

impl Group {
    /// The last period's due less that of the one before; none where only one is shown.
    pub fn change(&self) -> Option<Total> {
        let [.., before, last] = self.by_period.as_slice() else { return None };
        Some(last.due - before.due)
    }
}

/// The tabs' answer. Groups and others add up to the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Groups {
    /// What the figures stand on.
    pub basis: Basis,
    /// How they are grouped.
    pub grouping: Grouping,
    /// Months or days: days only where [`GroupBy::knows_days`].
    pub step: Step,
    /// The periods, oldest first.
    pub periods: Vec<Period>,
    /// The first so many.
    pub rows: Vec<Group>,
    /// The sum of the groups that are not listed, and how many they are; none where all are.
    pub others: Option<(u64, Group)>,
    /// Everything.
    pub whole: Group,
}

impl Groups {
    /// The figure of chart and months; what the source cannot tell by group is shown by due instead.
    pub fn measure(&self) -> SortBy {
        let sort = self.grouping.sort;
        if sort == SortBy::Change || self.whole.sums.measure(sort).is_none() { SortBy::Due } else { sort }
    }

    /// That figure of some sums.
    pub fn figure(&self, sums: &GroupSums) -> Total {
        sums.measure(self.measure()).unwrap_or_default()
    }

    /// The first `count` groups, and all others as one, with how many they are: in a chart more cannot be told apart.
    pub fn first(&self, count: usize) -> (&[Group], Option<(u64, Group)>) {
        let (first, rest) = self.rows.split_at(self.rows.len().min(count));
        let (mut number, mut others) = match &self.others {
            Some((number, others)) => (*number, others.clone()),
            None => (
                0,
                Group {
                    sums: GroupSums::default(),
                    by_period: vec![GroupSums::default(); self.periods.len()],
                    ..self.whole.clone()
                },
            ),
        };
        for group in rest {
            number += 1;
            others.sums = others.sums.plus(group.sums);
            for (month, other) in others.by_period.iter_mut().zip(&group.by_period) {
                *month = month.plus(*other);
            }
        }
        (first, (number > 0).then_some((number, others)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_survives_its_text() {
        for text in ["2026-11", "2026-11-05"] {
            let json = format!("\"{text}\"");
            let period: Period = serde_json::from_str(&json).unwrap();
            assert_eq!((period.to_string(), serde_json::to_string(&period).unwrap()), (text.to_owned(), json));
            assert_eq!(period.month().to_string(), "2026-11");
        }
    }
}
