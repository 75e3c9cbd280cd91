//! The errors of the open API: status, and a body with `error_code` and `error_msg`.
//!
//! Source: the supplier's table of public error codes, and the answers of its API gateway.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use services::Error;

/// The body of every error.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ErrorBody {
    /// The code, e.g. `CBC.0100`.
    #[schema(max_length = 20, example = "CBC.0100")]
    pub error_code: Cow<'static, str>,
    /// What is wrong, for people.
    #[schema(max_length = 2000, example = "limit: must be 1 to 100")]
    pub error_msg: String,
    /// Only with 401: the same as the header X-Request-Id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub request_id: Option<String>,
}

/// Why a call is not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    status: StatusCode,
    code: Cow<'static, str>,
    message: String,
}

/// A result of the open API.
pub type Outcome<T> = Result<T, ApiError>;

impl ApiError {
    /// An error with its documented status and code.
    pub fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }

    /// 400 with the code of an operation's own table of errors.
    pub fn bad_request(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 400 CBC.0100: a parameter is missing, malformed or out of range.
    pub fn parameter(message: impl Into<String>) -> Self {
        Self::bad_request("CBC.0100", message)
    }

    /// 403 with the code of an operation's own table of errors.
    pub fn forbidden(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    /// 403 CBC.0151: a policy denies it.
    pub fn access_denied() -> Self {
        Self::forbidden("CBC.0151", "Access denied.")
    }

    /// 403 CBC.0155: the member's roles do not allow it.
    pub fn not_allowed() -> Self {
        Self::forbidden("CBC.0155", "The request is not allowed: the member lacks the permission.")
    }

    /// 401 APIGW.0301: signature, key or date are refused.
    pub fn unauthorized(reason: impl std::fmt::Display) -> Self {
        let message = format!("Incorrect IAM authentication information: {reason}");
        Self::new(StatusCode::UNAUTHORIZED, "APIGW.0301", message)
    }

    /// 404 APIGW.0101: there is no such operation.
    pub fn no_such_api() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "APIGW.0101",
            "The API does not exist or has not been published in the environment.",
        )
    }

    /// 429 CBC.0250: too many calls.
    pub fn too_many() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "CBC.0250", "Flow control: too many requests.")
    }

    /// 500 CBC.0999: a fault of ours.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "CBC.0999", "Other error.")
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The answer; the refusal of a signature tells the request's id in its body.
    pub fn answer(self, request_id: &str) -> Response {
        let request_id = (self.status == StatusCode::UNAUTHORIZED).then(|| request_id.to_owned());
        let body = ErrorBody { error_code: self.code, error_msg: self.message, request_id };
        let mut response = (self.status, axum::Json(body)).into_response();
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.answer("")
    }
}

/// What services refuse, where an operation has no code of its own for it: map that first.
impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::parameter("not found"),
            Error::Denied(_) => Self::not_allowed(),
            Error::Invalid(_) => Self::parameter(error.to_string().trim_start_matches("invalid: ")),
            Error::Internal(cause) => {
                tracing::error!(cause, "a call of the open API failed");
                Self::internal()
            }
            other => Self::parameter(other.to_string()),
        }
    }
}

impl From<domain::errors::FieldError> for ApiError {
    fn from(error: domain::errors::FieldError) -> Self {
        Self::parameter(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use domain::access::{Denied, Permission};

    use super::*;

    #[test]
    fn what_services_refuse_has_a_documented_code_and_tells_no_internals() {
        let told = |error: Error| {
            let error = ApiError::from(error);
            (error.status().as_u16(), error.code().to_owned(), error.message)
        };
        let denied = told(Error::Denied(Denied(Permission::ViewFunds)));
        assert_eq!((denied.0, denied.1.as_str()), (403, "CBC.0155"));
        let invalid = told(Error::field("amount", "too_large"));
        assert_eq!((invalid.0, invalid.1.as_str(), invalid.2.as_str()), (400, "CBC.0100", "amount: too large"));
        let internal = told(Error::Internal("no such table: secret".into()));
        assert_eq!((internal.0, internal.1.as_str()), (500, "CBC.0999"));
        assert!(!internal.2.contains("secret"));
    }
}
