//! The records of exports (销售 > 客户 > 客户消费 > 导出记录). Exporting and downloading are plain routes of the host: files stream.

use domain::exports::ExportRecord;
use domain::ids::ExportId;
use domain::paging::Page;
use leptos::prelude::*;
use server_fn::codec::GetUrl;

use crate::codec::Answer;
use crate::error::AppError;

/// The own exports, newest first.
#[server(prefix = "/_fn", endpoint = "list_exports", output = Answer, input = GetUrl)]
pub async fn list_exports(#[server(default)] page: u32) -> Result<Page<ExportRecord>, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::exports::list(&center, &actor, page).await?)
}

/// Deletes an own export with its file, or cancels it.
#[server(prefix = "/_fn", endpoint = "delete_export", output = Answer)]
pub async fn delete_export(id: ExportId) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    services::exports::delete(&center, &actor, &id).await?;
    Ok(())
}
