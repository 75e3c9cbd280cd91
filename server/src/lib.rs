//! The host: Axum routes, sessions, security headers, settings, command line.
#![recursion_limit = "512"]

pub mod cli;
pub mod host;
pub mod openapi;
pub mod settings;
