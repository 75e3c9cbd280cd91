//! Reading a table that a person sends: CSV or XLSX, told by content. Whatever it holds, memory stays bounded.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader as _, Xlsx};

use super::unguarded;

/// What a file may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Rows, without the header.
    pub rows: usize,
    /// Columns; what stands further right is ignored.
    pub columns: usize,
    /// Bytes that a packed file may unpack to.
    pub unpacked: u64,
}

/// A table as it was read: texts, trimmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The first row.
    pub header: Vec<String>,
    /// The other rows that are not empty.
    pub rows: Vec<SheetRow>,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// As a spreadsheet numbers it: the header is 1.
    pub number: u64,
    cells: Vec<String>,
}

impl SheetRow {
    /// The text of a column; empty where the row is shorter.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// Why a file is no table that can be read; the code is stable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// `empty`, `not_utf8`, `unreadable`, `too_many_rows`, `too_large`.
    pub code: &'static str,
    /// What the reader of the file says, or the limit.
    pub detail: String,
}

impl Unreadable {
    fn new(code: &'static str, detail: impl ToString) -> Self {
        Self { code, detail: detail.to_string() }
    }
}

/// Reads the table in `bytes`; of a workbook the first sheet. Blocks.
///
/// # Errors
/// [`Unreadable`].
pub fn read(bytes: &[u8], limits: Limits) -> Result<Sheet, Unreadable> {
    let rows = if bytes.starts_with(b"PK\x03\x04") { read_xlsx(bytes, limits)? } else { read_csv(bytes, limits)? };
    let mut rows = rows.into_iter().filter(|row| row.cells.iter().any(|cell| !cell.is_empty()));
    let header = rows.next().ok_or_else(|| Unreadable::new("empty", ""))?.cells;
    Ok(Sheet { header, rows: rows.collect() })
}

fn read_csv(bytes: &[u8], limits: Limits) -> Result<Vec<SheetRow>, Unreadable> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| Unreadable::new("not_utf8", error.valid_up_to()))?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    let (mut number, mut line) = (0, 1);
    while reader.read_record(&mut record).map_err(|error| Unreadable::new("unreadable", error))? {
        // a spreadsheet counts an empty line as a row, a line break within a cell not
        let within: usize = record.iter().map(|cell| cell.bytes().filter(|byte| *byte == b'\n').count()).sum();
        let taken = reader.position().line() - line;
        number += 1 + taken.saturating_sub(1 + within as u64);
        line = reader.position().line();
        let cells: Vec<String> = record.iter().take(limits.columns).map(unquoted).collect();
        push(&mut rows, SheetRow { number, cells }, limits)?;
    }
    Ok(rows)
}

/// Commas; semicolons or tabs where the first line has more of them, as spreadsheets of some countries write.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: u8| first.bytes().filter(|byte| *byte == separator).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

/// Without the quote that keeps a text from being a formula.
fn unquoted(text: &str) -> String {
    let text = text.trim_matches(' ');
    let text = unguarded(text);
    text.trim().to_owned()
}

fn read_xlsx(bytes: &[u8], limits: Limits) -> Result<Vec<SheetRow>, Unreadable> {
    let failed = |error: calamine::XlsxError| Unreadable::new("unreadable", error);
    check_unpacked(bytes, limits)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(failed)?;
    let name = book.sheet_names().first().cloned().ok_or_else(|| Unreadable::new("empty", ""))?;
    // cell by cell: a range would take memory for every cell between the first and the last
    let mut cells = book.worksheet_cells_reader(&name).map_err(failed)?;
    let mut rows: Vec<SheetRow> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(failed)? {
        let (row, column) = cell.get_position();
        let text = text(cell.get_value());
        let (number, column) = (u64::from(row) + 1, column as usize);
        if text.is_empty() || column >= limits.columns {
            continue;
        }
        if rows.last().is_none_or(|row| row.number != number) {
            push(&mut rows, SheetRow { number, cells: Vec::new() }, limits)?;
        }
        if let Some(row) = rows.last_mut() {
            if row.cells.len() <= column {
                row.cells.resize(column + 1, String::new());
            }
            row.cells[column] = text;
        }
    }
    Ok(rows)
}

fn push(rows: &mut Vec<SheetRow>, row: SheetRow, limits: Limits) -> Result<(), Unreadable> {
    if rows.len() > limits.rows {
        return Err(Unreadable::new("too_many_rows", limits.rows));
    }
    rows.push(row);
    Ok(())
}

/// A small packed file may unpack to more than fits into memory: unpacked once, into nothing, as far as is allowed.
fn check_unpacked(bytes: &[u8], limits: Limits) -> Result<(), Unreadable> {
    let failed = |error: zip::result::ZipError| Unreadable::new("unreadable", error);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(failed)?;
    let mut left = limits.unpacked;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(failed)?.take(left + 1);
        let read = std::io::copy(&mut entry, &mut std::io::sink());
        let read = read.map_err(|error| Unreadable::new("unreadable", error))?;
        left = left.checked_sub(read).ok_or_else(|| Unreadable::new("too_large", limits.unpacked))?;
    }
    Ok(())
}

/// A cell as a person sees it: whole numbers without a fraction (an account id that a spreadsheet took for a number), days
/// as `YYYY-MM-DD`.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) => unquoted(text),
        DataRef::SharedString(text) => unquoted(text),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(time) => {
            let (year, month, day, ..) = time.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTimeIso(text) => text.get(..10).unwrap_or(text).to_owned(),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) => "#".to_owned(),
        DataRef::Empty => String::new(),
    }
}
