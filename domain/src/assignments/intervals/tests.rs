use proptest::prelude::*;

use super::*;

const FIRST: i32 = 0;
const LAST: i32 = 60;

fn day(number: i32) -> Day {
    "2026-01-01".parse::<Day>().unwrap().plus(number)
}

fn interval(manager: &str, from: i32, until: Option<i32>) -> Interval {
    let until = until.map_or(Day::FOREVER, day);
    Interval {
        id: AssignmentId::new(format!("{manager}{from}")),
        manager: MemberId::new(manager),
        from: day(from),
        until,
    }
}

/// What a store does with the changes, one after the other; no step may overlap.
fn apply(mut intervals: Vec<Interval>, changes: Vec<IntervalChange>) -> Vec<Interval> {
    for change in changes {
        match change {
            IntervalChange::Remove(gone) => intervals.retain(|interval| *interval != gone),
            IntervalChange::End(ended, day) => set_until(&mut intervals, &ended, day),
            IntervalChange::Extend(extended) => set_until(&mut intervals, &extended, Day::FOREVER),
            IntervalChange::Start(manager, from) => {
                intervals.push(Interval { id: AssignmentId::new("new"), manager, from, until: Day::FOREVER });
            }
        }
        assert_no_overlap(&intervals);
    }
    intervals
}

fn set_until(intervals: &mut [Interval], which: &Interval, until: Day) {
    intervals.iter_mut().find(|interval| *interval == which).unwrap().until = until;
}

fn assert_no_overlap(intervals: &[Interval]) {
    let mut sorted: Vec<_> = intervals.iter().collect();
    sorted.sort_by_key(|interval| interval.from);
    for interval in &sorted {
        assert!(interval.from < interval.until, "empty: {interval:?}");
    }
    for pair in sorted.windows(2) {
        assert!(pair[0].until <= pair[1].from, "overlap: {pair:?}");
    }
}

fn manager_on(intervals: &[Interval], day: Day) -> Option<&MemberId> {
    intervals.iter().find(|interval| interval.from <= day && day < interval.until).map(|interval| &interval.manager)
}

/// A history without overlaps: gaps and lengths in turn, the last interval open or not.
fn history() -> impl Strategy<Value = Vec<Interval>> {
    (prop::collection::vec((0..6_i32, 1..8_i32, 0..3_usize), 0..6), any::<bool>()).prop_map(|(parts, open)| {
        let (mut at, count) = (FIRST, parts.len());
        let mut intervals = Vec::new();
        for (index, (gap, length, manager)) in parts.into_iter().enumerate() {
            let from = at + gap;
            at = from + length;
            let until = (!open || index + 1 < count).then_some(at);
            intervals.push(interval(["a", "b", "c"][manager], from, until));
        }
        intervals
    })
}

proptest! {
    #[test]
    fn days_before_stay_and_days_from_then_on_are_as_asked(
        before in history(), who in prop::option::of(0..3_usize), from in FIRST..LAST,
    ) {
        let manager = who.map(|who| MemberId::new(["a", "b", "c"][who]));
        let changes = reassign(&before, manager.as_ref(), day(from));
        let first = first_changed_day(&changes);
        let after = apply(before.clone(), changes);
        let mut differs = None;
        for number in FIRST..LAST + 40 {
            let on = day(number);
            let expected = if number < from { manager_on(&before, on) } else { manager.as_ref() };
            prop_assert_eq!(manager_on(&after, on), expected, "on {}", on);
            if differs.is_none() && manager_on(&before, on) != manager_on(&after, on) {
                differs = Some(on);
            }
        }
        prop_assert_eq!(first, differs, "the first day with another manager");
        // as asked already = nothing to do, and asking twice is asking once
        prop_assert!(reassign(&after, manager.as_ref(), day(from)).is_empty());
    }
}

#[test]
fn a_start_within_a_past_interval_splits_it_and_replaces_what_came_later() {
    let history = vec![interval("a", 0, Some(20)), interval("b", 20, None)];
    let changes = reassign(&history, Some(&MemberId::new("c")), day(10));
    let after = apply(history, changes);
    let days: Vec<_> =
        after.iter().map(|interval| (interval.manager.as_str(), interval.from, interval.until)).collect();
    assert_eq!(days, [("a", day(0), day(10)), ("c", day(10), Day::FOREVER)]);
}

#[test]
fn the_same_manager_again_keeps_the_running_interval_and_drops_the_planned_successor() {
    let history = [interval("a", 0, Some(30)), interval("b", 30, None)];
    let changes = reassign(&history, Some(&MemberId::new("a")), day(10));
    assert_eq!(changes, [IntervalChange::Remove(history[1].clone()), IntervalChange::Extend(history[0].clone())]);
    assert_eq!(first_changed_day(&changes), Some(day(30)));
}

#[test]
fn taking_back_what_nobody_has_changes_nothing() {
    assert_eq!(reassign(&[interval("a", 0, Some(10))], None, day(10)), []);
}
