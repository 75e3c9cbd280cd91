//! Teams of account managers (组织 > 团队), and what filters on account managers offer.

use domain::ids::{MemberId, TeamId};
use domain::teams::{ManagerChoices, TeamList};
use leptos::prelude::*;
use server_fn::codec::GetUrl;

use crate::codec::Answer;
use crate::error::AppError;

/// All teams with their members.
#[server(prefix = "/_fn", endpoint = "list_teams", output = Answer, input = GetUrl)]
pub async fn list_teams() -> Result<TeamList, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::teams::list(&center, &actor).await?)
}

/// The account managers and teams that a filter offers; none for who sees own customers only.
#[server(prefix = "/_fn", endpoint = "list_manager_choices", output = Answer, input = GetUrl)]
pub async fn list_manager_choices() -> Result<ManagerChoices, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::teams::choices(&center, &actor).await?)
}

/// Makes a team.
#[server(prefix = "/_fn", endpoint = "create_team", output = Answer)]
pub async fn create_team(#[server(default)] name: String) -> Result<TeamId, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::teams::create(&center, &actor, &name).await?)
}

/// Gives a team another name; `seen` is the version that the person looked at.
#[server(prefix = "/_fn", endpoint = "rename_team", output = Answer)]
pub async fn rename_team(id: TeamId, seen: i64, #[server(default)] name: String) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::teams::rename(&center, &actor, &id, &name, seen).await?)
}

/// Deletes a team; its members are in none then.
#[server(prefix = "/_fn", endpoint = "delete_team", output = Answer)]
pub async fn delete_team(id: TeamId, seen: i64) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::teams::delete(&center, &actor, &id, seen).await?)
}

/// Says who is in a team from now on.
#[server(prefix = "/_fn", endpoint = "set_team_members", output = Answer)]
pub async fn set_team_members(
    id: TeamId,
    seen: i64,
    #[server(default)] members: Vec<MemberId>,
) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    let request = domain::teams::SetTeamMembers { id, seen, members };
    Ok(services::teams::set_members(&center, &actor, &request).await?)
}
