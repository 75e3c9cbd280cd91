//! What time it is. Everything that needs "now" asks here, so that tests can set it.

use std::sync::Arc;

use domain::periods::Day;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The source of "now".
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The machine's clock.
    #[allow(clippy::disallowed_methods)] // the one place that may ask it
    pub fn system() -> Self {
        Self(Arc::new(Timestamp::now))
    }

    /// A clock that stands still: for tests and for reproducible demo data.
    pub fn fixed(now: Timestamp) -> Self {
        Self(Arc::new(move || now))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }

    /// Today in `zone`.
    pub fn today(&self, zone: &TimeZone) -> Day {
        Day::of(self.now(), zone)
    }
}

/// A stored instant as people of `zone` write it, RFC 3339 with its offset: `2026-11-22T12:05:06+08:00`.
pub fn local(stored: &str, zone: &TimeZone) -> String {
    let instant: Result<Timestamp, _> = stored.parse();
    instant.map_or_else(
        |_| stored.to_owned(),
        |instant| instant.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
    )
}

/// An instant as the database keeps it: UTC, microseconds, always 27 characters, so that text order is time order.
pub fn stored(instant: Timestamp) -> String {
    format!("{instant:.6}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_instant_is_told_in_the_billing_zone() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        assert_eq!(local("2026-11-22T20:05:06.123456Z", &zone), "2026-11-23T04:05:06+08:00");
        assert_eq!(local("?", &zone), "?");
    }
}
