//! The partner's domain id and its projects by region.

use domain::access::Actor;
use domain::credentials::{Project, REGIONS};
use domain::ids::PartnerId;

use super::vault::hex;
use crate::center::Center;
use crate::db::Connection;
use crate::error::Result;

/// The projects of the actor's partner; with `region`, at most the one of that region. Every member may see them.
///
/// # Errors
/// `Internal`.
pub async fn projects(center: &Center, actor: &Actor, region: Option<&str>) -> Result<Vec<Project>> {
    let mut tx = center.db.read().await?;
    let mut projects = of(&mut tx, &actor.partner).await?;
    projects.retain(|project| region.is_none_or(|region| region == project.region));
    Ok(projects)
}

/// The same within the caller's transaction.
pub(super) async fn of(connection: &mut Connection, partner: &PartnerId) -> Result<Vec<Project>> {
    let rows: Vec<(String, String)> = sqlx::query_as("select id, region from project where partner_id = $1")
        .bind(partner.as_str())
        .fetch_all(connection)
        .await?;
    let found = REGIONS.iter().filter_map(|(region, name, name_en)| {
        let (id, _) = rows.iter().find(|(_, of)| of == region)?;
        let (region, region_name) = ((*region).to_owned(), (*name).to_owned());
        Some(Project { id: id.clone(), region, region_name, region_name_en: (*name_en).to_owned() })
    });
    Ok(found.collect())
}

/// The partner's domain id.
pub(super) async fn domain_id(connection: &mut Connection, partner: &PartnerId) -> Result<String> {
    let id = sqlx::query_scalar("select domain_id from account_domain where partner_id = $1")
        .bind(partner.as_str())
        .fetch_one(connection)
        .await?;
    Ok(id)
}

/// Gives a new partner its domain id and its projects, within the transaction that creates it.
pub(crate) async fn create_of(connection: &mut Connection, partner: &str) -> Result<()> {
    sqlx::query(
        "insert into account_domain (partner_id, domain_id) values ($1, $2) on conflict (partner_id) do nothing",
    )
    .bind(partner)
    .bind(hex(&rand::random::<[u8; 16]>()))
    .execute(&mut *connection)
    .await?;
    for (region, ..) in REGIONS {
        sqlx::query(
            "insert into project (id, partner_id, region) values ($1, $2, $3) on conflict (partner_id, region) do nothing",
        )
        .bind(hex(&rand::random::<[u8; 16]>()))
        .bind(partner)
        .bind(*region)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The same for partners that are older than these tables or than a region: when the database is opened.
pub(crate) async fn create_missing(connection: &mut Connection) -> Result<()> {
    let partners: Vec<(String,)> = sqlx::query_as(
        "select p.id from partner p
         where not exists (select 1 from account_domain d where d.partner_id = p.id)
            or (select count(*) from project j where j.partner_id = p.id) < $1",
    )
    .bind(i64::try_from(REGIONS.len()).unwrap_or(i64::MAX))
    .fetch_all(&mut *connection)
    .await?;
    for (partner,) in partners {
        create_of(connection, &partner).await?;
    }
    Ok(())
}
