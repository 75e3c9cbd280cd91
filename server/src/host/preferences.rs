//! Language, colour theme and the width of the navigation: cookies set by plain forms, so that both work without WebAssembly.

use axum::Form;
use axum::extract::Path;
use axum::http::header::{HeaderMap, HeaderValue, REFERER, SET_COOKIE};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

/// The chosen value.
#[derive(Deserialize)]
pub struct Choice {
    value: String,
}

/// Sets `language` (`zh`, `en`) `theme` (`auto`, `light`, `dark`) or `navigation` (`slim`, `wide`) and goes back to where the form was.
pub async fn set(Path(name): Path<String>, headers: HeaderMap, Form(choice): Form<Choice>) -> Response {
    let cookie = match (name.as_str(), choice.value.as_str()) {
        ("language", "zh") => "lang=zh; Max-Age=31536000",
        ("language", "en") => "lang=en; Max-Age=31536000",
        ("theme", "light") => "theme=light; Max-Age=31536000",
        ("theme", "dark") => "theme=dark; Max-Age=31536000",
        ("navigation", "slim") => "navigation=slim; Max-Age=31536000",
        ("navigation", "wide") => "navigation=; Max-Age=0",
        ("theme", "auto") => "theme=; Max-Age=0",
        _ => return StatusCode::UNPROCESSABLE_ENTITY.into_response(),
    };
    let back = headers
        .get(REFERER)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<Uri>().ok())
        .and_then(|uri| uri.path_and_query().map(ToString::to_string))
        .filter(|path| path.starts_with('/') && !path.starts_with("//"))
        .unwrap_or_else(|| "/".into());
    let mut response = Redirect::to(&back).into_response();
    if let Ok(value) = HeaderValue::from_str(&format!("{cookie}; Path=/; SameSite=Lax")) {
        response.headers_mut().insert(SET_COOKIE, value);
    }
    response
}
