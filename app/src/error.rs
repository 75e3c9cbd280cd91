//! What a server function answers when it cannot do what it was asked.

use domain::errors::FieldError;
use domain::ledger::Shortage;
use domain::months::Closing;
use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use crate::codec::JsonText;

/// A server function's error. The variants' names are stable codes for programs; internals never travel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "detail", rename_all = "snake_case")]
pub enum AppError {
    /// 404: no such thing for this member.
    #[error("not found")]
    NotFound,
    /// 403: the member's roles do not allow it.
    #[error("denied")]
    Denied,
    /// 401: nobody is signed in.
    #[error("signed out")]
    SignedOut,
    /// 403: a new password must be chosen first.
    #[error("a new password must be chosen first")]
    PasswordChangeNeeded,
    /// 409: the state of things does not allow it.
    #[error("conflict: {0}")]
    Conflict(String),
    /// 409: the month is closed.
    #[error("month closed: {0}")]
    MonthClosed(Closing),
    /// 409: an account does not have so much.
    #[error("{0}")]
    Insufficient(Shortage),
    /// 422: fields that cannot be accepted.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<FieldError>),
    /// 429: too many attempts from this address.
    #[error("too many attempts")]
    TooMany,
    /// 500: a fault of ours; the id finds it in the log.
    #[error("internal error, request {0}")]
    Internal(String),
    /// The request did not get through, or its answer was not understood.
    #[error("connection: {0}")]
    Connection(String),
}

impl AppError {
    /// Parameters of a page that cannot be read: the same answer as the service gives for values that it refuses.
    pub fn refused(fields: Vec<FieldError>) -> Self {
        let error = Self::Invalid(fields);
        #[cfg(feature = "ssr")]
        crate::context::set_status(&error);
        error
    }

    /// The HTTP status.
    pub const fn status(&self) -> http::StatusCode {
        match self {
            Self::NotFound => http::StatusCode::NOT_FOUND,
            Self::Denied | Self::PasswordChangeNeeded => http::StatusCode::FORBIDDEN,
            Self::SignedOut => http::StatusCode::UNAUTHORIZED,
            Self::Conflict(_) | Self::MonthClosed(_) | Self::Insufficient(_) => http::StatusCode::CONFLICT,
            Self::Invalid(_) => http::StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany => http::StatusCode::TOO_MANY_REQUESTS,
            Self::Internal(_) => http::StatusCode::INTERNAL_SERVER_ERROR,
            Self::Connection(_) => http::StatusCode::BAD_REQUEST,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let error = match error {
            // What a client sent does not fit the arguments: its fault, and said so.
            ServerFnErrorErr::Args(message)
            | ServerFnErrorErr::MissingArg(message)
            | ServerFnErrorErr::Deserialization(message) => {
                Self::Invalid(vec![FieldError::new("request", "malformed").with(message)])
            }
            other => Self::Connection(other.to_string()),
        };
        #[cfg(feature = "ssr")]
        crate::context::set_status(&error);
        error
    }
}

#[cfg(feature = "ssr")]
impl From<services::Error> for AppError {
    fn from(error: services::Error) -> Self {
        let error = match error {
            services::Error::NotFound => Self::NotFound,
            services::Error::Denied(_) => Self::Denied,
            services::Error::Conflict(code) => Self::Conflict(code.to_owned()),
            services::Error::MonthClosed(closing) => Self::MonthClosed(closing),
            services::Error::Insufficient(shortage) => Self::Insufficient(shortage),
            services::Error::Invalid(fields) => Self::Invalid(fields),
            services::Error::Internal(message) => {
                let request_id = crate::context::request_id();
                tracing::error!(request_id, message, "a service failed");
                Self::Internal(request_id)
            }
        };
        crate::context::set_status(&error);
        error
    }
}
