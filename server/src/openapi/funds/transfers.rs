//! Allocating and reclaiming.

use domain::funds::{Counterpart, Transfer, TransferDirection};
use domain::ids::{IndirectPartnerId, MoveId};
use serde::{Deserialize, Serialize};
use services::funds;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{MAX_ID, customer, indirect, refused};
use crate::host::Host;
use crate::openapi::caller::Caller;
use crate::openapi::error::{ApiError, Outcome};
use crate::openapi::extract::{Answer, Body};
use crate::openapi::number::DecimalNumber;

pub(super) fn routes() -> OpenApiRouter<Host> {
    OpenApiRouter::new()
        .routes(routes!(update_customer_account_amount))
        .routes(routes!(reclaim_to_partner_account))
        .routes(routes!(update_indirect_partner_account))
        .routes(routes!(reclaim_indirect_partner_account))
}

/// What both operations on customers take.
#[derive(Deserialize, ToSchema)]
struct AdjustAmountRequest {
    /// The reseller-model customer.
    #[schema(max_length = 64)]
    customer_id: String,
    /// Yuan, more than 0, two decimals; no more than what may be allocated, or than the customer's balance.
    #[schema(inline)]
    amount: DecimalNumber,
    /// The indirect partner whose money it is, and whose customer.
    #[schema(nullable = true, max_length = 64)]
    indirect_partner_id: Option<String>,
}

/// What both operations on indirect partners take.
#[derive(Deserialize, ToSchema)]
struct AdjustIndirectPartnerRequest {
    /// The indirect partner.
    #[schema(max_length = 64)]
    indirect_partner_id: String,
    /// Yuan, more than 0, two decimals; no more than what may be allocated, or than the indirect partner's balance.
    #[schema(inline)]
    amount: DecimalNumber,
}

#[derive(Serialize, ToSchema)]
struct TransferIdResponse {
    /// The transaction id.
    #[schema(example = "AD019ab0c1d2e37f4a8b5c6d7e8f901234")]
    transfer_id: String,
}

#[derive(Serialize, ToSchema)]
struct TransIdResponse {
    /// The transaction id.
    #[schema(example = "RE019ab0c1d2e37f4a8b5c6d7e8f901234")]
    trans_id: String,
}

/// Allocates money to a reseller-model customer.
#[utoipa::path(post, path = "/v2/accounts/partner-accounts/adjust-amount", operation_id = "update_customer_account_amount",
    tag = "funds", request_body = AdjustAmountRequest,
    responses((status = 200, description = "Allocated", body = TransferIdResponse)))]
async fn update_customer_account_amount(
    caller: Caller,
    Body(request): Body<AdjustAmountRequest>,
) -> Answer<TransferIdResponse> {
    let id = with_customer(&caller, TransferDirection::Allocate, request).await?;
    Ok(axum::Json(TransferIdResponse { transfer_id: id.to_string() }))
}

/// Takes money back from a reseller-model customer.
#[utoipa::path(post, path = "/v2/accounts/partner-accounts/reclaim", operation_id = "reclaim_to_partner_account", tag = "funds",
    request_body = AdjustAmountRequest,
    responses((status = 200, description = "Reclaimed", body = TransIdResponse)))]
async fn reclaim_to_partner_account(
    caller: Caller,
    Body(request): Body<AdjustAmountRequest>,
) -> Answer<TransIdResponse> {
    let id = with_customer(&caller, TransferDirection::Reclaim, request).await?;
    Ok(axum::Json(TransIdResponse { trans_id: id.to_string() }))
}

/// Allocates money to an indirect partner.
#[utoipa::path(post, path = "/v2/accounts/partner-accounts/indirect-partner-adjust",
    operation_id = "update_indirect_partner_account", tag = "funds", request_body = AdjustIndirectPartnerRequest,
    responses((status = 200, description = "Allocated", body = TransferIdResponse)))]
async fn update_indirect_partner_account(
    caller: Caller,
    Body(request): Body<AdjustIndirectPartnerRequest>,
) -> Answer<TransferIdResponse> {
    let id = with_indirect(&caller, TransferDirection::Allocate, request).await?;
    Ok(axum::Json(TransferIdResponse { transfer_id: id.to_string() }))
}

/// Takes money back from an indirect partner.
#[utoipa::path(post, path = "/v2/accounts/partner-accounts/indirect-partner-reclaim",
    operation_id = "reclaim_indirect_partner_account", tag = "funds", request_body = AdjustIndirectPartnerRequest,
    responses((status = 200, description = "Reclaimed", body = TransIdResponse)))]
async fn reclaim_indirect_partner_account(
    caller: Caller,
    Body(request): Body<AdjustIndirectPartnerRequest>,
) -> Answer<TransIdResponse> {
    let id = with_indirect(&caller, TransferDirection::Reclaim, request).await?;
    Ok(axum::Json(TransIdResponse { trans_id: id.to_string() }))
}

async fn with_customer(caller: &Caller, direction: TransferDirection, request: AdjustAmountRequest) -> Outcome<MoveId> {
    let counterpart = Counterpart::Customer(customer(request.customer_id)?);
    let asked = Transfer {
        through: indirect(request.indirect_partner_id)?,
        ..Transfer::new(direction, counterpart, request.amount.0.to_string())
    };
    make(caller, asked).await
}

async fn with_indirect(
    caller: &Caller,
    direction: TransferDirection,
    request: AdjustIndirectPartnerRequest,
) -> Outcome<MoveId> {
    match request.indirect_partner_id.chars().count() {
        1..=MAX_ID => {}
        _ => return Err(ApiError::parameter("indirect_partner_id: has 1 to 64 characters")),
    }
    let counterpart = Counterpart::Indirect(IndirectPartnerId::new(request.indirect_partner_id));
    make(caller, Transfer::new(direction, counterpart, request.amount.0.to_string())).await
}

async fn make(caller: &Caller, asked: Transfer) -> Outcome<MoveId> {
    let asked = Transfer { key: caller.idempotency_key.clone().unwrap_or_default(), ..asked };
    let done = funds::transfer(&caller.center, &caller.actor, &asked).await.map_err(refused)?;
    Ok(done.id)
}
