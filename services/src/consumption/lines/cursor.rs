//! Where a page of lines ends: the key of its last line.

use std::fmt;

use domain::periods::Day;

use crate::error::{Error, Result};

/// The key of a line in the order of the list. It says where to go on, never what may be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    pub day: Day,
    pub version: i64,
    pub line: i64,
}

impl Cursor {
    /// Reads what [`fmt::Display`] wrote; none from an empty text.
    ///
    /// # Errors
    /// `Invalid` for anything else.
    pub fn parse(text: &str) -> Result<Option<Self>> {
        if text.is_empty() {
            return Ok(None);
        }
        let mut parts = text.splitn(3, '.');
        let parsed = (|| {
            let day = parts.next()?.parse().ok()?;
            let mut number = || parts.next()?.parse::<i64>().ok().filter(|number| *number >= 0);
            Some(Self { day, version: number()?, line: number()? })
        })();
        parsed.map(Some).ok_or_else(|| Error::field("after", "unknown_page"))
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.day, self.version, self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_page_gave_is_accepted() {
        let cursor = Cursor { day: "2026-11-22".parse().unwrap(), version: 12, line: 345 };
        assert_eq!(Cursor::parse(&cursor.to_string()).unwrap(), Some(cursor));
        assert_eq!(Cursor::parse("").unwrap(), None);
        for text in
            ["2026-11-22", "2026-11-22.1", "2026-13-01.1.1", "2026-11-22.1.-1", "2026-11-22.1.1.1", "x.1.1", "."]
        {
            assert!(matches!(Cursor::parse(text), Err(Error::Invalid(_))), "{text}");
        }
    }
}
