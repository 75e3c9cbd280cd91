//! Saved mappings of columns: what a person said once of a layout that nobody knew.

use domain::access::{Actor, Permission};
use domain::errors::FieldError;
use domain::ids::{MappingId, PartnerId};
use domain::imports::mapping::SavedMapping;

use crate::center::{Center, new_id};
use crate::clock::{local, stored};
use crate::db::{Connection, is_taken};
use crate::error::{Error, Result};

use super::format::{SavedLayout, same_names};
use super::layouts::is_built_in;

/// The partner's mappings, by name.
///
/// # Errors
/// `Denied` without `Permission::ViewImports`.
pub async fn list(center: &Center, actor: &Actor) -> Result<Vec<SavedMapping>> {
    actor.require(Permission::ViewImports)?;
    let mut tx = center.db.read().await?;
    let zone = crate::partners::get(&mut tx, &actor.partner).await?.zone;
    let rows: Vec<(String, String, String, String, Option<String>, String)> = sqlx::query_as(
        "select b.id, b.name, b.header, b.sources, m.name, b.created_at
         from bill_mapping b left join member m on m.id = b.created_by where b.partner_id = $1 order by b.name",
    )
    .bind(actor.partner.as_str())
    .fetch_all(&mut *tx)
    .await?;
    let mapping = |(id, name, header, sources, by, at): (String, String, String, String, Option<String>, String)| {
        Ok(SavedMapping {
            id: MappingId::new(id),
            name,
            header: serde_json::from_str(&header)?,
            sources: serde_json::from_str(&sources)?,
            by: by.unwrap_or_default(),
            at: local(&at, &zone),
        })
    };
    rows.into_iter().map(mapping).collect()
}

/// Forgets a mapping. What was imported by it stays.
///
/// # Errors
/// `Denied` without `Permission::ImportBills`; `NotFound`.
pub async fn delete(center: &Center, actor: &Actor, id: &MappingId) -> Result<()> {
    actor.require(Permission::ImportBills)?;
    let mut tx = center.db.write().await?;
    let deleted = sqlx::query("delete from bill_mapping where id = $1 and partner_id = $2")
        .bind(id.as_str())
        .bind(actor.partner.as_str())
        .execute(&mut *tx)
        .await?;
    if deleted.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    crate::audit::record(center, &mut tx, actor, ("mapping.delete", id.as_str(), "")).await?;
    tx.commit().await?;
    Ok(())
}

/// The partner's mappings as files are recognised by them.
///
/// # Errors
/// `Internal`.
pub async fn layouts(connection: &mut Connection, partner: &PartnerId) -> Result<Vec<SavedLayout>> {
    let rows: Vec<(String, String, String)> =
        sqlx::query_as("select name, header, sources from bill_mapping where partner_id = $1 order by created_at, id")
            .bind(partner.as_str())
            .fetch_all(connection)
            .await?;
    let layout = |(name, header, sources): (String, String, String)| {
        Ok(SavedLayout { name, header: serde_json::from_str(&header)?, sources: serde_json::from_str(&sources)? })
    };
    rows.into_iter().map(layout).collect()
}

/// Keeps a mapping; one of the same columns is replaced.
///
/// # Errors
/// `Invalid` for `name`: `name_taken`.
pub async fn save(center: &Center, connection: &mut Connection, actor: &Actor, layout: &SavedLayout) -> Result<()> {
    let taken = || Error::from(FieldError::new("name", "name_taken"));
    if is_built_in(&layout.name) {
        return Err(taken());
    }
    let known = layouts(connection, &actor.partner).await?;
    for same in known.iter().filter(|known| same_names(&known.header, &layout.header)) {
        sqlx::query("delete from bill_mapping where partner_id = $1 and name = $2")
            .bind(actor.partner.as_str())
            .bind(&same.name)
            .execute(&mut *connection)
            .await?;
    }
    let id = new_id();
    let written = sqlx::query(
        "insert into bill_mapping (id, partner_id, name, header, sources, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&id)
    .bind(actor.partner.as_str())
    .bind(&layout.name)
    .bind(serde_json::to_string(&layout.header)?)
    .bind(serde_json::to_string(&layout.sources)?)
    .bind(actor.member.as_str())
    .bind(stored(center.clock.now()))
    .execute(&mut *connection)
    .await;
    match written {
        Err(error) if is_taken(&error, "bill_mapping.partner_id, bill_mapping.name") => Err(taken()),
        other => {
            other?;
            crate::audit::record(center, connection, actor, ("mapping.save", &id, "")).await
        }
    }
}
