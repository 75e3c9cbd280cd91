//! Time ranges that move with the days: what they mean is worked out when they are asked for.

use crate::periods::{Day, Month};
use crate::text::coded_enum;

coded_enum! {
    /// A time range seen from today.
    pub enum Preset {
        /// 本月.
        ThisMonth = "this_month",
        /// 上月.
        LastMonth = "last_month",
        /// 近 6 个月.
        SixMonths = "six_months",
        /// 近 12 个月.
        TwelveMonths = "twelve_months",
    }
}

impl Preset {
    /// First and last bill month, seen from `today`.
    pub fn months(self, today: Day) -> (Month, Month) {
        let this = today.month();
        match self {
            Self::ThisMonth => (this, this),
            Self::LastMonth => (this.plus(-1), this.plus(-1)),
            Self::SixMonths => (this.plus(-5), this),
            Self::TwelveMonths => (this.plus(-11), this),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_count_whole_months_back_from_today() {
        let today: Day = "2026-01-15".parse().unwrap();
        let (from, to) = Preset::SixMonths.months(today);
        assert_eq!((from.to_string(), to.to_string()), ("2025-08".into(), "2026-01".into()));
        assert_eq!(Preset::LastMonth.months(today).0.to_string(), "2025-12");
    }
}
