//! The site's files, and how long a browser may keep an answer.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::services::ServeDir;

/// The files of the site's folder, as the build compressed them; `otherwise` answers for paths that are none.
///
/// Not `leptos_axum`'s own handler: it reads headers for the file from whatever page was last rendered on the same thread, and
/// takes them away from that page.
pub fn serve<F>(folder: &str, otherwise: F) -> ServeDir<F> {
    ServeDir::new(folder)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip()
        .fallback(otherwise)
        .call_fallback_on_method_not_allowed(true)
}

/// Built files carry a hash in their name and stay; other files are asked for again; everything else is not kept.
pub async fn caching(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let value = if path.starts_with("/pkg/") {
        HeaderValue::from_static("public, max-age=31536000, immutable")
    } else if path.rsplit('/').next().is_some_and(|name| name.contains('.')) && !path.starts_with("/_fn/") {
        HeaderValue::from_static("public, max-age=3600")
    } else {
        HeaderValue::from_static("no-store")
    };
    let mut response = next.run(request).await;
    let kept = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let value = if kept { value } else { HeaderValue::from_static("no-store") };
    response.headers_mut().entry(CACHE_CONTROL).or_insert(value);
    response
}
