//! Customers (销售 > 客户 > 客户管理).

use domain::consumption::Suggestion;
use domain::customers::{CustomerDetail, CustomerQuery, CustomerSummary};
use domain::ids::CustomerId;
use domain::paging::Page;
use leptos::prelude::*;
use server_fn::codec::GetUrl;

use crate::codec::Answer;
use crate::error::AppError;

/// The customers that match, in the member's scope.
#[server(prefix = "/_fn", endpoint = "list_customers", output = Answer, input = GetUrl)]
pub async fn list_customers(#[server(default)] query: CustomerQuery) -> Result<Page<CustomerSummary>, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::customers::list(&center, &actor, &query).await?)
}

/// One customer; only if it is in the member's scope today.
#[server(prefix = "/_fn", endpoint = "get_customer", output = Answer, input = GetUrl)]
pub async fn get_customer(id: CustomerId) -> Result<CustomerDetail, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::customers::get(&center, &actor, &id).await?)
}

/// Customers whose name, account name or id holds `part`, at most ten.
#[server(prefix = "/_fn", endpoint = "suggest_customers", output = Answer, input = GetUrl)]
pub async fn suggest_customers(#[server(default)] part: String) -> Result<Vec<Suggestion>, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::customers::suggest(&center, &actor, &part).await?)
}

/// Account managers whose name or sign-in name holds `part`, at most ten.
#[server(prefix = "/_fn", endpoint = "suggest_managers", output = Answer, input = GetUrl)]
pub async fn suggest_managers(#[server(default)] part: String) -> Result<Vec<Suggestion>, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::customers::suggest_managers(&center, &actor, &part).await?)
}
