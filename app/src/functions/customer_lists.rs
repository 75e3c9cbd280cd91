//! Customers by a pasted list.

use domain::customer_lists::{CustomerList, Resolution};
use domain::ids::{CustomerId, CustomerListId};
use leptos::prelude::*;
use server_fn::codec::{GetUrl, Json};

use crate::codec::Answer;
use crate::error::AppError;

/// Which customers of the member's scope pasted cells mean.
#[server(prefix = "/_fn", endpoint = "resolve_customers", output = Answer, input = Json)]
pub async fn resolve_customers(cells: Vec<String>) -> Result<Resolution, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::customer_lists::resolve(&center, &actor, &cells).await?)
}

/// Keeps customers of the member's scope under an id for addresses.
#[server(prefix = "/_fn", endpoint = "create_customer_list", output = Answer, input = Json)]
pub async fn create_customer_list(customers: Vec<CustomerId>) -> Result<CustomerListId, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::customer_lists::create(&center, &actor, &customers).await?)
}

/// Those customers of a list that are in the member's scope.
#[server(prefix = "/_fn", endpoint = "get_customer_list", output = Answer, input = GetUrl)]
pub async fn get_customer_list(id: CustomerListId) -> Result<CustomerList, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::customer_lists::get(&center, &actor, &id).await?)
}
