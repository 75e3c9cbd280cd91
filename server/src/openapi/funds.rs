//! Funds through the open API: the partner's balances, allocations and reclaims, records; customers' balances.

mod records;
mod transfers;

use axum::http::StatusCode;
use domain::ids::{CustomerId, IndirectPartnerId, PartnerId};
use domain::ledger::CURRENCY;
use domain::money::Amount;
use serde::{Deserialize, Serialize};
use services::{Error, funds};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::error::{ApiError, Outcome};
use super::extract::{Answer, Body, Query, at_most, given};
use super::number::DecimalNumber;
use crate::host::Host;

pub(super) fn routes() -> OpenApiRouter<Host> {
    OpenApiRouter::new()
        .routes(routes!(list_partner_balances))
        .routes(routes!(list_customers_balances_detail))
        .merge(transfers::routes())
        .merge(records::routes())
}

/// The unit of all amounts: yuan.
const YUAN: i32 = 1;
/// Most customers that balances are asked for at once.
const MOST_CUSTOMERS: usize = 100;
/// The longest id, in characters.
const MAX_ID: usize = 64;

/// What funds services refuse, with the codes of these operations.
fn refused(error: Error) -> ApiError {
    match &error {
        Error::Insufficient(_) => ApiError::bad_request("CBC.99005003", error.to_string()),
        Error::NotFound => ApiError::bad_request("CBC.99000035", "The customer is not a customer of the partner."),
        Error::Conflict("referral_customer" | "association_unknown") => {
            let message = "Only reseller-model customers are allocated to and reclaimed from.";
            ApiError::new(StatusCode::FORBIDDEN, "CBC.99000000", message)
        }
        Error::Invalid(fields) if fields.iter().any(|field| field.field == "indirect_partner") => {
            ApiError::bad_request("CBC.99000037", "The indirect partner is not one of the partner's.")
        }
        Error::Invalid(fields) if fields.iter().any(|field| field.code == "range_too_long") => {
            ApiError::bad_request("CBC.80021021", "The time range is longer than one year.")
        }
        _ => error.into(),
    }
}

/// The indirect partner whose data is meant; none where nothing is given.
fn indirect(id: Option<String>) -> Outcome<Option<IndirectPartnerId>> {
    Ok(given(at_most("indirect_partner_id", MAX_ID, id)?).map(IndirectPartnerId::new))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListPartnerBalancesQuery {
    /// An indirect partner, to see its balance instead of the own ones.
    #[param(nullable = false, max_length = 64)]
    indirect_partner_id: Option<String>,
}

/// A balance account.
#[derive(Serialize, ToSchema)]
struct AccountBalanceV2 {
    /// The account's id.
    account_id: String,
    /// 1 cash, 2 credit, 8 what may be allocated now.
    #[schema(example = 1)]
    account_type: i32,
    /// The balance, yuan.
    #[schema(inline)]
    amount: DecimalNumber,
    /// Always CNY.
    currency: &'static str,
    /// The earmarked part of the balance, yuan.
    #[schema(inline)]
    designated_amount: DecimalNumber,
    /// The credit line, yuan; account type 2 only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    credit_amount: Option<DecimalNumber>,
    /// 1: yuan.
    measure_id: i32,
    /// Empty.
    memo: &'static str,
}

impl AccountBalanceV2 {
    fn new(partner: &PartnerId, account_type: i32, amount: Amount) -> Self {
        Self {
            account_id: format!("AC{account_type:02}{}", partner.as_str().replace('-', "")),
            account_type,
            amount: amount.into(),
            currency: CURRENCY,
            designated_amount: Amount::ZERO.into(),
            credit_amount: None,
            measure_id: YUAN,
            memo: "",
        }
    }
}

#[derive(Serialize, ToSchema)]
struct ListPartnerBalancesResponse {
    /// One account of each type.
    account_balances: Vec<AccountBalanceV2>,
}

/// The partner's balances, or an indirect partner's. What may be allocated from the cash account is its amount less the earmarked part; account type 8
/// is what may be allocated in all.
#[utoipa::path(get, path = "/v2/accounts/partner-accounts/balances", operation_id = "list_partner_balances", tag = "funds",
    params(ListPartnerBalancesQuery),
    responses((status = 200, description = "The balances", body = ListPartnerBalancesResponse)))]
async fn list_partner_balances(
    caller: Caller,
    Query(query): Query<ListPartnerBalancesQuery>,
) -> Answer<ListPartnerBalancesResponse> {
    let partner = &caller.actor.partner;
    let account_balances = if let Some(id) = indirect(query.indirect_partner_id)? {
        let balance = funds::indirect_balance(&caller.center, &caller.actor, &id).await.map_err(refused)?;
        let of = PartnerId::new(id.as_str());
        vec![AccountBalanceV2::new(&of, 1, balance), AccountBalanceV2::new(&of, 8, balance)]
    } else {
        let own = funds::overview(&caller.center, &caller.actor).await.map_err(refused)?;
        let cash =
            AccountBalanceV2 { designated_amount: own.earmarked.into(), ..AccountBalanceV2::new(partner, 1, own.cash) };
        let credit_amount = Some(own.credit_line.into());
        let credit = AccountBalanceV2 { credit_amount, ..AccountBalanceV2::new(partner, 2, own.credit) };
        vec![cash, credit, AccountBalanceV2::new(partner, 8, own.allocatable)]
    };
    Ok(axum::Json(ListPartnerBalancesResponse { account_balances }))
}

#[derive(Deserialize, ToSchema)]
struct CustomerInfoV2 {
    /// The customer.
    #[schema(max_length = 64)]
    customer_id: String,
}

#[derive(Deserialize, ToSchema)]
struct ListCustomersBalancesDetailRequest {
    /// 1 to 100 customers. Those that are not reseller-model customers in the key's scope are left out of the answer.
    #[schema(min_items = 1, max_items = 100)]
    customer_infos: Vec<CustomerInfoV2>,
    /// The indirect partner whose customers they are.
    #[schema(nullable = true, max_length = 64)]
    indirect_partner_id: Option<String>,
}

/// A customer's balance.
#[derive(Serialize, ToSchema)]
struct CustomerBalancesV2 {
    /// The customer.
    customer_id: String,
    /// What the customer owes, yuan: nothing, since it spends only what it was given.
    #[schema(inline)]
    debt_amount: DecimalNumber,
    /// What the customer can spend, yuan.
    #[schema(inline)]
    amount: DecimalNumber,
    /// Always CNY.
    currency: &'static str,
    /// 1: yuan.
    measure_id: i32,
}

#[derive(Serialize, ToSchema)]
struct ListCustomersBalancesDetailResponse {
    /// In the order asked.
    customer_balances: Vec<CustomerBalancesV2>,
}

/// The balances of up to 100 reseller-model customers.
#[utoipa::path(post, path = "/v2/accounts/customer-accounts/balances/batch-query",
    operation_id = "list_customers_balances_detail", tag = "funds", request_body = ListCustomersBalancesDetailRequest,
    responses((status = 200, description = "The balances", body = ListCustomersBalancesDetailResponse)))]
async fn list_customers_balances_detail(
    caller: Caller,
    Body(request): Body<ListCustomersBalancesDetailRequest>,
) -> Answer<ListCustomersBalancesDetailResponse> {
    if !(1..=MOST_CUSTOMERS).contains(&request.customer_infos.len()) {
        return Err(ApiError::parameter(format!("customer_infos: must be 1 to {MOST_CUSTOMERS}")));
    }
    let customers =
        request.customer_infos.into_iter().map(|one| customer(one.customer_id)).collect::<Outcome<Vec<_>>>()?;
    let through = indirect(request.indirect_partner_id)?;
    let found = funds::customer_balances(&caller.center, &caller.actor, (&customers, through.as_ref())).await;
    let customer_balances = found.map_err(refused)?.into_iter().map(|one| CustomerBalancesV2 {
        customer_id: one.customer.to_string(),
        debt_amount: Amount::ZERO.into(),
        amount: one.balance.into(),
        currency: CURRENCY,
        measure_id: YUAN,
    });
    Ok(axum::Json(ListCustomersBalancesDetailResponse { customer_balances: customer_balances.collect() }))
}

/// A customer's id: 1 to 64 characters.
fn customer(id: String) -> Outcome<CustomerId> {
    match id.chars().count() {
        1..=MAX_ID => Ok(CustomerId::new(id)),
        _ => Err(ApiError::parameter("customer_id: has 1 to 64 characters")),
    }
}
