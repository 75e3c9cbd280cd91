//! The routes and what stands in front of them, top to bottom: request id and log, security headers, origin check,
//! session, who asks; then server functions, uploads and downloads, pages, and the site's files. The open API stands beside it,
//! behind a gate of its own.

pub mod assignments;
pub mod context;
pub mod exports;
pub mod files;
pub mod health;
pub mod plain;
pub mod preferences;
pub mod protection;
pub mod sessions;
pub mod site;
pub mod targets;
pub mod tidy;
pub mod uploads;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post};
use leptos::prelude::LeptosOptions;
use leptos_axum::LeptosRoutes as _;
use services::Center;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;

use crate::settings::Settings;

/// Bytes that a server function's request may have, enough for a pasted list of customers: bill files go another way.
const FUNCTION_BODY_LIMIT: usize = 256 * 1024;

/// What every handler may need.
#[derive(Clone)]
pub struct Host {
    /// The partner centre.
    pub center: Center,
    /// The settings.
    pub settings: Arc<Settings>,
    /// How the pages are put together.
    pub leptos: LeptosOptions,
    /// The sign-in rate limit by client address.
    pub sign_ins: app::context::SignInLimit,
    /// Renders the metrics.
    pub metrics: health::Metrics,
}

impl FromRef<Host> for LeptosOptions {
    fn from_ref(host: &Host) -> Self {
        host.leptos.clone()
    }
}

impl Host {
    /// A host for `center`.
    pub fn new(center: Center, settings: Settings) -> Self {
        Self {
            center,
            settings: Arc::new(settings),
            leptos: site::options(),
            sign_ins: protection::sign_in_limit(),
            metrics: health::Metrics::default(),
        }
    }

    /// All routes.
    pub fn router(self) -> Router {
        let pages = leptos_axum::generate_route_list(app::App);
        let (options, folder) = (self.leptos.clone(), self.leptos.site_root.clone());
        let not_found = {
            let options = options.clone();
            any(leptos_axum::render_app_async(move || app::shell::shell(options.clone())))
        };
        // Pages and server functions.
        let pages = Router::new()
            .leptos_routes(&self, pages, move || app::shell::shell(options.clone()))
            .layer(RequestBodyLimitLayer::new(FUNCTION_BODY_LIMIT))
            .layer(from_fn(tidy::without_empty_parameters))
            .route_layer(from_fn(context::only_signed_in));
        Router::new()
            .merge(pages)
            .route("/preferences/{name}", post(preferences::set))
            .route("/imports/upload", post(uploads::upload))
            .route("/imports/{id}/rejects", get(uploads::rejects))
            .route("/assignments/export.csv", get(assignments::csv))
            .route("/assignments/export.xlsx", get(assignments::xlsx))
            .route("/assignments/differences.csv", get(assignments::differences_csv))
            .route("/assignments/differences.xlsx", get(assignments::differences_xlsx))
            .route("/assignments/upload", post(assignments::upload))
            .route("/targets/export.csv", get(targets::csv))
            .route("/targets/export.xlsx", get(targets::xlsx))
            .route("/targets/upload", post(targets::upload))
            .route("/exports/{view}", post(exports::export))
            .route("/exports/files/{id}", get(exports::file))
            .fallback_service(files::serve(&folder, not_found))
            .layer(from_fn_with_state(self.clone(), context::establish))
            .layer(sessions::layer(&self))
            .layer(protection::origin_check(&self.settings))
            .route("/healthz", get(health::alive))
            .route("/readyz", get(health::ready))
            .route("/metrics", get(health::metrics))
            .layer(CompressionLayer::new())
            // For programs: no session, no cookies, no origin check.
            .merge(crate::openapi::router(&self))
            .layer(from_fn(files::caching))
            .layer(from_fn_with_state(self.clone(), protection::headers))
            .layer(CatchPanicLayer::new())
            .layer(from_fn_with_state(self.clone(), context::request_id_and_log))
            .with_state(self)
    }
}

/// Serves until SIGTERM or Ctrl-C; open requests end first.
///
/// # Errors
/// Where the address cannot be listened on.
pub async fn serve(host: Host, listener: tokio::net::TcpListener) -> std::io::Result<()> {
    let center = host.center.clone();
    let jobs = tokio::spawn(sweep(center));
    let service = host.router().into_make_service_with_connect_info::<SocketAddr>();
    let result = axum::serve(listener, service).with_graceful_shutdown(ended()).await;
    jobs.abort();
    result
}

/// What must be done now and then: expired sessions, what dead imports and exports left.
async fn sweep(center: Center) {
    let mut every = tokio::time::interval(std::time::Duration::from_mins(1));
    loop {
        every.tick().await;
        if let Err(error) = services::sessions::delete_expired(&center).await {
            tracing::warn!(%error, "expired sessions could not be deleted");
        }
        if let Err(error) = services::imports::sweep_unscoped(&center).await {
            tracing::warn!(%error, "interrupted imports could not be swept");
        }
        if let Err(error) = services::exports::sweep_unscoped(&center).await {
            tracing::warn!(%error, "exported files could not be swept");
        }
        if let Err(error) = services::credentials::write_uses_unscoped(&center).await {
            tracing::warn!(%error, "when keys were last used could not be written");
        }
        // Beside the sweep: an export may take long. Where one runs already, nothing happens.
        exports::work(center.clone());
    }
}

async fn ended() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
