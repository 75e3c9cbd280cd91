//! For those who run it: is it alive, is it ready, what does it count.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::response::{IntoResponse as _, Response};
use metrics::Recorder as _;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use sha2::{Digest as _, Sha256};

use super::Host;

/// Counts requests. A recorder of its own for each host, so that tests do not share one.
#[derive(Clone)]
pub struct Metrics {
    recorder: Arc<PrometheusRecorder>,
    handle: PrometheusHandle,
}

impl Default for Metrics {
    fn default() -> Self {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        Self { recorder: Arc::new(recorder), handle }
    }
}

impl Metrics {
    /// Counts an answer and its time.
    pub fn count(&self, method: &str, status: u16, elapsed: Duration) {
        const META: metrics::Metadata<'static> =
            metrics::Metadata::new(module_path!(), metrics::Level::INFO, Some(module_path!()));
        let labels =
            vec![metrics::Label::new("method", method.to_owned()), metrics::Label::new("status", status.to_string())];
        let key = metrics::Key::from_parts("http_requests_total", labels.clone());
        self.recorder.register_counter(&key, &META).increment(1);
        let key = metrics::Key::from_parts("http_request_seconds", labels);
        self.recorder.register_histogram(&key, &META).record(elapsed.as_secs_f64());
    }
}

/// `/healthz`: the process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `/readyz`: the database answers.
pub async fn ready(State(host): State<Host>) -> Response {
    match services::partners::list_unscoped(&host.center).await {
        Ok(_) => "ready\n".into_response(),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response()
        }
    }
}

/// `/metrics`: Prometheus text, with the token of the settings, or over loopback where there is none.
pub async fn metrics(State(host): State<Host>, request: Request) -> Response {
    let allowed = if let Some(token) = &host.settings.metrics_token {
        // Hashes are compared: how long it takes tells nothing about the token.
        let hash = |bytes: &[u8]| Sha256::digest(bytes);
        let sent = request.headers().get(AUTHORIZATION).map(|value| hash(value.as_bytes()));
        sent == Some(hash(format!("Bearer {token}").as_bytes()))
    } else {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        host.settings.is_local() && peer.is_some_and(|info| info.0.ip().is_loopback())
    };
    if allowed { host.metrics.handle.render().into_response() } else { StatusCode::NOT_FOUND.into_response() }
}
