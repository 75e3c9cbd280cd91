use proptest::prelude::*;

use super::*;
use crate::ids::AssignmentId;

const DAYS: i32 = 60;
const MANAGERS: [&str; 3] = ["a", "b", "c"];

fn day(number: i32) -> Day {
    "2026-01-01".parse::<Day>().unwrap().plus(number)
}

fn interval(manager: &str, from: i32, until: Option<i32>) -> Interval {
    Interval {
        id: AssignmentId::new(format!("{manager}{from}")),
        manager: MemberId::new(manager),
        from: day(from),
        until: until.map_or(Day::FOREVER, day),
    }
}

fn want(manager: Option<&str>, from: i32, until: Option<i32>) -> Wanted {
    Wanted { manager: manager.map(MemberId::new), from: day(from), until: until.map_or(Day::FOREVER, day) }
}

/// What a store does with the steps: on the way no two intervals may begin on the same day, in the end none may overlap.
fn apply(mut intervals: Vec<Interval>, edits: Vec<Edit>) -> Vec<Interval> {
    for edit in edits {
        match edit {
            Edit::Remove(gone) => intervals.retain(|interval| *interval != gone),
            Edit::Resize(which, from, until) => {
                let found = intervals.iter_mut().find(|interval| **interval == which).unwrap();
                (found.from, found.until) = (from, until);
            }
            Edit::Add(manager, from, until) => {
                let id = AssignmentId::new(format!("new{from}"));
                intervals.push(Interval { id, manager, from, until });
            }
            Edit::GoOn(interval, from, until) => {
                let id = AssignmentId::new(format!("on{from}"));
                intervals.push(Interval { id, manager: interval.manager, from, until });
            }
        }
        intervals.sort_by_key(|interval| interval.from);
        assert!(intervals.windows(2).all(|pair| pair[0].from < pair[1].from), "same start: {intervals:?}");
    }
    for interval in &intervals {
        assert!(interval.from < interval.until, "empty: {interval:?}");
    }
    assert!(intervals.windows(2).all(|pair| pair[0].until <= pair[1].from), "overlap: {intervals:?}");
    intervals
}

fn manager_on(intervals: &[Interval], on: Day) -> Option<&MemberId> {
    intervals.iter().find(|interval| interval.from <= on && on < interval.until).map(|interval| &interval.manager)
}

/// Spans that follow each other with gaps: (from, until, who), the last one open or not.
fn spans(who: usize) -> impl Strategy<Value = Vec<(i32, Option<i32>, usize)>> {
    (prop::collection::vec((0..6_i32, 1..12_i32, 0..who), 0..6), any::<bool>()).prop_map(|(parts, open)| {
        let (mut at, count) = (0, parts.len());
        let mut spans = Vec::new();
        for (index, (gap, length, who)) in parts.into_iter().enumerate() {
            let from = at + gap;
            at = from + length;
            spans.push((from, (!open || index + 1 < count).then_some(at), who));
        }
        spans
    })
}

proptest! {
    #[test]
    fn wanted_days_are_as_wanted_and_all_others_stay(before in spans(3), wanted in spans(4)) {
        let before: Vec<Interval> = before.into_iter().map(|(from, until, who)| interval(MANAGERS[who], from, until)).collect();
        let wanted: Vec<Wanted> =
            wanted.into_iter().map(|(from, until, who)| want(MANAGERS.get(who).copied(), from, until)).collect();
        let laid = lay(&before, &wanted);
        let removed_or_resized = laid.edits.iter().filter(|edit| !matches!(edit, Edit::Add(..) | Edit::GoOn(..))).count();
        prop_assert_eq!(laid.unchanged + removed_or_resized, before.len());
        let after = apply(before.clone(), laid.edits);
        for number in 0..DAYS + 40 {
            let on = day(number);
            let asked = wanted.iter().find(|want| want.from <= on && on < want.until);
            let expected = asked.map_or_else(|| manager_on(&before, on), |want| want.manager.as_ref());
            prop_assert_eq!(manager_on(&after, on), expected, "on {}", on);
            let changes = wanted.iter().any(|want| {
                changed_spans(&before, want).iter().any(|(from, until)| *from <= on && on < *until)
            });
            prop_assert_eq!(changes, manager_on(&before, on) != expected, "changed on {}", on);
        }
        prop_assert!(lay(&after, &wanted).edits.is_empty(), "asking twice is asking once");
    }
}

#[test]
fn another_manager_in_the_middle_splits_an_interval() {
    let history = [interval("a", 0, None)];
    let laid = lay(&history, &[want(Some("b"), 10, Some(20))]);
    assert_eq!(
        laid.edits,
        [
            Edit::Resize(history[0].clone(), day(0), day(10)),
            Edit::Add(MemberId::new("b"), day(10), day(20)),
            Edit::GoOn(history[0].clone(), day(20), Day::FOREVER),
        ]
    );
}

#[test]
fn what_is_equal_or_within_changes_nothing() {
    let history = [interval("a", 0, Some(10)), interval("a", 10, Some(20)), interval("b", 30, None)];
    let laid = lay(&history, &[want(Some("a"), 5, Some(20)), want(None, 20, Some(30)), want(Some("b"), 30, None)]);
    assert_eq!(laid, Laid { edits: vec![], unchanged: 3 });
}

#[test]
fn nobody_cuts_and_removes() {
    let history = [interval("a", 0, Some(10)), interval("b", 10, Some(20))];
    let laid = lay(&history, &[want(None, 5, None)]);
    assert_eq!(laid.edits, [Edit::Remove(history[1].clone()), Edit::Resize(history[0].clone(), day(0), day(5))]);
}
