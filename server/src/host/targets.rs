//! Targets as files: the exports, and the upload.

use app::error::AppError;
use axum::Json;
use axum::extract::{Query, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use domain::access::Permission;
use domain::assignments::{FileLanguage, FileOptions};
use domain::errors::FieldError;
use domain::money::Currency;
use domain::periods::{Month, MonthRange};
use serde::Deserialize;
use services::tables::TableFormat;
use services::targets::ExportQuery;

use super::assignments::{flag, small_body};
use super::plain::{file as file_answer, refuse, signed_in};

/// What a link to an export says.
#[derive(Deserialize)]
pub struct Export {
    /// Of the header.
    #[serde(default)]
    lang: FileLanguage,
    /// First and last month; every month with a target where neither is there.
    from: Option<Month>,
    to: Option<Month>,
    /// The currency of a form: a row for every account manager and month.
    form: Option<Currency>,
}

impl Export {
    fn query(self) -> Result<ExportQuery, AppError> {
        let range = match (self.from, self.to) {
            (Some(from), Some(to)) => Some(MonthRange { from, to }),
            (None, None) => None,
            (None, Some(_)) => return Err(AppError::Invalid(vec![FieldError::new("from", "required")])),
            (Some(_), None) => return Err(AppError::Invalid(vec![FieldError::new("to", "required")])),
        };
        Ok(ExportQuery { range, template: self.form, language: self.lang })
    }
}

/// What the form says of an upload: `1` or nothing; the state that a dry run told.
#[derive(Deserialize)]
pub struct Upload {
    #[serde(default, deserialize_with = "flag")]
    dry_run: bool,
    #[serde(default, deserialize_with = "flag")]
    good_rows: bool,
    seen: Option<i64>,
}

/// The targets as CSV.
pub async fn csv(Query(export): Query<Export>, request: Request) -> Response {
    download(request, TableFormat::Csv, export).await
}

/// The targets as XLSX.
pub async fn xlsx(Query(export): Query<Export>, request: Request) -> Response {
    download(request, TableFormat::Xlsx, export).await
}

async fn download(request: Request, format: TableFormat, export: Export) -> Response {
    let (center, actor) = match signed_in(&request) {
        Ok(who) => who,
        Err(error) => return refuse(error),
    };
    let query = match export.query() {
        Ok(query) => query,
        Err(error) => return refuse(error),
    };
    match services::targets::export(&center, &actor, &query, format).await {
        Ok(file) => file_answer(file),
        Err(error) => refuse(error.into()),
    }
}

/// Imports the file in the body and answers a `TargetReport`: 200 where it was written or only looked at, 422 where bad rows
/// kept it from being written.
pub async fn upload(Query(upload): Query<Upload>, request: Request) -> Response {
    let (center, actor) = match signed_in(&request) {
        Ok(who) => who,
        Err(error) => return refuse(error),
    };
    // before the body is read
    if actor.require(Permission::ManageTargets).is_err() {
        return refuse(AppError::Denied);
    }
    let bytes = match small_body(request).await {
        Ok(bytes) => bytes,
        Err(refusal) => return *refusal,
    };
    let options = FileOptions { dry_run: upload.dry_run, good_rows: upload.good_rows };
    match services::targets::import(&center, &actor, bytes, options, upload.seen).await {
        Ok(report) => {
            let done = report.written || options.dry_run;
            let status = if done { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            (status, Json(report)).into_response()
        }
        Err(error) => refuse(error.into()),
    }
}
