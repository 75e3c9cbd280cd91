//! What a person sees: pages, components, charts, and the server functions they call.
//!
//! Compiled twice: with `ssr` into the server, with `hydrate` for the browser, where `services` is absent.
#![recursion_limit = "512"]

pub mod charts;
pub mod codec;
pub mod components;
#[cfg(feature = "ssr")]
pub mod context;
pub mod error;
pub mod functions;
pub mod layout;
pub mod pages;
pub mod router;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod text;
pub mod view_model;

// Not ours to lint: what the build script makes of the texts.
#[allow(warnings, clippy::all, clippy::pedantic, clippy::expect_used, clippy::unwrap_used, clippy::panic)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n.rs"));
}
pub use generated::i18n;

pub use router::App;
