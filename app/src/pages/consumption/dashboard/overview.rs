//! The consumption dashboard, tab 总览.

use domain::consumption::{Dashboard, DashboardQuery};
use leptos::prelude::*;

use crate::components::figures::{Ranked, ranking, service_rows, split, tiles, trend};
use crate::view_model::query::{dashboard_link, lines_link};
use crate::{text, tr};

/// Tiles, trend, rankings.
pub fn overview(dashboard: &Dashboard, query: &DashboardQuery) -> impl IntoView + use<> {
    view! {
        {tiles(dashboard, query, true)}
        {trend(dashboard, query)}
        <div class="grid-2">
            {top_customers(dashboard, query)}
            {top_services(dashboard, query)}
        </div>
        <div class="grid-2">
            {dashboard.basis.sees_all.then(|| managers(dashboard, query))}
            {split(dashboard, query)}
        </div>
    }
}

fn top_customers(dashboard: &Dashboard, query: &DashboardQuery) -> impl IntoView + use<> {
    let rows = dashboard
        .top_customers
        .iter()
        .map(|customer| {
            let only = DashboardQuery {
                customer_id: customer.id.to_string(),
                customer: String::new(),
                from: Some(dashboard.basis.range.from),
                to: Some(dashboard.basis.range.to),
                preset: None,
                currency: dashboard.basis.currency.clone(),
                ..query.clone()
            };
            Ranked {
                name: customer.name.clone(),
                detail: customer.account_id.clone(),
                href: format!("/sales/customers/{}", customer.id),
                lines: lines_link(&only, &[]),
                due: customer.due,
                paid: customer.paid,
            }
        })
        .collect();
    ranking(tr!(dashboard.top_customers), tr!(terms.customer), rows, dashboard)
}

fn top_services(dashboard: &Dashboard, query: &DashboardQuery) -> impl IntoView + use<> {
    ranking(tr!(dashboard.top_services), tr!(terms.service), service_rows(dashboard, query), dashboard)
}

fn managers(dashboard: &Dashboard, query: &DashboardQuery) -> impl IntoView + use<> {
    let rows = dashboard
        .managers
        .iter()
        .map(|share| {
            let id = share.manager.as_ref().map_or_else(|| "none".to_owned(), |manager| manager.id.to_string());
            let only = DashboardQuery {
                manager_id: id,
                managers: Vec::new(),
                teams: Vec::new(),
                manager: share.manager.as_ref().map(|manager| manager.name.clone()).unwrap_or_default(),
                from: Some(dashboard.basis.range.from),
                to: Some(dashboard.basis.range.to),
                preset: None,
                currency: dashboard.basis.currency.clone(),
                attribution: Some(dashboard.basis.attribution),
                ..query.clone()
            };
            Ranked {
                name: share.manager.as_ref().map_or_else(|| tr!(terms.unassigned), |manager| manager.name.clone()),
                detail: tr!(dashboard.customer_count, count = share.customers),
                href: dashboard_link(&only),
                lines: lines_link(&only, &[]),
                due: share.due,
                paid: share.paid,
            }
        })
        .collect();
    let title = format!("{} · {}", tr!(dashboard.managers), text::attribution(dashboard.basis.attribution));
    ranking(title, tr!(terms.account_manager), rows, dashboard)
}
