//! Customers by a pasted list (客户名单): finding them, keeping them, asking only for them.
//!
//! What is kept is a set of customers under a short id, for a list of a thousand does not fit an address. An id shows
//! nobody anything: each view puts the list beside the reader's own scope.

mod get;
mod keep;
mod resolve;

pub use get::get;
pub use keep::create;
pub use resolve::resolve;

use domain::ids::{CustomerListId, PartnerId};

use crate::db::{Connection, Statement};
use crate::error::Result;

/// The list that is asked for; none where none is.
///
/// # Errors
/// `NotFound` where the partner has no such list.
pub(crate) async fn asked(
    connection: &mut Connection,
    partner: &PartnerId,
    id: &str,
) -> Result<Option<CustomerListId>> {
    if id.is_empty() {
        return Ok(None);
    }
    let (id,): (String,) = sqlx::query_as("select id from customer_list where id = $1 and partner_id = $2")
        .bind(id)
        .bind(partner.as_str())
        .fetch_one(connection)
        .await?;
    Ok(Some(CustomerListId::new(id)))
}

/// Appends the condition that a customer's number is in the list; `column` is `and` and the number's column.
pub(crate) fn among(sql: &mut Statement, column: &'static str, list: &CustomerListId) {
    sql.add(column).add(" in (select e.customer_no from customer_list_entry e where e.list_id = ");
    sql.bind(list).add(")");
}

#[cfg(test)]
mod tests;
