//! Bill files over HTTP: a file streams to disk before it is imported, and rejected rows stream back.

use std::path::PathBuf;

use app::context::RequestContext;
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use axum::response::{IntoResponse as _, Response};
use domain::access::Permission;
use domain::ids::DeliveryId;
use domain::imports::{Covers, ImportOptions};
use futures::StreamExt as _;
use serde::Deserialize;
use services::imports::{Importer, NewDelivery, SourceFile};
use tokio::io::AsyncWriteExt as _;

use super::Host;

/// What the upload form says of a file.
#[derive(Deserialize)]
pub struct Upload {
    /// The file's name, for people.
    name: String,
    /// What it re-states.
    #[serde(default)]
    covers: Covers,
}

/// Receives one bill file as the request's body and starts its import. Answers the delivery's id at once; the page asks
/// for its progress.
pub async fn upload(State(host): State<Host>, Query(upload): Query<Upload>, request: Request) -> Response {
    let Some(context) = request.extensions().get::<RequestContext>().cloned() else {
        return refuse(StatusCode::INTERNAL_SERVER_ERROR, "internal");
    };
    let Some(actor) = context.actor.filter(|_| !context.must_change_password) else {
        return refuse(StatusCode::UNAUTHORIZED, "signed_out");
    };
    if actor.require(Permission::ImportBills).is_err() {
        return refuse(StatusCode::FORBIDDEN, "denied");
    }
    let limit = host.settings.max_upload_bytes;
    if announced_length(request.headers()).is_some_and(|length| length > limit) {
        return refuse(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
    }
    let path = host.settings.upload_folder().join(uuid::Uuid::now_v7().to_string());
    if let Err(refusal) = receive(request.into_body(), &path, limit).await {
        let _ = tokio::fs::remove_file(&path).await;
        return refusal;
    }
    let options = ImportOptions { covers: upload.covers, confirm: false, dry_run: false };
    let file = SourceFile { path: path.clone(), name: file_name(&upload.name) };
    let mut delivery = NewDelivery::new(vec![file], options);
    (delivery.max_bytes, delivery.keep) = (limit, true);
    let who = Importer::Member(actor);
    match services::imports::start(&host.center, &who, &delivery).await {
        Ok(id) => {
            let done = move || drop(std::fs::remove_file(&path));
            services::imports::spawn(&host.center, who, (id.clone(), delivery), done);
            Json(serde_json::json!({ "delivery": id })).into_response()
        }
        Err(error) => {
            let _ = tokio::fs::remove_file(&path).await;
            tracing::warn!(%error, "an import could not start");
            refuse(StatusCode::INTERNAL_SERVER_ERROR, "internal")
        }
    }
}

fn announced_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The name without folders: what a browser sends is only for people to read.
fn file_name(sent: &str) -> String {
    let name = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    if name.is_empty() { "upload.csv".into() } else { name }
}

async fn receive(body: Body, path: &PathBuf, limit: u64) -> Result<(), Response> {
    let failed = |error: std::io::Error| {
        tracing::error!(%error, "an upload could not be written");
        refuse(StatusCode::INTERNAL_SERVER_ERROR, "internal")
    };
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(failed)?;
    }
    let mut file = tokio::fs::File::create(path).await.map_err(failed)?;
    let mut stream = body.into_data_stream();
    let mut received = 0_u64;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| refuse(StatusCode::BAD_REQUEST, "interrupted"))?;
        received += chunk.len() as u64;
        if received > limit {
            return Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
        }
        file.write_all(&chunk).await.map_err(failed)?;
    }
    if received == 0 {
        return Err(refuse(StatusCode::UNPROCESSABLE_ENTITY, "empty"));
    }
    file.flush().await.map_err(failed)
}

fn refuse(status: StatusCode, code: &'static str) -> Response {
    (status, Json(serde_json::json!({ "code": code }))).into_response()
}

/// The rejected rows of a delivery as a file to mend and import again.
pub async fn rejects(Path(id): Path<String>, request: Request) -> Response {
    let Some(context) = request.extensions().get::<RequestContext>().cloned() else {
        return refuse(StatusCode::INTERNAL_SERVER_ERROR, "internal");
    };
    let Some(actor) = context.actor.filter(|_| !context.must_change_password) else {
        return refuse(StatusCode::UNAUTHORIZED, "signed_out");
    };
    match services::imports::rejects_csv(&context.center, &Importer::Member(actor), &DeliveryId::new(id)).await {
        Ok((name, csv)) => {
            let name: String =
                name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
            let disposition = format!("attachment; filename=\"{name}\"");
            ([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, disposition)], csv)
                .into_response()
        }
        Err(services::Error::NotFound) => refuse(StatusCode::NOT_FOUND, "not_found"),
        Err(services::Error::Denied(_)) => refuse(StatusCode::FORBIDDEN, "denied"),
        Err(error) => {
            tracing::error!(%error, "rejected rows could not be read");
            refuse(StatusCode::INTERNAL_SERVER_ERROR, "internal")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_sent_name_has_no_folders() {
        assert_eq!(file_name("C:\\bills\\九月.csv"), "九月.csv");
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        assert_eq!(file_name("a\nb.csv"), "ab.csv");
        assert_eq!(file_name("/"), "upload.csv");
    }
}
