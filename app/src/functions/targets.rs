//! Targets and completion (销售 > 运营看板 > 客户经理业绩).

use domain::ids::MemberId;
use domain::money::Currency;
use domain::periods::Month;
use domain::targets::{Sheet, SheetQuery, TargetBoard};
use leptos::prelude::*;
use server_fn::codec::GetUrl;

use crate::codec::Answer;
use crate::error::AppError;

/// Account manager × month: due, target, completion.
#[server(prefix = "/_fn", endpoint = "get_target_sheet", output = Answer, input = GetUrl)]
pub async fn get_target_sheet(#[server(default)] query: SheetQuery) -> Result<Sheet, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::targets::sheet(&center, &actor, &query).await?)
}

/// The targets of some months, to be set.
#[server(prefix = "/_fn", endpoint = "list_targets", output = Answer, input = GetUrl)]
pub async fn list_targets(#[server(default)] query: SheetQuery) -> Result<TargetBoard, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::targets::board(&center, &actor, &query).await?)
}

/// Sets a target; an empty amount takes it away. `seen` is the version that the person looked at.
#[server(prefix = "/_fn", endpoint = "set_target", output = Answer)]
pub async fn set_target(
    manager: MemberId,
    month: Month,
    currency: Currency,
    seen: i64,
    #[server(default)] amount: String,
) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    let amount = domain::targets::parse_amount(&amount).map_err(|error| AppError::refused(vec![error]))?;
    let request = domain::targets::SetTarget { manager, month, currency, amount, seen };
    Ok(services::targets::set(&center, &actor, &request).await?)
}
