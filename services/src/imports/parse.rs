//! Reading the files of a delivery on a thread of its own: rows become lines, sums and messages for the writer.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use csv::ByteRecord;
use domain::customers::{AssociationType, is_masked};
use domain::imports::fields::BillField;
use domain::imports::reasons::Reason;
use domain::months::Closing;
use domain::periods::Month;
use jiff::tz::TimeZone;
use tokio::sync::mpsc::Sender;

use crate::db::{Connection, Database};
use crate::error::{Error, Result};

use super::draft::{Customer, Draft, FileDraft, Mended, Message, RejectedRow, Version};
use super::format::{Columns, Header, REJECTED_COLUMNS};
use super::layouts::Kind;
use super::line::{Line, LineTexts};
use super::rows::{Fault, Homes, Row, RowReader, is_total, repeats_header, text};
use super::source::{OpenBill, SourceFile, refused};
use super::sums::{Parts, Rollups};
use super::texts::{self, Texts};

/// Rows that are read before they are handed on.
const CHUNK: usize = 500;
/// In [`Line::no`], rows of a file; the files of a delivery stay below what is carried over.
pub const FILE_STEP: i64 = 1_000_000_000_000;

/// What the reading thread must know beforehand.
pub struct Known {
    pub zone: TimeZone,
    pub texts: Texts,
    pub customers: Vec<Customer>,
    pub next_customer: i64,
    pub next_version: i64,
    pub closed: BTreeMap<Month, Closing>,
    pub homes: Homes,
}

/// Reads deliveries.
pub struct Parser {
    known: Known,
    stored: StoredTexts,
    to_writer: Sender<Message>,
    message: Message,
    customer_index: HashMap<Vec<u8>, usize>,
    version_index: HashMap<Vec<u8>, usize>,
    versions: Vec<Version>,
    rollups: Rollups,
    mends: BTreeSet<Mended>,
    key: Vec<u8>,
    cells: String,
}

impl Parser {
    /// A parser that hands its messages to `to_writer`. Runs on a blocking thread of `runtime`.
    pub fn new(known: Known, database: Database, to_writer: Sender<Message>) -> Self {
        let mut customer_index = HashMap::new();
        for (index, customer) in known.customers.iter().enumerate() {
            customer_index.insert(joined([&customer.supplier, &customer.account, ""]), index);
        }
        Self {
            known,
            stored: StoredTexts { database, runtime: tokio::runtime::Handle::current(), connection: None },
            to_writer,
            message: Message::default(),
            customer_index,
            version_index: HashMap::new(),
            versions: Vec::new(),
            rollups: Rollups::default(),
            mends: BTreeSet::new(),
            key: Vec::new(),
            cells: String::new(),
        }
    }

    /// Reads all files. Blocks.
    ///
    /// # Errors
    /// `Invalid` for `file` with code `unreadable` where a file ends in the middle; `MonthClosed`.
    pub fn read(mut self, files: Vec<(SourceFile, OpenBill)>) -> Result<Draft> {
        let mut drafts = Vec::new();
        let mut bytes_before = 0;
        for (index, (source, mut bill)) in files.into_iter().enumerate() {
            let mut draft = FileDraft::new(&source.name, &bill.header);
            let file_no = i64::try_from(index).map_err(Error::internal)? + 1;
            self.message.rejects.push(RejectedRow {
                file: file_no,
                row: 0,
                fault: None,
                record: bill.header.record.clone(),
            });
            self.read_file(&source, &mut bill, &mut draft, (file_no, bytes_before))?;
            bytes_before += bill.meter.file_bytes();
            drafts.push(draft);
        }
        self.message.rollups = self.rollups.take();
        self.send()?;
        let customers = self.known.customers.into_iter().filter(|customer| customer.new || customer.changed).collect();
        Ok(Draft { files: drafts, versions: self.versions, customers, mends: self.mends })
    }

    fn read_file(
        &mut self,
        source: &SourceFile,
        bill: &mut OpenBill,
        draft: &mut FileDraft,
        (file_no, bytes_before): (i64, u64),
    ) -> Result<()> {
        let mut rows = RowReader::new(&bill.header, self.known.zone.clone(), self.known.homes.clone());
        let mut chunk: Vec<ByteRecord> = vec![ByteRecord::new(); CHUNK];
        let mut numbers = [0_i64; CHUNK];
        loop {
            bill.meter.allow_next_chunk();
            let mut count = 0;
            while count < CHUNK {
                let read =
                    bill.records.read(&mut chunk[count]).map_err(|error| refused(source, "unreadable", &error))?;
                let Some(number) = read else { break };
                numbers[count] = number.cast_signed();
                count += 1;
            }
            if self.known.texts.needs_look_up() {
                self.look_up_texts(&bill.header.columns, &chunk[..count])?;
            }
            for (record, row_no) in chunk[..count].iter().zip(numbers) {
                // a row of details that sums others up may look like a line, one of FOCUS cannot
                if bill.header.kind == Kind::Details && skip(&bill.header, draft, record, row_no) {
                    continue;
                }
                let line = match self.note_mended(&bill.header.columns, record).and_then(|()| rows.read(record)) {
                    Ok(row) => self.line(&row, file_no * FILE_STEP + row_no, draft)?,
                    Err(_) if skip(&bill.header, draft, record, row_no) => continue,
                    Err(_) if repeats_header(record, &bill.header.names) => Err(Fault::new("", Reason::SecondHeader)),
                    Err(fault) => Err(fault),
                };
                draft.rows.read += 1;
                match line {
                    Ok(line) => self.message.lines.push(line),
                    Err(mut fault) => {
                        if fault.reason == Reason::SumTooLarge {
                            rows.name(BillField::Due).clone_into(&mut fault.column);
                        }
                        self.reject(draft, fault, (file_no, row_no), record);
                    }
                }
            }
            self.message.rows_read += count as u64;
            self.message.bytes_read = bytes_before + bill.meter.file_bytes();
            if self.rollups.full() {
                self.message.rollups = self.rollups.take();
            }
            self.send()?;
            if count < CHUNK {
                return Ok(());
            }
        }
    }

    /// Of a file of rejected rows: which one this is, whether it is mended or not.
    fn note_mended(&mut self, columns: &Columns, record: &ByteRecord) -> Result<(), Fault> {
        let Some([delivery, file, row]) = columns.rejected else { return Ok(()) };
        let cell = |column| text(record, column).map(str::trim).unwrap_or_default();
        let (Ok(file), Ok(row)) = (cell(file).parse(), cell(row).parse()) else {
            return Err(Fault::new(REJECTED_COLUMNS[2], Reason::NoRejectedRow));
        };
        if !self.mends.insert(Mended { delivery: cell(delivery).to_owned(), file, row }) {
            return Err(Fault::new(REJECTED_COLUMNS[2], Reason::RejectedTwice));
        }
        Ok(())
    }

    fn reject(&mut self, draft: &mut FileDraft, fault: Fault, (file, row): (i64, i64), record: &ByteRecord) {
        draft.rows.rejected += 1;
        if draft.rejects.len() < domain::imports::REPORTED_REJECTS {
            draft.rejects.push(fault.reject(row.cast_unsigned()));
        }
        self.message.rejects.push(RejectedRow { file, row, fault: Some(fault), record: record.clone() });
    }

    /// Makes a line of a row and adds it to all sums; a row whose sums would pass 64 bits is refused.
    fn line(&mut self, row: &Row<'_>, line_no: i64, draft: &mut FileDraft) -> Result<Result<Line, Fault>> {
        let version = self.version(row)?;
        let customer = self.customer(row);
        let texts = self.texts(row)?;
        let no = self.versions[version].no;
        let line = Line {
            version: no,
            no: line_no,
            customer: self.known.customers[customer].no,
            day: row.day,
            bill_type: row.bill_type,
            texts,
            amounts: row.amounts.clone(),
        };
        let Some(paid) = line.amounts.paid().filter(|_| self.rollups.add(&line)) else {
            return Ok(Err(Fault::new("", Reason::SumTooLarge)));
        };
        self.versions[version].parts.add(&line);
        if draft.customers.insert(line.customer) {
            *(if self.known.customers[customer].new { &mut draft.created } else { &mut draft.known }) += 1;
        }
        draft.currencies.entry(texts.currency).or_insert_with(|| row.currency.to_ascii_uppercase());
        let sums = draft.sums.entry((no, texts.currency)).or_default();
        sums.rows += 1;
        sums.unbalanced += u64::from(!line.amounts.balanced());
        sums.list = sums.list.plus(row.exact.list);
        sums.billed = sums.billed.plus(row.exact.billed);
        sums.due = sums.due.plus(row.exact.due);
        sums.stored += paid.into();
        Ok(Ok(line))
    }

    /// The index of the row's version, a new one on first sight.
    fn version(&mut self, row: &Row<'_>) -> Result<usize> {
        join(&mut self.key, [row.supplier, row.billing_account, ""]);
        self.key.extend_from_slice(&row.month.months_to(domain::periods::Day::FOREVER.month()).to_le_bytes());
        if let Some(index) = self.version_index.get(&self.key) {
            return Ok(*index);
        }
        if let Some(closing) = self.known.closed.get(&row.month) {
            return Err(Error::MonthClosed(closing.clone()));
        }
        let index = self.versions.len();
        let no = self.known.next_version;
        self.known.next_version += 1;
        let (supplier, account) = (row.supplier.to_owned(), row.billing_account.to_owned());
        self.message.versions.push((no, supplier.clone(), account.clone(), row.month));
        self.versions.push(Version { no, supplier, account, month: row.month, parts: Parts::default() });
        self.version_index.insert(self.key.clone(), index);
        Ok(index)
    }

    /// The index of the row's customer, a new one on first sight. A clear name replaces another, a masked one only none.
    fn customer(&mut self, row: &Row<'_>) -> usize {
        join(&mut self.key, [row.supplier, row.customer_account, ""]);
        let index = self.customer_index.get(&self.key).copied().unwrap_or_else(|| {
            let no = self.known.next_customer;
            self.known.next_customer += 1;
            self.known.customers.push(Customer {
                no,
                supplier: row.supplier.to_owned(),
                account: row.customer_account.to_owned(),
                name: String::new(),
                association: AssociationType::Unknown,
                new: true,
                changed: false,
            });
            self.customer_index.insert(self.key.clone(), self.known.customers.len() - 1);
            self.known.customers.len() - 1
        });
        let customer = &mut self.known.customers[index];
        let name = row.customer_name;
        if customer.name != name && !name.is_empty() && (customer.name.is_empty() || !is_masked(name)) {
            name.clone_into(&mut customer.name);
            customer.changed = true;
        }
        if row.association != AssociationType::Unknown && customer.association != row.association {
            customer.association = row.association;
            customer.changed = true;
        }
        index
    }

    fn texts(&mut self, row: &Row<'_>) -> Result<LineTexts> {
        let mut instant = |at: Option<jiff::Timestamp>| -> Result<i64> {
            use std::fmt::Write as _;
            self.cells.clear();
            if let Some(at) = at {
                write!(self.cells, "{at}").map_err(Error::internal)?;
            }
            self.stored.number(&mut self.known.texts, &self.cells)
        };
        let (charge_start, charge_end, trade_time) =
            (instant(row.charge_start)?, instant(row.charge_end)?, instant(row.trade_time)?);
        let mut no = |value: &str| self.stored.number(&mut self.known.texts, value);
        Ok(LineTexts {
            bill_type: no(row.bill_type.code())?,
            charge_mode: no(row.charge_mode.code())?,
            association: no(row.association.code())?,
            currency: if row.currency.bytes().all(|b| b.is_ascii_uppercase()) {
                no(row.currency)?
            } else {
                no(&row.currency.to_ascii_uppercase())?
            },
            service: no(row.service)?,
            resource_type: no(row.resource_type)?,
            resource_id: no(row.resource_id)?,
            resource_name: no(row.resource_name)?,
            region: no(row.region)?,
            order: no(row.order)?,
            description: no(row.description)?,
            tags: no(row.tags)?,
            source_manager: no(row.manager)?,
            charge_start,
            charge_end,
            trade_time,
        })
    }

    /// Asks the database for all texts of a chunk that are not in memory.
    fn look_up_texts(&mut self, columns: &Columns, chunk: &[ByteRecord]) -> Result<()> {
        let keys = chunk
            .iter()
            .flat_map(|record| columns.texts().filter_map(|column| text(record, column)))
            .map(|value| texts::key(value.as_bytes()));
        let asked = self.known.texts.unknown(keys);
        let wanted: Vec<_> = asked.iter().copied().collect();
        let found = self.stored.find(&wanted)?;
        self.known.texts.looked_up(asked, found);
        Ok(())
    }

    fn send(&mut self) -> Result<()> {
        self.message.texts = self.known.texts.take_fresh();
        let (rows_read, bytes_read) = (self.message.rows_read, self.message.bytes_read);
        let message = std::mem::replace(&mut self.message, Message { rows_read, bytes_read, ..Message::default() });
        self.to_writer.blocking_send(message).map_err(|_| Error::Conflict("import_interrupted"))
    }
}

/// Whether a row is no line of the bill: empty, a sum of others, or a remark.
fn skip(header: &Header, draft: &mut FileDraft, record: &ByteRecord, row: i64) -> bool {
    let filled = || record.iter().filter(|cell| !cell.trim_ascii().is_empty());
    if filled().next().is_none() {
        return true;
    }
    if is_total(record) {
        let says = header.columns.of(BillField::Due).and_then(|column| text(record, column));
        draft.skip_total(row.cast_unsigned(), says);
        return true;
    }
    // one text in the row of a wide table
    let words = |cell: &[u8]| std::str::from_utf8(cell).is_ok_and(|text| text.chars().any(char::is_alphabetic));
    let remark = header.kind == Kind::Details && header.names.len() > 2 && filled().nth(1).is_none();
    if remark && filled().all(words) {
        draft.skipped.remarks += 1;
        return true;
    }
    false
}

/// The texts in the database, asked from the reading thread; the connection is opened when memory first cannot tell.
struct StoredTexts {
    database: Database,
    runtime: tokio::runtime::Handle,
    connection: Option<Connection>,
}

impl StoredTexts {
    /// The number of a text; the database is asked where memory cannot tell.
    fn number(&mut self, texts: &mut Texts, value: &str) -> Result<i64> {
        if let Some(no) = texts.number(value) {
            return Ok(no);
        }
        let asked = texts.unknown(std::iter::once(texts::key(value.as_bytes())));
        let wanted: Vec<_> = asked.iter().copied().collect();
        let found = self.find(&wanted)?;
        texts.looked_up(asked, found);
        texts.number(value).ok_or_else(|| Error::internal("a text has no number"))
    }

    fn find(&mut self, keys: &[texts::Key]) -> Result<Vec<(i64, i64, i64)>> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(self.runtime.block_on(self.database.import_connection())?),
        };
        self.runtime.block_on(texts::look_up(connection, keys))
    }
}

fn join(key: &mut Vec<u8>, parts: [&str; 3]) {
    key.clear();
    for part in parts {
        key.extend_from_slice(part.as_bytes());
        key.push(0);
    }
}

fn joined(parts: [&str; 3]) -> Vec<u8> {
    let mut key = Vec::new();
    join(&mut key, parts);
    key
}
