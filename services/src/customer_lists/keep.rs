//! Keeping chosen customers under a short id.

use std::collections::BTreeSet;

use domain::access::{Actor, Permission};
use domain::customer_lists::{MAX_ENTRIES, MAX_LISTS};
use domain::errors::FieldError;
use domain::ids::{CustomerId, CustomerListId};
use serde_json::json;

use crate::audit;
use crate::center::Center;
use crate::clock::stored;
use crate::customers::View;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::imports::texts::key;

/// Keeps these customers and says under which id; the same customers again have the same id.
///
/// # Errors
/// `Denied` without `Permission::ViewCustomers`; `Invalid` `customers` for none (`required`) or more than [`MAX_ENTRIES`]
/// (`too_many_entries`); `NotFound` where one is not in the actor's scope today.
pub async fn create(center: &Center, actor: &Actor, customers: &[CustomerId]) -> Result<CustomerListId> {
    let scope = actor.scope(Permission::ViewCustomers)?;
    let wanted: BTreeSet<&CustomerId> = customers.iter().collect();
    if wanted.is_empty() {
        return Err(FieldError::new("customers", "required").into());
    }
    if wanted.len() > MAX_ENTRIES {
        return Err(FieldError::new("customers", "too_many_entries").with(MAX_ENTRIES).into());
    }
    let mut tx = center.db.write().await?;
    let view = View::open(center, &mut tx, actor, scope).await?;
    let mut sql = view.select("c.no");
    sql.add(" and c.id in ").list(wanted.iter().copied()).add(" order by c.no");
    let numbers: Vec<i64> = sql.rows::<(i64,)>(&mut tx).await?.into_iter().map(|row| row.0).collect();
    if numbers.len() != wanted.len() {
        return Err(Error::NotFound);
    }
    let digest = digest(&numbers);
    if let Some(id) = again(center, &mut tx, actor, &digest).await? {
        tx.commit().await?;
        return Ok(id);
    }
    let id = CustomerListId::new(format!("{:016x}", rand::random::<u64>()));
    insert(center, &mut tx, actor, (&id, &digest, &numbers)).await?;
    forget(&mut tx, actor).await?;
    let detail = json!({ "customers": numbers.len() }).to_string();
    audit::record(center, &mut tx, actor, ("customer_list.create", id.as_str(), &detail)).await?;
    tx.commit().await?;
    Ok(id)
}

/// The member's list of the same customers, which is in use again.
async fn again(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    digest: &str,
) -> Result<Option<CustomerListId>> {
    let known: Option<(String,)> =
        sqlx::query_as("update customer_list set used_at = $3 where member_id = $1 and digest = $2 returning id")
            .bind(actor.member.as_str())
            .bind(digest)
            .bind(stored(center.clock.now()))
            .fetch_optional(connection)
            .await?;
    Ok(known.map(|(id,)| CustomerListId::new(id)))
}

async fn insert(
    center: &Center,
    connection: &mut Connection,
    actor: &Actor,
    (id, digest, numbers): (&CustomerListId, &str, &[i64]),
) -> Result<()> {
    sqlx::query("insert into customer_list (id, partner_id, member_id, digest, used_at) values ($1, $2, $3, $4, $5)")
        .bind(id.as_str())
        .bind(actor.partner.as_str())
        .bind(actor.member.as_str())
        .bind(digest)
        .bind(stored(center.clock.now()))
        .execute(&mut *connection)
        .await?;
    for number in numbers {
        sqlx::query("insert into customer_list_entry (list_id, customer_no) values ($1, $2)")
            .bind(id.as_str())
            .bind(number)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Equal sets of customers have equal digests.
fn digest(numbers: &[i64]) -> String {
    let text = numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let key = key(text.as_bytes());
    format!("{:016x}{:016x}", key.high, key.low)
}

/// Forgets the member's lists beyond [`MAX_LISTS`] that no saved view of the partner names, oldest first.
async fn forget(connection: &mut Connection, actor: &Actor) -> Result<()> {
    let old: Vec<(String,)> = sqlx::query_as(
        "select l.id from customer_list l where l.member_id = $1
           and not exists (select 1 from saved_view v
             where v.partner_id = l.partner_id and v.parameters like '%list=' || l.id || '%')
         order by l.used_at desc, l.id limit 1000 offset $2",
    )
    .bind(actor.member.as_str())
    .bind(MAX_LISTS)
    .fetch_all(&mut *connection)
    .await?;
    for (id,) in old {
        for sql in ["delete from customer_list_entry where list_id = $1", "delete from customer_list where id = $1"] {
            sqlx::query(sql).bind(&id).execute(&mut *connection).await?;
        }
    }
    Ok(())
}
