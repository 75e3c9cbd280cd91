//! Bill import (销售 > 客户 > 客户消费 > 账单导入). The upload itself is a plain route of the host: files stream.

use domain::ids::{DeliveryId, MappingId};
use domain::imports::mapping::{MappedRow, MappingAnswer, MappingQuestion, SavedMapping};
use domain::imports::{DeliverySummary, HeldVersion};
use domain::paging::Page;
use leptos::prelude::*;
use server_fn::codec::{GetUrl, Json};

use crate::codec::Answer;
use crate::error::AppError;

/// Deliveries, newest first.
#[server(prefix = "/_fn", endpoint = "list_deliveries", output = Answer, input = GetUrl)]
pub async fn list_deliveries(#[server(default)] page: u32) -> Result<Page<DeliverySummary>, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::imports::history(&center, &actor, page).await?)
}

/// One delivery: its progress while it runs, its reports afterwards.
#[server(prefix = "/_fn", endpoint = "get_delivery", output = Answer, input = GetUrl)]
pub async fn get_delivery(id: DeliveryId) -> Result<DeliverySummary, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::imports::get(&center, &actor, &id).await?)
}

/// What the held versions of a delivery would take away.
#[server(prefix = "/_fn", endpoint = "list_held_versions", output = Answer, input = GetUrl)]
pub async fn list_held_versions(id: DeliveryId) -> Result<Vec<HeldVersion>, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::imports::held(&center, &actor, &id).await?)
}

/// Switches the held versions of a delivery.
#[server(prefix = "/_fn", endpoint = "confirm_delivery", output = Answer)]
pub async fn confirm_delivery(id: DeliveryId) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    services::imports::confirm(&center, &services::imports::Importer::Member(actor), &id).await?;
    Ok(())
}

/// Takes a delivery back: what it replaced is shown again.
#[server(prefix = "/_fn", endpoint = "withdraw_delivery", output = Answer)]
pub async fn withdraw_delivery(id: DeliveryId) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    services::imports::withdraw(&center, &services::imports::Importer::Member(actor), &id).await?;
    Ok(())
}

/// What a delivery waits for: its columns, or whose bill it is.
#[server(prefix = "/_fn", endpoint = "get_mapping_question", output = Answer, input = GetUrl)]
pub async fn get_mapping_question(id: DeliveryId) -> Result<MappingQuestion, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::imports::question(&center, &actor, &id).await?)
}

/// The first rows of a delivery as an answer maps them.
#[server(prefix = "/_fn", endpoint = "preview_mapping", output = Answer, input = Json)]
pub async fn preview_mapping(id: DeliveryId, answer: MappingAnswer) -> Result<Vec<MappedRow>, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::imports::preview(&center, &actor, (&id, &answer)).await?)
}

/// Takes the answer and goes on with the import.
#[server(prefix = "/_fn", endpoint = "answer_mapping", output = Answer, input = Json)]
pub async fn answer_mapping(id: DeliveryId, answer: MappingAnswer) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    services::imports::answer(&center, &actor, (&id, &answer)).await?;
    Ok(())
}

/// Gives a delivery up that waits for an answer.
#[server(prefix = "/_fn", endpoint = "discard_delivery", output = Answer)]
pub async fn discard_delivery(id: DeliveryId) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    services::imports::discard(&center, &actor, &id).await?;
    Ok(())
}

/// Saved mappings of columns, by name.
#[server(prefix = "/_fn", endpoint = "list_mappings", output = Answer, input = GetUrl)]
pub async fn list_mappings() -> Result<Vec<SavedMapping>, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::imports::list_mappings(&center, &actor).await?)
}

/// Forgets a saved mapping.
#[server(prefix = "/_fn", endpoint = "delete_mapping", output = Answer)]
pub async fn delete_mapping(id: MappingId) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    services::imports::delete_mapping(&center, &actor, &id).await?;
    Ok(())
}
