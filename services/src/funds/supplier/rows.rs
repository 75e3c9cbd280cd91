//! The supplier's file of income and expense, as rows.

use domain::errors::FieldError;
use domain::funds::MAX_SUPPLIER_ROWS;
use domain::ledger::has_two_decimals;
use domain::money::Amount;
use domain::periods::{Day, parse_instant_in};
use jiff::tz::TimeZone;

use crate::error::Result;
use crate::funds::columns::{self, Columns};
use crate::tables::{Limits, SheetRow};

const LIMITS: Limits = Limits { rows: MAX_SUPPLIER_ROWS, columns: 60, unpacked: 100 << 20 };

/// The names of the columns, those of the open API among them; the first one is what errors call it.
const TRANSACTION: &[&str] =
    &["trade_id", "交易id", "交易id/订单号", "订单号/交易id", "交易流水号", "transaction_id", "trans_id"];
const TIME: &[&str] = &["trade_time", "交易时间", "时间", "time", "operation_time"];
const AMOUNT: &[&str] = &["change_amount", "变动金额", "变动金额(元)", "变动金额（元）", "金额", "amount"];
const DIRECTION: &[&str] = &["type", "收支类型", "收入/支出", "income_or_expense"];
const COUNTERPART: &[&str] = &["customer_id", "客户id", "客户账号", "account_name", "客户", "customer"];

/// What the supplier says happened to the partner's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// As a spreadsheet numbers it.
    pub number: u64,
    pub transaction: String,
    /// In the partner's zone.
    pub day: Day,
    /// By how much the account changed.
    pub amount: Amount,
    /// The customer as the file names it.
    pub counterpart: String,
}

/// Reads the file. Blocks.
pub(super) fn read(bytes: &[u8], zone: &TimeZone) -> Result<Vec<Row>> {
    let (sheet, columns) = columns::read(bytes, LIMITS, &[TRANSACTION, TIME, AMOUNT])?;
    let rows = sheet.rows.iter().map(|one| {
        row(one, &columns, zone)
            .map_err(|what| FieldError::new("file", "bad_row").with(format!("{}: {what}", one.number)).into())
    });
    rows.collect()
}

/// The row, or the name of the column that cannot be read.
fn row(row: &SheetRow, columns: &Columns, zone: &TimeZone) -> std::result::Result<Row, &'static str> {
    let day = day(columns.cell(row, TIME), zone).ok_or("trade_time")?;
    let amount: Amount = columns.cell(row, AMOUNT).parse().map_err(|_| "change_amount")?;
    if amount == Amount::ZERO || !has_two_decimals(amount) {
        return Err("change_amount");
    }
    let expense = match columns.cell(row, DIRECTION).to_lowercase().as_str() {
        "" => amount < Amount::ZERO,
        "1" | "收入" | "income" => false,
        "2" | "支出" | "expense" => true,
        _ => return Err("type"),
    };
    let amount =
        if expense == (amount < Amount::ZERO) { amount } else { amount.checked_neg().ok_or("change_amount")? };
    Ok(Row {
        number: row.number,
        transaction: columns.cell(row, TRANSACTION).to_owned(),
        day,
        amount,
        counterpart: columns.cell(row, COUNTERPART).to_owned(),
    })
}

/// An instant's day in the partner's zone, or the day that is written.
fn day(text: &str, zone: &TimeZone) -> Option<Day> {
    parse_instant_in(text, zone).map(|instant| Day::of(instant, zone)).ok().or_else(|| text.parse().ok())
}
