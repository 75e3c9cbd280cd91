//! From a table to rows: which column is which, and what a cell says.

use domain::assignments::{MAX_FILE_ROWS, RowError};
use domain::errors::FieldError;
use domain::periods::Day;
use jiff::civil::Date;

use crate::assignments::store::is_sensible;
use crate::error::{Error, Result};
use crate::tables::{self, Limits, Sheet, SheetRow};

/// Columns beyond these are ignored. A file of as many rows as allowed unpacks to a few megabytes.
const LIMITS: Limits = Limits { rows: MAX_FILE_ROWS, columns: 60, unpacked: 100 << 20 };

/// The names of the columns; the first one is what errors call it.
const CUSTOMER: &[&str] = &["customer_id", "客户账号id", "客户账号", "account_id", "账号id", "customer_account_id"];
const SUPPLIER: &[&str] = &["supplier", "供应商"];
const MANAGER: &[&str] = &["manager", "客户经理", "account_manager", "客户经理登录名"];
const FROM: &[&str] = &["from", "开始日期", "起始日"];
const UNTIL: &[&str] = &["until", "结束日期", "终止日", "终止日（不含）"];

/// A row, its days read.
pub(super) struct Row {
    /// As a spreadsheet numbers it.
    pub number: u64,
    pub customer: String,
    /// Empty where the file has none.
    pub supplier: String,
    /// Empty for nobody.
    pub manager: String,
    /// From and until, or why not.
    pub days: std::result::Result<(Day, Day), FieldError>,
}

impl Row {
    /// Something is wrong with this row.
    pub fn error(&self, error: FieldError) -> RowError {
        RowError { row: self.number, error }
    }
}

/// Reads the file. Blocks.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Row>> {
    let refused = |code: &str, detail: String| Error::from(FieldError::new("file", code).with(detail));
    let sheet = tables::read(bytes, LIMITS).map_err(|why| refused(why.code, why.detail))?;
    let columns = Columns::of(&sheet).map_err(|missing| refused("missing_columns", missing.join(", ")))?;
    Ok(sheet.rows.iter().map(|row| columns.row(row)).collect())
}

struct Columns {
    customer: usize,
    supplier: Option<usize>,
    manager: usize,
    from: usize,
    until: usize,
}

impl Columns {
    /// Where the columns are, or the names of those that are missing.
    fn of(sheet: &Sheet) -> std::result::Result<Self, Vec<&'static str>> {
        let header: Vec<String> =
            sheet.header.iter().map(|name| name.trim().to_lowercase().replace(' ', "_")).collect();
        let find = |names: &[&str]| header.iter().position(|name| names.contains(&name.as_str()));
        match (find(CUSTOMER), find(MANAGER), find(FROM), find(UNTIL)) {
            (Some(customer), Some(manager), Some(from), Some(until)) => {
                Ok(Self { customer, supplier: find(SUPPLIER), manager, from, until })
            }
            _ => Err([CUSTOMER, MANAGER, FROM, UNTIL]
                .into_iter()
                .filter(|names| find(names).is_none())
                .filter_map(|names| names.first().copied())
                .collect()),
        }
    }

    fn row(&self, row: &SheetRow) -> Row {
        let cell = |at: usize| row.cell(at).to_owned();
        Row {
            number: row.number,
            customer: cell(self.customer),
            supplier: self.supplier.map(cell).unwrap_or_default(),
            manager: cell(self.manager),
            days: days(row.cell(self.from), row.cell(self.until)),
        }
    }
}

fn days(from: &str, until: &str) -> std::result::Result<(Day, Day), FieldError> {
    if from.is_empty() {
        return Err(FieldError::new("from", "required"));
    }
    let from = day("from", from)?;
    let until = if until.is_empty() { Day::FOREVER } else { day("until", until)? };
    if from >= until {
        return Err(FieldError::new("until", "empty_interval").with(until));
    }
    Ok((from, until))
}

fn day(column: &str, text: &str) -> std::result::Result<Day, FieldError> {
    let day = parse_day(text).ok_or_else(|| FieldError::new(column, "bad_date").with(text))?;
    if is_sensible(day) { Ok(day) } else { Err(FieldError::new(column, "out_of_range").with(text)) }
}

/// `2026-01-31`, and as spreadsheets write it back: `2026/1/31`, `2026.1.31`, `2026年1月31日`. The year comes first: of
/// `1/2/2026` nobody knows which is the month.
fn parse_day(text: &str) -> Option<Day> {
    let text = text.trim_end_matches('日');
    let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月']).collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || !parts.iter().all(|part| digits(part) && !part.is_empty()) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok().map(Day::from_date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_spreadsheets_write_them_back() {
        for text in ["2026-01-31", "2026/1/31", "2026.01.31", "2026年1月31日"] {
            assert_eq!(parse_day(text).map(|day| day.to_string()).as_deref(), Some("2026-01-31"), "{text}");
        }
        for text in ["", "31/1/2026", "1/31/26", "2026-02-30", "2026-1", "46053", "2026-+1-31", "tomorrow"] {
            assert_eq!(parse_day(text), None, "{text}");
        }
    }

    #[test]
    fn an_interval_must_not_be_empty() {
        assert_eq!(days("2026-01-01", "2026-01-01").unwrap_err().code, "empty_interval");
        assert_eq!(days("2026-01-02", "2026-01-01").unwrap_err().code, "empty_interval");
        assert_eq!(days("1026-01-02", "").unwrap_err().code, "out_of_range");
        assert_eq!(days("", "2026-01-01").unwrap_err().code, "required");
        assert!(days("2026-01-02", "").is_ok_and(|(_, until)| until == Day::FOREVER));
    }
}
