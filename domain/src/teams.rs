//! Teams of account managers (组织 > 团队): a way to look at several of them together.
//!
//! An account manager is in one team at most. Membership has no dates: consumption belongs to account managers, and a team's
//! figure of any month is the sum of those who are in it today. So a subtotal is always the sum of the rows above it.

use serde::{Deserialize, Serialize};

use crate::customers::ManagerName;
use crate::errors::FieldError;
use crate::ids::{MemberId, TeamId};

/// The longest name of a team, in characters.
pub const MAX_TEAM_NAME: usize = 64;

/// What a team is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamName {
    /// The team.
    pub id: TeamId,
    /// Its name, unique within the partner whatever the case.
    pub name: String,
}

/// An account manager in a team, or in none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamMember {
    /// The account manager.
    pub manager: ManagerName,
    /// Whether they can sign in.
    pub active: bool,
}

/// A team with its members, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// The team.
    pub team: TeamName,
    /// Grows with every change of the name or the members: who changes says which one they saw.
    pub version: i64,
    /// Who is in it.
    pub members: Vec<TeamMember>,
}

/// All teams by name, and who is in none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TeamList {
    /// The teams.
    pub teams: Vec<Team>,
    /// Account managers without a team, by name.
    pub without: Vec<TeamMember>,
}

/// Who is to be in a team from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetTeamMembers {
    /// The team.
    pub id: TeamId,
    /// The version that was seen.
    pub seen: i64,
    /// All members; who is in another team leaves it.
    #[serde(default)]
    pub members: Vec<MemberId>,
}

/// What a filter on account managers offers; empty for who sees only the own customers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ManagerChoices {
    /// Who manages customers or did, by name.
    pub managers: Vec<ManagerName>,
    /// The teams, by name.
    pub teams: Vec<TeamName>,
}

/// A team's name, without spaces at its ends.
///
/// # Errors
/// A [`FieldError`] of `name`: `required`; `too_long` over [`MAX_TEAM_NAME`] characters.
pub fn check_team_name(name: &str) -> Result<&str, FieldError> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(FieldError::new("name", "required")),
        1..=MAX_TEAM_NAME => Ok(name),
        _ => Err(FieldError::new("name", "too_long").with(MAX_TEAM_NAME)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_has_a_name_of_1_to_64_characters() {
        assert_eq!(check_team_name(" 华东 "), Ok("华东"));
        assert_eq!(check_team_name("\t").unwrap_err().code, "required");
        assert!(check_team_name(&"队".repeat(MAX_TEAM_NAME)).is_ok());
        assert_eq!(check_team_name(&"队".repeat(MAX_TEAM_NAME + 1)).unwrap_err().code, "too_long");
    }
}
