//! The differences as a file.

use domain::access::{Actor, Permission};
use domain::assignments::{Comparison, Difference, DifferenceQuery, FileLanguage};
use domain::customers::masked;
use serde_json::json;

use super::{Found, find, shown, whole};
use crate::audit;
use crate::center::Center;
use crate::customers::View;
use crate::error::{Error, Result};
use crate::tables::{Cell, TableFile, TableFormat, TableWriter};

const CHINESE: [&str; 13] = [
    "账期",
    "客户账号ID",
    "客户名称",
    "客户经理",
    "客户经理姓名",
    "账单中的客户经理",
    "对应的登录名",
    "对比",
    "首日",
    "末日",
    "明细数",
    "币种",
    "应付金额",
];
const ENGLISH: [&str; 13] = [
    "month",
    "customer_id",
    "customer_name",
    "manager",
    "manager_name",
    "bill_manager",
    "bill_manager_means",
    "comparison",
    "first_day",
    "last_day",
    "lines",
    "currency",
    "due",
];

/// All rows that match `query`, on whatever page. Names that the page masks are masked here too, except for who has
/// `Permission::ExportNames`; account ids and sign-in names are whole.
///
/// # Errors
/// As [`super::differences`]; `Conflict` `too_many_rows` where a sheet holds no more.
pub async fn export_differences(
    center: &Center,
    actor: &Actor,
    query: &DifferenceQuery,
    (format, language): (TableFormat, FileLanguage),
) -> Result<TableFile> {
    let scope = whole(actor)?;
    let mut tx = center.db.read().await?;
    let view = View::open(center, &mut tx, actor, scope).await?;
    let Found { range, rows, names, texts } = find(&mut tx, &view, query).await?;
    let mut rows = shown(&mut tx, rows, (&names, &texts)).await?;
    drop(tx);
    if !actor.may(Permission::ExportNames) {
        rows.iter_mut().for_each(mask);
    }
    let count = rows.len();
    let bytes = tokio::task::spawn_blocking(move || write(rows, format, language)).await;
    let bytes = bytes.map_err(Error::internal)??;
    let mut tx = center.db.write().await?;
    let detail = json!({ "format": format.ending(), "rows": count, "from": range.from, "to": range.to }).to_string();
    let action = ("assignment.export_differences", actor.partner.as_str(), detail.as_str());
    audit::record(center, &mut tx, actor, action).await?;
    tx.commit().await?;
    let name = format!("manager-differences-{}-{}.{}", range.from, range.to, format.ending());
    Ok(TableFile { name, format, bytes })
}

/// Masks what the page masks.
fn mask(row: &mut Difference) {
    row.customer_name = masked(&row.customer_name);
    row.named = masked(&row.named);
    if let Some(manager) = &mut row.manager {
        manager.name = masked(&manager.name);
    }
}

fn write(rows: Vec<Difference>, format: TableFormat, language: FileLanguage) -> Result<Vec<u8>> {
    let columns = match language {
        FileLanguage::Chinese => CHINESE,
        FileLanguage::English => ENGLISH,
    };
    let mut writer = TableWriter::new(format, &columns)?;
    for row in rows {
        let (login, name) = row.manager.map(|manager| (manager.login, manager.name)).unwrap_or_default();
        writer.row(&[
            Cell::text(row.month.to_string()),
            Cell::Text(row.account_id),
            Cell::Text(row.customer_name),
            Cell::Text(login),
            Cell::Text(name),
            Cell::Text(row.named),
            Cell::Text(row.means.map(|member| member.login).unwrap_or_default()),
            Cell::text(word(row.comparison, language)),
            Cell::Day(row.days.0),
            Cell::Day(row.days.1),
            Cell::Number(row.lines),
            Cell::text(row.currency.code()),
            Cell::Amount(row.due.to_string()),
        ])?;
    }
    writer.finish()
}

/// How both stand, as the page calls it.
fn word(comparison: Comparison, language: FileLanguage) -> &'static str {
    match (comparison, language) {
        (_, FileLanguage::English) => comparison.code(),
        (Comparison::Same, _) => "一致",
        (Comparison::Differs, _) => "不一致",
        (Comparison::Unassigned, _) => "我方未分配",
        (Comparison::NoName, _) => "账单未提供",
        (Comparison::Neither, _) => "双方均无",
    }
}
