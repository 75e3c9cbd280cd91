//! A list as its reader sees it.

use domain::access::{Actor, Permission};
use domain::customer_lists::{Candidate, CustomerList};
use domain::ids::{CustomerId, CustomerListId};

use super::{among, asked};
use crate::center::Center;
use crate::customers::View;
use crate::db::Statement;
use crate::error::{Error, Result};

/// Columns of a [`Candidate`].
pub(super) const COLUMNS: &str =
    "c.id, coalesce(nullif(c.name, ''), nullif(c.account_name, ''), c.account_id), c.account_id, c.supplier";

pub(super) type Row = (String, String, String, String);

pub(super) fn candidate((id, name, account_id, supplier): Row) -> Candidate {
    Candidate { id: CustomerId::new(id), name, account_id, supplier }
}

/// The customers of a list that are in the actor's scope today. Whoever made it: a link can be passed on.
///
/// # Errors
/// `Denied` without `Permission::ViewCustomers`; `NotFound` where the partner has no such list.
pub async fn get(center: &Center, actor: &Actor, id: &CustomerListId) -> Result<CustomerList> {
    let scope = actor.scope(Permission::ViewCustomers)?;
    let mut tx = center.db.read().await?;
    let view = View::open(center, &mut tx, actor, scope).await?;
    let id = asked(&mut tx, &view.partner.id, id.as_str()).await?.ok_or(Error::NotFound)?;
    let mut sql: Statement = view.select(COLUMNS);
    among(&mut sql, " and c.no", &id);
    sql.add(" order by c.account_id, c.no");
    let rows: Vec<Row> = sql.rows(&mut tx).await?;
    Ok(CustomerList { id, customers: rows.into_iter().map(candidate).collect() })
}
