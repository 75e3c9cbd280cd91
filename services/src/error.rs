//! What a service answers when it cannot do what it was asked.

use domain::access::Denied;
use domain::errors::FieldError;
use domain::ledger::Shortage;
use domain::months::Closing;

/// A service's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a service did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such thing for this actor: it may exist for others.
    #[error("not found")]
    NotFound,
    /// The actor's roles do not allow it.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The state of things does not allow it; the code is stable.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// The month is closed: nothing of it changes.
    #[error("conflict: month_closed: {} was closed on {} by {}", .0.month, .0.at, if .0.by.is_empty() { "–" } else { .0.by.as_str() })]
    MonthClosed(Closing),
    /// A conflict, too: more money is wanted than the account may give. Both figures stand in it.
    #[error("conflict: {0}")]
    Insufficient(Shortage),
    /// Some fields cannot be accepted.
    #[error("invalid: {}", list(.0))]
    Invalid(Vec<FieldError>),
    /// A fault of ours; logged, never shown.
    #[error("internal: {0}")]
    Internal(String),
}

fn list(fields: &[FieldError]) -> String {
    fields.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Error {
    /// A single field's error.
    pub fn field(field: &str, code: &str) -> Self {
        Self::Invalid(vec![FieldError::new(field, code)])
    }

    /// A fault of ours, from any error.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<FieldError> for Error {
    fn from(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::RowNotFound => Self::NotFound,
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(error.to_string())
    }
}
