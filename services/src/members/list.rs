//! The members of a partner.

use std::collections::HashMap;

use domain::access::{Actor, Permission};
use domain::ids::MemberId;
use domain::members::MemberSummary;
use jiff::tz::TimeZone;

use super::actor::parse_roles;
use crate::center::Center;
use crate::clock::{local, stored};
use crate::error::{Error, Result};

/// All members of the actor's partner, by sign-in name.
///
/// # Errors
/// `Denied` without `Permission::ManageMembers`.
pub async fn list(center: &Center, actor: &Actor) -> Result<Vec<MemberSummary>> {
    actor.require(Permission::ManageMembers)?;
    let mut tx = center.db.read().await?;
    let rows: Vec<Row> = sqlx::query_as(
        "select id, login, name, state, locked_until, must_change_password, last_sign_in
         from member where partner_id = $1 order by login",
    )
    .bind(actor.partner.as_str())
    .fetch_all(&mut *tx)
    .await?;
    let codes: Vec<(String, String)> = sqlx::query_as(
        "select r.member_id, r.role from member_role r join member m on m.id = r.member_id where m.partner_id = $1",
    )
    .bind(actor.partner.as_str())
    .fetch_all(&mut *tx)
    .await?;
    let mut roles: HashMap<&str, Vec<&str>> = HashMap::new();
    for (member, role) in &codes {
        roles.entry(member).or_default().push(role);
    }
    let now = stored(center.clock.now());
    let zone = crate::partners::get(&mut tx, &actor.partner).await?.zone;
    rows.into_iter().map(|row| summary(row, &roles, (&now, &zone))).collect()
}

type Row = (String, String, String, String, Option<String>, bool, Option<String>);

fn summary(row: Row, roles: &HashMap<&str, Vec<&str>>, (now, zone): (&str, &TimeZone)) -> Result<MemberSummary> {
    let (id, login, name, state, locked_until, must_change_password, last_sign_in) = row;
    Ok(MemberSummary {
        roles: parse_roles(roles.get(id.as_str()).into_iter().flatten().copied())?,
        id: MemberId::new(id),
        login,
        name,
        state: state.parse().map_err(Error::internal)?,
        // a lock that is over is none
        locked_until: locked_until.filter(|until| until.as_str() > now).map(|until| local(&until, zone)),
        must_change_password,
        last_sign_in: last_sign_in.map(|at| local(&at, zone)),
    })
}
