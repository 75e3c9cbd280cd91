//! Where our account manager and the one whom the supplier names differ.

use serde::{Deserialize, Serialize};

use crate::customers::ManagerName;
use crate::ids::{CustomerId, MemberId};
use crate::money::{Currency, Total};
use crate::paging::Page;
use crate::periods::{Day, Month, MonthRange};
use crate::text::coded_enum;

coded_enum! {
    /// How our account manager of some days stands to the name in the bill.
    pub enum Comparison {
        /// Both are the same.
        Same = "same",
        /// The name means somebody else, or nobody whom we know.
        Differs = "differs",
        /// The customer was nobody's with us; the bill names somebody.
        Unassigned = "unassigned",
        /// The bill names nobody.
        NoName = "no_name",
        /// Nobody's with us, and no name in the bill.
        Neither = "neither",
    }
}

/// Compares our account manager (none: nobody) with a name in the bill: empty, or whom it may mean; `none_of_ours` where
/// it was decided that it means nobody.
pub fn compare(ours: Option<&MemberId>, name: &str, (may_mean, none_of_ours): (&[MemberId], bool)) -> Comparison {
    match ours {
        None if name.is_empty() => Comparison::Neither,
        None if none_of_ours => Comparison::Same,
        None => Comparison::Unassigned,
        Some(_) if name.is_empty() => Comparison::NoName,
        Some(ours) if may_mean.contains(ours) => Comparison::Same,
        Some(_) => Comparison::Differs,
    }
}

coded_enum! {
    /// Which rows are asked for.
    #[derive(Default)]
    pub enum ShownDifferences {
        /// Where the bill names somebody, and with us it is somebody else or nobody.
        #[default]
        Differences = "differences",
        /// Where the bill names nobody.
        NoName = "no_name",
        /// Where the customer is nobody's with us.
        Unassigned = "unassigned",
        /// Everything.
        All = "all",
    }
}

impl ShownDifferences {
    /// Whether such a row is shown.
    pub fn shows(self, comparison: Comparison) -> bool {
        match self {
            Self::Differences => matches!(comparison, Comparison::Differs | Comparison::Unassigned),
            Self::NoName => matches!(comparison, Comparison::NoName | Comparison::Neither),
            Self::Unassigned => matches!(comparison, Comparison::Unassigned | Comparison::Neither),
            Self::All => true,
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DifferenceQuery {
    /// First bill month; the last six where none.
    pub from: Option<Month>,
    /// Last bill month; the current one where none.
    pub to: Option<Month>,
    /// Part of our account manager's name or sign-in name, or of the name in the bill.
    pub manager: String,
    /// Which rows; the differences where none.
    pub show: Option<ShownDifferences>,
    /// From 1; 0 counts as 1.
    pub page: u32,
}

/// Lines of a customer and bill month for which our account manager and the name in the bill are the same all along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The bill month.
    pub month: Month,
    /// The customer.
    pub customer: CustomerId,
    /// Its name, or its account's.
    pub customer_name: String,
    /// The supplier's id of the account.
    pub account_id: String,
    /// Our account manager on the days of the lines; none: nobody.
    pub manager: Option<ManagerName>,
    /// The name in the bill; empty: none.
    pub named: String,
    /// The member whom the name means, where it means one.
    pub means: Option<ManagerName>,
    /// How both stand.
    pub comparison: Comparison,
    /// First and last day with such a line.
    pub days: (Day, Day),
    /// How many lines.
    pub lines: u64,
    /// The currency of `due`.
    pub currency: Currency,
    /// Their due.
    pub due: Total,
}

/// The rows asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differences {
    /// The bill months.
    pub range: MonthRange,
    /// Newest month first, in it the largest due first.
    pub page: Page<Difference>,
    /// The due of all rows, not only of this page, by currency.
    pub due: Vec<(Currency, Total)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_of_ours_and_theirs_has_one_answer() {
        let [a, b] = ["a", "b"].map(MemberId::new);
        let may = [a.clone()];
        let answers = [
            compare(Some(&a), "A", (&may, false)),
            compare(Some(&b), "A", (&may, false)),
            compare(Some(&b), "?", (&[], false)),
            compare(Some(&b), "-", (&[], true)),
            compare(Some(&b), "", (&[], false)),
            compare(None, "A", (&may, false)),
            compare(None, "-", (&[], true)),
            compare(None, "", (&[], false)),
        ];
        assert_eq!(
            answers.map(Comparison::code),
            ["same", "differs", "differs", "differs", "no_name", "unassigned", "same", "neither"]
        );
    }

    #[test]
    fn what_agrees_is_shown_only_with_everything() {
        let shown = |comparison: Comparison| {
            let shows = |kind: &&ShownDifferences| kind.shows(comparison);
            ShownDifferences::ALL.iter().filter(shows).map(|kind| kind.code()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shown(Comparison::Same), "all");
        assert_eq!(shown(Comparison::Differs), "differences all");
        assert_eq!(shown(Comparison::Unassigned), "differences unassigned all");
        assert_eq!(shown(Comparison::NoName), "no_name all");
        assert_eq!(shown(Comparison::Neither), "no_name unassigned all");
    }
}
