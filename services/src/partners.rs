//! Partners: whose portal this is, and the settings that decide how its bills are read.

use domain::ids::PartnerId;
use jiff::tz::TimeZone;

use crate::center::{Center, new_id};
use crate::clock::stored;
use crate::db::Connection;
use crate::error::{Error, Result};

/// The billing time zone where none is given.
pub const DEFAULT_ZONE: &str = "Asia/Shanghai";

/// A partner with its settings.
#[derive(Debug, Clone)]
pub struct Partner {
    /// Its id.
    pub id: PartnerId,
    /// Its name.
    pub name: String,
    /// IANA name of the billing time zone.
    pub zone_name: String,
    /// The billing time zone.
    pub zone: TimeZone,
    /// Whether the day of an assignment counts for the new account manager.
    pub assignment_day_counts: bool,
    /// Made by `partner-center demo`.
    pub demo: bool,
    /// Grows with every change of shown bill data.
    pub data_version: i64,
    /// When shown bill data last changed, UTC.
    pub data_changed_at: Option<String>,
}

/// A partner to create.
#[derive(Debug, Clone)]
pub struct NewPartner {
    /// Its name.
    pub name: String,
    /// IANA name of its billing time zone.
    pub zone_name: String,
    /// Whether the day of an assignment counts.
    pub assignment_day_counts: bool,
    /// Demo data.
    pub demo: bool,
}

/// Looks up a time zone by its IANA name.
///
/// # Errors
/// `Invalid` where there is none of that name.
pub fn zone(name: &str) -> Result<TimeZone> {
    TimeZone::get(name).map_err(|_| Error::field("billing_zone", "unknown_time_zone"))
}

type Row = (String, String, String, bool, bool, i64, Option<String>);

fn from_row((id, name, zone_name, assignment_day_counts, demo, data_version, data_changed_at): Row) -> Result<Partner> {
    let zone = zone(&zone_name)?;
    Ok(Partner {
        id: PartnerId::new(id),
        name,
        zone_name,
        zone,
        assignment_day_counts,
        demo,
        data_version,
        data_changed_at,
    })
}

/// The partner of an actor; within the transaction of the caller's other queries.
///
/// # Errors
/// `NotFound` where there is none of that id.
pub async fn get(connection: &mut Connection, id: &PartnerId) -> Result<Partner> {
    let row: Row = sqlx::query_as(
        "select id, name, billing_zone, assignment_day_counts, demo, data_version, data_changed_at
         from partner where id = $1",
    )
    .bind(id.as_str())
    .fetch_one(connection)
    .await?;
    from_row(row)
}

/// The actor's own partner.
///
/// # Errors
/// `Internal`.
pub async fn of(center: &Center, actor: &domain::access::Actor) -> Result<Partner> {
    let mut tx = center.db.read().await?;
    get(&mut tx, &actor.partner).await
}

/// All partners, oldest first: for the command line.
///
/// # Errors
/// `Internal`.
pub async fn list_unscoped(center: &Center) -> Result<Vec<Partner>> {
    let mut tx = center.db.read().await?;
    let rows: Vec<Row> = sqlx::query_as(
        "select id, name, billing_zone, assignment_day_counts, demo, data_version, data_changed_at
         from partner order by created_at, id",
    )
    .fetch_all(&mut *tx)
    .await?;
    rows.into_iter().map(from_row).collect()
}

/// Creates a partner.
///
/// # Errors
/// `Invalid` for an empty name or an unknown time zone.
pub async fn create_unscoped(center: &Center, new: &NewPartner) -> Result<PartnerId> {
    if new.name.trim().is_empty() {
        return Err(Error::field("partner", "required"));
    }
    zone(&new.zone_name)?;
    let id = PartnerId::new(new_id());
    let mut tx = center.db.write().await?;
    sqlx::query(
        "insert into partner (id, name, billing_zone, assignment_day_counts, demo, data_version, created_at)
         values ($1, $2, $3, $4, $5, 0, $6)",
    )
    .bind(id.as_str())
    .bind(new.name.trim())
    .bind(&new.zone_name)
    .bind(new.assignment_day_counts)
    .bind(new.demo)
    .bind(stored(center.clock.now()))
    .execute(&mut *tx)
    .await?;
    crate::credentials::create_of(&mut tx, id.as_str()).await?;
    crate::audit::record_unscoped(center, &mut tx, &id, ("partner.create", id.as_str(), new.name.trim())).await?;
    tx.commit().await?;
    Ok(id)
}
