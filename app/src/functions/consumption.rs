//! The consumption dashboard (消费看板) and the bill lines (消费明细).

use domain::bills::{LineFilters, LinePage, LineQuery};
use domain::consumption::groups::{Grouping, Groups};
use domain::consumption::movement::CustomerDashboard;
use domain::consumption::summary::{Summary, SummaryView};
use domain::consumption::{Dashboard, DashboardQuery};
use domain::periods::Month;
use leptos::prelude::*;
use server_fn::codec::GetUrl;

use crate::codec::Answer;
use crate::error::AppError;

/// The dashboard's first screen.
#[server(prefix = "/_fn", endpoint = "get_dashboard", output = Answer, input = GetUrl)]
pub async fn get_dashboard(#[server(default)] query: DashboardQuery) -> Result<Dashboard, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::consumption::dashboard(&center, &actor, &query).await?)
}

/// Consumption by group: the tabs 费用走势 and 费用分布.
#[server(prefix = "/_fn", endpoint = "get_consumption_groups", output = Answer, input = GetUrl)]
pub async fn get_consumption_groups(
    #[server(default)] query: DashboardQuery,
    #[server(default)] grouping: Grouping,
) -> Result<Groups, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::consumption::groups(&center, &actor, &query, &grouping).await?)
}

/// The customer dashboard of a month.
#[server(prefix = "/_fn", endpoint = "get_customer_dashboard", output = Answer, input = GetUrl)]
pub async fn get_customer_dashboard(#[server(default)] query: DashboardQuery) -> Result<CustomerDashboard, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::consumption::customer_dashboard(&center, &actor, &query).await?)
}

/// Consumption by customer and month: a page, and the sums of all.
#[server(prefix = "/_fn", endpoint = "get_consumption_summary", output = Answer, input = GetUrl)]
pub async fn get_consumption_summary(
    #[server(default)] query: DashboardQuery,
    #[server(default)] view: SummaryView,
) -> Result<Summary, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::consumption::summary(&center, &actor, &query, &view).await?)
}

/// Bill lines, newest day first.
#[server(prefix = "/_fn", endpoint = "list_lines", output = Answer, input = GetUrl)]
pub async fn list_lines(#[server(default)] query: LineQuery) -> Result<LinePage, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    Ok(services::consumption::lines(&center, &actor, &query).await?)
}

/// The services and regions of the lines of some months, to choose from.
#[server(prefix = "/_fn", endpoint = "list_line_filters", output = Answer, input = GetUrl)]
pub async fn list_line_filters(from: Month, to: Month) -> Result<LineFilters, AppError> {
    let (center, actor) = crate::context::signed_in()?;
    let range = domain::periods::MonthRange { from, to };
    Ok(services::consumption::line_filters(&center, &actor, range).await?)
}
