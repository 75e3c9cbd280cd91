//! What assigning does to the intervals of one customer: pure, so that the rule can be tested against every history.

use crate::ids::{AssignmentId, MemberId};
use crate::periods::Day;

/// Days on which one account manager manages a customer: `from` included, `until` not; [`Day::FOREVER`] while it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// The assignment.
    pub id: AssignmentId,
    /// The account manager.
    pub manager: MemberId,
    /// First day that counts.
    pub from: Day,
    /// First day that no longer counts.
    pub until: Day,
}

/// One step of changing a customer's intervals. Taken in the order given, none overlaps on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntervalChange {
    /// This one never comes into force, or did not after all.
    Remove(Interval),
    /// This one ends on the day, earlier than it did.
    End(Interval, Day),
    /// This one goes on without an end.
    Extend(Interval),
    /// A new one, from the day on without an end.
    Start(MemberId, Day),
}

/// What makes `manager` (none: nobody) manage the customer from the day `from` on, without an end.
///
/// Days before `from` keep their manager. Whatever was recorded or planned from `from` on gives way. Where it is as asked
/// already, nothing changes. `intervals` are those of one customer, in any order, not overlapping.
pub fn reassign(intervals: &[Interval], manager: Option<&MemberId>, from: Day) -> Vec<IntervalChange> {
    let mut sorted: Vec<&Interval> = intervals.iter().filter(|interval| interval.until > from).collect();
    sorted.sort_by_key(|interval| interval.from);
    let kept = manager.and_then(|manager| kept(&sorted, manager, from));
    let gives_way = |interval: &Interval| interval.from >= from && kept.is_none_or(|kept| interval.from > kept.from);
    let mut changes: Vec<IntervalChange> = sorted
        .iter()
        .filter(|interval| gives_way(interval))
        .map(|&interval| IntervalChange::Remove(interval.clone()))
        .collect();
    match (kept, manager) {
        (Some(kept), _) if kept.until < Day::FOREVER => changes.push(IntervalChange::Extend(kept.clone())),
        (Some(_), _) => {}
        (None, manager) => {
            let running = sorted.iter().find(|interval| interval.from < from);
            changes.extend(running.map(|&running| IntervalChange::End(running.clone(), from)));
            changes.extend(manager.map(|manager| IntervalChange::Start(manager.clone(), from)));
        }
    }
    changes
}

/// The last of the manager's intervals that follow each other without a gap, beginning with the one that holds `from`.
/// Those before it in the row stay too.
fn kept<'a>(sorted: &[&'a Interval], manager: &MemberId, from: Day) -> Option<&'a Interval> {
    let mut last: Option<&Interval> = None;
    for &interval in sorted {
        let follows = last.map_or(interval.from <= from, |last| last.until == interval.from);
        if !follows || interval.manager != *manager {
            break;
        }
        last = Some(interval);
    }
    last
}

/// The first day that has another manager after `changes` than before; none where there are no changes.
pub fn first_changed_day(changes: &[IntervalChange]) -> Option<Day> {
    changes
        .iter()
        .map(|change| match change {
            IntervalChange::Remove(interval) => interval.from,
            IntervalChange::Extend(interval) => interval.until,
            IntervalChange::End(_, day) | IntervalChange::Start(_, day) => *day,
        })
        .min()
}

#[cfg(test)]
mod tests;
