//! Members of a partner's organisation (组织成员): who they are, how they sign in, how they are looked after.

mod actor;
mod attempts;
mod create;
mod known;
mod list;
mod manage;
mod password;
mod sign_in;

pub use actor::{actor, actor_of_login_unscoped, signed_in};
pub use create::{create, create_unscoped, login_exists_unscoped};
pub use list::list;
pub use manage::{reset_password, reset_password_unscoped, set_state, unlock};
pub use password::change_password;
pub use sign_in::{SignedIn, sign_in, sign_out};

pub(crate) use actor::parse_roles;
pub(crate) use attempts::UnknownLogins;
pub(crate) use known::KnownMembers;

#[cfg(test)]
mod tests;
