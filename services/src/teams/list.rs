//! The teams, and what filters offer of them.

use domain::access::{Actor, Permission, Role, Scope};
use domain::customers::ManagerName;
use domain::ids::MemberId;
use domain::members::MemberState;
use domain::teams::{ManagerChoices, Team, TeamList, TeamMember};

use super::of::names;
use crate::center::Center;
use crate::error::Result;

/// The team, where there is one; id, name, sign-in name and state of a member.
type Row = (Option<String>, String, String, String, String);

/// All teams with their members, and the account managers who are in none.
///
/// # Errors
/// `Denied` without `Permission::ViewTeams`.
pub async fn list(center: &Center, actor: &Actor) -> Result<TeamList> {
    actor.require(Permission::ViewTeams)?;
    let mut tx = center.db.read().await?;
    let versions: Vec<(String, i64)> = sqlx::query_as("select id, version from team where partner_id = $1")
        .bind(actor.partner.as_str())
        .fetch_all(&mut *tx)
        .await?;
    let version = |id: &str| versions.iter().find(|(team, _)| team == id).map_or(0, |(_, version)| *version);
    let teams = names(&mut tx, &actor.partner).await?.into_iter();
    let mut list = TeamList {
        teams: teams.map(|team| Team { version: version(team.id.as_str()), team, members: Vec::new() }).collect(),
        without: Vec::new(),
    };
    let rows: Vec<Row> = sqlx::query_as(
        "select t.team_id, m.id, m.name, m.login, m.state from member m left join team_member t on t.member_id = m.id
         where m.partner_id = $1
           and (t.team_id is not null or exists (select 1 from member_role r where r.member_id = m.id and r.role = $2))
         order by m.name, m.login",
    )
    .bind(actor.partner.as_str())
    .bind(Role::AccountManager.code())
    .fetch_all(&mut *tx)
    .await?;
    for (team, id, name, login, state) in rows {
        let manager = ManagerName { id: MemberId::new(id), name, login };
        let member = TeamMember { manager, active: state == MemberState::Active.code() };
        let of = list.teams.iter_mut().find(|known| team.as_deref() == Some(known.team.id.as_str()));
        of.map_or(&mut list.without, |team| &mut team.members).push(member);
    }
    Ok(list)
}

/// What a filter on account managers offers: who manages customers or did, and the teams. Nothing for who sees own customers
/// only: there is nobody else to choose.
///
/// # Errors
/// `Denied` without `Permission::ViewConsumption`.
pub async fn choices(center: &Center, actor: &Actor) -> Result<ManagerChoices> {
    let scope = actor.scope(Permission::ViewConsumption)?;
    if !matches!(scope, Scope::All { .. }) {
        return Ok(ManagerChoices::default());
    }
    let mut tx = center.db.read().await?;
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "select m.id, m.name, m.login from member m where m.partner_id = $1
           and (exists (select 1 from member_role r where r.member_id = m.id and r.role = $2)
                or exists (select 1 from assignment a where a.manager_id = m.id))
         order by m.name, m.login",
    )
    .bind(actor.partner.as_str())
    .bind(Role::AccountManager.code())
    .fetch_all(&mut *tx)
    .await?;
    let managers = rows.into_iter().map(|(id, name, login)| ManagerName { id: MemberId::new(id), name, login });
    Ok(ManagerChoices { managers: managers.collect(), teams: names(&mut tx, &actor.partner).await? })
}
