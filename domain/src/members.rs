//! Members of a partner's organisation (组织成员) and the rules of signing in.

use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::errors::FieldError;
use crate::ids::MemberId;
use crate::text::coded_enum;

coded_enum! {
    /// Whether a member can sign in.
    pub enum MemberState {
        /// Can.
        Active = "active",
        /// Cannot; everything recorded under the name stays.
        Disabled = "disabled",
    }
}

/// A member in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberSummary {
    /// The member.
    pub id: MemberId,
    /// Sign-in name, unique in the installation, never changed.
    pub login: String,
    /// Name to show.
    pub name: String,
    /// One to three roles.
    pub roles: Vec<Role>,
    /// Whether it can sign in.
    pub state: MemberState,
    /// Locked after too many wrong passwords, until then (billing zone, RFC 3339).
    pub locked_until: Option<String>,
    /// Must choose a new password at the next sign-in.
    pub must_change_password: bool,
    /// Last sign-in, in the billing zone (RFC 3339).
    pub last_sign_in: Option<String>,
}

/// A member to create. The initial password is made for it and shown once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewMember {
    /// Sign-in name: 3 to 64 of letters, digits, `.`, `-`, `_`, `@`.
    pub login: String,
    /// Name to show, 1 to 64 characters.
    pub name: String,
    /// One to three roles.
    pub roles: Vec<Role>,
}

/// A member just created, with the password to hand over: shown once, stored nowhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// The member.
    pub id: MemberId,
    /// To be changed at the first sign-in.
    pub initial_password: String,
}

impl std::fmt::Debug for Created {
    // without the password: what is printed for debugging ends in logs
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Created").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Wrong passwords in a row after which an account is locked.
pub const MAX_FAILED_SIGN_INS: i64 = 5;
/// For how long it is locked.
pub const LOCK_MINUTES: i64 = 15;
/// Fewest characters of a password.
pub const PASSWORD_MIN: usize = 10;
/// Most characters of a password.
pub const PASSWORD_MAX: usize = 128;

/// Checks a sign-in name.
///
/// # Errors
/// `required`, `too_short`, `too_long` or `characters`.
pub fn check_login(login: &str) -> Result<(), FieldError> {
    let error = |code| Err(FieldError::new("login", code));
    match login.chars().count() {
        0 => error("required"),
        1..=2 => error("too_short"),
        65.. => error("too_long"),
        _ if login.chars().all(|c| c.is_ascii_alphanumeric() || ".-_@".contains(c)) => Ok(()),
        _ => error("characters"),
    }
}

/// Checks a name to show.
///
/// # Errors
/// `required` or `too_long`.
pub fn check_name(name: &str) -> Result<(), FieldError> {
    match name.trim().chars().count() {
        0 => Err(FieldError::new("name", "required")),
        65.. => Err(FieldError::new("name", "too_long").with(64)),
        _ => Ok(()),
    }
}

/// Checks a password that a person chose: 10 to 128 characters, at least two kinds of {lower, upper, digit, other}, and
/// neither the sign-in name nor its reverse.
///
/// # Errors
/// `password_short`, `password_long`, `password_simple` or `password_is_login`.
pub fn check_password(password: &str, login: &str) -> Result<(), FieldError> {
    let error = |code| Err(FieldError::new("password", code));
    let length = password.chars().count();
    if length < PASSWORD_MIN {
        return Err(FieldError::new("password", "password_short").with(PASSWORD_MIN));
    }
    if length > PASSWORD_MAX {
        return Err(FieldError::new("password", "password_long").with(PASSWORD_MAX));
    }
    let has = |kind: fn(char) -> bool| usize::from(password.chars().any(kind));
    let kinds = has(char::is_lowercase)
        + has(char::is_uppercase)
        + has(|c| c.is_ascii_digit())
        + has(|c| !c.is_lowercase() && !c.is_uppercase() && !c.is_ascii_digit());
    if kinds < 2 {
        return error("password_simple");
    }
    let (folded, login) = (password.to_lowercase(), login.to_lowercase());
    if folded == login || folded.chars().rev().eq(login.chars()) {
        return error("password_is_login");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_long_mixed_and_not_the_login() {
        let code = |password: &str| check_password(password, "li.wei-admin").err().map(|error| error.code);
        assert_eq!(code("short1"), Some("password_short".into()));
        assert_eq!(code("onlyletters"), Some("password_simple".into()));
        assert_eq!(code("Li.Wei-Admin"), Some("password_is_login".into()));
        assert_eq!(code("nimda-iew.il"), Some("password_is_login".into()));
        assert_eq!(code("correct horse 1"), None);
    }

    #[test]
    fn logins_are_plain() {
        assert!(check_login("wang.fang").is_ok());
        for login in ["", "ab", "王芳王芳", "with space", &"x".repeat(65)] {
            assert!(check_login(login).is_err(), "{login}");
        }
    }
}
