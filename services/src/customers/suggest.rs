//! Suggestions while typing, within the scope only. An empty text suggests the first ones.

use domain::access::{Actor, Permission, Role, Scope};
use domain::consumption::Suggestion;
use domain::customers::{ManagerName, folded};
use domain::ids::MemberId;

use super::View;
use crate::center::Center;
use crate::db::{Connection, Statement, contains};
use crate::error::Result;

/// Most suggestions at once.
const MOST: i64 = 10;

/// At most ten customers of the actor's scope whose name, account name or account id contains `part`.
///
/// # Errors
/// `Denied` without `Permission::ViewCustomers`.
pub async fn suggest(center: &Center, actor: &Actor, part: &str) -> Result<Vec<Suggestion>> {
    let scope = actor.scope(Permission::ViewCustomers)?;
    let mut tx = center.db.read().await?;
    let view = View::open(center, &mut tx, actor, scope).await?;
    let mut statement =
        view.select("c.id, coalesce(nullif(c.name, ''), nullif(c.account_name, ''), c.account_id), c.account_id");
    called(&mut statement, part);
    statement.add(" order by coalesce(nullif(c.name_folded, ''), c.account_name_folded), c.account_id limit ");
    statement.bind(MOST);
    let rows: Vec<(String, String, String)> = statement.rows(&mut tx).await?;
    Ok(rows.into_iter().map(|(id, label, detail)| Suggestion { id, label, detail }).collect())
}

/// Narrows to customers whose name, account name or account id contains `part`.
fn called(statement: &mut Statement, part: &str) {
    let part = contains(&folded(part));
    statement.add(" and (c.name_folded like ").bind(part.clone());
    statement.add(r" escape '\' or c.account_name_folded like ").bind(part.clone());
    statement.add(r" escape '\' or lower(c.account_id) like ").bind(part).add(r" escape '\')");
}

/// At most ten account managers whose name or sign-in name contains `part`; an account manager finds none but themself.
///
/// # Errors
/// `Denied` without `Permission::ViewCustomers`.
pub async fn suggest_managers(center: &Center, actor: &Actor, part: &str) -> Result<Vec<Suggestion>> {
    let scope = actor.scope(Permission::ViewCustomers)?;
    let mut tx = center.db.read().await?;
    let view = View::open(center, &mut tx, actor, scope).await?;
    let found = managers_called(&mut tx, &view, part).await?;
    let suggestion = |ManagerName { id, name, login }| Suggestion { id: id.to_string(), label: name, detail: login };
    Ok(found.into_iter().take(MOST.unsigned_abs().try_into().unwrap_or(usize::MAX)).map(suggestion).collect())
}

/// Who manages customers or did, within the view's scope, and has `part` in the name or the sign-in name.
pub(super) async fn managers_called(connection: &mut Connection, view: &View, part: &str) -> Result<Vec<ManagerName>> {
    let mut statement = Statement::new(
        "select m.id, m.name, m.login from member m
         where (exists (select 1 from member_role r where r.member_id = m.id and r.role = ",
    );
    statement.bind(Role::AccountManager.code());
    statement.add(") or exists (select 1 from assignment a where a.manager_id = m.id)) and m.partner_id = ");
    statement.bind(view.partner.id.to_string());
    if let Scope::ManagedBy { 0: manager, .. } = &view.scope {
        statement.add(" and m.id = ").bind(manager);
    }
    statement.add(" order by m.name, m.login");
    let rows: Vec<(String, String, String)> = statement.rows(connection).await?;
    let part = folded(part);
    let fits = |text: &str| folded(text).contains(&part);
    Ok(rows
        .into_iter()
        .filter(|(_, name, login)| fits(name) || fits(login))
        .map(|(id, name, login)| ManagerName { id: MemberId::new(id), name, login })
        .collect())
}
