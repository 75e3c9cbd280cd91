//! Month close (销售 > 客户 > 客户消费 > 账期关账).

use domain::months::{MonthSheet, MonthSummary};
use domain::periods::Month;
use leptos::prelude::*;
use server_fn::codec::GetUrl;

use crate::codec::Answer;
use crate::error::AppError;

/// The months that hold data or a state, newest first.
#[server(prefix = "/_fn", endpoint = "list_months", output = Answer, input = GetUrl)]
pub async fn list_months() -> Result<Vec<MonthSummary>, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::months::list(&center, &actor).await?)
}

/// One month: its checks, its control sheet, its history.
#[server(prefix = "/_fn", endpoint = "get_month", output = Answer, input = GetUrl)]
pub async fn get_month(month: Month) -> Result<MonthSheet, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::months::sheet(&center, &actor, month).await?)
}

/// Marks a month as billed.
#[server(prefix = "/_fn", endpoint = "bill_month", output = Answer)]
pub async fn bill_month(month: Month) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::months::bill(&center, &actor, month).await?)
}

/// Takes that back.
#[server(prefix = "/_fn", endpoint = "unbill_month", output = Answer)]
pub async fn unbill_month(month: Month) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::months::unbill(&center, &actor, month).await?)
}

/// Closes a month; `seen` is what the checks had found when the person decided.
#[server(prefix = "/_fn", endpoint = "close_month", output = Answer)]
pub async fn close_month(month: Month, #[server(default)] seen: String) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::months::close(&center, &actor, month, &seen).await?)
}

/// Opens a closed month again.
#[server(prefix = "/_fn", endpoint = "reopen_month", output = Answer)]
pub async fn reopen_month(month: Month, reason: String) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::months::reopen(&center, &actor, month, &reason).await?)
}
