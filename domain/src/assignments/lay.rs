//! What bounded statements ("this manager from this day until that") do to the intervals of one customer. Pure.

use super::{Interval, IntervalChange};
use crate::ids::MemberId;
use crate::periods::Day;

/// On these days the customer is this manager's: `from` included, `until` not. Without a manager: nobody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The account manager.
    pub manager: Option<MemberId>,
    /// First day.
    pub from: Day,
    /// First day that no longer counts; [`Day::FOREVER`] while it goes on.
    pub until: Day,
}

/// A step to what is wanted. Taken in the order given, no two intervals ever begin on the same day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// This one is gone.
    Remove(Interval),
    /// This one begins or ends on another day: from, until.
    Resize(Interval, Day, Day),
    /// A new one: manager, from, until.
    Add(MemberId, Day, Day),
    /// What is left of this one behind the days that were put into its middle: from, until. Nobody is assigned anew.
    GoOn(Interval, Day, Day),
}

impl Edit {
    /// The step for assigning without an end.
    pub fn of_change(change: &IntervalChange) -> Self {
        match change {
            IntervalChange::Remove(gone) => Self::Remove(gone.clone()),
            IntervalChange::End(ended, until) => Self::Resize(ended.clone(), ended.from, *until),
            IntervalChange::Extend(extended) => Self::Resize(extended.clone(), extended.from, Day::FOREVER),
            IntervalChange::Start(manager, from) => Self::Add(manager.clone(), *from, Day::FOREVER),
        }
    }

    /// The first day of the interval that this step makes or leaves; of one that is gone, the day on which it began.
    fn from(&self) -> Day {
        match self {
            Self::Remove(gone) => gone.from,
            Self::Resize(_, from, _) | Self::Add(_, from, _) | Self::GoOn(_, from, _) => *from,
        }
    }
}

/// The steps, and how many intervals stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Laid {
    /// Removals first, additions last.
    pub edits: Vec<Edit>,
    /// Intervals that no step touches.
    pub unchanged: usize,
}

type Span = (Day, Day);

/// A stored interval, and what is left of it.
struct Kept<'a> {
    interval: &'a Interval,
    pieces: Vec<Span>,
}

/// What makes every wanted day as wanted and leaves all other days as they are.
///
/// Intervals are cut, split or removed only where another manager, or nobody, is wanted; days that are as wanted already
/// change nothing. Neither the intervals nor the wanted spans may overlap among themselves; their order does not matter.
pub fn lay(intervals: &[Interval], wanted: &[Wanted]) -> Laid {
    let mut kept: Vec<Kept<'_>> = intervals.iter().map(|interval| keep(interval, wanted)).collect();
    let mut added: Vec<(MemberId, Day, Day)> = Vec::new();
    for want in wanted {
        let Some(manager) = &want.manager else { continue };
        for (from, until) in missing(intervals, want) {
            // what the manager had just before goes on, instead of a second interval beside it
            let before = kept
                .iter_mut()
                .filter(|kept| kept.interval.manager == *manager)
                .find_map(|kept| kept.pieces.last_mut().filter(|piece| piece.1 == from));
            match before {
                Some(piece) => piece.1 = until,
                None => added.push((manager.clone(), from, until)),
            }
        }
    }
    steps(kept, added)
}

fn keep<'a>(interval: &'a Interval, wanted: &[Wanted]) -> Kept<'a> {
    let others = wanted.iter().filter(|want| want.manager.as_ref() != Some(&interval.manager));
    let pieces = without((interval.from, interval.until), others.map(|want| (want.from, want.until)));
    Kept { interval, pieces }
}

/// The wanted days that the manager does not have yet, oldest first.
fn missing(intervals: &[Interval], want: &Wanted) -> Vec<Span> {
    let own = intervals.iter().filter(|interval| want.manager.as_ref() == Some(&interval.manager));
    without((want.from, want.until), own.map(|interval| (interval.from, interval.until)))
}

fn steps(kept: Vec<Kept<'_>>, added: Vec<(MemberId, Day, Day)>) -> Laid {
    let mut added: Vec<Edit> =
        added.into_iter().map(|(manager, from, until)| Edit::Add(manager, from, until)).collect();
    let (mut removed, mut resized, mut unchanged) = (Vec::new(), Vec::new(), 0);
    for Kept { interval, pieces } in kept {
        match pieces.split_first() {
            None => removed.push(Edit::Remove(interval.clone())),
            Some((&(from, until), rest)) => {
                if (from, until) == (interval.from, interval.until) {
                    unchanged += 1;
                } else {
                    resized.push(Edit::Resize(interval.clone(), from, until));
                }
                added.extend(rest.iter().map(|&(from, until)| Edit::GoOn(interval.clone(), from, until)));
            }
        }
    }
    added.sort_by_key(Edit::from);
    Laid { edits: removed.into_iter().chain(resized).chain(added).collect(), unchanged }
}

/// The days on which a wanted span changes who manages the customer.
pub fn changed_spans(intervals: &[Interval], want: &Wanted) -> Vec<(Day, Day)> {
    if want.manager.is_some() {
        return missing(intervals, want);
    }
    let cut = |interval: &Interval| (interval.from.max(want.from), interval.until.min(want.until));
    intervals.iter().map(cut).filter(|(from, until)| from < until).collect()
}

/// The parts of `span` outside `others`, oldest first.
fn without(span: Span, others: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut others: Vec<Span> = others.filter(|other| other.0 < span.1 && other.1 > span.0).collect();
    others.sort_unstable();
    let (mut parts, mut at) = (Vec::new(), span.0);
    for (from, until) in others {
        if from > at {
            parts.push((at, from));
        }
        at = at.max(until);
    }
    if at < span.1 {
        parts.push((at, span.1));
    }
    parts
}

#[cfg(test)]
mod tests;
