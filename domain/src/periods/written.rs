//! Days, times and months as people and consoles write them, wider than [`super::parse_instant`]: `2026年9月1日 08:00`,
//! `2026/09/01 08:00:00 GMT+08:00`, `20260901`, serial numbers of spreadsheets, and two of them as a period.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Day, Month, PeriodError, digits, parse_instant_in};

/// Between the two ends of a period.
const SEPARATORS: [&str; 8] = ["至", "～", "~", " - ", " – ", " — ", " to ", "\n"];
/// Days between the day 0 of spreadsheets and 1970.
const SERIAL_EPOCH: i64 = 25_569;
/// Serial numbers of 1954 to 2119: no year, no month and no day looks like one.
const SERIALS: std::ops::Range<i64> = 20_000..80_000;

/// The first and, where there is one, the second end of a period in one cell.
pub fn split_period(text: &str) -> (&str, Option<&str>) {
    let split = SEPARATORS.iter().find_map(|separator| text.split_once(separator));
    split.map_or((text, None), |(start, end)| (start.trim(), Some(end.trim())))
}

/// Reads a day or a time; without an offset it is in `zone`.
///
/// # Errors
/// [`PeriodError`] for anything else.
pub fn parse_written_instant(text: &str, zone: &TimeZone) -> Result<Timestamp, PeriodError> {
    let text = text.trim();
    if let Ok(instant) = parse_instant_in(text, zone) {
        return Ok(instant);
    }
    if let Some(instant) = serial(text, zone) {
        return Ok(instant);
    }
    parse_instant_in(&plain(text), zone)
}

/// `YYYY-MM-DD HH:MM:SS+HHMM` of what was written with other signs.
fn plain(text: &str) -> String {
    let mut out = text.replace(['年', '月'], "-").replace('日', " ").replace("GMT", "").replace("UTC", "");
    let date_end = out.find([' ', 'T']).unwrap_or(out.len());
    if out[..date_end].matches('.').count() == 2 {
        out = out[..date_end].replace('.', "-") + &out[date_end..];
    }
    if date_end == 8 && out[..8].bytes().all(|byte| byte.is_ascii_digit()) {
        out = format!("{}-{}-{}{}", &out[..4], &out[4..6], &out[6..8], &out[8..]);
    }
    // `+8:00` and `+8` are offsets too
    if let Some(at) = out.rfind(['+', '-']).filter(|at| *at > 10) {
        let (hours, minutes) = out[at + 1..].split_once(':').unwrap_or((&out[at + 1..], "00"));
        if hours.len() == 1 {
            out = format!("{}0{hours}{minutes}", &out[..=at]);
        }
    }
    out
}

/// A spreadsheet's serial number: days since the end of 1899, the time as a fraction.
fn serial(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let (days, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let days: i64 = days.parse().ok().filter(|days| SERIALS.contains(days))?;
    let fraction: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    let seconds = (fraction.parse::<i64>().ok()? * 86_400 + 500_000_000) / 1_000_000_000;
    let date: Date = TimeZone::UTC.to_datetime(Timestamp::from_second((days - SERIAL_EPOCH) * 86_400).ok()?).date();
    let midnight = date.to_zoned(zone.clone()).ok()?.timestamp();
    Timestamp::from_second(midnight.as_second() + seconds).ok()
}

/// Reads a month: `2026-09`, `2026/9`, `202609`, `2026年9月`, `2026.09`, or that of a day.
///
/// # Errors
/// [`PeriodError`] for anything else.
pub fn parse_written_month(text: &str) -> Result<Month, PeriodError> {
    let error = || PeriodError("month (YYYY-MM)");
    let text = split_period(text.trim()).0;
    if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return format!("{}-{}", &text[..4], &text[4..]).parse();
    }
    let mut parts = text.trim_end_matches('月').split(['-', '/', '.', '年']);
    if let (Some(year), Some(month), None) = (parts.next(), parts.next(), parts.next())
        && year.len() == 4
        && (1..=2).contains(&month.len())
    {
        let month = digits(month).and_then(|month| i8::try_from(month).ok()).ok_or_else(error)?;
        return Month::new(digits(year).ok_or_else(error)?, month);
    }
    let instant = parse_written_instant(text, &TimeZone::UTC).map_err(|_| error())?;
    Ok(Day::of(instant, &TimeZone::UTC).month())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_consoles_and_spreadsheets_write_them() {
        let beijing = TimeZone::fixed(jiff::tz::offset(8));
        for (text, utc) in [
            ("2026-09-01 08:00:00", "2026-09-01T00:00:00Z"),
            ("2026/09/01 08:00:00 GMT+08:00", "2026-09-01T00:00:00Z"),
            ("2026-09-01 08:00:00 GMT+8", "2026-09-01T00:00:00Z"),
            ("2026-09-01T08:00:00+08:00", "2026-09-01T00:00:00Z"),
            ("2026-09-01T00:00:00Z", "2026-09-01T00:00:00Z"),
            ("2026年9月1日 08:00", "2026-09-01T00:00:00Z"),
            ("2026年09月01日", "2026-08-31T16:00:00Z"),
            ("2026.9.1", "2026-08-31T16:00:00Z"),
            ("20260901", "2026-08-31T16:00:00Z"),
            ("46266", "2026-08-31T16:00:00Z"),
            ("46266.333333333336", "2026-09-01T00:00:00Z"),
        ] {
            assert_eq!(parse_written_instant(text, &beijing).map(|at| at.to_string()).as_deref(), Ok(utc), "{text}");
        }
        for text in ["", "--", "45", "202609", "99999999", "合计"] {
            assert!(parse_written_instant(text, &beijing).is_err(), "{text}");
        }
    }

    #[test]
    fn a_cell_may_hold_a_period() {
        assert_eq!(split_period("2026-09-01 至 2026-09-02"), ("2026-09-01", Some("2026-09-02")));
        assert_eq!(split_period("2026/9/1 08:00 - 2026/9/1 09:00"), ("2026/9/1 08:00", Some("2026/9/1 09:00")));
        assert_eq!(split_period("2026-09-01"), ("2026-09-01", None));
    }

    #[test]
    fn months_are_read_in_many_forms() {
        for text in [
            "2026-09",
            "2026/9",
            "202609",
            "2026年9月",
            "2026.09",
            "2026-09-01 00:00:00",
            "46266",
            "2026-09-01~2026-09-30",
        ] {
            assert_eq!(parse_written_month(text).map(|month| month.to_string()).as_deref(), Ok("2026-09"), "{text}");
        }
        for text in ["", "2026-13", "September", "26-09", "2026"] {
            assert!(parse_written_month(text).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics(text in "\\PC{0,30}") {
            let _ = parse_written_instant(&text, &TimeZone::UTC);
            let _ = parse_written_month(&text);
        }
    }
}
