//! The control sheet of a month: the same lines summed in four ways that must agree.

use serde::{Deserialize, Serialize};

use crate::customers::ManagerName;
use crate::money::{Currency, Total};

/// Sums of some lines of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ControlSums {
    /// How many lines.
    pub lines: i64,
    /// 应付金额.
    pub due: Total,
    /// 代金券抵扣.
    pub coupon: Total,
}

impl ControlSums {
    /// 实付金额 = due − coupon.
    pub fn paid(&self) -> Total {
        self.due - self.coupon
    }

    /// What is missing to `other`; all zero where both agree.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self { lines: self.lines - other.lines, due: self.due - other.due, coupon: self.coupon - other.coupon }
    }
}

impl std::ops::AddAssign for ControlSums {
    fn add_assign(&mut self, other: Self) {
        self.lines += other.lines;
        self.due += other.due;
        self.coupon += other.coupon;
    }
}

/// What an account manager, or nobody, has of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagerSums {
    /// None for unassigned.
    pub manager: Option<ManagerName>,
    /// As it was on each line's day.
    pub sums: ControlSums,
}

/// The same month and currency, summed in four ways that must agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlSheet {
    /// The currency of all amounts.
    pub currency: Currency,
    /// The shown lines themselves.
    pub lines: ControlSums,
    /// What the dashboards read by customer.
    pub by_customer: ControlSums,
    /// What the dashboards read by service.
    pub by_service: ControlSums,
    /// Every account manager as it was, by name, then unassigned.
    pub managers: Vec<ManagerSums>,
}

impl ControlSheet {
    /// All account managers and unassigned together.
    pub fn by_manager(&self) -> ControlSums {
        let mut sum = ControlSums::default();
        for share in &self.managers {
            sum += share.sums;
        }
        sum
    }

    /// Whether the four agree.
    pub fn adds_up(&self) -> bool {
        [self.by_customer, self.by_service, self.by_manager()].iter().all(|sums| *sums == self.lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_sheet_adds_up_where_all_four_agree() {
        let sums = |lines, due| ControlSums { lines, due: Total::from_units(due), coupon: Total::from_units(1) };
        let managers = vec![
            ManagerSums { manager: None, sums: sums(1, 40) },
            ManagerSums { manager: None, sums: ControlSums { coupon: Total::ZERO, ..sums(2, 60) } },
        ];
        let whole = sums(3, 100);
        let sheet = ControlSheet {
            currency: "CNY".parse().unwrap(),
            lines: whole,
            by_customer: whole,
            by_service: whole,
            managers,
        };
        assert!(sheet.adds_up());
        let off = ControlSheet { by_service: sums(3, 99), ..sheet };
        assert!(!off.adds_up());
        assert_eq!(off.by_service.difference(&off.lines).due, Total::from_units(-1));
    }
}
