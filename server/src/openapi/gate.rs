//! What every call of the open API passes, in this order: is there such an operation, the size of the body, the signature, flow
//! control, policies. Only then its handler is called.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, Uri, header};
use axum::response::Response;
use services::credentials::{self, Holder};
use tower::ServiceExt as _;

use super::caller::{self, Caller};
use super::error::{ApiError, Outcome};
use super::flow::{Flow, Lock};
use super::operations::{self, Operation};
use super::signature::{self, Authorization, Signed};
use crate::host::Host;
use crate::host::context::RequestId;
use crate::host::protection::client_address;

/// Bytes that a body may have: a hundred customers with long names are far below.
pub const BODY_LIMIT: usize = 256 * 1024;
/// The longest `partner_id` of a path.
const PARTNER_ID_LIMIT: usize = 64;
/// Before paths of the old form, which name the partner.
const OLD_PREFIX: &str = "/v1.0/";

/// The gate and the handlers behind it.
pub struct Gate {
    host: Host,
    handlers: Router,
    flow: Flow,
    lock: Lock,
}

/// An operation, and where its handler is.
struct Place {
    operation: &'static Operation,
    uri: Uri,
    /// What an old path names as the partner. Nothing but its length is checked, as upstream.
    partner_id: Option<String>,
}

impl Gate {
    /// A gate before `handlers`.
    pub fn new(host: Host, handlers: Router) -> Arc<Self> {
        let (flow, lock) = (Flow::new(host.settings.api_flow_limit), Lock::new(host.settings.api_lock_after));
        Arc::new(Self { host, handlers, flow, lock })
    }

    /// Answers a call.
    pub async fn call(self: Arc<Self>, request: Request) -> Response {
        let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        match self.pass(request).await {
            Ok(response) => response,
            Err(error) => error.answer(&id),
        }
    }

    async fn pass(&self, request: Request) -> Outcome<Response> {
        let place = place(request.method().as_str(), request.uri())?;
        let (mut parts, body) = request.into_parts();
        let body = read(body).await?;
        let signed = Signed { method: &parts.method, uri: &parts.uri, headers: &parts.headers, body: &body };
        let holder = self.authenticate(signed).await?;
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let address = client_address(peer, &parts.headers, &self.host.settings);
        if !self.flow.allows(place.operation, &address, holder.actor.partner.as_str()) {
            return Err(ApiError::too_many());
        }
        if place.partner_id.is_some_and(|id| id.chars().count() > PARTNER_ID_LIMIT) {
            return Err(ApiError::parameter(format!("partner_id: has at most {PARTNER_ID_LIMIT} characters")));
        }
        let caller = Caller::new(&self.host.center, holder, place.operation, &parts.headers)?;
        caller::allowed(&caller).await?;
        parts.uri = place.uri;
        parts.extensions.insert(caller);
        let request = Request::from_parts(parts, Body::from(body));
        match self.handlers.clone().oneshot(request).await {
            Ok(response) => Ok(response),
            Err(never) => match never {},
        }
    }

    /// Whose key made the signature.
    async fn authenticate(&self, signed: Signed<'_>) -> Outcome<Holder> {
        let authorization = authorization(signed.headers)?;
        let (now, access_key) = (self.host.center.clock.now(), authorization.access_key);
        signed.check(&authorization, now).map_err(ApiError::unauthorized)?;
        let unknown = || ApiError::unauthorized(format_args!("Get secretKey failed,ak:{access_key},err:ak not exist"));
        if !is_access_key(access_key) {
            return Err(ApiError::unauthorized("Get secretKey failed,err:ak not exist"));
        }
        if self.lock.is_closed(access_key, now) {
            return Err(ApiError::unauthorized("AK access failed to reach the limit,forbidden"));
        }
        let holder = credentials::holder_unscoped(&self.host.center, access_key).await?.ok_or_else(unknown)?;
        let right = signed.is_by(&authorization, &holder.secret_key);
        self.lock.note(access_key, right, now);
        if !right {
            return Err(ApiError::unauthorized("verify aksk signature fail"));
        }
        if signed.headers.get_all("x-domain-id").iter().any(|value| value.as_bytes() != holder.domain_id.as_bytes()) {
            return Err(ApiError::unauthorized("X-Domain-Id is not the domain of the access key"));
        }
        credentials::note_use(&self.host.center, access_key);
        Ok(holder)
    }
}

/// The header, which must be there once.
fn authorization(headers: &HeaderMap) -> Outcome<Authorization<'_>> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(ApiError::unauthorized("the request is not signed"));
    };
    let text = value.to_str().map_err(|_| ApiError::unauthorized("Authorization is malformed"))?;
    Authorization::parse(text).map_err(ApiError::unauthorized)
}

/// Whether it can be one of ours: what goes into the answer and the log is short and plain.
fn is_access_key(text: &str) -> bool {
    text.len() == 20 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

async fn read(body: Body) -> Outcome<Bytes> {
    axum::body::to_bytes(body, BODY_LIMIT)
        .await
        .map_err(|_| ApiError::parameter(format!("the body cannot be read, or has more than {BODY_LIMIT} bytes")))
}

/// The operation of a request. An old path `/v1.0/{partner_id}/…` leads to the operation whose path goes on like that.
fn place(method: &str, uri: &Uri) -> Outcome<Place> {
    let Some((partner_id, tail)) = uri.path().strip_prefix(OLD_PREFIX).and_then(|rest| rest.split_once('/')) else {
        let operation = operations::find(method, uri.path()).ok_or_else(ApiError::no_such_api)?;
        return Ok(Place { operation, uri: uri.clone(), partner_id: None });
    };
    let mut paths = ["/v2/", "/v3/"].into_iter().map(|version| format!("{version}{tail}"));
    let found = paths.find_map(|path| operations::find(method, &path).map(|operation| (operation, path)));
    let (operation, path) =
        found.filter(|(operation, _)| operation.action.is_some()).ok_or_else(ApiError::no_such_api)?;
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let uri = format!("{path}{query}").parse().map_err(|_| ApiError::no_such_api())?;
    let partner_id = String::from_utf8_lossy(&signature::decoded(partner_id, false)).into_owned();
    if partner_id.is_empty() {
        return Err(ApiError::no_such_api());
    }
    Ok(Place { operation, uri, partner_id: Some(partner_id) })
}
