//! Which column of a file is which.

use domain::errors::FieldError;

use crate::error::{Error, Result};
use crate::tables::{self, Limits, Sheet, SheetRow};

/// The header of a file.
pub(super) struct Columns(Vec<String>);

impl Columns {
    /// The cell of the column that has one of these names; empty where there is none.
    pub fn cell<'r>(&self, row: &'r SheetRow, names: &[&str]) -> &'r str {
        self.find(names).map_or("", |column| row.cell(column))
    }

    /// Whether there is a column of one of these names.
    pub fn has(&self, names: &[&str]) -> bool {
        self.find(names).is_some()
    }

    fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.0.iter().position(|one| one == name))
    }
}

/// Reads a table that has the needed columns. Blocks.
///
/// # Errors
/// `Invalid` `file`: `empty`, `not_utf8`, `unreadable`, `too_many_rows`, `too_large`; `missing_columns` with their names.
pub(super) fn read(bytes: &[u8], limits: Limits, needed: &[&[&str]]) -> Result<(Sheet, Columns)> {
    let refused = |code: &str, detail: String| Error::from(FieldError::new("file", code).with(detail));
    let sheet = tables::read(bytes, limits).map_err(|why| refused(why.code, why.detail))?;
    let header = sheet.header.iter().map(|name| name.trim().to_lowercase().replace(' ', "_")).collect();
    let columns = Columns(header);
    let missing: Vec<&str> =
        needed.iter().filter(|names| !columns.has(names)).filter_map(|names| names.first().copied()).collect();
    if missing.is_empty() { Ok((sheet, columns)) } else { Err(refused("missing_columns", missing.join(", "))) }
}
