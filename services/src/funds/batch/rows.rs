//! From a table to rows: which column is which, and what a cell says.

use domain::errors::FieldError;
use domain::funds::{MAX_BATCH_ROWS, TransferDirection};

use crate::error::Result;
use crate::funds::columns::{self, Columns};
use crate::tables::{Limits, SheetRow};

const LIMITS: Limits = Limits { rows: MAX_BATCH_ROWS, columns: 60, unpacked: 50 << 20 };

/// The names of the columns; the first one is what errors call it.
const CUSTOMER: &[&str] = &["customer", "客户", "客户id", "客户账号", "customer_id", "account", "account_id"];
const OPERATION: &[&str] = &["operation", "操作", "类型", "type"];
const AMOUNT: &[&str] = &["amount", "金额", "金额(元)", "金额（元）"];
const REASON: &[&str] = &["reason", "说明", "备注", "memo"];
const TRANSACTION: &[&str] = &["supplier_transaction", "供应商交易id", "交易id", "transaction_id"];

/// A row, as it is written.
pub(super) struct Row {
    /// As a spreadsheet numbers it.
    pub number: u64,
    pub customer: String,
    pub direction: std::result::Result<TransferDirection, FieldError>,
    pub amount: String,
    pub reason: String,
    pub supplier_transaction: String,
}

/// Reads the file. Blocks.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Row>> {
    let (sheet, columns) = columns::read(bytes, LIMITS, &[CUSTOMER, OPERATION, AMOUNT])?;
    Ok(sheet.rows.iter().map(|one| row(one, &columns)).collect())
}

fn row(row: &SheetRow, columns: &Columns) -> Row {
    Row {
        number: row.number,
        customer: columns.cell(row, CUSTOMER).to_owned(),
        direction: direction(columns.cell(row, OPERATION)),
        amount: columns.cell(row, AMOUNT).to_owned(),
        reason: columns.cell(row, REASON).to_owned(),
        supplier_transaction: columns.cell(row, TRANSACTION).to_owned(),
    }
}

fn direction(text: &str) -> std::result::Result<TransferDirection, FieldError> {
    match text.to_lowercase().as_str() {
        "" => Err(FieldError::new("operation", "required")),
        "拨款" | "allocate" | "allocation" => Ok(TransferDirection::Allocate),
        "回收" | "reclaim" => Ok(TransferDirection::Reclaim),
        _ => Err(FieldError::new("operation", "unknown_operation").with(text)),
    }
}
