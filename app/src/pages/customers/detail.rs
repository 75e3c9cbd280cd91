//! A customer's page: who it is, its consumption, who managed it when.

use domain::consumption::{Dashboard, DashboardQuery};
use domain::customers::CustomerDetail;
use domain::ids::CustomerId;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::components::async_view::{AsyncView, Empty};
use crate::components::figures::{ranking, service_rows, tiles, trend};
use crate::components::masked::{Eye, Masked};
use crate::error::AppError;
use crate::functions::consumption::get_dashboard;
use crate::functions::customers::get_customer;
use crate::layout::PageHead;
use crate::pages::assignments::history_table;
use crate::router::files::Screen;
use crate::view_model::query::dashboard_link;
use crate::{text, tr};

/// `/sales/customers/{id}`.
pub struct CustomerPage {
    customer: Resource<Result<(CustomerDetail, Dashboard, DashboardQuery), AppError>>,
}

impl Screen for CustomerPage {
    fn data() -> Self {
        let params = use_params_map();
        let customer = Resource::new_blocking(
            move || params.with(|params| params.get("id").unwrap_or_default()),
            |id| async move {
                let customer = get_customer(CustomerId::new(id.clone())).await?;
                let query = DashboardQuery { customer_id: id, ..DashboardQuery::default() };
                Ok((customer, get_dashboard(query.clone()).await?, query))
            },
        );
        Self { customer }
    }

    fn view(this: Self) -> AnyView {
        view! {
            <PageHead
                title=tr!(customers.detail)
                above=vec![(tr!(nav.sales), None), (tr!(nav.customers), Some("/sales/customers"))]
            />
            <AsyncView resource=this.customer view=|(customer, dashboard, query)| {
                view! { {facts(&customer)} {consumption(&dashboard, &query)} {history(customer)} }.into_any()
            }/>
        }
        .into_any()
    }
}

fn facts(customer: &CustomerDetail) -> impl IntoView + use<> {
    let shown = RwSignal::new(false);
    let summary = customer.summary.clone();
    let manager = match &summary.manager {
        Some(manager) => view! { <Masked shown value=manager.name.clone()/> }.into_any(),
        None => view! { <span class="badge badge--warn">{tr!(terms.unassigned)}</span> }.into_any(),
    };
    view! {
        <section class="card">
            <div class="card__head">
                <h2><Masked shown value=summary.title()/></h2>
                <div class="card__actions"><Eye shown label=tr!(customers.personal)/></div>
            </div>
            <div class="card__body">
                <dl class="dl">
                    <dt>{tr!(terms.account_name)}</dt><dd><Masked shown value=summary.account_name/></dd>
                    <dt>{tr!(terms.account_id)}</dt><dd class="mono">{summary.account_id}</dd>
                    <dt>{tr!(terms.supplier)}</dt>
                    <dd>{summary.supplier} " " <span class="badge badge--neutral">{tr!(customers.from_bill)}</span></dd>
                    <dt>{tr!(terms.association)}</dt><dd>{text::association(summary.association)}</dd>
                    <dt>{tr!(terms.account_manager)}</dt><dd>{manager}</dd>
                    <dt>{tr!(customers.first_seen)}</dt>
                    <dd>{summary.first_seen.map_or_else(|| "–".to_owned(), |day| day.to_string())}</dd>
                    <dt>{tr!(customers.phone)}</dt><dd>{contact(&customer.phone, shown)}</dd>
                    <dt>{tr!(customers.email)}</dt><dd>{contact(&customer.email, shown)}</dd>
                </dl>
            </div>
        </section>
    }
}

fn contact(value: &str, shown: RwSignal<bool>) -> impl IntoView + use<> {
    if value.is_empty() {
        "–".into_any()
    } else {
        view! { <Masked shown value=value.to_owned() by=domain::customers::masked_contact/> }.into_any()
    }
}

fn consumption(dashboard: &Dashboard, query: &DashboardQuery) -> impl IntoView + use<> {
    if dashboard.basis.currency.is_none() {
        return view! { <Empty title=tr!(dashboard.nothing) text=tr!(customers.no_consumption)/> }.into_any();
    }
    view! {
        <div class="row row--apart">
            <h2>{tr!(customers.consumption)} " " <span class="muted">{format!("{} – {}", dashboard.basis.range.from, dashboard.basis.range.to)}</span></h2>
            <a class="btn btn--small" href=dashboard_link(query)>{tr!(customers.open_dashboard)}</a>
        </div>
        {tiles(dashboard, query, false)}
        <div class="grid-2">
            {trend(dashboard, query)}
            {ranking(tr!(dashboard.top_services), tr!(terms.service), service_rows(dashboard, query), dashboard)}
        </div>
    }
    .into_any()
}

fn history(customer: CustomerDetail) -> impl IntoView {
    view! {
        <section class="card">
            <div class="card__head"><h2>{tr!(assignments.history)}</h2></div>
            {if customer.assignments.is_empty() {
                view! { <Empty title=tr!(assignments.never) text=tr!(assignments.never_text)/> }.into_any()
            } else {
                history_table(customer.assignments, false).into_any()
            }}
        </section>
    }
}
