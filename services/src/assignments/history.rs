//! Who managed what when: of a customer, of an account manager.

use domain::access::{Actor, Permission, Scope};
use domain::assignments::{AssignmentRecord, ManagerHistory};
use domain::customers::ManagerName;
use domain::ids::{AssignmentId, CustomerId, MemberId};
use domain::periods::Day;
use jiff::tz::TimeZone;

use crate::center::Center;
use crate::clock::local;
use crate::customers::View;
use crate::db::{Connection, Statement};
use crate::error::{Error, Result};

/// A customer's assignments, newest first, plans included.
///
/// # Errors
/// `Denied` without `Permission::ViewAssignments`; `NotFound` where the customer is not in the actor's scope.
pub async fn history_of_customer(
    center: &Center,
    actor: &Actor,
    customer: &CustomerId,
) -> Result<Vec<AssignmentRecord>> {
    let scope = actor.scope(Permission::ViewAssignments)?;
    let mut tx = center.db.read().await?;
    let view = View::open(center, &mut tx, actor, scope).await?;
    let mut statement = view.select("c.no");
    statement.add(" and c.id = ").bind(customer);
    let _: (i64,) = statement.row(&mut tx).await?;
    records(&mut tx, &view, &Records::OfCustomer(customer)).await
}

/// A member's assignments, newest first, plans included.
///
/// # Errors
/// `Denied` without `Permission::ViewAssignments`; `NotFound` where the partner has no such member.
pub async fn history_of_manager(center: &Center, actor: &Actor, manager: &MemberId) -> Result<ManagerHistory> {
    let scope = actor.scope(Permission::ViewAssignments)?;
    let mut tx = center.db.read().await?;
    let view = View::open(center, &mut tx, actor, scope).await?;
    let (name, login): (String, String) =
        sqlx::query_as("select name, login from member where id = $1 and partner_id = $2")
            .bind(manager.as_str())
            .bind(view.partner.id.as_str())
            .fetch_one(&mut *tx)
            .await?;
    let records = records(&mut tx, &view, &Records::OfManager(manager)).await?;
    Ok(ManagerHistory { manager: ManagerName { id: manager.clone(), name, login }, today: view.today, records })
}

/// Which assignments.
pub(crate) enum Records<'a> {
    /// Of a customer.
    OfCustomer(&'a CustomerId),
    /// Of an account manager.
    OfManager(&'a MemberId),
}

/// The assignments, newest first; where the scope is one account manager's, only that one's own.
pub(crate) async fn records(
    connection: &mut Connection,
    view: &View,
    which: &Records<'_>,
) -> Result<Vec<AssignmentRecord>> {
    let mut statement = Statement::new(
        "select a.id, c.id, coalesce(nullif(c.name, ''), nullif(c.account_name, ''), c.account_id),
                m.id, m.name, m.login, a.from_day, a.until_day,
                coalesce(b.name, a.assigned_by), a.assigned_at, coalesce(e.name, a.ended_by)
         from assignment a
         join customer c on c.no = a.customer_no
         join member m on m.id = a.manager_id
         left join member b on b.id = a.assigned_by
         left join member e on e.id = a.ended_by
         where a.partner_id = ",
    );
    statement.bind(view.partner.id.to_string());
    match which {
        Records::OfCustomer(customer) => statement.add(" and c.id = ").bind(*customer),
        Records::OfManager(manager) => statement.add(" and a.manager_id = ").bind(*manager),
    };
    if let Scope::ManagedBy { 0: own, .. } = &view.scope {
        statement.add(" and a.manager_id = ").bind(own);
    }
    statement.add(" order by a.from_day desc, a.id desc");
    let rows: Vec<Row> = statement.rows(connection).await?;
    rows.into_iter().map(|row| record(row, &view.partner.zone)).collect()
}

type Row = (String, String, String, String, String, String, String, String, String, String, Option<String>);

fn record(row: Row, zone: &TimeZone) -> Result<AssignmentRecord> {
    let (id, customer, customer_name, manager, name, login, from, until, assigned_by, assigned_at, ended_by) = row;
    let until: Day = until.parse().map_err(Error::internal)?;
    Ok(AssignmentRecord {
        id: AssignmentId::new(id),
        customer: CustomerId::new(customer),
        customer_name,
        manager: ManagerName { id: MemberId::new(manager), name, login },
        from: from.parse().map_err(Error::internal)?,
        until: (until < Day::FOREVER).then_some(until),
        assigned_by,
        assigned_at: local(&assigned_at, zone),
        ended_by,
    })
}
