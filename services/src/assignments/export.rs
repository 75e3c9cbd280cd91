//! All assignments as a file, which can be edited and imported again.

use domain::access::{Actor, Denied, Permission, Scope};
use domain::assignments::FileLanguage;
use domain::customers::masked;
use domain::periods::Day;
use serde_json::json;

use crate::audit;
use crate::center::Center;
use crate::customers::View;
use crate::error::{Error, Result};
use crate::tables::{Cell, TableFile, TableFormat, TableWriter};

/// The columns; the import knows those that it reads by the same names.
const CHINESE: [&str; 8] =
    ["客户账号ID", "客户名称", "供应商", "客户经理", "客户经理姓名", "开始日期", "结束日期", "状态"];
const ENGLISH: [&str; 8] =
    ["customer_id", "customer_name", "supplier", "manager", "manager_name", "from", "until", "state"];

/// Past, current, planned.
const CHINESE_STATES: [&str; 3] = ["历史", "当前", "计划"];
const ENGLISH_STATES: [&str; 3] = ["past", "current", "planned"];

/// Account id, name, supplier, sign-in name and name of the manager, from, until.
type Row = (String, String, String, String, String, String, String);

/// Every assignment of the partner, by customer and day: past, current and planned. An end that is open is empty.
/// Names that the pages mask are masked here too, except for who has `Permission::ExportNames`: an import reads account ids and
/// sign-in names, which are whole.
///
/// # Errors
/// `Denied` without `Permission::ViewAssignments`, and for who sees own customers only.
pub async fn export(center: &Center, actor: &Actor, format: TableFormat, language: FileLanguage) -> Result<TableFile> {
    let scope = actor.scope(Permission::ViewAssignments)?;
    if !matches!(scope, Scope::All { .. }) {
        return Err(Denied(Permission::ViewAssignments).into());
    }
    let mut tx = center.db.read().await?;
    let view = View::open(center, &mut tx, actor, scope).await?;
    let mut rows: Vec<Row> = sqlx::query_as(
        "select c.account_id, coalesce(nullif(c.name, ''), c.account_name), c.supplier, m.login, m.name, a.from_day, a.until_day
         from assignment a
         join customer c on c.no = a.customer_no
         join member m on m.id = a.manager_id
         where a.partner_id = $1
         order by c.supplier, c.account_id, a.from_day",
    )
    .bind(view.partner.id.as_str())
    .fetch_all(&mut *tx)
    .await?;
    drop(tx);
    if !actor.may(Permission::ExportNames) {
        for (_, customer, _, _, manager, ..) in &mut rows {
            (*customer, *manager) = (masked(customer), masked(manager));
        }
    }
    let count = rows.len();
    let today = view.today;
    let bytes = tokio::task::spawn_blocking(move || write(rows, today, format, language)).await;
    let bytes = bytes.map_err(Error::internal)??;
    let mut tx = center.db.write().await?;
    let detail = json!({ "format": format.ending(), "rows": count }).to_string();
    audit::record(center, &mut tx, actor, ("assignment.export", actor.partner.as_str(), &detail)).await?;
    tx.commit().await?;
    Ok(TableFile { name: format!("assignments-{today}.{}", format.ending()), format, bytes })
}

fn write(rows: Vec<Row>, today: Day, format: TableFormat, language: FileLanguage) -> Result<Vec<u8>> {
    let (columns, states) = match language {
        FileLanguage::Chinese => (CHINESE, CHINESE_STATES),
        FileLanguage::English => (ENGLISH, ENGLISH_STATES),
    };
    let mut writer = TableWriter::new(format, &columns)?;
    for (account, name, supplier, login, manager, from, until) in rows {
        let from: Day = from.parse().map_err(Error::internal)?;
        let until: Day = until.parse().map_err(Error::internal)?;
        let state = if until <= today { 0 } else { 1 + usize::from(from > today) };
        writer.row(&[
            Cell::Text(account),
            Cell::Text(name),
            Cell::Text(supplier),
            Cell::Text(login),
            Cell::Text(manager),
            Cell::Day(from),
            if until < Day::FOREVER { Cell::Day(until) } else { Cell::Empty },
            Cell::text(states[state]),
        ])?;
    }
    writer.finish()
}
