//! What keeps others out: security headers, the origin check, the sign-in rate limit.

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::Next;
use axum::response::Response;
use governor::{Quota, RateLimiter};
use tower_http::csrf::CsrfLayer;

use super::Host;
use crate::settings::Settings;

/// Sign-in attempts at once, and how many come back a minute, for one address.
const SIGN_INS_AT_ONCE: NonZeroU32 = match NonZeroU32::new(20) {
    Some(count) => count,
    None => NonZeroU32::MIN,
};

/// A limit on sign-in attempts by client address.
pub fn sign_in_limit() -> app::context::SignInLimit {
    let limiter = RateLimiter::keyed(Quota::per_minute(SIGN_INS_AT_ONCE));
    Arc::new(move |client: &str| {
        // The table of addresses is kept small: an address that was not seen for a while is as good as new.
        if limiter.len() > 10_000 {
            limiter.retain_recent();
        }
        limiter.check_key(&client.to_owned()).is_ok()
    })
}

/// Writes must come from the site's own pages.
pub fn origin_check(settings: &Settings) -> CsrfLayer {
    let layer = CsrfLayer::new();
    match settings.public_url.as_deref().map(|url| CsrfLayer::new().add_trusted_origin(url)) {
        Some(Ok(trusting)) => trusting,
        _ => layer,
    }
}

/// Sets the security headers. Pages bring their own content security policy with a nonce; for all else nothing may load.
pub async fn headers(State(host): State<Host>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    set(REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    if host.settings.is_https() {
        set(STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    response
}

/// The client's address: the peer's, or what trusted proxies say of it.
pub fn client_address(peer: Option<std::net::IpAddr>, headers: &HeaderMap, settings: &Settings) -> String {
    let Some(peer) = peer else { return "unknown".into() };
    if !settings.trusted_proxies.contains(&peer) {
        return peer.to_string();
    }
    let forwarded = headers.get("x-forwarded-for").and_then(|value| value.to_str().ok()).unwrap_or_default();
    // The last address that is no proxy of ours is the one that reached us.
    forwarded
        .rsplit(',')
        .filter_map(|part| part.trim().parse::<std::net::IpAddr>().ok())
        .find(|address| !settings.trusted_proxies.contains(address))
        .unwrap_or(peer)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_cannot_forge_its_address() {
        let mut settings = Settings::load(crate::settings::FileSettings::default(), None).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("1.2.3.4, 203.0.113.7, 10.0.0.2"));
        let peer = |text: &str| Some(text.parse().unwrap());
        assert_eq!(client_address(peer("198.51.100.1"), &headers, &settings), "198.51.100.1");
        settings.trusted_proxies = vec!["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        assert_eq!(client_address(peer("10.0.0.1"), &headers, &settings), "203.0.113.7");
        assert_eq!(client_address(peer("10.0.0.1"), &HeaderMap::new(), &settings), "10.0.0.1");
    }

    #[test]
    fn sign_in_attempts_are_limited_by_address() {
        let allowed = sign_in_limit();
        let count = (0..100).filter(|_| allowed("203.0.113.7")).count();
        assert!((20..30).contains(&count), "{count}");
        assert!(allowed("203.0.113.8"));
    }
}
