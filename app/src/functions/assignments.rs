//! Assignments (销售 > 客户 > 客户分配).

#[cfg(feature = "ssr")]
use domain::assignments::NameChoice;
use domain::assignments::{
    Assign, AssignOutcome, AssignmentState, DifferenceQuery, Differences, FirstAssignments, FirstReport, HandOver,
    HandOverOutcome, ManagerHistory, ManagerLoad, Suggestions, TakeBack,
};
use domain::ids::{CustomerId, MemberId};
use leptos::prelude::*;
use server_fn::codec::{GetUrl, Json};

use crate::codec::Answer;
use crate::error::AppError;

/// Account managers with their number of customers.
#[server(prefix = "/_fn", endpoint = "list_managers", output = Answer, input = GetUrl)]
pub async fn list_managers() -> Result<Vec<ManagerLoad>, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::assignments::managers(&center, &actor).await?)
}

/// Assigns customers to a manager from a day on; what they were assigned to before ends on that day.
#[server(prefix = "/_fn", endpoint = "assign_customers", output = Answer, input = Json)]
pub async fn assign_customers(request: Assign) -> Result<AssignOutcome, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::assignments::assign(&center, &actor, &request).await?)
}

/// Whose these customers are today, and what a change of them must give back.
#[server(prefix = "/_fn", endpoint = "get_assignment_state", output = Answer, input = Json)]
pub async fn get_assignment_state(customers: Vec<CustomerId>) -> Result<AssignmentState, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::assignments::assignment_state(&center, &actor, &customers).await?)
}

/// Takes customers back from a day on: they are unassigned then.
#[server(prefix = "/_fn", endpoint = "take_back_customers", output = Answer, input = Json)]
pub async fn take_back_customers(request: TakeBack) -> Result<AssignOutcome, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::assignments::take_back(&center, &actor, &request).await?)
}

/// What an account manager managed, newest first.
#[server(prefix = "/_fn", endpoint = "list_manager_history", output = Answer, input = GetUrl)]
pub async fn list_manager_history(manager: MemberId) -> Result<ManagerHistory, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::assignments::history_of_manager(&center, &actor, &manager).await?)
}

/// What handing over a leaving manager's customers would do.
#[server(prefix = "/_fn", endpoint = "preview_hand_over", output = Answer, input = Json)]
pub async fn preview_hand_over(request: HandOver) -> Result<HandOverOutcome, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::assignments::preview_hand_over(&center, &actor, &request).await?)
}

/// Hands all customers of a leaving manager over to the successors; `seen` is the plan that the preview showed.
#[server(prefix = "/_fn", endpoint = "hand_over_customers", output = Answer, input = Json)]
pub async fn hand_over_customers(request: HandOver, seen: String) -> Result<HandOverOutcome, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::assignments::hand_over(&center, &actor, &request, &seen).await?)
}

/// Whom bills name for customers that were never assigned, and what that proposes: one page.
#[server(prefix = "/_fn", endpoint = "list_suggestions", output = Answer, input = GetUrl)]
pub async fn list_suggestions(#[server(default)] page: u32) -> Result<Suggestions, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::assignments::suggestions(&center, &actor, page).await?)
}

/// What first assignments from bills would do.
#[server(prefix = "/_fn", endpoint = "preview_from_bills", output = Answer, input = Json)]
pub async fn preview_from_bills(request: FirstAssignments) -> Result<FirstReport, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::assignments::preview_from_bills(&center, &actor, &request).await?)
}

/// Assigns customers that were never assigned as bills propose; `seen` is the plan that the preview showed.
#[server(prefix = "/_fn", endpoint = "assign_from_bills", output = Answer, input = Json)]
pub async fn assign_from_bills(request: FirstAssignments, seen: String) -> Result<FirstReport, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::assignments::assign_from_bills(&center, &actor, &request, &seen).await?)
}

/// Decides whom a name in bills means: a member, `nobody`, or nothing any more.
#[server(prefix = "/_fn", endpoint = "set_supplier_manager", output = Answer)]
pub async fn set_supplier_manager(name: String, #[server(default)] choice: String) -> Result<(), AppError> {
    let (center, actor) = crate::context::signed_in()?;
    let choice = NameChoice::of_form(&choice);
    Ok(services::assignments::set_supplier_manager(&center, &actor, &name, &choice).await?)
}

/// Where our account managers and those whom bills name differ: one page.
#[server(prefix = "/_fn", endpoint = "list_differences", output = Answer, input = GetUrl)]
pub async fn list_differences(#[server(default)] query: DifferenceQuery) -> Result<Differences, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::assignments::differences(&center, &actor, &query).await?)
}
