//! First assignments from bills: whom the lines of a customer name on which days, what that proposes, what is answered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ManagerMove;
use crate::customers::ManagerName;
use crate::ids::{CustomerId, MemberId};
use crate::paging::Page;
use crate::periods::{Day, Month};
use crate::text::coded_enum;

/// Days of a month on which lines of a customer name somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamedDays<N> {
    /// The bill month.
    pub month: Month,
    /// Who is named: a number or a text.
    pub name: N,
    /// A bit for each day with such a line, the lowest for the first of the month.
    pub days: u32,
    /// How many lines.
    pub lines: u64,
}

/// From which day until before which day somebody is named, oldest first, the last one without an end.
///
/// Days without a name belong to whoever was named before. Where lines of one day name several, whoever was named before
/// goes on; else it is whoever has most lines in that month. The order of `named` does not matter.
pub fn named_spans<N: Copy + Ord>(named: &[NamedDays<N>]) -> Vec<(N, Day, Day)> {
    let mut months: BTreeMap<Month, BTreeMap<N, (u32, u64)>> = BTreeMap::new();
    for one in named {
        let (days, lines) = months.entry(one.month).or_default().entry(one.name).or_default();
        *days |= one.days;
        *lines += one.lines;
    }
    let mut spans: Vec<(N, Day, Day)> = Vec::new();
    for (month, names) in months {
        for number in 0..month.days() {
            let on_day = || names.iter().filter(|(_, (days, _))| days >> number & 1 == 1);
            let goes_on = |name: &N| on_day().any(|(other, _)| other == name);
            if spans.last().is_some_and(|(name, ..)| goes_on(name)) {
                continue;
            }
            // of equals the first: the maximum would be the last
            let Some((name, _)) = on_day().rev().max_by_key(|(_, (_, lines))| *lines) else { continue };
            let day = month.first_day().plus(i32::from(number));
            if let Some(last) = spans.last_mut() {
                last.2 = day;
            }
            spans.push((*name, day, Day::FOREVER));
        }
    }
    spans
}

coded_enum! {
    /// Whom a name in a bill means.
    pub enum NameMeaning {
        /// An account manager of ours.
        Manager = "manager",
        /// Nobody of ours: so it was decided.
        Nobody = "nobody",
        /// It fits no member.
        Unknown = "unknown",
        /// It fits several account managers.
        Several = "several",
        /// A member who cannot take customers: disabled, or no account manager.
        Unable = "unable",
    }
}

impl NameMeaning {
    /// Whether it is clear what to do with the name.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Manager | Self::Nobody)
    }
}

/// What is decided about a name in a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameChoice {
    /// Nothing any more: it means what our members' names say.
    Forget,
    /// It means nobody of ours.
    Nobody,
    /// It means this member.
    Member(MemberId),
}

impl NameChoice {
    /// Stands for [`Self::Nobody`] in forms; an empty text for [`Self::Forget`].
    pub const NOBODY: &'static str = "nobody";

    /// What a form says.
    pub fn of_form(text: &str) -> Self {
        match text {
            "" => Self::Forget,
            Self::NOBODY => Self::Nobody,
            id => Self::Member(MemberId::new(id)),
        }
    }
}

/// A supplier's own account manager, as bills spell the name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplierName {
    /// As the bills spell it.
    pub name: String,
    /// Whom it means.
    pub meaning: NameMeaning,
    /// The member, where it means or fits just one.
    pub member: Option<ManagerName>,
    /// Whether somebody decided it; else it follows from our members' names.
    pub remembered: bool,
    /// Customers never assigned whose bills have the name.
    pub customers: u64,
}

/// Days that a proposal gives to an account manager.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedSpan {
    /// The name in the bill.
    pub name: String,
    /// Our account manager; none: nobody.
    pub manager: Option<ManagerName>,
    /// First day.
    pub from: Day,
    /// First day that no longer counts; none: without an end.
    pub until: Option<Day>,
}

/// Whose a customer that was never assigned would become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The customer.
    pub customer: CustomerId,
    /// Its name, or its account's.
    pub customer_name: String,
    /// The supplier's id of the account.
    pub account_id: String,
    /// From when whose, oldest first.
    pub spans: Vec<ProposedSpan>,
    /// Whether days in closed months are left out.
    pub leaves_out: bool,
}

/// What bills propose for customers that were never assigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestions {
    /// The names in their bills, and every other one that is to be settled or was decided: first those to be settled, then
    /// by how many of these customers have them.
    pub names: Vec<SupplierName>,
    /// Customers all of whose names are settled.
    pub proposals: Page<Proposal>,
    /// Customers that wait for a name to be settled.
    pub waiting: u64,
    /// Customers whose bills name nobody.
    pub unnamed: u64,
}

/// Which proposals are meant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FirstAssignments {
    /// These customers; none: all that have a proposal.
    pub customers: Option<Vec<CustomerId>>,
}

/// What first assignments would do, or did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstReport {
    /// Customers that get an account manager.
    pub customers: u64,
    /// Intervals written.
    pub intervals: u64,
    /// The bill month of the dues in `moves`.
    pub month: Month,
    /// Account managers for whom something is different afterwards, and nobody.
    pub moves: Vec<ManagerMove>,
    /// Stands for exactly this plan: writing it asks for it back.
    pub plan: String,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn named(month: &str, name: char, days: &[u32], lines: u64) -> NamedDays<char> {
        let days = days.iter().fold(0, |set, day| set | 1 << (day - 1));
        NamedDays { month: month.parse().unwrap(), name, days, lines }
    }

    fn spans(parts: &[NamedDays<char>]) -> Vec<String> {
        let until = |day: Day| if day == Day::FOREVER { String::new() } else { day.to_string() };
        named_spans(parts).into_iter().map(|(name, from, end)| format!("{name} {from} {}", until(end))).collect()
    }

    #[test]
    fn a_name_goes_on_until_another_one_comes() {
        assert_eq!(spans(&[]), [""; 0]);
        let parts = [
            named("2026-03", 'b', &[20, 31], 2),
            named("2026-01", 'a', &[5, 7, 31], 3),
            named("2026-03", 'a', &[1], 1),
            named("2026-04", 'a', &[1], 1),
        ];
        assert_eq!(spans(&parts), ["a 2026-01-05 2026-03-20", "b 2026-03-20 2026-04-01", "a 2026-04-01 "]);
    }

    #[test]
    fn of_several_names_on_a_day_whoever_was_named_before_goes_on_and_else_most_lines_decide() {
        let parts = [named("2026-01", 'b', &[1, 2, 3], 3), named("2026-01", 'a', &[1, 2, 3, 4], 9)];
        assert_eq!(spans(&parts), ["a 2026-01-01 "]);
        let parts = [named("2026-01", 'b', &[1, 2], 2), named("2026-01", 'a', &[2, 3], 9)];
        assert_eq!(spans(&parts), ["b 2026-01-01 2026-01-03", "a 2026-01-03 "]);
        // the same lines in two currencies count together, equals by name
        let parts = [named("2026-01", 'b', &[1], 2), named("2026-01", 'b', &[1], 2), named("2026-01", 'a', &[1], 3)];
        assert_eq!(spans(&parts), ["b 2026-01-01 "]);
        assert_eq!(spans(&[named("2026-01", 'b', &[1], 1), named("2026-01", 'a', &[1], 1)]), ["a 2026-01-01 "]);
    }

    proptest! {
        #[test]
        fn spans_follow_each_other_and_each_begins_on_a_day_with_its_name(
            parts in prop::collection::vec((0..4_i32, 0..3_u8, any::<u32>(), 1..9_u64), 1..12)
        ) {
            let parts: Vec<NamedDays<u8>> = parts.into_iter().map(|(month, name, days, lines)| NamedDays {
                month: "2026-01".parse::<Month>().unwrap().plus(month), name, days, lines,
            }).collect();
            let spans = named_spans(&parts);
            for pair in spans.windows(2) {
                prop_assert!(pair[0].1 < pair[1].1 && pair[0].2 == pair[1].1 && pair[0].0 != pair[1].0);
            }
            prop_assert!(spans.last().is_none_or(|last| last.2 == Day::FOREVER));
            for (name, from, _) in &spans {
                let begins = |part: &NamedDays<u8>| {
                    part.name == *name && part.month == from.month() && part.days >> (from.of_month() - 1) & 1 == 1
                };
                prop_assert!(parts.iter().any(begins));
            }
        }
    }
}
