//! Customers by a pasted list: what a person copies from a sheet, and what is found for it.

use serde::{Deserialize, Serialize};

use crate::customers::folded;
use crate::errors::FieldError;
use crate::ids::{CustomerId, CustomerListId};

/// Entries that a list may have.
pub const MAX_ENTRIES: usize = 1_000;
/// Characters of an entry.
pub const MAX_ENTRY: usize = 200;
/// Bytes of all entries: they are sent as one request.
pub const MAX_BYTES: usize = 200_000;
/// Lists that are kept for a member; making one more forgets the one that was made or asked for again longest ago, unless a
/// saved view names it.
pub const MAX_LISTS: i64 = 200;

/// What ends a cell of a sheet.
const CELL_ENDS: [char; 3] = ['\n', '\r', '\t'];
/// What may stand between entries of a cell. A name may hold one of them, so that the whole cell is looked for first.
const SEPARATORS: [char; 5] = [',', '，', ';', '；', '、'];

/// The cells of a pasted text: what stands between ends of lines and tabs, without quotes around it, without empty ones,
/// each once.
pub fn cells(text: &str) -> Vec<String> {
    without_repetition(text.split(CELL_ENDS))
}

/// The entries of a cell: what stands between commas and semicolons, of either width.
pub fn parts(cell: &str) -> Vec<String> {
    without_repetition(cell.split(SEPARATORS))
}

fn without_repetition<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    texts
        .map(|text| text.trim().trim_matches('"').trim())
        .filter(|text| !text.is_empty() && seen.insert(folded(text)))
        .map(str::to_owned)
        .collect()
}

/// Checks how much was pasted.
///
/// # Errors
/// `entries`: `required` for nothing, `too_many_entries` for more than [`MAX_ENTRIES`], `entry_too_long` for one of more than
/// [`MAX_ENTRY`] characters, `entries_too_large` for more than [`MAX_BYTES`].
pub fn check(cells: &[String]) -> Result<(), FieldError> {
    let entries = || cells.iter().flat_map(|cell| parts(cell));
    let count = entries().count();
    if count == 0 {
        return Err(FieldError::new("entries", "required"));
    }
    if count > MAX_ENTRIES {
        return Err(FieldError::new("entries", "too_many_entries").with(MAX_ENTRIES));
    }
    if entries().any(|entry| entry.chars().count() > MAX_ENTRY) {
        return Err(FieldError::new("entries", "entry_too_long").with(MAX_ENTRY));
    }
    if cells.iter().map(String::len).sum::<usize>() > MAX_BYTES {
        return Err(FieldError::new("entries", "entries_too_large"));
    }
    Ok(())
}

/// A customer that an entry may mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The customer.
    pub id: CustomerId,
    /// Its name, or its account's.
    pub name: String,
    /// The account's id.
    pub account_id: String,
    /// The supplier, which tells equal account ids apart.
    pub supplier: String,
}

/// An entry that several customers fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ambiguous {
    /// As it was pasted.
    pub entry: String,
    /// All that fit, by account id.
    pub candidates: Vec<Candidate>,
}

/// What was found for the entries of a list. What does not exist and what is outside the reader's scope look the same.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Resolution {
    /// The customers that an entry names without doubt, each once, in the order of the entries.
    pub found: Vec<Candidate>,
    /// The entries that several customers fit.
    pub ambiguous: Vec<Ambiguous>,
    /// The entries that no customer fits, as they were pasted.
    pub unknown: Vec<String>,
}

/// A list as its reader sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerList {
    /// Which list.
    pub id: CustomerListId,
    /// Those of its customers that are in the reader's scope today, by account id.
    pub customers: Vec<Candidate>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_a_sheet_is_taken_apart_and_a_comma_may_be_part_of_a_name() {
        let pasted = "hw001\r\n\"Acme, Inc.\"\n\n  云上科技 \thw002, hw003\nHW001";
        let cells = cells(pasted);
        assert_eq!(cells, ["hw001", "Acme, Inc.", "云上科技", "hw002, hw003"]);
        assert_eq!(parts(&cells[3]), ["hw002", "hw003"]);
        assert_eq!(parts("甲；乙、丙，丁;甲"), ["甲", "乙", "丙", "丁"]);
    }

    #[test]
    fn too_much_and_nothing_are_refused() {
        let code = |text: &str| check(&cells(text)).err().map(|error| error.code);
        assert_eq!(code(" \n, "), Some("required".into()));
        assert_eq!(code("a"), None);
        let many = |count: usize| (0..count).map(|index| index.to_string()).collect::<Vec<_>>().join(",");
        assert_eq!(code(&many(1_000)), None);
        assert_eq!(code(&many(1_001)), Some("too_many_entries".into()));
        assert_eq!(code(&"名".repeat(201)), Some("entry_too_long".into()));
        let long = (0..500).map(|index| format!("{index}{}", "名".repeat(190))).collect::<Vec<_>>().join("\n");
        assert_eq!(code(&long), Some("entries_too_large".into()));
    }
}
