//! Which months are asked for, and what they are compared with.

use domain::consumption::preset::Preset;
use domain::consumption::{Comparison, MAX_MONTHS};
use domain::errors::FieldError;
use domain::periods::{Day, Month, MonthRange};

use crate::error::{Error, Result};

/// Months shown where nothing else is asked.
const USUAL_MONTHS: i32 = 6;

/// The range of a query; the last six months up to the current one where nothing is asked.
///
/// # Errors
/// `Invalid` for a start after the end and for more than [`MAX_MONTHS`].
pub(crate) fn months(from: Option<Month>, to: Option<Month>, today: Day) -> Result<MonthRange> {
    let to = to.unwrap_or(today.month());
    let range = MonthRange { from: from.unwrap_or(to.plus(1 - USUAL_MONTHS)), to };
    check(range)?;
    Ok(range)
}

/// The same for who may also ask for a range seen from today: months that are named come first.
///
/// # Errors
/// As [`months`].
pub(super) fn asked(
    (from, to): (Option<Month>, Option<Month>),
    preset: Option<Preset>,
    today: Day,
) -> Result<MonthRange> {
    match preset.filter(|_| from.is_none() && to.is_none()) {
        Some(preset) => {
            let (from, to) = preset.months(today);
            Ok(MonthRange { from, to })
        }
        None => months(from, to, today),
    }
}

/// Refuses a range that ends before it starts or is too long.
///
/// # Errors
/// `Invalid`.
pub(super) fn check(range: MonthRange) -> Result<()> {
    if range.from > range.to {
        return Err(Error::field("from", "start_after_end"));
    }
    if range.len() > MAX_MONTHS {
        return Err(FieldError::new("to", "range_too_long").with(MAX_MONTHS).into());
    }
    Ok(())
}

/// The comparable time before a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Before {
    /// Months that count whole.
    pub whole: Vec<Month>,
    /// The month that counts only up to a day: `(first, last)`.
    pub cut: Option<(Day, Day)>,
    /// All of it, for people.
    pub days: Comparison,
}

/// What `range` is compared with: as many whole months just before; where the range reaches into the current month, what
/// of it has passed shifted back by its length, the last month only up to today's day of the month.
pub(super) fn before(range: MonthRange, today: Day) -> Before {
    let current = today.month();
    if !(range.from..=range.to).contains(&current) {
        let before = range.before();
        let days = Comparison { from: before.from.first_day(), to: before.to.last_day() };
        return Before { whole: before.months().collect(), cut: None, days };
    }
    let before = MonthRange { from: range.from, to: current }.before();
    let days_back = i32::from(today.of_month()) - 1;
    let last = before.to.first_day().plus(days_back).clamped_into(before.to);
    let days = Comparison { from: before.from.first_day(), to: last };
    if last == before.to.last_day() {
        return Before { whole: before.months().collect(), cut: None, days };
    }
    let whole = before.months().filter(|&month| month != before.to).collect();
    Before { whole, cut: Some((before.to.first_day(), last)), days }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn compared(from: &str, to: &str, today: &str) -> (String, String, usize, bool) {
        let before = before(MonthRange { from: month(from), to: month(to) }, day(today));
        (before.days.from.to_string(), before.days.to.to_string(), before.whole.len(), before.cut.is_some())
    }

    #[test]
    fn without_a_question_the_last_six_months_are_meant() {
        let range = months(None, None, day("2026-11-22")).unwrap();
        assert_eq!((range.from, range.to), (month("2026-06"), month("2026-11")));
        let until_march = months(None, Some(month("2026-03")), day("2026-11-22")).unwrap();
        assert_eq!((until_march.from, until_march.to), (month("2025-10"), month("2026-03")));
    }

    #[test]
    fn a_preset_moves_with_today_and_gives_way_to_months_that_are_named() {
        let of = |from: Option<&str>, preset, today: &str| {
            let range = asked((from.map(month), None), preset, day(today)).unwrap();
            (range.from.to_string(), range.to.to_string())
        };
        let expected = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(of(None, Some(Preset::LastMonth), "2026-11-22"), expected("2026-10", "2026-10"));
        assert_eq!(of(None, Some(Preset::LastMonth), "2026-12-01"), expected("2026-11", "2026-11"));
        assert_eq!(of(Some("2026-08"), Some(Preset::LastMonth), "2026-11-22"), expected("2026-08", "2026-11"));
        assert_eq!(of(None, None, "2026-11-22"), expected("2026-06", "2026-11"));
    }

    #[test]
    fn a_range_that_ends_before_it_starts_or_is_too_long_is_refused() {
        let error = |from: &str, to: &str| match months(Some(month(from)), Some(month(to)), day("2026-11-22")) {
            Err(Error::Invalid(fields)) => (fields[0].field.clone(), fields[0].code.clone()),
            other => panic!("{other:?}"),
        };
        assert_eq!(error("2026-05", "2026-04"), ("from".into(), "start_after_end".into()));
        assert_eq!(error("2023-11", "2026-11"), ("to".into(), "range_too_long".into()));
        assert_eq!(
            months(Some(month("2023-12")), Some(month("2026-11")), day("2026-11-22")).unwrap().len(),
            MAX_MONTHS
        );
    }

    #[test]
    fn past_months_are_compared_with_as_many_before() {
        let expected = |from: &str, to: &str, months| (from.to_owned(), to.to_owned(), months, false);
        assert_eq!(compared("2026-09", "2026-10", "2026-11-22"), expected("2026-07-01", "2026-08-31", 2));
        assert_eq!(compared("2026-01", "2026-01", "2026-11-22"), expected("2025-12-01", "2025-12-31", 1));
    }

    #[test]
    fn this_month_to_date_is_compared_with_the_same_days_of_last_month() {
        let expected = |from: &str, to: &str, months, cut| (from.to_owned(), to.to_owned(), months, cut);
        assert_eq!(compared("2026-11", "2026-11", "2026-11-22"), expected("2026-10-01", "2026-10-22", 0, true));
        assert_eq!(compared("2026-06", "2026-11", "2026-11-22"), expected("2025-12-01", "2026-05-22", 5, true));
        // The 31st against a month of 30 days, the 30th of March against February: all of it.
        assert_eq!(compared("2026-10", "2026-10", "2026-10-31"), expected("2026-09-01", "2026-09-30", 1, false));
        assert_eq!(compared("2026-03", "2026-03", "2026-03-30"), expected("2026-02-01", "2026-02-28", 1, false));
        // A range into the future: what of it has passed.
        assert_eq!(compared("2026-11", "2027-03", "2026-11-22"), expected("2026-10-01", "2026-10-22", 0, true));
    }
}
