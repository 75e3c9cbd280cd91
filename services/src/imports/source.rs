//! Opening a bill file, told by content: text in several encodings, gzip, XLSX, or a ZIP that holds such files. Bytes are
//! counted for the progress bar.

mod archive;
mod decode;
mod sheet;
mod text;

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::ByteRecord;
use domain::imports::DELIVERY_BILLS;

use crate::error::{Error, Result};

use super::format::{Header, Knowledge, Unknown, recognise};

pub use archive::Unpacked;
use archive::too_many;
use sheet::SheetRows;

/// A file to import.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its name without folders, for the report; of a file in an archive, the archive's name before it.
    pub name: String,
}

impl SourceFile {
    /// The file at `path`, under its own name.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { path, name }
    }
}

/// Text that one chunk of records may hold: a quote that is never closed must not fill the memory.
const CHUNK_LIMIT: u64 = 64 << 20;

/// Bytes read of the file, and of the text in it.
#[derive(Debug, Default)]
pub struct Meter {
    file: AtomicU64,
    text: AtomicU64,
    text_limit: AtomicU64,
}

impl Meter {
    /// Bytes of the file read so far.
    pub fn file_bytes(&self) -> u64 {
        self.file.load(Ordering::Relaxed)
    }

    /// Lets the reader go on for another chunk.
    pub fn allow_next_chunk(&self) {
        self.text_limit.store(self.text.load(Ordering::Relaxed) + CHUNK_LIMIT, Ordering::Relaxed);
    }
}

/// A file whose bytes are counted.
struct FileBytes(File, Arc<Meter>);

impl Read for FileBytes {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.read(buffer)?;
        self.1.file.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for FileBytes {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

/// The rows of a file below its header.
pub struct Records {
    /// Read while the header was looked for.
    pending: VecDeque<(u64, ByteRecord)>,
    rest: Rest,
    /// The number of the row that was read last.
    row: u64,
}

enum Rest {
    Text(Box<csv::Reader<Box<dyn Read + Send>>>),
    Sheet(SheetRows),
}

impl Records {
    /// Reads the next row into `record`: its number, where the first row below the header is 1; none at the end.
    ///
    /// # Errors
    /// Where the file ends in the middle or is damaged.
    pub fn read(&mut self, record: &mut ByteRecord) -> std::result::Result<Option<u64>, String> {
        if let Some((row, pending)) = self.pending.pop_front() {
            *record = pending;
            self.row = row;
            return Ok(Some(row));
        }
        match &mut self.rest {
            Rest::Text(reader) => {
                if !reader.read_byte_record(record).map_err(|error| error.to_string())? {
                    return Ok(None);
                }
                self.row += 1;
                Ok(Some(self.row))
            }
            Rest::Sheet(rows) => rows.read(record),
        }
    }
}

/// A bill file whose header was recognised.
pub struct OpenBill {
    pub header: Header,
    pub records: Records,
    pub meter: Arc<Meter>,
}

/// A file with what its header leaves open.
pub struct Open {
    pub source: SourceFile,
    pub bill: std::result::Result<OpenBill, Question>,
    /// The folder of an archive's files: gone when the last of them is.
    pub unpacked: Option<Arc<Unpacked>>,
}

/// A file that cannot be imported without an answer.
#[derive(Debug)]
pub struct Question {
    /// What is known of its header; none where it is unknown.
    pub header: Option<Header>,
    /// The names of its columns.
    pub names: Vec<String>,
    /// Its first rows.
    pub samples: Vec<ByteRecord>,
    /// Said to whom cannot answer.
    pub sentence: String,
}

/// What is allowed.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes that a packed file may unpack to, if it is not refused as a bomb before.
    pub unpacked: u64,
    /// Where archives are unpacked.
    pub folder: PathBuf,
}

/// Least that any file may unpack to, and how much more than itself.
const UNPACKED_LEAST: u64 = 256 << 20;
const UNPACKED_RATIO: u64 = 250;

impl Limits {
    /// Bytes that a packed file of `size` may unpack to.
    fn for_size(&self, size: u64) -> u64 {
        self.unpacked.min(UNPACKED_LEAST.max(size.saturating_mul(UNPACKED_RATIO)))
    }
}

/// Opens a file, or the files in an archive, and recognises each; `opened` of the delivery are open before. Blocks.
///
/// # Errors
/// `Invalid` for field `file`: `unreadable`, `empty`, `no_text`, `old_excel`, `encrypted`, `html`, `unpacks_too_large`,
/// `archive_empty`, `nested_archive`, `too_many_files`; the detail names the file and the reason.
pub fn open(source: &SourceFile, knowledge: &Knowledge, limits: &Limits, opened: usize) -> Result<Vec<Open>> {
    let (files, unpacked) = archive::files(source, limits)?;
    require_few(source, opened + files.len())?;
    let one = |source: SourceFile| {
        let bill = open_one(&source, knowledge, limits)?;
        Ok(Open { source, bill, unpacked: unpacked.clone() })
    };
    files.into_iter().map(one).collect()
}

/// Refuses a delivery of more bills than are numbered and held open.
///
/// # Errors
/// `Invalid` for field `file`: `too_many_files`.
pub fn require_few(source: &SourceFile, bills: usize) -> Result<()> {
    if bills > DELIVERY_BILLS {
        return Err(too_many(source, &format!("one import may have {DELIVERY_BILLS} bills")));
    }
    Ok(())
}

fn open_one(
    source: &SourceFile,
    knowledge: &Knowledge,
    limits: &Limits,
) -> Result<std::result::Result<OpenBill, Question>> {
    let mut start = [0_u8; 8];
    let mut file = File::open(&source.path).map_err(|error| refused(source, "unreadable", &error))?;
    let read = archive::read_up_to(&mut file, &mut start).map_err(|error| refused(source, "unreadable", &error))?;
    if start[..read].starts_with(archive::ZIP_MAGIC) {
        return sheet::open(source, knowledge, limits);
    }
    if start[..read].starts_with(archive::OLE_MAGIC) {
        let encrypted = archive::is_encrypted_office(&mut file).unwrap_or(false);
        return Err(if encrypted {
            refused(source, "encrypted", &"save it without a password")
        } else {
            refused(source, "old_excel", &"a workbook of Excel 97 to 2003; save it as .xlsx or CSV")
        });
    }
    text::open(source, knowledge)
}

/// Looks for the header among a file's first rows: the row's index, and what it is or what is to be asked.
fn judge(
    source: &SourceFile,
    knowledge: &Knowledge,
    rows: &[ByteRecord],
) -> Result<(usize, std::result::Result<Header, Question>)> {
    if rows.iter().all(|row| row.iter().all(|cell| cell.trim_ascii().is_empty())) {
        return Err(refused(source, "empty", &"it has no rows"));
    }
    let samples =
        |row: usize| rows.iter().skip(row + 1).take(domain::imports::mapping::PREVIEW_ROWS).cloned().collect();
    match recognise(rows, &source.name, knowledge) {
        Ok((row, header)) if header.missing.is_empty() => Ok((row, Ok(header))),
        Ok((row, header)) => {
            let missing: Vec<&str> = header.missing.iter().map(|field| field.code()).collect();
            let sentence = format!(
                "recognised as {}, but it does not say {}; say it with --customer ACCOUNT_ID or --set FIELD=VALUE, or upload \
                 the file on the page of bill import",
                header.format,
                missing.join(", ")
            );
            let question =
                Question { names: header.names.clone(), samples: samples(row), header: Some(header), sentence };
            Ok((row, Err(question)))
        }
        Err(Unknown { no_text: true, .. }) => Err(refused(source, "no_text", &"it is neither text nor a workbook")),
        Err(unknown) => {
            let sentence = unknown.sentence();
            let question = Question { header: None, samples: samples(unknown.row), names: unknown.names, sentence };
            Ok((unknown.row, Err(question)))
        }
    }
}

/// The error for a file that cannot be imported.
pub fn refused(source: &SourceFile, code: &str, why: &dyn std::fmt::Display) -> Error {
    domain::errors::FieldError::new("file", code).with(format!("{}: {why}", source.name)).into()
}
