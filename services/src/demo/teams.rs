//! The demo partner's teams of account managers.

use domain::customers::folded;
use domain::ids::{MemberId, PartnerId};

use super::people::FIRST_MANAGER;
use crate::center::{Center, new_id};
use crate::clock::stored;
use crate::db::Connection;
use crate::error::Result;

/// A team of the demo partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoTeam {
    /// Its name.
    pub name: &'static str,
    /// Its members, by their place among the account managers.
    pub managers: &'static [usize],
}

/// The teams; every account manager is in one.
pub static TEAMS: [DemoTeam; 2] =
    [DemoTeam { name: "华东团队", managers: &[0, 1, 2] }, DemoTeam { name: "华南团队", managers: &[3, 4, 5] }];

/// Makes the teams.
///
/// # Errors
/// `Internal`.
pub(super) async fn load(
    center: &Center,
    connection: &mut Connection,
    partner: &PartnerId,
    members: &[MemberId],
) -> Result<()> {
    for team in TEAMS {
        let id = new_id();
        sqlx::query(
            "insert into team (id, partner_id, name, name_folded, version, created_at) values ($1, $2, $3, $4, 1, $5)",
        )
        .bind(&id)
        .bind(partner.as_str())
        .bind(team.name)
        .bind(folded(team.name))
        .bind(stored(center.clock.now()))
        .execute(&mut *connection)
        .await?;
        for manager in team.managers {
            sqlx::query("insert into team_member (member_id, team_id) values ($1, $2)")
                .bind(members[FIRST_MANAGER + manager].as_str())
                .bind(&id)
                .execute(&mut *connection)
                .await?;
        }
    }
    let detail = format!("{} teams", TEAMS.len());
    crate::audit::record_unscoped(center, connection, partner, ("team.load", partner.as_str(), &detail)).await
}
