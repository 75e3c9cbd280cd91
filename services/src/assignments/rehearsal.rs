//! Trying changes of assignments without writing them, and without keeping others from writing.

use domain::ids::PartnerId;

use crate::center::Center;
use crate::db::Tx;
use crate::error::Result;

/// A transaction that reads one state of the data and in which assignments can be changed as if they were written: it sees
/// a copy of the partner's in a temporary table of the same name, which goes with the transaction. It must not be
/// committed.
///
/// # Errors
/// `Internal`.
pub(super) async fn begin(center: &Center, partner: &PartnerId) -> Result<Tx> {
    let mut tx = center.db.read().await?;
    // an unqualified name means the temporary table from here on, in every statement
    sqlx::query(
        "create temporary table assignment (
           id text primary key, partner_id text not null, customer_no bigint not null, manager_id text not null,
           from_day text not null, until_day text not null, assigned_by text not null, assigned_at text not null,
           ended_by text, ended_at text, continues text, check (from_day < until_day), unique (customer_no, from_day))",
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "insert into temp.assignment (id, partner_id, customer_no, manager_id, from_day, until_day, assigned_by,
           assigned_at, ended_by, ended_at, continues)
         select id, partner_id, customer_no, manager_id, from_day, until_day, assigned_by, assigned_at, ended_by, ended_at,
           continues
         from main.assignment where partner_id = $1",
    )
    .bind(partner.as_str())
    .execute(&mut *tx)
    .await?;
    sqlx::query("create index temp.assignment_of_manager on assignment (manager_id, from_day, until_day)")
        .execute(&mut *tx)
        .await?;
    Ok(tx)
}
