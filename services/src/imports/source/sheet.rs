//! Bills as XLSX. The sheet is read on a thread of its own, cell by cell, and its rows come over in batches: memory stays
//! flat but for the shared texts, which are limited.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use calamine::{DataRef, Reader as _, Xlsx};
use csv::ByteRecord;
use jiff::ToSpan as _;

use super::archive::{self, too_large};
use super::{FileBytes, Limits, Meter, OpenBill, Question, Records, Rest, SourceFile, judge, refused};
use crate::error::Result;
use crate::imports::format::{HEADER_ROWS, Knowledge};

/// Columns that are read; what stands further right is ignored.
const COLUMNS: usize = 2_000;
/// Sheets in which a header is looked for.
const SHEETS: usize = 20;
/// Bytes of a workbook's shared texts and styles, which are kept in memory.
const SHARED: u64 = 1 << 30;
/// Rows that come over at once, and batches that may wait.
const BATCH: usize = 500;
const WAITING: usize = 4;

type Rows = Vec<(u64, ByteRecord)>;
type Book = Xlsx<BufReader<FileBytes>>;

/// The rows of a sheet below its header.
pub struct SheetRows {
    batches: Receiver<std::result::Result<Rows, String>>,
    batch: std::vec::IntoIter<(u64, ByteRecord)>,
    /// The sheet's row of the header, and how many columns it has.
    header: u64,
    width: usize,
}

impl SheetRows {
    /// Reads the next row: its number below the header.
    pub fn read(&mut self, record: &mut ByteRecord) -> std::result::Result<Option<u64>, String> {
        loop {
            if let Some((row, next)) = self.batch.next() {
                *record = next;
                // a sheet does not keep the empty cells at the end of a row
                while record.len() < self.width {
                    record.push_field(b"");
                }
                return Ok(Some(row - self.header));
            }
            match self.batches.recv() {
                Ok(batch) => self.batch = batch?.into_iter(),
                Err(_) => return Ok(None),
            }
        }
    }
}

/// Opens a workbook and recognises the first of its sheets that can be; else asks about the first that has rows.
pub fn open(
    source: &SourceFile,
    knowledge: &Knowledge,
    limits: &Limits,
) -> Result<std::result::Result<OpenBill, Question>> {
    let unreadable = |why: &dyn std::fmt::Display| refused(source, "unreadable", why);
    check_unpacked(source, limits)?;
    let mut book = book(source, Arc::default()).map_err(|error| unreadable(&error))?;
    let (mut asked, mut first_error) = (None, None);
    for name in book.sheet_names().into_iter().take(SHEETS) {
        let mut rows = Vec::new();
        let take = |row, record| {
            rows.push((row, record));
            rows.len() < HEADER_ROWS
        };
        each_row(&mut book, &name, take).map_err(|error| unreadable(&error))?;
        let (numbers, records): (Vec<u64>, Vec<ByteRecord>) = rows.into_iter().unzip();
        match judge(source, knowledge, &records) {
            Ok((row, Ok(mut header))) => {
                let width = header.names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
                header.names.truncate(width);
                header.record.truncate(width);
                let meter = Arc::new(Meter::default());
                let header_row = numbers.get(row).copied().unwrap_or_default();
                let rows = stream(source, (&name, header_row, width), meter.clone())?;
                let records = Records { pending: std::collections::VecDeque::new(), rest: Rest::Sheet(rows), row: 0 };
                return Ok(Ok(OpenBill { header, records, meter }));
            }
            // what was recognised and lacks something is nearer than what is unknown
            Ok((_, Err(question))) => match &asked {
                Some(Question { header: Some(_), .. }) => {}
                Some(_) if question.header.is_none() => {}
                _ => asked = Some(question),
            },
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    match (asked, first_error) {
        (Some(question), _) => Ok(Err(question)),
        (None, Some(error)) => Err(error),
        (None, None) => Err(refused(source, "empty", &"it has no sheet")),
    }
}

fn book(source: &SourceFile, meter: Arc<Meter>) -> std::result::Result<Book, calamine::XlsxError> {
    let file = File::open(&source.path)?;
    Xlsx::new(BufReader::with_capacity(1 << 17, FileBytes(file, meter)))
}

/// A small packed file may unpack to more than fits into memory: unpacked once, into nothing, as far as is allowed.
fn check_unpacked(source: &SourceFile, limits: &Limits) -> Result<()> {
    let unreadable = |why: &dyn std::fmt::Display| refused(source, "unreadable", why);
    let limit = limits.for_size(std::fs::metadata(&source.path)?.len());
    let mut archive = archive::open(&source.path).map_err(|error| unreadable(&error))?;
    let mut left = limit;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| unreadable(&error))?;
        let sheet = entry.name_raw().starts_with(b"xl/worksheets/");
        let allowed = if sheet { left } else { left.min(SHARED) };
        let read = std::io::copy(&mut (&mut entry).take(allowed + 1), &mut std::io::sink());
        let read = read.map_err(|error| unreadable(&error))?;
        if read > allowed {
            return Err(too_large(source, allowed));
        }
        left -= read;
    }
    Ok(())
}

/// Reads the sheet from below the header on, on a thread of its own, as fast as the rows are taken.
fn stream(source: &SourceFile, (sheet, header, width): (&str, u64, usize), meter: Arc<Meter>) -> Result<SheetRows> {
    let mut book = book(source, meter).map_err(|error| refused(source, "unreadable", &error))?;
    let (sender, batches) = sync_channel(WAITING);
    let sheet = sheet.to_owned();
    std::thread::spawn(move || {
        let mut batch = Rows::with_capacity(BATCH);
        let read = each_row(&mut book, &sheet, |row, record| {
            if row > header {
                batch.push((row, record));
            }
            batch.len() < BATCH || sender.send(Ok(std::mem::replace(&mut batch, Rows::with_capacity(BATCH)))).is_ok()
        });
        // nobody listens any more where the import has ended before
        let _ = match read {
            Ok(()) => sender.send(Ok(batch)),
            Err(error) => sender.send(Err(error.to_string())),
        };
    });
    Ok(SheetRows { batches, batch: Vec::new().into_iter(), header, width })
}

/// Gives each row that is not empty, with its number in the sheet from 1, as long as `take` says so.
fn each_row(
    book: &mut Book,
    sheet: &str,
    mut take: impl FnMut(u64, ByteRecord) -> bool,
) -> std::result::Result<(), calamine::XlsxError> {
    let mut cells = book.worksheet_cells_reader(sheet)?;
    let mut row: Vec<String> = Vec::new();
    let mut number = 0;
    while let Some(cell) = cells.next_cell()? {
        let (at, column) = cell.get_position();
        let (at, column) = (u64::from(at) + 1, column as usize);
        let text = text(cell.get_value());
        if text.is_empty() || column >= COLUMNS {
            continue;
        }
        if at != number && number > 0 && !take(number, ByteRecord::from(std::mem::take(&mut row))) {
            return Ok(());
        }
        number = at;
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        row[column] = text;
    }
    if number > 0 {
        take(number, ByteRecord::from(row));
    }
    Ok(())
}

/// A cell as text: numbers with every digit that they have, times as `YYYY-MM-DD HH:MM:SS`.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Int(number) => number.to_string(),
        // the shortest text that is this number again: no digit is made up and none is lost
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(time) if time.is_datetime() => {
            // a serial number is a fraction: a second too early by a hair is the second
            let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
            let small = |value: u8| i8::try_from(value).unwrap_or_default();
            let whole = jiff::civil::DateTime::new(
                i16::try_from(year).unwrap_or_default(),
                small(month),
                small(day),
                small(hour),
                small(minute),
                small(second),
                0,
            );
            let whole = whole.map(|at| if milli >= 500 { at.saturating_add(1.second()) } else { at });
            whole.map_or_else(|_| time.as_f64().to_string(), |at| at.strftime("%Y-%m-%d %H:%M:%S").to_string())
        }
        DataRef::DateTime(time) => time.as_f64().to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => format!("#{error}"),
        DataRef::Empty => String::new(),
    }
}
