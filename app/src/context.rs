//! Who asks: what the host learned about a request before a server function or a page sees it.

use std::sync::Arc;

use domain::access::Actor;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use services::Center;
use tower_sessions::Session;

use crate::error::AppError;

/// Whether another sign-in attempt from this address is allowed now.
pub type SignInLimit = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// What the host knows about a request. It is put into the request's extensions.
#[derive(Clone)]
pub struct RequestContext {
    /// The partner centre.
    pub center: Center,
    /// The signed-in member, if any, read anew for this request.
    pub actor: Option<Actor>,
    /// Only the password may be changed.
    pub must_change_password: bool,
    /// The session, signed in or not.
    pub session: Session,
    /// Client address, after trusted proxies.
    pub client: String,
    /// On every line of the log and on the answer.
    pub request_id: String,
    /// The sign-in rate limit by address.
    pub sign_in_limit: SignInLimit,
    /// Whether demo sign-ins may be offered: loopback only.
    pub local: bool,
}

/// The request's context.
///
/// # Errors
/// `Internal` outside a request.
pub fn request() -> Result<RequestContext, AppError> {
    use_context::<http::request::Parts>()
        .and_then(|parts| parts.extensions.get::<RequestContext>().cloned())
        .ok_or_else(|| fail(AppError::Internal("no request".into())))
}

/// The centre and the signed-in member: the first line of every server function.
///
/// # Errors
/// `SignedOut` where nobody is, `PasswordChangeNeeded` until a new password was chosen.
pub fn signed_in() -> Result<(Center, Actor), AppError> {
    let context = request()?;
    let actor = context.actor.ok_or_else(|| fail(AppError::SignedOut))?;
    if context.must_change_password {
        return Err(fail(AppError::PasswordChangeNeeded));
    }
    Ok((context.center, actor))
}

/// Sets the answer's status for `error` and gives it back.
pub fn fail(error: AppError) -> AppError {
    set_status(&error);
    error
}

pub(crate) fn set_status(error: &AppError) {
    // A plain form is sent back to its page with the error; a status of its own would keep the browser from going there.
    if is_plain_form() {
        return;
    }
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(error.status());
    }
}

fn is_plain_form() -> bool {
    use_context::<http::request::Parts>().is_some_and(|parts| {
        let accept = parts.headers.get(http::header::ACCEPT).and_then(|value| value.to_str().ok());
        parts.uri.path().starts_with("/_fn/") && accept.is_some_and(|accept| accept.contains("text/html"))
    })
}

pub(crate) fn request_id() -> String {
    request().map(|context| context.request_id).unwrap_or_default()
}

/// A header of the request.
pub fn header(name: &http::HeaderName) -> Option<String> {
    let parts = use_context::<http::request::Parts>()?;
    Some(parts.headers.get(name)?.to_str().ok()?.to_owned())
}

/// The value of a cookie of the request.
pub fn cookie(name: &str) -> Option<String> {
    header(&http::header::COOKIE)?.split(';').find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then(|| value.to_owned())
    })
}

/// The browser's session.
pub mod session {
    use domain::ids::MemberId;

    use super::RequestContext;
    use crate::error::AppError;

    /// Key of the signed-in member in the session's data.
    pub const MEMBER: &str = "member";
    /// Key of the second of sign-in: a session ends some time after it, used or not.
    pub const SIGNED_IN_AT: &str = "signed_in_at";

    /// Starts a session for `member` under a new token.
    ///
    /// # Errors
    /// `Internal` where the store fails.
    pub async fn start(context: &RequestContext, member: &MemberId) -> Result<(), AppError> {
        let session = &context.session;
        let write = async {
            session.flush().await?;
            session.insert(MEMBER, member).await?;
            session.insert(SIGNED_IN_AT, context.center.clock.now().as_second()).await?;
            session.save().await
        };
        write.await.map_err(|error| failed(context, &error))
    }

    /// Ends the session.
    ///
    /// # Errors
    /// `Internal` where the store fails.
    pub async fn end(context: &RequestContext) -> Result<(), AppError> {
        context.session.flush().await.map_err(|error| failed(context, &error))
    }

    fn failed(context: &RequestContext, error: &tower_sessions::session::Error) -> AppError {
        tracing::error!(request_id = context.request_id, %error, "the session store failed");
        super::fail(AppError::Internal(context.request_id.clone()))
    }
}
