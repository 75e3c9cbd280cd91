//! Before the versions are judged: whose mended rows they are, and which customers they name.

use std::collections::HashMap;

use domain::customers::{CustomerOrigin, folded};
use domain::ids::{DeliveryId, PartnerId};

use crate::center::{Center, new_id};
use crate::clock::stored;
use crate::db::Connection;
use crate::error::{Error, Result};

use super::draft::{Customer, Draft, Version};

/// The delivery whose rejected rows these are: the first one, where they were mended more than once.
///
/// # Errors
/// `Invalid` `unknown_delivery`; `Conflict`: `several_deliveries`; `delivery_held`; `already_in` where one of the rows came
/// again before; `replaced_since` where a later delivery re-stated what the rows would be added to.
pub async fn mended(connection: &mut Connection, partner: &PartnerId, draft: &Draft) -> Result<DeliveryId> {
    let unknown = || Error::field("x_RejectedDelivery", "unknown_delivery");
    let id = &draft.mends.first().ok_or_else(unknown)?.delivery;
    if draft.mends.iter().any(|mended| mended.delivery != *id) {
        return Err(Error::Conflict("several_deliveries"));
    }
    let root: Option<(String, String)> = sqlx::query_as(
        "select r.id, r.state from delivery d join delivery r on r.id = coalesce(d.mends, d.id)
         where d.id = $1 and d.partner_id = $2 and d.state in ('finished', 'withdrawn')",
    )
    .bind(id)
    .bind(partner.as_str())
    .fetch_optional(&mut *connection)
    .await?;
    let (root, state) = root.ok_or_else(unknown)?;
    if state != "finished" {
        return Err(Error::Conflict("replaced_since"));
    }
    each_comes_the_first_time(connection, id, draft).await?;
    for version in &draft.versions {
        still_stands(connection, (partner, &root), version).await?;
    }
    Ok(DeliveryId::new(root))
}

/// Every row was rejected, and none was brought again by a delivery that stands.
async fn each_comes_the_first_time(connection: &mut Connection, id: &str, draft: &Draft) -> Result<()> {
    let rows: Vec<(i64, i64, bool)> = sqlx::query_as(
        "select r.file_no, r.row_no, coalesce(m.state, '') = 'finished'
         from rejected_row r left join delivery m on m.id = r.mended_by where r.delivery_id = $1 and r.row_no > 0",
    )
    .bind(id)
    .fetch_all(connection)
    .await?;
    let came_again: HashMap<_, _> = rows.into_iter().map(|(file, row, again)| ((file, row), again)).collect();
    for mended in &draft.mends {
        match came_again.get(&(mended.file, mended.row)) {
            None => return Err(Error::field("x_RejectedRow", "unknown_delivery")),
            Some(true) => return Err(Error::Conflict("already_in")),
            Some(false) => {}
        }
    }
    Ok(())
}

/// What the rows would be added to is not held, and no later delivery re-stated it for one of their customers.
async fn still_stands(
    connection: &mut Connection,
    (partner, root): (&PartnerId, &str),
    version: &Version,
) -> Result<()> {
    let state: Option<String> = sqlx::query_scalar(
        "select state from bill_version where delivery_id = $1 and supplier = $2 and account = $3 and month = $4",
    )
    .bind(root)
    .bind(&version.supplier)
    .bind(&version.account)
    .bind(version.month.to_string())
    .fetch_optional(&mut *connection)
    .await?;
    match state.as_deref() {
        Some("held") => return Err(Error::Conflict("delivery_held")),
        Some("superseded" | "withdrawn") => return Err(Error::Conflict("replaced_since")),
        _ => {}
    }
    for customer in version.parts.customers.keys() {
        let restated: i64 = sqlx::query_scalar(
            "select count(*) from shown_part s
             join bill_version v on v.no = s.version_no and v.supplier = $4 and v.account = $5 and v.covers <> 'append'
             join delivery d on d.id = v.delivery_id
             join delivery r on r.id = $1 and d.id > r.id
             where s.partner_id = $2 and s.month = $3 and s.customer_no = $6",
        )
        .bind(root)
        .bind(partner.as_str())
        .bind(version.month.to_string())
        .bind(&version.supplier)
        .bind(&version.account)
        .bind(customer)
        .fetch_one(&mut *connection)
        .await?;
        if restated > 0 {
            return Err(Error::Conflict("replaced_since"));
        }
    }
    Ok(())
}

/// Notes which rejected rows the delivery brought again, mended or not: what it rejected anew has a row of its own.
///
/// # Errors
/// `Internal`.
pub async fn mark_mended(connection: &mut Connection, id: &DeliveryId, draft: &Draft) -> Result<()> {
    for mended in &draft.mends {
        sqlx::query("update rejected_row set mended_by = $1 where delivery_id = $2 and file_no = $3 and row_no = $4")
            .bind(id.as_str())
            .bind(&mended.delivery)
            .bind(mended.file)
            .bind(mended.row)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Writes customers that are new, or whose name or association type the bill changed.
///
/// # Errors
/// `Internal`.
pub async fn write_customers(
    center: &Center,
    connection: &mut Connection,
    partner: &PartnerId,
    customers: &[Customer],
) -> Result<()> {
    for customer in customers {
        let folded = folded(&customer.name);
        if !customer.new {
            sqlx::query(
                // A bill names the account. The customer's own name follows it only as long as the two are the same.
                "update customer set
                   name = case when name = account_name then $2 else name end,
                   name_folded = case when name = account_name then $3 else name_folded end,
                   account_name = $2, account_name_folded = $3, association = $4
                 where no = $1",
            )
            .bind(customer.no)
            .bind(&customer.name)
            .bind(&folded)
            .bind(customer.association.code())
            .execute(&mut *connection)
            .await?;
            continue;
        }
        sqlx::query(
            "insert into customer (no, id, partner_id, supplier, account_id, account_name, name, account_name_folded,
               name_folded, association, origin, phone, email, created_at)
             values ($1, $2, $3, $4, $5, $6, $6, $7, $7, $8, $9, '', '', $10)",
        )
        .bind(customer.no)
        .bind(new_id())
        .bind(partner.as_str())
        .bind(&customer.supplier)
        .bind(&customer.account)
        .bind(&customer.name)
        .bind(&folded)
        .bind(customer.association.code())
        .bind(CustomerOrigin::Bill.code())
        .bind(stored(center.clock.now()))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
