//! Addresses without empty parameters: a plain form also sends the fields that were left empty.

use app::view_model::addresses::without_empty;
use axum::extract::Request;
use axum::http::Method;
use axum::http::header::ACCEPT;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};

/// Sends a page with empty parameters on to the same page without them; server functions are left alone.
pub async fn without_empty_parameters(request: Request, next: Next) -> Response {
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    let (uri, html) = (request.uri(), accept.is_some_and(|accept| accept.contains("text/html")));
    // two slashes would lead to another host
    let is_page = request.method() == Method::GET && html && !uri.path().starts_with("/_fn/");
    if is_page
        && !uri.path().starts_with("//")
        && let Some(query) = uri.query().and_then(without_empty)
    {
        let separator = if query.is_empty() { "" } else { "?" };
        return Redirect::to(&format!("{}{separator}{query}", uri.path())).into_response();
    }
    next.run(request).await
}
