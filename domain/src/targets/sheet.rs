//! The sheet account manager × month (客户经理业绩): due, target and completion, by team.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::consumption::Basis;
use crate::customers::ManagerName;
use crate::ids::TeamId;
use crate::money::{Amount, Total};
use crate::periods::Month;
use crate::teams::TeamName;

/// Due beside its target: of a month or of several, of one account manager or of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Figure {
    /// 应付金额, all of it.
    pub due: Total,
    /// The sum of the targets; none where there is none.
    pub target: Option<Total>,
    /// The part of `due` that has a target: of the months and account managers with one.
    pub measured: Total,
}

impl Figure {
    /// A single month of one account manager, or of nobody.
    pub fn of(due: Total, target: Option<Amount>) -> Self {
        Self { due, target: target.map(Total::from), measured: if target.is_some() { due } else { Total::ZERO } }
    }

    /// 完成率 = measured due ÷ target, in percent with one decimal, half-even; none without a target.
    pub fn completion(&self) -> Option<String> {
        self.measured.percent_of(self.target?)
    }

    /// Whether some of the due has no target, and so is not in the completion.
    pub fn is_partial(&self) -> bool {
        self.target.is_some() && self.measured != self.due
    }

    /// Whether the target is reached; none without one.
    pub fn is_reached(&self) -> Option<bool> {
        self.target.map(|target| self.measured >= target)
    }
}

impl std::ops::Add for Figure {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let target = match (self.target, other.target) {
            (None, None) => None,
            (mine, theirs) => Some(mine.unwrap_or_default() + theirs.unwrap_or_default()),
        };
        Self { due: self.due + other.due, target, measured: self.measured + other.measured }
    }
}

/// Figures of every month, and of all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SheetLine {
    /// A month each, as [`Sheet::months`].
    pub by_month: Vec<Figure>,
    /// All months.
    pub sum: Figure,
}

impl SheetLine {
    /// A line of these months.
    pub fn of(by_month: Vec<Figure>) -> Self {
        let sum = by_month.iter().fold(Figure::default(), |sum, month| sum + *month);
        Self { by_month, sum }
    }

    /// The sum of lines of as many `months`.
    pub fn sum_of<'a>(months: usize, lines: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut by_month = vec![Figure::default(); months];
        for line in lines {
            for (month, other) in by_month.iter_mut().zip(&line.by_month) {
                *month = *month + *other;
            }
        }
        Self::of(by_month)
    }

    /// The last month's due less that of the month before; none where only one month is shown.
    pub fn change(&self) -> Option<Total> {
        let [.., before, last] = self.by_month.as_slice() else { return None };
        Some(last.due - before.due)
    }
}

/// What is known of an account manager: due and target of each month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagerFigures {
    /// The account manager.
    pub manager: ManagerName,
    /// Their team today.
    pub team: Option<TeamId>,
    /// A month each.
    pub months: Vec<Figure>,
}

/// An account manager's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagerLine {
    /// The account manager.
    pub manager: ManagerName,
    /// Their figures.
    pub line: SheetLine,
}

/// The account managers of a team, or those without one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamLines {
    /// The team; none for those without one.
    pub team: Option<TeamName>,
    /// Largest due first.
    pub managers: Vec<ManagerLine>,
    /// The sum of them.
    pub subtotal: SheetLine,
}

/// The sheet. Teams and unassigned add up to the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// What the figures stand on.
    pub basis: Basis,
    /// The months, oldest first.
    pub months: Vec<Month>,
    /// Teams that have a row, by name, and last the account managers without a team.
    pub teams: Vec<TeamLines>,
    /// What nobody manages; none where it is not asked for.
    pub unassigned: Option<SheetLine>,
    /// Everything shown.
    pub whole: SheetLine,
}

impl Sheet {
    /// Whether account managers are shown team by team: not where nobody is in a team.
    pub fn has_teams(&self) -> bool {
        self.teams.iter().any(|team| team.team.is_some())
    }

    /// Whether there is neither consumption nor a target to show.
    pub fn is_empty(&self) -> bool {
        self.basis.is_empty() && self.whole.sum.target.is_none()
    }
}

/// Account managers by team: `teams` in their order, then who is in none of them; largest due first, then by name.
pub fn by_team(months: usize, teams: &[TeamName], managers: Vec<ManagerFigures>) -> Vec<TeamLines> {
    let mut found: BTreeMap<usize, Vec<ManagerLine>> = BTreeMap::new();
    for ManagerFigures { manager, team, months } in managers {
        let place = team.and_then(|team| teams.iter().position(|known| known.id == team)).unwrap_or(teams.len());
        found.entry(place).or_default().push(ManagerLine { manager, line: SheetLine::of(months) });
    }
    let lines = |(place, mut managers): (usize, Vec<ManagerLine>)| {
        managers.sort_by(|a, b| {
            let key = |line: &ManagerLine| (Reverse(line.line.sum.due), line.manager.name.clone());
            key(a).cmp(&key(b)).then_with(|| a.manager.login.cmp(&b.manager.login))
        });
        let subtotal = SheetLine::sum_of(months, managers.iter().map(|manager| &manager.line));
        TeamLines { team: teams.get(place).cloned(), managers, subtotal }
    };
    found.into_iter().map(lines).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::MemberId;

    fn figure(due: i128, target: Option<i64>) -> Figure {
        Figure::of(Total::from_units(due), target.map(Amount::from_units))
    }

    fn manager(name: &str, team: Option<&str>, months: Vec<Figure>) -> ManagerFigures {
        let manager = ManagerName { id: MemberId::new(name), name: name.into(), login: name.into() };
        ManagerFigures { manager, team: team.map(TeamId::new), months }
    }

    #[test]
    fn without_a_target_there_is_no_completion_and_with_one_even_nothing_is_zero() {
        assert_eq!(figure(5, None).completion(), None);
        assert_eq!(figure(0, Some(5)).completion().as_deref(), Some("0.0%"));
        assert_eq!(figure(-1, Some(4)).completion().as_deref(), Some("−25.0%"));
        assert_eq!((figure(5, Some(5)).is_reached(), figure(4, Some(5)).is_reached()), (Some(true), Some(false)));
        assert_eq!(figure(5, None).is_reached(), None);
    }

    #[test]
    fn completion_compares_only_what_has_a_target() {
        let line = SheetLine::of(vec![figure(100, None), figure(30, Some(40)), figure(30, Some(20))]);
        assert_eq!((line.sum.due, line.sum.measured), (Total::from_units(160), Total::from_units(60)));
        assert_eq!(line.sum.completion().as_deref(), Some("100.0%"));
        assert!(line.sum.is_partial() && !line.by_month[1].is_partial());
        assert_eq!(line.change(), Some(Total::ZERO));
        assert_eq!(SheetLine::of(vec![figure(1, None)]).change(), None);
    }

    #[test]
    fn teams_come_in_their_order_then_who_is_in_none_and_subtotals_are_the_sums_of_their_rows() {
        let teams = ["east", "south"].map(|id| TeamName { id: TeamId::new(id), name: id.into() });
        let rows = by_team(
            1,
            &teams,
            vec![
                manager("a", None, vec![figure(9, None)]),
                manager("b", Some("south"), vec![figure(1, Some(2))]),
                manager("c", Some("south"), vec![figure(5, None)]),
                manager("d", Some("gone"), vec![figure(9, None)]),
            ],
        );
        let names: Vec<(Option<&str>, Vec<&str>)> = rows
            .iter()
            .map(|team| {
                let managers = team.managers.iter().map(|line| line.manager.name.as_str()).collect();
                (team.team.as_ref().map(|team| team.name.as_str()), managers)
            })
            .collect();
        assert_eq!(names, [(Some("south"), vec!["c", "b"]), (None, vec!["a", "d"])]);
        let south = rows[0].subtotal.sum;
        assert_eq!((south.due, south.target), (Total::from_units(6), Some(Total::from_units(2))));
        assert_eq!(south.completion().as_deref(), Some("50.0%"), "of b alone");
    }
}
