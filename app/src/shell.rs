//! The HTML document around the application.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::{HashedStylesheet, MetaTags};

use crate::context::cookie;
use crate::router::App;

/// The document. Colour theme and width of the navigation come from cookies, so that the first paint is right.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    set_content_security_policy();
    let theme = cookie("theme").filter(|theme| theme == "light" || theme == "dark");
    let navigation = cookie("navigation").filter(|navigation| navigation == "slim");
    view! {
        <!DOCTYPE html>
        <html data-theme=theme data-navigation=navigation>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <HashedStylesheet id="leptos" options=options.clone()/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Scripts run only with this answer's nonce; nothing loads from elsewhere; no inline styles.
fn set_content_security_policy() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else { return };
    let policy = format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self' \
         'nonce-{nonce}'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    );
    if let Ok(value) = http::HeaderValue::from_str(&policy) {
        response.insert_header(http::header::CONTENT_SECURITY_POLICY, value);
    }
}
