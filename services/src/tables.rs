//! Tables as files: writing CSV and XLSX for spreadsheets, and reading what comes back.
//!
//! What a person typed must never become a formula in the reader's spreadsheet. In XLSX text is text. CSV has no types:
//! there a text that begins like a formula gets a single quote in front, which [`read`] takes away again.

mod read;
mod write;

pub use read::{Limits, Sheet, SheetRow, Unreadable, read};
pub use write::TableWriter;

use std::borrow::Cow;

use domain::periods::Day;

/// The form of a table file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TableFormat {
    /// UTF-8 with a byte order mark, so that Excel reads Chinese.
    Csv,
    /// Excel 2007 and later.
    Xlsx,
}

impl TableFormat {
    /// How the names of such files end.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// What stands in one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Anything a person may have typed, ids too: never a formula, never a number.
    Text(String),
    /// An exact decimal as text. A number in XLSX where that loses nothing, else text.
    Amount(String),
    /// A day, `YYYY-MM-DD`; text in both forms, so that no locale turns it around.
    Day(Day),
    /// A count.
    Number(u64),
    /// Nothing.
    Empty,
}

impl Cell {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// A finished file to download.
#[derive(Debug, Clone)]
pub struct TableFile {
    /// A name for it, ASCII.
    pub name: String,
    /// Its form.
    pub format: TableFormat,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A text as it stands in a file without types: one that begins like a formula gets a single quote in front.
pub(crate) fn guarded(text: &str) -> Cow<'_, str> {
    if begins_like_a_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Takes away again what [`guarded`] put in front.
pub(crate) fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| begins_like_a_formula(rest)).unwrap_or(text)
}

/// Whether a spreadsheet may take the text for a formula, or drop its first character. Some take full-width signs, too.
fn begins_like_a_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests;
