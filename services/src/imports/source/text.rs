//! Bills as text: CSV and its kin, plain or gzip, in any of the encodings of [`super::decode`].

use std::fs::File;
use std::io::{BufRead as _, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use csv::ByteRecord;
use flate2::read::MultiGzDecoder;

use super::decode::Decoded;
use super::{FileBytes, Meter, OpenBill, Question, Records, Rest, SourceFile, judge, refused};
use crate::error::Result;
use crate::imports::format::{HEADER_ROWS, Knowledge};

/// Text that is looked at before it is read: enough for titles and a header.
const PEEKED: u64 = 64 << 10;

struct Text(Box<dyn Read + Send>, Arc<Meter>);

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.read(buffer)?;
        let read = self.1.text.fetch_add(count as u64, Ordering::Relaxed) + count as u64;
        if read > self.1.text_limit.load(Ordering::Relaxed) {
            return Err(std::io::Error::other("a row is longer than 64 MiB: a quote may not be closed"));
        }
        Ok(count)
    }
}

/// Opens a text and recognises it.
pub fn open(source: &SourceFile, knowledge: &Knowledge) -> Result<std::result::Result<OpenBill, Question>> {
    let unreadable = |why: &dyn std::fmt::Display| refused(source, "unreadable", why);
    let meter = Arc::new(Meter::default());
    meter.allow_next_chunk();
    let file = File::open(&source.path).map_err(|error| unreadable(&error))?;
    let mut start = BufReader::with_capacity(1 << 18, FileBytes(file, meter.clone()));
    let zipped = start.fill_buf().map_err(|error| unreadable(&error))?.starts_with(&[0x1f, 0x8b]);
    let bytes: Box<dyn Read + Send> = if zipped { Box::new(MultiGzDecoder::new(start)) } else { Box::new(start) };
    let mut text = Decoded::new(bytes);
    let mut peeked = Vec::new();
    text.by_ref().take(PEEKED).read_to_end(&mut peeked).map_err(|error| unreadable(&error))?;
    if is_markup(&peeked) {
        return Err(refused(source, "html", &"a web page or XML under another name; save it as .xlsx or CSV"));
    }
    let delimiter = delimiter(&peeked);
    let text: Box<dyn Read + Send> = Box::new(Cursor::new(peeked).chain(text));
    let text: Box<dyn Read + Send> = Box::new(Text(text, meter.clone()));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(1 << 17)
        .from_reader(text);

    // the first row is the header of most files: the others are only read where it is not
    let mut rows = Vec::new();
    read_up_to(&mut reader, 1, &mut rows).map_err(|error| unreadable(&error))?;
    let mut judged = judge(source, knowledge, &rows);
    if !matches!(&judged, Ok((_, Ok(_)))) {
        read_up_to(&mut reader, HEADER_ROWS, &mut rows).map_err(|error| unreadable(&error))?;
        judged = judge(source, knowledge, &rows);
    }
    let (row, header) = judged?;
    let pending = rows.into_iter().skip(row + 1).zip(1..).map(|(record, number)| (number, record)).collect();
    let records = Records { pending, rest: Rest::Text(Box::new(reader)), row: 0 };
    Ok(header.map(|header| OpenBill { header, records, meter }))
}

fn read_up_to<R: Read>(reader: &mut csv::Reader<R>, count: usize, rows: &mut Vec<ByteRecord>) -> csv::Result<()> {
    let mut record = ByteRecord::new();
    while rows.len() < count && reader.read_byte_record(&mut record)? {
        rows.push(record.clone());
    }
    Ok(())
}

/// Whether it is a web page or XML, as consoles give out under the name of a workbook.
fn is_markup(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
    let start = String::from_utf8_lossy(&text[..text.len().min(64)]).to_ascii_lowercase();
    ["<!doctype", "<html", "<head", "<meta", "<table", "<style", "<?xml", "<div"]
        .iter()
        .any(|tag| start.starts_with(tag))
}

/// What separates the cells: commas, or what some line of the first ones has more of.
fn delimiter(text: &[u8]) -> u8 {
    let most = |separator: u8| {
        let lines = text.split(|byte| *byte == b'\n').take(HEADER_ROWS);
        lines.map(|line| line.split(|byte| *byte == separator).count()).max().unwrap_or(0)
    };
    // of equals the last one is taken
    [b'|', b';', b'\t', b','].into_iter().max_by_key(|separator| most(*separator)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_one_that_some_line_has_most_of() {
        assert_eq!(delimiter(b"a,b,c\n1;2,3,4"), b',');
        assert_eq!(delimiter(b"title, with comma\na\tb\tc\n\"1,000\"\t2\t3"), b'\t');
        assert_eq!(delimiter("标题\n账期;应付金额\n".as_bytes()), b';');
        assert_eq!(delimiter(b"one"), b',');
    }

    #[test]
    fn markup_is_told_from_tables() {
        for markup in ["<html><body>", "\u{feff}\n <!DOCTYPE html>", "<?xml version=\"1.0\"?><Workbook>"] {
            assert!(is_markup(markup.as_bytes()), "{markup}");
        }
        assert!(!is_markup(b"BilledCost,<b>"));
    }
}
