//! Targets as a file, which can be edited and imported again.

use std::collections::BTreeMap;

use domain::access::{Actor, Denied, Permission, Role, Scope};
use domain::assignments::FileLanguage;
use domain::errors::FieldError;
use domain::members::MemberState;
use domain::money::{Amount, Currency};
use domain::periods::{Month, MonthRange};
use domain::targets::MAX_TARGET_MONTHS;
use serde_json::json;

use super::store;
use crate::audit;
use crate::center::Center;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::partners;
use crate::tables::{Cell, TableFile, TableFormat, TableWriter};

/// The columns; the import knows those that it reads by the same names.
const CHINESE: [&str; 5] = ["客户经理", "客户经理姓名", "账期", "币种", "目标金额"];
const ENGLISH: [&str; 5] = ["manager", "manager_name", "month", "currency", "amount"];

/// What is exported.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExportQuery {
    /// First and last month; every month that has a target where none.
    pub range: Option<MonthRange>,
    /// A row for every active account manager and month of the range in this currency, without an amount where there is no
    /// target: a form to fill in. Needs a range.
    pub template: Option<Currency>,
    /// Of the header.
    pub language: FileLanguage,
}

/// Login, month, currency; then name and amount.
type Rows = BTreeMap<(String, Month, String), (String, Option<Amount>)>;

/// The targets, by account manager, month and currency.
///
/// # Errors
/// `Denied` without `Permission::ViewConsumption`, and for who sees own customers only; `Invalid` for a range that ends
/// before it starts, is longer than [`MAX_TARGET_MONTHS`], or is missing for a form.
pub async fn export(center: &Center, actor: &Actor, query: &ExportQuery, format: TableFormat) -> Result<TableFile> {
    let scope = actor.scope(Permission::ViewConsumption)?;
    if !matches!(scope, Scope::All { .. }) {
        return Err(Denied(Permission::ViewConsumption).into());
    }
    check(query)?;
    let mut tx = center.db.read().await?;
    let partner = partners::get(&mut tx, &actor.partner).await?;
    let today = center.clock.today(&partner.zone);
    let rows = rows(&mut tx, actor, query).await?;
    drop(tx);
    let count = rows.len();
    let language = query.language;
    let bytes = tokio::task::spawn_blocking(move || write(rows, format, language)).await;
    let bytes = bytes.map_err(Error::internal)??;
    let mut tx = center.db.write().await?;
    let detail = json!({ "format": format.ending(), "rows": count, "form": query.template.is_some() }).to_string();
    audit::record(center, &mut tx, actor, ("target.export", actor.partner.as_str(), &detail)).await?;
    tx.commit().await?;
    Ok(TableFile { name: format!("targets-{today}.{}", format.ending()), format, bytes })
}

fn check(query: &ExportQuery) -> Result<()> {
    match query.range {
        Some(range) if range.from > range.to => Err(Error::field("from", "start_after_end")),
        Some(range) if range.len() > MAX_TARGET_MONTHS => {
            Err(FieldError::new("to", "range_too_long").with(MAX_TARGET_MONTHS).into())
        }
        None if query.template.is_some() => Err(Error::field("from", "required")),
        _ => Ok(()),
    }
}

async fn rows(connection: &mut Connection, actor: &Actor, query: &ExportQuery) -> Result<Rows> {
    let targets = store::targets(connection, &actor.partner, |sql| {
        sql.add(" and t.amount is not null");
        if let Some(range) = query.range {
            store::of_range(sql, range);
        }
        if let Some(currency) = &query.template {
            sql.add(" and t.currency = ").bind(currency.code());
        }
    })
    .await?;
    let members: Vec<(String, String, String, bool)> = sqlx::query_as(
        "select m.id, m.login, m.name, m.state = $1 and exists (
                    select 1 from member_role r where r.member_id = m.id and r.role = $2)
         from member m where m.partner_id = $3",
    )
    .bind(MemberState::Active.code())
    .bind(Role::AccountManager.code())
    .bind(actor.partner.as_str())
    .fetch_all(connection)
    .await?;
    let mut rows = Rows::new();
    for (id, login, name, settable) in members {
        for (key, target) in targets.iter().filter(|(key, _)| key.manager.as_str() == id) {
            let place = (login.clone(), key.month, key.currency.code().to_owned());
            rows.insert(place, (name.clone(), target.amount));
        }
        if let (Some(currency), Some(range), true) = (&query.template, query.range, settable) {
            for month in range.months() {
                let place = (login.clone(), month, currency.code().to_owned());
                rows.entry(place).or_insert_with(|| (name.clone(), None));
            }
        }
    }
    Ok(rows)
}

fn write(rows: Rows, format: TableFormat, language: FileLanguage) -> Result<Vec<u8>> {
    let columns = match language {
        FileLanguage::Chinese => CHINESE,
        FileLanguage::English => ENGLISH,
    };
    let mut writer = TableWriter::new(format, &columns)?;
    for ((login, month, currency), (name, amount)) in rows {
        writer.row(&[
            Cell::Text(login),
            Cell::Text(name),
            Cell::text(month.to_string()),
            Cell::Text(currency),
            amount.map_or(Cell::Empty, |amount| Cell::Amount(amount.to_string())),
        ])?;
    }
    writer.finish()
}
