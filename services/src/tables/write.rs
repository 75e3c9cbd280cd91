//! Writing a table row by row.

use std::io::Write;
use std::path::Path;

use domain::money::Decimal;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::{Cell, TableFormat, guarded};
use crate::error::{Error, Result};

/// Characters that a cell of a spreadsheet holds.
const MAX_TEXT: usize = 32_767;
/// Digits that a spreadsheet shows and keeps when it saves a number again.
const EXACT_DIGITS: usize = 15;
/// So that Excel reads a CSV file as UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Rows of a sheet of a workbook; what is more goes on in the next sheet, with the header again.
const SHEET_ROWS: u32 = 1_048_576;
/// Width of a workbook's columns, in characters.
const COLUMN_WIDTH: f64 = 16.0;
/// The last column that is made so wide.
const WIDE_COLUMNS: u16 = 40;

/// Writes a table, or several below each other: headers and rows in the order in which they are given, then the file.
pub struct TableWriter<W: Write + Send = Vec<u8>>(Inner<W>);

enum Inner<W: Write + Send> {
    Csv(Box<csv::Writer<W>>),
    Xlsx(Box<Book>, W),
}

struct Book {
    workbook: Workbook,
    /// Whether rows go to disk as they come.
    flat: bool,
    /// Of the last sheet.
    row: u32,
    /// Rows that a sheet may have.
    rows: u32,
    header: Vec<String>,
}

impl TableWriter {
    /// A table with these columns, in memory.
    ///
    /// # Errors
    /// `Internal`.
    pub fn new<T: AsRef<str>>(format: TableFormat, columns: &[T]) -> Result<Self> {
        let mut writer = Self(match format {
            TableFormat::Csv => Inner::Csv(Box::new(csv::Writer::from_writer(BYTE_ORDER_MARK.to_vec()))),
            TableFormat::Xlsx => Inner::Xlsx(Box::new(Book::new(None)?), Vec::new()),
        });
        writer.header(columns)?;
        Ok(writer)
    }
}

impl<W: Write + Send> TableWriter<W> {
    /// A file that is written to `output` row by row, however many there are: memory stays flat. A workbook keeps its rows in
    /// `folder` until it is put together.
    ///
    /// # Errors
    /// `Internal`.
    pub fn flat(format: TableFormat, mut output: W, folder: &Path) -> Result<Self> {
        Ok(Self(match format {
            TableFormat::Csv => {
                output.write_all(BYTE_ORDER_MARK)?;
                Inner::Csv(Box::new(csv::WriterBuilder::new().flexible(true).from_writer(output)))
            }
            TableFormat::Xlsx => Inner::Xlsx(Box::new(Book::new(Some(folder))?), output),
        }))
    }

    /// The same with small sheets.
    #[cfg(test)]
    pub(super) fn with_sheet_rows(mut self, rows: u32) -> Self {
        if let Inner::Xlsx(book, _) = &mut self.0 {
            book.rows = rows;
        }
        self
    }

    /// Appends the header of a table. In a workbook it is bold and, where it is the first, stays in sight.
    ///
    /// # Errors
    /// `Conflict` `too_many_rows` where the form holds no more columns; `Internal`.
    pub fn header<T: AsRef<str>>(&mut self, columns: &[T]) -> Result<()> {
        match &mut self.0 {
            Inner::Csv(_) => {
                let cells: Vec<Cell> = columns.iter().map(|column| Cell::text(column.as_ref())).collect();
                self.row(&cells)
            }
            Inner::Xlsx(book, _) => {
                book.header = columns.iter().map(|column| column.as_ref().to_owned()).collect();
                book.write_header()
            }
        }
    }

    /// Appends a title: a row of one text, bold in a workbook.
    ///
    /// # Errors
    /// `Internal`.
    pub fn title(&mut self, text: &str) -> Result<()> {
        match &mut self.0 {
            Inner::Csv(_) => self.row(&[Cell::text(text)]),
            Inner::Xlsx(book, _) => book.write_bold(&[text.to_owned()]),
        }
    }

    /// Appends a row, with as many cells as there are columns.
    ///
    /// # Errors
    /// `Conflict` `too_many_rows` where the form holds no more; `Internal`.
    pub fn row(&mut self, cells: &[Cell]) -> Result<()> {
        match &mut self.0 {
            Inner::Csv(writer) => writer.write_record(cells.iter().map(in_csv)).map_err(Error::internal),
            Inner::Xlsx(book, _) => book.write_row(cells),
        }
    }

    /// What was written to, with the whole file.
    ///
    /// # Errors
    /// `Internal`.
    pub fn finish(self) -> Result<W> {
        match self.0 {
            Inner::Csv(mut writer) => {
                writer.flush()?;
                writer.into_inner().map_err(|error| Error::internal(error.error()))
            }
            Inner::Xlsx(mut book, mut output) => {
                book.workbook.save_to_writer(&mut output).map_err(refused)?;
                output.flush()?;
                Ok(output)
            }
        }
    }
}

impl Book {
    /// A workbook with an empty sheet; with a folder, rows go there as they come.
    fn new(folder: Option<&Path>) -> Result<Self> {
        let mut workbook = Workbook::new();
        if let Some(folder) = folder {
            workbook.set_tempdir(folder).map_err(refused)?;
        }
        let mut book = Self { workbook, flat: folder.is_some(), row: 0, rows: SHEET_ROWS, header: Vec::new() };
        book.add_sheet()?;
        Ok(book)
    }

    /// An empty sheet at the end.
    fn add_sheet(&mut self) -> Result<()> {
        let sheet = if self.flat {
            self.workbook.add_worksheet_with_constant_memory().map_err(refused)?
        } else {
            self.workbook.add_worksheet()
        };
        sheet.set_column_range_width(0, WIDE_COLUMNS, COLUMN_WIDTH).map_err(refused)?;
        self.row = 0;
        Ok(())
    }

    fn sheet(&mut self) -> Result<&mut Worksheet> {
        let last = self.workbook.worksheets().len().saturating_sub(1);
        self.workbook.worksheet_from_index(last).map_err(refused)
    }

    fn write_header(&mut self) -> Result<()> {
        if self.row == 0 {
            self.sheet()?.set_freeze_panes(1, 0).map_err(refused)?;
        }
        let header = std::mem::take(&mut self.header);
        self.write_bold(&header)?;
        self.header = header;
        Ok(())
    }

    fn write_bold(&mut self, texts: &[String]) -> Result<()> {
        let row = self.row;
        let bold = Format::new().set_bold();
        let sheet = self.sheet()?;
        for (column, text) in (0..).zip(texts) {
            sheet.write_string_with_format(row, column, shortened(text), &bold).map_err(refused)?;
        }
        self.row += 1;
        Ok(())
    }

    fn write_row(&mut self, cells: &[Cell]) -> Result<()> {
        if self.row >= self.rows {
            self.add_sheet()?;
            self.write_header()?;
        }
        let row = self.row;
        let sheet = self.sheet()?;
        for (column, cell) in (0..).zip(cells) {
            write_cell(sheet, (row, column), cell).map_err(refused)?;
        }
        self.row += 1;
        Ok(())
    }
}

fn refused(error: XlsxError) -> Error {
    match error {
        XlsxError::RowColumnLimitError => Error::Conflict("too_many_rows"),
        other => Error::internal(other),
    }
}

fn in_csv(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => guarded(text).into_owned(),
        Cell::Amount(text) => text.clone(),
        Cell::Day(day) => day.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Empty => String::new(),
    }
}

fn write_cell(sheet: &mut Worksheet, (row, column): (u32, u16), cell: &Cell) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) => sheet.write_string(row, column, shortened(text))?,
        Cell::Amount(text) => match exact_number(text) {
            Some(number) => sheet.write_number(row, column, number)?,
            None => sheet.write_string(row, column, text)?,
        },
        Cell::Day(day) => sheet.write_string(row, column, day.to_string())?,
        Cell::Number(number) => match exact_number(&number.to_string()) {
            Some(number) => sheet.write_number(row, column, number)?,
            None => sheet.write_string(row, column, number.to_string())?,
        },
        Cell::Empty => return Ok(()),
    };
    Ok(())
}

fn shortened(text: &str) -> &str {
    // counted in UTF-16 by some programs: half as many characters fit in any case
    let end = if text.len() <= MAX_TEXT { None } else { text.char_indices().nth(MAX_TEXT / 2) };
    end.map_or(text, |(end, _)| &text[..end])
}

/// The number, where a spreadsheet shows the same decimal and keeps it.
pub(super) fn exact_number(text: &str) -> Option<f64> {
    let exact = Decimal::parse(text).ok()?;
    let digits = text.trim_start_matches(['-', '+', '0', '.']).bytes().filter(u8::is_ascii_digit).count();
    let number: f64 = text.parse().ok()?;
    let back = Decimal::parse(&number.to_string()).ok()?;
    (digits <= EXACT_DIGITS && back == exact).then_some(number)
}
