//! Income and expense details as a file.

use domain::access::{Actor, Permission};
use domain::assignments::FileLanguage;
use domain::customers::masked;
use domain::errors::FieldError;
use domain::funds::{FundsRecord, MoneyDirection, RecordQuery, SupplierState};
use domain::ledger::{CURRENCY, MoveKind, two_decimals};
use serde_json::json;

use super::{records, require_all};
use crate::audit;
use crate::center::Center;
use crate::error::{Error, Result};
use crate::tables::{Cell, TableFile, TableFormat, TableWriter};

/// Records that one file may have.
const MOST: i64 = 100_000;

const CHINESE: [&str; 14] = [
    "序号",
    "交易时间",
    "交易类型",
    "交易ID",
    "收支类型",
    "变动金额",
    "变动后余额",
    "币种",
    "客户ID",
    "客户名称",
    "客户账号",
    "说明",
    "供应商交易ID",
    "核对状态",
];
const ENGLISH: [&str; 14] = [
    "serial",
    "trade_time",
    "trade_type",
    "trade_id",
    "type",
    "change_amount",
    "balance_after_change",
    "currency",
    "customer_id",
    "customer_name",
    "account_name",
    "reason",
    "supplier_transaction",
    "supplier_state",
];

/// The changes of an account as the page lists them, all pages of it. Names are masked for who may not take whole names along.
///
/// # Errors
/// As [`records::records`]; `Invalid` `to` `too_many_rows` over 100,000.
pub async fn export_records(
    center: &Center,
    actor: &Actor,
    query: &RecordQuery,
    (format, language): (TableFormat, FileLanguage),
) -> Result<TableFile> {
    require_all(actor, Permission::ViewFunds)?;
    let mut tx = center.db.read().await?;
    let found = records::all(center, &mut tx, actor, (query, MOST)).await?;
    drop(tx);
    if found.next.is_some() {
        return Err(FieldError::new("to", "too_many_rows").with(MOST).into());
    }
    let mut items = found.items;
    if !actor.may(Permission::ExportNames) {
        for item in &mut items {
            item.counterpart_name = masked(&item.counterpart_name);
            item.counterpart_account = masked(&item.counterpart_account);
        }
    }
    let count = items.len();
    let bytes =
        tokio::task::spawn_blocking(move || write(&items, format, language)).await.map_err(Error::internal)??;
    let mut tx = center.db.write().await?;
    let detail = json!({ "format": format.ending(), "rows": count, "from": found.from, "to": found.to }).to_string();
    audit::record(center, &mut tx, actor, ("funds.export", actor.partner.as_str(), &detail)).await?;
    tx.commit().await?;
    let name = format!("income-and-expense-{}-{}.{}", found.from, found.to, format.ending());
    Ok(TableFile { name, format, bytes })
}

fn write(items: &[FundsRecord], format: TableFormat, language: FileLanguage) -> Result<Vec<u8>> {
    let chinese = language == FileLanguage::Chinese;
    let mut writer = TableWriter::new(format, if chinese { &CHINESE } else { &ENGLISH })?;
    for item in items {
        writer.row(&[
            Cell::Number(item.serial.unsigned_abs()),
            Cell::text(&item.at),
            Cell::text(if chinese { kind_in_chinese(item.kind) } else { item.kind.code() }),
            Cell::text(item.moved.as_str()),
            Cell::text(match (chinese, item.direction()) {
                (true, MoneyDirection::Income) => "收入",
                (true, MoneyDirection::Expense) => "支出",
                (false, direction) => direction.code(),
            }),
            Cell::Amount(two_decimals(item.amount)),
            Cell::Amount(two_decimals(item.balance_after)),
            Cell::text(CURRENCY),
            Cell::text(&item.counterpart),
            Cell::text(&item.counterpart_name),
            Cell::text(&item.counterpart_account),
            Cell::text(&item.reason),
            Cell::text(&item.supplier_transaction),
            Cell::text(match (chinese, item.supplier) {
                (true, SupplierState::None) => "仅台账",
                (true, SupplierState::Recorded) => "已登记",
                (true, SupplierState::Matched) => "已核对",
                (false, state) => state.code(),
            }),
        ])?;
    }
    writer.finish()
}

const fn kind_in_chinese(kind: MoveKind) -> &'static str {
    match kind {
        MoveKind::TopUp => "充值",
        MoveKind::Repayment => "还款",
        MoveKind::CreditLine => "信用额度调整",
        MoveKind::Allocate => "拨款",
        MoveKind::Reclaim => "回收",
        MoveKind::Unbind => "解绑回收",
        MoveKind::AllocateIndirect => "云经销商拨款",
        MoveKind::ReclaimIndirect => "云经销商回收",
        MoveKind::Payment => "订单支付",
        MoveKind::Usage => "按需消费",
        MoveKind::Refund => "退款",
        MoveKind::Adjustment => "调账",
        MoveKind::Reversal => "冲正",
    }
}
