//! What plain routes share: who asks, how a refusal and a file are answered.

use app::context::RequestContext;
use app::error::AppError;
use axum::Json;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
};
use axum::response::{IntoResponse as _, Response};
use domain::access::Actor;
use services::Center;
use services::tables::TableFile;

/// The centre and the signed-in member.
///
/// # Errors
/// `SignedOut` where nobody is, `PasswordChangeNeeded` until a new password was chosen.
pub fn signed_in(request: &Request) -> Result<(Center, Actor), AppError> {
    let context = request.extensions().get::<RequestContext>().cloned();
    let context = context.ok_or_else(|| AppError::Internal(String::new()))?;
    let actor = context.actor.ok_or(AppError::SignedOut)?;
    if context.must_change_password {
        return Err(AppError::PasswordChangeNeeded);
    }
    Ok((context.center, actor))
}

/// The error with its status.
pub fn refuse(error: AppError) -> Response {
    (error.status(), Json(error)).into_response()
}

/// Whether a person waits for the answer, not a program.
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// The headers of a file to keep, which no cache keeps.
///
/// # Errors
/// `Internal` for a name that no header can hold.
pub fn attachment(name: &str, media_type: &'static str) -> Result<[(HeaderName, HeaderValue); 3], AppError> {
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
    Ok([
        (CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (CONTENT_DISPOSITION, disposition.map_err(|_| AppError::Internal(String::new()))?),
        // its path may end like that of a file of the site, and those may be kept
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ])
}

/// A file that is held in memory.
pub fn file(file: TableFile) -> Response {
    match attachment(&file.name, file.format.media_type()) {
        Ok(headers) => (headers, file.bytes).into_response(),
        Err(error) => refuse(error),
    }
}
