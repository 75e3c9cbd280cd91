//! Teams of account managers (团队): made and filled by who manages members, looked at by who sees all.
//!
//! Who changes a team says which version they saw: two who change at once do not undo each other's work unseen.

mod change;
mod list;
mod of;

pub use change::{create, delete, rename, set_members};
pub use list::{choices, list};

pub(crate) use of::{members_of, names, team_of_members};

#[cfg(test)]
mod tests;
