//! From a table to rows: which column is which, and what a cell says.

use domain::assignments::MAX_FILE_ROWS;
use domain::errors::FieldError;
use domain::money::{Amount, Currency};
use domain::periods::Month;
use domain::targets::parse_amount;

use super::is_sensible;
use crate::error::{Error, Result};
use crate::tables::{self, Limits, Sheet, SheetRow};

/// Columns beyond these are ignored. A file of as many rows as allowed unpacks to a few megabytes.
const LIMITS: Limits = Limits { rows: MAX_FILE_ROWS, columns: 60, unpacked: 100 << 20 };

/// The names of the columns; the first one is what errors call it.
const MANAGER: &[&str] = &["manager", "客户经理", "account_manager", "客户经理登录名"];
const MONTH: &[&str] = &["month", "账期", "月份", "bill_month"];
const CURRENCY: &[&str] = &["currency", "币种"];
const AMOUNT: &[&str] = &["amount", "目标金额", "目标", "target"];

/// What a cell says, or why it cannot be read.
pub(super) type Read<T> = std::result::Result<T, FieldError>;

/// A row, its cells read.
pub(super) struct Row {
    /// As a spreadsheet numbers it.
    pub number: u64,
    /// As it is written.
    pub manager: String,
    pub month: Read<Month>,
    pub currency: Read<Currency>,
    /// None takes the target away.
    pub amount: Read<Option<Amount>>,
}

/// Reads the file. Blocks.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Row>> {
    let refused = |code: &str, detail: String| Error::from(FieldError::new("file", code).with(detail));
    let sheet = tables::read(bytes, LIMITS).map_err(|why| refused(why.code, why.detail))?;
    let columns = Columns::of(&sheet).map_err(|missing| refused("missing_columns", missing.join(", ")))?;
    Ok(sheet.rows.iter().map(|row| columns.row(row)).collect())
}

struct Columns {
    manager: usize,
    month: usize,
    currency: usize,
    amount: usize,
}

impl Columns {
    /// Where the columns are, or the names of those that are missing.
    fn of(sheet: &Sheet) -> std::result::Result<Self, Vec<&'static str>> {
        let header: Vec<String> =
            sheet.header.iter().map(|name| name.trim().to_lowercase().replace(' ', "_")).collect();
        let find = |names: &[&str]| header.iter().position(|name| names.contains(&name.as_str()));
        match (find(MANAGER), find(MONTH), find(CURRENCY), find(AMOUNT)) {
            (Some(manager), Some(month), Some(currency), Some(amount)) => Ok(Self { manager, month, currency, amount }),
            _ => Err([MANAGER, MONTH, CURRENCY, AMOUNT]
                .into_iter()
                .filter(|names| find(names).is_none())
                .filter_map(|names| names.first().copied())
                .collect()),
        }
    }

    fn row(&self, row: &SheetRow) -> Row {
        Row {
            number: row.number,
            manager: row.cell(self.manager).to_owned(),
            month: month(row.cell(self.month)),
            currency: currency(row.cell(self.currency)),
            amount: parse_amount(row.cell(self.amount)),
        }
    }
}

fn currency(text: &str) -> Read<Currency> {
    if text.is_empty() {
        return Err(FieldError::new("currency", "required"));
    }
    text.parse().map_err(|_| FieldError::new("currency", "bad_currency").with(text))
}

fn month(text: &str) -> Read<Month> {
    if text.is_empty() {
        return Err(FieldError::new("month", "required"));
    }
    let month = parse_month(text).ok_or_else(|| FieldError::new("month", "bad_month").with(text))?;
    if is_sensible(month) { Ok(month) } else { Err(FieldError::new("month", "out_of_range").with(text)) }
}

/// `2026-01`, and as spreadsheets write it back: `2026/1`, `2026.1`, `2026年1月`, or the first day of the month.
fn parse_month(text: &str) -> Option<Month> {
    let text = text.trim_end_matches(['日', '月']);
    let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月']).collect();
    let ([year, month] | [year, month, "1" | "01"]) = parts.as_slice() else { return None };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || !digits(year) || !digits(month) {
        return None;
    }
    Month::new(year.parse().ok()?, month.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_read_as_spreadsheets_write_them_back() {
        for text in ["2026-01", "2026/1", "2026.01", "2026年1月", "2026-01-01", "2026/1/1", "2026年1月1日"] {
            assert_eq!(parse_month(text).map(|month| month.to_string()).as_deref(), Some("2026-01"), "{text}");
        }
        for text in ["", "1/2026", "2026-13", "2026-01-02", "Jan-26", "202601", "26-01", "2026-+1", "46053"] {
            assert_eq!(parse_month(text), None, "{text}");
        }
    }

    #[test]
    fn what_a_cell_lacks_is_named() {
        assert_eq!(month("").unwrap_err().code, "required");
        assert_eq!(month("1026-01").unwrap_err().code, "out_of_range");
        assert_eq!(month("soon").unwrap_err().code, "bad_month");
        assert_eq!(currency("").unwrap_err().code, "required");
        assert_eq!(currency("¥").unwrap_err().code, "bad_currency");
    }
}
