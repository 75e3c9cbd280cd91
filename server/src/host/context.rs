//! Who asks: reads the session and the member for each request.

use std::net::SocketAddr;

use app::context::{RequestContext, session};
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::header::HeaderValue;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::ids::MemberId;
use tower_sessions::Session;
use tracing::Instrument as _;

use super::Host;
use super::protection::client_address;

/// A session ends this long after sign-in, used or not.
const ABSOLUTE_SECONDS: i64 = 12 * 3600;
/// A used session is touched at most this often.
const TOUCH_SECONDS: i64 = 300;
const TOUCHED_AT: &str = "touched_at";

/// The id of a request, in its extensions.
#[derive(Clone)]
pub(crate) struct RequestId(pub String);

/// Gives each request an id, on every line of the log and on the answer, and counts it.
pub async fn request_id_and_log(State(host): State<Host>, mut request: Request, next: Next) -> Response {
    let id = uuid::Uuid::now_v7().simple().to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let span = tracing::info_span!("request", request_id = %id, %method, %path);
    let started = std::time::Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    span.in_scope(|| tracing::debug!(status, milliseconds = started.elapsed().as_millis(), "answered"));
    host.metrics.count(method.as_str(), status, started.elapsed());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// Puts the [`RequestContext`] into the request's extensions.
pub async fn establish(State(host): State<Host>, session: Session, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let client = client_address(peer, request.headers(), &host.settings);
    let local = host.settings.is_local() && client.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let member = match signed_in(&host, &session).await {
        Ok(member) => member,
        Err(error) => {
            tracing::error!(error, "the session could not be read");
            return axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let (actor, must_change_password) = match member {
        Some((actor, must_change)) => (Some(actor), must_change),
        None => (None, false),
    };
    request.extensions_mut().insert(RequestContext {
        center: host.center.clone(),
        actor,
        must_change_password,
        session,
        client,
        request_id,
        sign_in_limit: host.sign_ins.clone(),
        local,
    });
    next.run(request).await
}

/// The signed-in member, read anew: whoever is disabled is out at once.
async fn signed_in(host: &Host, session: &Session) -> Result<Option<(domain::access::Actor, bool)>, String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let Some(member) = session.get::<MemberId>(session::MEMBER).await.map_err(|error| text(&error))? else {
        return Ok(None);
    };
    let now = host.center.clock.now().as_second();
    let at: i64 = session.get(session::SIGNED_IN_AT).await.map_err(|error| text(&error))?.unwrap_or(0);
    if now - at > ABSOLUTE_SECONDS {
        session.flush().await.map_err(|error| text(&error))?;
        return Ok(None);
    }
    let touched: i64 = session.get(TOUCHED_AT).await.map_err(|error| text(&error))?.unwrap_or(at);
    if now - touched > TOUCH_SECONDS {
        // Writing into the session moves its idle expiry.
        session.insert(TOUCHED_AT, now).await.map_err(|error| text(&error))?;
    }
    let member = services::members::signed_in(&host.center, &member).await.map_err(|error| text(&error))?;
    Ok(member.map(|member| (member.actor, member.must_change_password)))
}

/// Sends who is not signed in to the sign-in page, and who must choose a new password to that page.
pub async fn only_signed_in(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    // Server functions stand among the pages' routes; they say themselves who may call them.
    if path.starts_with("/_fn/") {
        return next.run(request).await;
    }
    let Some(context) = request.extensions().get::<RequestContext>() else {
        return axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    match (&context.actor, path) {
        (None, "/login") => next.run(request).await,
        (None, _) => {
            let wanted = request.uri().path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str);
            Redirect::to(&format!("/login?next={}", encoded(wanted))).into_response()
        }
        (Some(_), "/login") => {
            let wanted = Query::<Wanted>::try_from_uri(request.uri()).map(|query| query.0.next).unwrap_or_default();
            Redirect::to(app::functions::session::local_path(&wanted)).into_response()
        }
        (Some(_), _) if context.must_change_password && path != "/account/password" => {
            Redirect::to("/account/password").into_response()
        }
        _ => next.run(request).await,
    }
}

/// Where somebody wanted to go before signing in.
#[derive(serde::Deserialize)]
struct Wanted {
    #[serde(default)]
    next: String,
}

/// Percent-encodes for the value of a query parameter.
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
