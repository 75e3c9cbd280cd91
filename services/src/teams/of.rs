//! Who is in which team, for what shows account managers by team.

use std::collections::{BTreeSet, HashMap};

use domain::ids::{MemberId, PartnerId, TeamId};
use domain::teams::TeamName;

use crate::db::{Connection, Statement};
use crate::error::{Error, Result};

/// The members of these teams, all together.
///
/// # Errors
/// `NotFound` where one of them is no team of the partner.
pub(crate) async fn members_of(
    connection: &mut Connection,
    partner: &PartnerId,
    teams: &[String],
) -> Result<BTreeSet<MemberId>> {
    let asked: BTreeSet<&str> = teams.iter().map(String::as_str).collect();
    if asked.is_empty() {
        return Ok(BTreeSet::new());
    }
    let known = names(connection, partner).await?;
    if !asked.iter().all(|id| known.iter().any(|team| team.id.as_str() == *id)) {
        return Err(Error::NotFound);
    }
    let mut sql = Statement::new("select member_id from team_member where team_id in ");
    sql.list(asked);
    let rows: Vec<(String,)> = sql.rows(connection).await?;
    Ok(rows.into_iter().map(|(member,)| MemberId::new(member)).collect())
}

/// The teams of a partner, by name.
///
/// # Errors
/// `Internal`.
pub(crate) async fn names(connection: &mut Connection, partner: &PartnerId) -> Result<Vec<TeamName>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("select id, name from team where partner_id = $1 order by name_folded")
            .bind(partner.as_str())
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(id, name)| TeamName { id: TeamId::new(id), name }).collect())
}

/// Everybody who is in a team, with the team.
///
/// # Errors
/// `Internal`.
pub(crate) async fn team_of_members(
    connection: &mut Connection,
    partner: &PartnerId,
) -> Result<HashMap<MemberId, TeamId>> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "select m.member_id, m.team_id from team_member m join team t on t.id = m.team_id where t.partner_id = $1",
    )
    .bind(partner.as_str())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(member, team)| (MemberId::new(member), TeamId::new(team))).collect())
}
