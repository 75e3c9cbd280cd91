//! Making, naming, filling and deleting teams.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Actor, Permission, Role};
use domain::customers::folded;
use domain::errors::FieldError;
use domain::ids::{MemberId, PartnerId, TeamId};
use domain::teams::{SetTeamMembers, check_team_name};
use serde_json::json;

use crate::audit;
use crate::center::{Center, new_id};
use crate::clock::stored;
use crate::db::{Connection, Statement, is_taken};
use crate::error::{Error, Result};

/// Makes a team without members.
///
/// # Errors
/// `Denied` without `Permission::ManageMembers`; `Invalid` for `name`: `required`, `too_long`, `team_taken`.
pub async fn create(center: &Center, actor: &Actor, name: &str) -> Result<TeamId> {
    actor.require(Permission::ManageMembers)?;
    let name = check_team_name(name)?;
    let mut tx = center.db.write().await?;
    let id = TeamId::new(new_id());
    sqlx::query(
        "insert into team (id, partner_id, name, name_folded, version, created_at) values ($1, $2, $3, $4, 1, $5)",
    )
    .bind(id.as_str())
    .bind(actor.partner.as_str())
    .bind(name)
    .bind(folded(name))
    .bind(stored(center.clock.now()))
    .execute(&mut *tx)
    .await
    .map_err(taken)?;
    audit::record(center, &mut tx, actor, ("team.create", id.as_str(), &json!({ "name": name }).to_string())).await?;
    tx.commit().await?;
    Ok(id)
}

/// Gives a team another name.
///
/// # Errors
/// As [`create`]; `NotFound`; `Conflict` `changed_since` where somebody changed the team since `seen`.
pub async fn rename(center: &Center, actor: &Actor, team: &TeamId, name: &str, seen: i64) -> Result<()> {
    actor.require(Permission::ManageMembers)?;
    let name = check_team_name(name)?;
    let mut tx = center.db.write().await?;
    let before = name_as_seen(&mut tx, &actor.partner, team, seen).await?;
    sqlx::query("update team set name = $1, name_folded = $2, version = version + 1 where id = $3")
        .bind(name)
        .bind(folded(name))
        .bind(team.as_str())
        .execute(&mut *tx)
        .await
        .map_err(taken)?;
    let detail = json!({ "from": before, "to": name }).to_string();
    audit::record(center, &mut tx, actor, ("team.rename", team.as_str(), &detail)).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes a team. Its members are in no team then; nothing else of them changes.
///
/// # Errors
/// `Denied` without `Permission::ManageMembers`; `NotFound`; `Conflict` `changed_since`.
pub async fn delete(center: &Center, actor: &Actor, team: &TeamId, seen: i64) -> Result<()> {
    actor.require(Permission::ManageMembers)?;
    let mut tx = center.db.write().await?;
    let name = name_as_seen(&mut tx, &actor.partner, team, seen).await?;
    let members = members(&mut tx, team).await?;
    for statement in ["delete from team_member where team_id = $1", "delete from team where id = $1"] {
        sqlx::query(statement).bind(team.as_str()).execute(&mut *tx).await?;
    }
    let detail = json!({ "name": name, "members": members }).to_string();
    audit::record(center, &mut tx, actor, ("team.delete", team.as_str(), &detail)).await?;
    tx.commit().await?;
    Ok(())
}

/// Says who is in a team from now on. Who is in another team leaves that one, and the audit
/// trail of that one says so too.
///
/// # Errors
/// `Denied` without `Permission::ManageMembers`; `NotFound`; `Conflict` `changed_since`; `Invalid` `members`
/// `not_an_account_manager` for who is none and was not in the team before.
pub async fn set_members(center: &Center, actor: &Actor, request: &SetTeamMembers) -> Result<()> {
    actor.require(Permission::ManageMembers)?;
    let mut tx = center.db.write().await?;
    let team = &request.id;
    name_as_seen(&mut tx, &actor.partner, team, request.seen).await?;
    let before = members(&mut tx, team).await?;
    let after: BTreeSet<MemberId> = request.members.iter().cloned().collect();
    let (joins, leaves): (Vec<_>, Vec<_>) = (after.difference(&before).collect(), before.difference(&after).collect());
    if joins.is_empty() && leaves.is_empty() {
        return Ok(());
    }
    require_account_managers(&mut tx, &actor.partner, &joins).await?;
    bump(&mut tx, team, &joins).await?;
    let left_elsewhere = teams_of(&mut tx, &joins).await?;
    for member in &leaves {
        sqlx::query("delete from team_member where member_id = $1").bind(member.as_str()).execute(&mut *tx).await?;
    }
    for member in &joins {
        sqlx::query(
            "insert into team_member (member_id, team_id) values ($1, $2)
             on conflict (member_id) do update set team_id = excluded.team_id",
        )
        .bind(member.as_str())
        .bind(team.as_str())
        .execute(&mut *tx)
        .await?;
    }
    let detail = json!({ "joined": joins, "left": leaves }).to_string();
    audit::record(center, &mut tx, actor, ("team.set_members", team.as_str(), &detail)).await?;
    let nobody: [&MemberId; 0] = [];
    for (other, leaves) in left_elsewhere {
        let detail = json!({ "joined": nobody, "left": leaves, "to": team }).to_string();
        audit::record(center, &mut tx, actor, ("team.set_members", other.as_str(), &detail)).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn taken(error: sqlx::Error) -> Error {
    if is_taken(&error, "team.partner_id, team.name_folded") {
        Error::field("name", "team_taken")
    } else {
        error.into()
    }
}

/// The name of a team of the partner that is as it was seen.
async fn name_as_seen(connection: &mut Connection, partner: &PartnerId, team: &TeamId, seen: i64) -> Result<String> {
    let (name, version): (String, i64) =
        sqlx::query_as("select name, version from team where id = $1 and partner_id = $2")
            .bind(team.as_str())
            .bind(partner.as_str())
            .fetch_one(connection)
            .await?;
    if version == seen { Ok(name) } else { Err(Error::Conflict("changed_since")) }
}

async fn members(connection: &mut Connection, team: &TeamId) -> Result<BTreeSet<MemberId>> {
    let rows: Vec<(String,)> = sqlx::query_as("select member_id from team_member where team_id = $1")
        .bind(team.as_str())
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|(member,)| MemberId::new(member)).collect())
}

/// The teams that these are in, with who of them is.
async fn teams_of(connection: &mut Connection, who: &[&MemberId]) -> Result<BTreeMap<TeamId, Vec<MemberId>>> {
    let mut sql = Statement::new("select team_id, member_id from team_member where member_id in ");
    sql.list(who.iter().copied()).add(" order by member_id");
    let rows: Vec<(String, String)> = sql.rows(connection).await?;
    let mut teams = BTreeMap::<_, Vec<_>>::new();
    for (team, member) in rows {
        teams.entry(TeamId::new(team)).or_default().push(MemberId::new(member));
    }
    Ok(teams)
}

async fn require_account_managers(
    connection: &mut Connection,
    partner: &PartnerId,
    members: &[&MemberId],
) -> Result<()> {
    let mut sql = Statement::new("select count(*) from member m where m.partner_id = ");
    sql.bind(partner).add(" and exists (select 1 from member_role r where r.member_id = m.id and r.role = ");
    sql.bind(Role::AccountManager.code()).add(") and m.id in ").list(members.iter().copied());
    let (count,): (i64,) = sql.row(connection).await?;
    if count.unsigned_abs() == members.len() as u64 {
        Ok(())
    } else {
        Err(FieldError::new("members", "not_an_account_manager").into())
    }
}

/// The team, and those that members leave for it, are no longer as they were seen.
async fn bump(connection: &mut Connection, team: &TeamId, joins: &[&MemberId]) -> Result<()> {
    let mut sql = Statement::new("update team set version = version + 1 where id = ");
    sql.bind(team.as_str()).add(" or id in (select team_id from team_member where member_id in ");
    sql.list(joins.iter().copied()).add(")");
    sql.execute(connection).await
}
