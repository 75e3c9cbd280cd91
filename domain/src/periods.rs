//! Days and months of a bill, in the partner's billing time zone.
//!
//! 账期 (bill month) = the calendar month that holds the midpoint of a billing period; a line's day = the billing-zone day
//! of its charge, clamped into its bill month. So the day view and the month view of a range hold the same lines.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::text::serde_as_text;

/// Why a text is no day, month or instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is no {0}")]
pub struct PeriodError(pub &'static str);

/// A calendar month, `YYYY-MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// The month `month` (1 to 12) of `year`.
    ///
    /// # Errors
    /// [`PeriodError`] where there is no such month.
    pub fn new(year: i16, month: i8) -> Result<Self, PeriodError> {
        if (1..=9998).contains(&year) && (1..=12).contains(&month) {
            Ok(Self { year, month })
        } else {
            Err(PeriodError("month (YYYY-MM)"))
        }
    }

    /// Its first day.
    pub fn first_day(self) -> Day {
        Day(Date::constant(self.year, self.month, 1))
    }

    /// Its last day.
    pub fn last_day(self) -> Day {
        Day(self.first_day().0.last_of_month())
    }

    /// The month `months` later; earlier where negative. Stays within the years 1 to 9998.
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        let index = (i32::from(self.year) * 12 + i32::from(self.month) - 1 + months).clamp(12, 9998 * 12 + 11);
        let part = |value: i32| i16::try_from(value).unwrap_or(1);
        Self { year: part(index / 12), month: i8::try_from(index % 12 + 1).unwrap_or(1) }
    }

    /// Months from `self` to `other`; negative where `other` is earlier.
    pub fn months_to(self, other: Self) -> i32 {
        (i32::from(other.year) - i32::from(self.year)) * 12 + i32::from(other.month) - i32::from(self.month)
    }

    /// How many days it has.
    pub fn days(self) -> i8 {
        self.first_day().0.days_in_month()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = PeriodError("month (YYYY-MM)");
        let (year, month) = text.split_once('-').ok_or(error.clone())?;
        if year.len() != 4 || month.len() != 2 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            return Err(error);
        }
        Self::new(year.parse().map_err(|_| error.clone())?, month.parse().map_err(|_| error)?)
    }
}

serde_as_text!(Month);

/// A calendar day, `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(Date);

impl Day {
    /// Later than every day that a bill can have: the open end of an assignment.
    pub const FOREVER: Self = Self(Date::constant(9999, 12, 31));

    /// The day of `instant` in `zone`.
    pub fn of(instant: Timestamp, zone: &TimeZone) -> Self {
        Self(zone.to_datetime(instant).date())
    }

    /// The day of a date.
    pub const fn from_date(date: Date) -> Self {
        Self(date)
    }

    /// The date.
    pub const fn date(self) -> Date {
        self.0
    }

    /// Its month.
    pub fn month(self) -> Month {
        Month { year: self.0.year(), month: self.0.month() }
    }

    /// Its number within the month, from 1.
    pub fn of_month(self) -> i8 {
        self.0.day()
    }

    /// The day `days` later; earlier where negative.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        // By hours, not by a span of days: spans bring the whole of date-times and time zones into the browser.
        let end = if days < 0 { Date::MIN } else { Date::MAX };
        Self(self.0.checked_add(SignedDuration::from_hours(i64::from(days) * 24)).unwrap_or(end))
    }

    /// This day, or the nearest one of `month`.
    #[must_use]
    pub fn clamped_into(self, month: Month) -> Self {
        self.clamp(month.first_day(), month.last_day())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl FromStr for Day {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = PeriodError("day (YYYY-MM-DD)");
        if text.len() != 10 {
            return Err(error);
        }
        text.parse().map(Self).map_err(|_| error)
    }
}

serde_as_text!(Day);

/// The bill month (账期) of a billing period: the calendar month, in the billing zone, that holds its midpoint. Right for
/// periods in UTC, in GMT+8, and with inclusive ends. Without an end, the period is taken to be a month long.
pub fn bill_month(start: Timestamp, end: Option<Timestamp>, zone: &TimeZone) -> Month {
    const HALF_A_MONTH: i64 = 15 * 86_400;
    let half = end.map_or(HALF_A_MONTH, |end| (end.as_second() - start.as_second()) / 2);
    let middle = Timestamp::from_second(start.as_second() + half).unwrap_or(start);
    Day::of(middle, zone).month()
}

/// Reads an instant as bills write it; without an offset it is UTC.
///
/// Known: RFC 3339, the same with a space, without seconds or time; `M/D/YYYY` with two- or four-digit years and an
/// optional time.
///
/// # Errors
/// [`PeriodError`] for anything else.
pub fn parse_instant(text: &str) -> Result<Timestamp, PeriodError> {
    parse_instant_in(text, &TimeZone::UTC)
}

/// The same; without an offset it is in `zone`.
///
/// # Errors
/// As [`parse_instant`].
pub fn parse_instant_in(text: &str, zone: &TimeZone) -> Result<Timestamp, PeriodError> {
    let error = || PeriodError("date or time");
    let text = text.trim();
    let (date, rest) = match text.find(['T', ' ']) {
        Some(at) => (&text[..at], text[at + 1..].trim_start()),
        None => (text, ""),
    };
    let date = if date.contains('/') { parse_slashed(date) } else { parse_dashed(date) }.ok_or_else(error)?;
    let (clock, offset) = split_offset(rest).ok_or_else(error)?;
    let seconds_of_day = parse_clock(clock).ok_or_else(error)?;
    let zone = if offset.is_some() { &TimeZone::UTC } else { zone };
    let midnight = date.to_zoned(zone.clone()).map_err(|_| error())?.timestamp();
    Timestamp::from_second(midnight.as_second() + seconds_of_day - offset.unwrap_or(0)).map_err(|_| error())
}

fn parse_dashed(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Date::new(digits(year)?, i8::try_from(digits(month)?).ok()?, i8::try_from(digits(day)?).ok()?).ok()
}

/// `M/D/YY`, `M/D/YYYY`, `YYYY/M/D`.
fn parse_slashed(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split('/').collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let (year, month, day) = match (first.len(), third.len()) {
        (4, 1..=2) => (digits(first)?, digits(second)?, digits(third)?),
        (1..=2, 4) => (digits(third)?, digits(first)?, digits(second)?),
        (1..=2, 2) => (2000 + digits(third)?, digits(first)?, digits(second)?),
        _ => return None,
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Splits `12:30:00+08:00` into the clock and the offset in seconds, if there is one.
fn split_offset(text: &str) -> Option<(&str, Option<i64>)> {
    let text = text.trim_end();
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock.trim_end(), Some(0)));
    }
    if let Some(clock) = text.strip_suffix("UTC") {
        return Some((clock.trim_end(), Some(0)));
    }
    let Some(at) = text.find(['+', '-']) else { return Some((text, None)) };
    let sign = if text.as_bytes()[at] == b'-' { -1 } else { 1 };
    let offset: String = text[at + 1..].chars().filter(|&c| c != ':').collect();
    if !offset.is_ascii() {
        return None;
    }
    let (hours, minutes) = match offset.len() {
        2 => (digits(&offset)?, 0),
        4 => (digits(&offset[..2])?, digits(&offset[2..])?),
        _ => return None,
    };
    if hours > 18 || minutes > 59 {
        return None;
    }
    Some((text[..at].trim_end(), Some(sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60))))
}

/// Seconds of the day; fractions of a second are dropped.
fn parse_clock(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let whole = match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|b| b.is_ascii_digit()) => whole,
        Some(_) => return None,
        None => text,
    };
    let mut parts = whole.split(':');
    let (hours, minutes) = (digits(parts.next()?)?, digits(parts.next()?)?);
    let seconds = parts.next().map_or(Some(0), digits)?;
    if parts.next().is_some() || hours > 23 || minutes > 59 || seconds > 60 {
        return None;
    }
    Some(i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds))
}

fn digits(text: &str) -> Option<i16> {
    if text.is_empty() || text.len() > 4 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

mod written;
pub use written::{parse_written_instant, parse_written_month, split_period};

/// Months from first to last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct MonthRange {
    /// First month.
    pub from: Month,
    /// Last month, not before the first.
    pub to: Month,
}

impl MonthRange {
    /// The months of the range, oldest first.
    pub fn months(self) -> impl Iterator<Item = Month> {
        (0..self.len()).map(move |offset| self.from.plus(offset))
    }

    /// How many months.
    #[allow(clippy::len_without_is_empty)] // a range has at least one month
    pub fn len(self) -> i32 {
        self.from.months_to(self.to) + 1
    }

    /// As many months just before.
    #[must_use]
    pub fn before(self) -> Self {
        Self { from: self.from.plus(-self.len()), to: self.from.plus(-1) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn instant(text: &str) -> String {
        parse_instant(text).map_or_else(|error| error.to_string(), |instant| instant.to_string())
    }

    #[test]
    fn instants_are_read_as_bills_write_them() {
        for (text, utc) in [
            ("2024-09-11 00:00:00", "2024-09-11T00:00:00Z"),
            ("2024-09-11T08:30:00+08:00", "2024-09-11T00:30:00Z"),
            ("2024-09-11 08:30:00 +0800", "2024-09-11T00:30:00Z"),
            ("2025-01-31T15:59:59Z", "2025-01-31T15:59:59Z"),
            ("2025-01-31T15:59:59.123Z", "2025-01-31T15:59:59Z"),
            ("2025-01-31", "2025-01-31T00:00:00Z"),
            ("5/1/25", "2025-05-01T00:00:00Z"),
            ("12/31/2025", "2025-12-31T00:00:00Z"),
            ("2025/12/31 10:00", "2025-12-31T10:00:00Z"),
            ("2024-09-11 00:00:00 UTC", "2024-09-11T00:00:00Z"),
        ] {
            assert_eq!(instant(text), utc, "{text}");
        }
        for text in [
            "2024-09-11 00:00:00+1é1",
            "",
            "yesterday",
            "2024-13-01",
            "31/12/2025",
            "2024-02-30",
            "5/1",
            "2024-09-11T25:00:00Z",
            "45000",
        ] {
            assert_eq!(instant(text), "is no date or time", "{text}");
        }
    }

    #[test]
    fn the_bill_month_holds_the_midpoint_of_the_billing_period() {
        let shanghai = TimeZone::get("Asia/Shanghai").unwrap();
        let month = |start: &str, end: Option<&str>, zone: &TimeZone| {
            bill_month(parse_instant(start).unwrap(), end.map(|end| parse_instant(end).unwrap()), zone).to_string()
        };
        // Whole months in UTC and in GMT+8, the latter with an inclusive end, and the same without an end.
        assert_eq!(month("2024-09-01", Some("2024-10-01"), &TimeZone::UTC), "2024-09");
        assert_eq!(month("2024-09-01", Some("2024-10-01"), &shanghai), "2024-09");
        assert_eq!(month("2024-12-31T16:00:00Z", Some("2025-01-31T15:59:59Z"), &shanghai), "2025-01");
        assert_eq!(month("2024-12-31T16:00:00Z", Some("2025-01-31T15:59:59Z"), &TimeZone::UTC), "2025-01");
        assert_eq!(month("2024-12-31T16:00:00Z", None, &TimeZone::UTC), "2025-01");
    }

    #[test]
    fn months_count_across_years() {
        let month: Month = "2025-01".parse().unwrap();
        assert_eq!(month.plus(-1).to_string(), "2024-12");
        assert_eq!(month.plus(23).to_string(), "2026-12");
        assert_eq!("2024-02".parse::<Month>().unwrap().last_day().to_string(), "2024-02-29");
        let range = MonthRange { from: month, to: month.plus(2) };
        assert_eq!(range.before(), MonthRange { from: month.plus(-3), to: month.plus(-1) });
        assert_eq!(range.months().count(), 3);
        for text in ["2025-1", "2025-13", "25-01", "2025-00", "2025", "+025-01"] {
            assert!(text.parse::<Month>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn adding_months_there_and_back(year in 1990_i16..2100, month in 1_i8..=12, months in -600..600) {
            let start = Month::new(year, month).unwrap();
            prop_assert_eq!(start.plus(months).plus(-months), start);
            prop_assert_eq!(start.months_to(start.plus(months)), months);
        }

        #[test]
        fn parsing_never_panics(text in "\\PC{0,30}") {
            let _ = parse_instant(&text);
        }
    }
}
