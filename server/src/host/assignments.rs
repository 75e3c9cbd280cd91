//! Assignments as files: both exports, and the upload, which is small enough to be held in memory.

use app::error::AppError;
use axum::Json;
use axum::extract::{Query, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use domain::access::Permission;
use domain::assignments::{DifferenceQuery, FileLanguage, FileOptions, MAX_FILE_BYTES, ShownDifferences};
use domain::errors::FieldError;
use domain::periods::Month;
use serde::{Deserialize, Deserializer};
use services::tables::{TableFile, TableFormat};

use super::plain::{file as file_answer, refuse, signed_in};

/// What a link to an export says.
#[derive(Deserialize)]
pub struct Export {
    /// Of the header.
    #[serde(default)]
    lang: FileLanguage,
}

/// What the form says of an upload: `1` or nothing.
#[derive(Deserialize)]
pub struct Upload {
    #[serde(default, deserialize_with = "flag")]
    dry_run: bool,
    #[serde(default, deserialize_with = "flag")]
    good_rows: bool,
}

pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let text = String::deserialize(deserializer)?;
    match text.as_str() {
        "1" | "true" => Ok(true),
        "" | "0" | "false" => Ok(false),
        // a slip must not turn a dry run into a write
        _ => Err(serde::de::Error::custom("1 or 0 is expected")),
    }
}

/// All assignments as CSV.
pub async fn csv(Query(export): Query<Export>, request: Request) -> Response {
    download(request, TableFormat::Csv, export.lang).await
}

/// All assignments as XLSX.
pub async fn xlsx(Query(export): Query<Export>, request: Request) -> Response {
    download(request, TableFormat::Xlsx, export.lang).await
}

async fn download(request: Request, format: TableFormat, language: FileLanguage) -> Response {
    match signed_in(&request) {
        Ok((center, actor)) => send(services::assignments::export(&center, &actor, format, language).await),
        Err(error) => refuse(error),
    }
}

/// What a link to the differences says: the page's filters.
#[derive(Deserialize)]
pub struct DifferencesExport {
    from: Option<Month>,
    to: Option<Month>,
    #[serde(default)]
    manager: String,
    show: Option<ShownDifferences>,
    #[serde(default)]
    lang: FileLanguage,
}

/// Where our account managers and those in bills differ, as CSV.
pub async fn differences_csv(Query(export): Query<DifferencesExport>, request: Request) -> Response {
    differences(request, TableFormat::Csv, export).await
}

/// The same as XLSX.
pub async fn differences_xlsx(Query(export): Query<DifferencesExport>, request: Request) -> Response {
    differences(request, TableFormat::Xlsx, export).await
}

async fn differences(request: Request, format: TableFormat, export: DifferencesExport) -> Response {
    let DifferencesExport { from, to, manager, show, lang } = export;
    let query = DifferenceQuery { from, to, manager, show, page: 1 };
    match signed_in(&request) {
        Ok((center, actor)) => {
            send(services::assignments::export_differences(&center, &actor, &query, (format, lang)).await)
        }
        Err(error) => refuse(error),
    }
}

/// A finished file, or why there is none.
fn send(file: services::Result<TableFile>) -> Response {
    let file = match file {
        Ok(file) => file,
        Err(error) => return refuse(error.into()),
    };
    file_answer(file)
}

/// The body of an upload that is small enough to be held in memory; else the refusal.
pub(super) async fn small_body(request: Request) -> Result<Vec<u8>, Box<Response>> {
    if let Ok(bytes) = axum::body::to_bytes(request.into_body(), MAX_FILE_BYTES).await {
        return Ok(bytes.to_vec());
    }
    let error = FieldError::new("file", "too_large").with(MAX_FILE_BYTES);
    Err(Box::new((StatusCode::PAYLOAD_TOO_LARGE, Json(AppError::Invalid(vec![error]))).into_response()))
}

/// Imports the file in the body and answers a `FileReport`: 200 where it was written or only looked at, 422 where bad rows
/// kept it from being written.
pub async fn upload(Query(upload): Query<Upload>, request: Request) -> Response {
    let (center, actor) = match signed_in(&request) {
        Ok(who) => who,
        Err(error) => return refuse(error),
    };
    // before the body is read
    if actor.require(Permission::ManageAssignments).is_err() {
        return refuse(AppError::Denied);
    }
    let bytes = match small_body(request).await {
        Ok(bytes) => bytes,
        Err(refusal) => return *refusal,
    };
    let options = FileOptions { dry_run: upload.dry_run, good_rows: upload.good_rows };
    match services::assignments::import(&center, &actor, bytes, options).await {
        Ok(report) => {
            let done = report.written || options.dry_run;
            let status = if done { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            (status, Json(report)).into_response()
        }
        Err(error) => refuse(error.into()),
    }
}
