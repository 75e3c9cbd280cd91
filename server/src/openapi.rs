//! The open API: the same services through a second door, for programs, at the host's root (`/v2/…`, `/v3/…`).
//!
//! It speaks as the supplier's partner API does, so that the official SDK works unchanged. [`gate`] lets a call in, [`operations`]
//! lists what there is; each area has its file with one handler an operation, which reads the request, calls one service, and
//! writes the answer as documented. No cookies, no sessions, no redirects: the SDK would take one for a success.

pub mod caller;
pub mod document;
pub mod error;
pub mod extract;
pub mod flow;
mod funds;
pub mod gate;
mod identity;
pub mod number;
pub mod operations;
pub mod paging;
pub mod signature;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

use self::error::ApiError;
use self::gate::Gate;
use crate::host::Host;

/// All handlers with their documents.
fn areas() -> OpenApiRouter<Host> {
    OpenApiRouter::new().merge(identity::routes()).merge(funds::routes())
}

/// Every path that may be one of the open API, before the gate. What is none is answered as the gateway does.
pub fn router(host: &Host) -> Router<Host> {
    let (handlers, _) = areas().split_for_parts();
    let handlers = handlers
        .fallback(async || ApiError::no_such_api())
        .method_not_allowed_fallback(async || ApiError::no_such_api())
        .with_state(host.clone());
    let gate = Gate::new(host.clone(), handlers);
    let mut router = Router::new();
    for version in ["/v1.0", "/v2", "/v3", "/v4"] {
        for path in [version.to_owned(), format!("{version}/"), format!("{version}/{{*rest}}")] {
            let gate = gate.clone();
            router = router.route(&path, any(move |request: Request| gate.call(request)));
        }
    }
    router.layer(CatchPanicLayer::custom(|_| -> Response { ApiError::internal().into_response() }))
}
