//! Exports over HTTP: what is on screen as a file, and the files that were written in the background.
//!
//! The form of the 导出 menu posts to the address of the page's export with the page's own parameters, so that both read the
//! same query. What is small enough is the answer; the rest is noted, and the answer leads to the records.

use app::error::AppError;
use app::view_model::query;
use axum::Form;
use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequest as _, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::response::{IntoResponse as _, Redirect, Response};
use bytes::BytesMut;
use domain::assignments::FileLanguage;
use domain::errors::FieldError;
use domain::exports::ExportFormat;
use domain::ids::ExportId;
use serde::Deserialize;
use services::Center;
use services::exports::{ExportFile, NewExport, Started};
use tokio::io::AsyncReadExt as _;

use super::plain::{attachment, refuse, signed_in, wants_page};

/// The page with the records.
const RECORDS: &str = "/sales/consumption/exports";
/// Bytes of a file that are held at a time.
const CHUNK: usize = 64 * 1024;

/// What the menu's form says.
#[derive(Deserialize)]
struct Wanted {
    format: ExportFormat,
    #[serde(default)]
    lang: FileLanguage,
}

/// Exports what the page of `view` shows for these parameters.
pub async fn export(
    Path(view): Path<String>,
    Query(parameters): Query<Vec<(String, String)>>,
    request: Request,
) -> Response {
    let person = wants_page(request.headers());
    match start(&view, parameters, request).await {
        Ok(Started::File(file)) => download(file),
        Ok(Started::Job(id)) if person => Redirect::to(&format!("{RECORDS}?started={id}")).into_response(),
        Ok(Started::Job(id)) => (StatusCode::ACCEPTED, Json(serde_json::json!({ "export": id }))).into_response(),
        Err(error) => refused(error, person),
    }
}

async fn start(view: &str, parameters: Vec<(String, String)>, request: Request) -> Result<Started, AppError> {
    let (center, actor) = signed_in(&request)?;
    let query = query::export(view, parameters).ok_or(AppError::NotFound)?.map_err(AppError::Invalid)?;
    let malformed = || AppError::Invalid(vec![FieldError::new("format", "malformed")]);
    let Form(Wanted { format, lang }) = Form::from_request(request, &()).await.map_err(|_| malformed())?;
    let new = NewExport { query, format, language: lang };
    let started = Box::pin(services::exports::start(&center, &actor, &new)).await?;
    if let Started::Job(_) = &started {
        work(center);
    }
    Ok(started)
}

/// Writes what waits, beside the request that asked for it.
pub fn work(center: Center) {
    tokio::spawn(async move {
        if let Err(error) = Box::pin(services::exports::work_unscoped(&center)).await {
            tracing::error!(%error, "exports could not be written");
        }
    });
}

/// The file of an own export.
pub async fn file(Path(id): Path<String>, request: Request) -> Response {
    let person = wants_page(request.headers());
    let (center, actor) = match signed_in(&request) {
        Ok(who) => who,
        Err(error) => return refused(error, person),
    };
    match services::exports::open(&center, &actor, &ExportId::new(id)).await {
        Ok(file) => download(file),
        Err(error) => refused(error.into(), person),
    }
}

/// A person is led to the records, which say why; a program gets the error.
fn refused(error: AppError, person: bool) -> Response {
    let code = match &error {
        _ if !person => return refuse(error),
        AppError::SignedOut => return Redirect::to("/login").into_response(),
        AppError::PasswordChangeNeeded => return Redirect::to("/account/password").into_response(),
        AppError::Conflict(code) => code.as_str(),
        AppError::NotFound => "not_found",
        AppError::Denied => "not_allowed",
        _ => "internal",
    };
    Redirect::to(&format!("{RECORDS}?refused={code}")).into_response()
}

/// The file as it is read, piece by piece.
fn download(file: ExportFile) -> Response {
    let headers = match attachment(&file.name, file.format.media_type()) {
        Ok(headers) => headers,
        Err(error) => return refuse(error),
    };
    let length = file.bytes;
    let file = tokio::fs::File::from_std(file.file);
    let chunks = futures::stream::try_unfold(file, |mut file| async move {
        let mut chunk = BytesMut::with_capacity(CHUNK);
        let read = file.read_buf(&mut chunk).await?;
        Ok::<_, std::io::Error>((read > 0).then(|| (chunk.freeze(), file)))
    });
    (headers, [(CONTENT_LENGTH, length)], Body::from_stream(chunks)).into_response()
}
