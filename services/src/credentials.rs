//! Credentials of programs (我的凭证 > API凭证): a member's own access keys, and the partner's domain id and projects.
//!
//! Every member handles the own keys and nobody else's: no permission is asked for, the member is part of each statement. What a
//! key may do is what its member may do at that moment.

mod holder;
mod keys;
mod projects;
mod uses;
mod vault;

pub use holder::{Holder, holder_unscoped};
pub use keys::{create, create_unscoped, delete, describe, list, set_state};
pub use projects::projects;
pub(crate) use projects::{create_missing, create_of};
pub(crate) use uses::KeyUses;
pub use uses::{note_use, write_uses_unscoped};
pub(crate) use vault::Vault;

#[cfg(test)]
mod tests;
