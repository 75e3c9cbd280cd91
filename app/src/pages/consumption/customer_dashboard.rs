//! The customer dashboard (销售 > 运营看板 > 客户看板): how many customers, and which came, went, grew and shrank.

use domain::assignments::Attribution;
use domain::consumption::movement::{CustomerDashboard, CustomerMovement, LISTED, Movements};
use domain::consumption::{Basis, DashboardQuery};
use domain::customers::AssociationType;
use domain::money::Total;
use domain::saved_views::ViewPage;
use domain::teams::ManagerChoices;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::async_view::AsyncView;
use crate::components::combo::{Combo, Source};
use crate::components::export_menu::ExportMenu;
use crate::components::figures::{as_of, month_states};
use crate::components::filters::{FilterForm, Shown};
use crate::components::people::{Choices, choices, several};
use crate::components::saved_views::SavedViews;
use crate::components::table::table;
use crate::error::AppError;
use crate::functions::consumption::get_customer_dashboard;
use crate::layout::PageHead;
use crate::router::files::Screen;
use crate::view_model::consumption::{count_tile, share};
use crate::view_model::query::{self, lines_link, link};
use crate::{text, tr, view_model};

const PATH: &str = "/sales/dashboards/customers";

type Loaded = Resource<Result<(CustomerDashboard, DashboardQuery), AppError>>;

/// `/sales/dashboards/customers`.
pub struct CustomerDashboardPage {
    loaded: Loaded,
    choices: Choices,
}

impl Screen for CustomerDashboardPage {
    fn data() -> Self {
        let params = use_query_map();
        let loaded = Resource::new_blocking(
            move || params.with(query::customer_dashboard),
            |query| async move {
                let query = query.map_err(AppError::refused)?;
                Ok((get_customer_dashboard(query.clone()).await?, query))
            },
        );
        Self { loaded, choices: choices() }
    }

    fn view(this: Self) -> AnyView {
        let params = use_query_map();
        view! {
            <PageHead
                title=tr!(nav.customer_dashboard)
                above=vec![(tr!(nav.sales), None), (tr!(nav.dashboards_group), None)]
                note=tr!(dashboard.no_settlement)
            >
                <SavedViews page=ViewPage::CustomerDashboard/>
                <Transition>
                    {move || Suspend::new(async move {
                        let found = this.loaded.await.is_ok_and(|(dashboard, _)| !dashboard.basis.is_empty());
                        found.then(|| view! { <ExportMenu view="customers"/> })
                    })}
                </Transition>
            </PageHead>
            <section class="card">
                <Transition>
                    {move || {
                        let shown = Shown::new(params.get());
                        Suspend::new(async move {
                            let basis = this.loaded.await.ok().map(|(view, _)| view.basis);
                            form(shown, basis, this.choices.await.ok())
                        })
                    }}
                </Transition>
            </section>
            <AsyncView resource=this.loaded view=|(dashboard, query)| content(&dashboard, &query).into_any()/>
        }
        .into_any()
    }
}

/// A plain GET form, so that it works without WebAssembly too.
fn form(shown: Shown, basis: Option<Basis>, choices: Option<ManagerChoices>) -> impl IntoView {
    let associations = AssociationType::ALL.iter().map(|kind| (kind.code(), text::association(*kind))).collect();
    let attributions = Attribution::ALL.iter().map(|kind| (kind.code(), text::attribution(*kind))).collect();
    let month = basis.as_ref().map(|basis| basis.range.to.to_string());
    let sees_all = basis.as_ref().is_some_and(|basis| basis.sees_all);
    view! {
        <FilterForm shown action=PATH>
            {shown.month("month", tr!(movement.month), month)}
            {sees_all.then(|| view! {
                <Combo name="manager" label=tr!(terms.account_manager) text=shown.value("manager") chosen=shown.value("manager_id")
                    source=Source::Managers placeholder=tr!(dashboard.manager_hint)/>
            })}
            {several(shown, choices)}
            {shown.choice("association", tr!(terms.association), associations, true)}
            {sees_all.then(|| shown.choice("attribution", tr!(terms.attribution), attributions, false))}
            {basis.and_then(|basis| shown.currency(basis.currencies, basis.currency))}
            <div class="filters__actions">
                <button class="btn btn--primary" type="submit">{tr!(common.search)}</button>
                <a class="btn" href=PATH>{tr!(common.reset)}</a>
            </div>
        </FilterForm>
    }
}

fn content(dashboard: &CustomerDashboard, query: &DashboardQuery) -> impl IntoView + use<> {
    let CustomerDashboard { basis, compared_with, .. } = dashboard;
    let cards = [
        (tr!(movement.risen), tr!(movement.risen_hint), &dashboard.risen),
        (tr!(movement.fallen), tr!(movement.fallen_hint), &dashboard.fallen),
        (tr!(movement.started), tr!(movement.started_hint), &dashboard.started),
        (tr!(movement.silent), tr!(movement.silent_hint), &dashboard.silent),
    ];
    view! {
        <p class="muted">
            {basis.range.to.to_string()} " · "
            {tr!(dashboard.compared_with, from = compared_with.from, to = compared_with.to)} " · "
            {month_states(&basis.status)} " · " {basis.zone.clone()} " · " {as_of(&basis.status)}
        </p>
        {tiles(dashboard)}
        {dashboard.unassigned.as_ref().map(|unassigned| unassigned_card(unassigned, dashboard, query))}
        <div class="grid-2">
            {cards.map(|(title, hint, movements)| card((title, hint), movements, (dashboard, query))).into_iter().collect_view()}
        </div>
    }
}

fn tiles(dashboard: &CustomerDashboard) -> impl IntoView + use<> {
    let consuming = count_tile(dashboard.consuming);
    let (largest, whole) = dashboard.concentration;
    let plain = |label: String, value: String, note: String| {
        view! {
            <article class="tile">
                <div class="tile__label">{label}</div>
                <div class="tile__value">{value}</div>
                <div class="tile__note">{note}</div>
            </article>
        }
    };
    let consuming_note = tr!(dashboard.before, value = consuming.before.clone());
    view! {
        <section class="tiles" aria-label=tr!(dashboard.tiles)>
            {plain(tr!(movement.customers), view_model::count(dashboard.customers), tr!(movement.customers_note))}
            {plain(tr!(movement.first_seen), view_model::count(dashboard.first_seen), tr!(movement.first_seen_note))}
            {plain(tr!(movement.newly_assigned), view_model::count(dashboard.newly_assigned), tr!(movement.newly_assigned_note))}
            {plain(tr!(dashboard.customers), consuming.short, consuming_note)}
            {plain(tr!(movement.concentration), share(largest, whole), tr!(movement.concentration_note, count = LISTED))}
        </section>
    }
}

/// The customers still to be assigned, with the way to do it.
fn unassigned_card(
    unassigned: &Movements,
    dashboard: &CustomerDashboard,
    query: &DashboardQuery,
) -> impl IntoView + use<> {
    let all = link("/sales/customers", &[("unassigned", "1".to_owned()), ("sort", "consumption".to_owned())]);
    view! {
        <section class="card">
            <div class="card__head">
                {heading(tr!(movement.unassigned), unassigned.count)}
                <span class="card__note">{tr!(movement.unassigned_hint)}</span>
                <div class="card__actions"><a class="btn btn--small" href=all>{tr!(assignments.assign_unassigned)}</a></div>
            </div>
            {list(tr!(movement.unassigned), unassigned, (dashboard, query))}
        </section>
    }
}

/// A title with how many there are.
fn heading(title: String, count: u64) -> impl IntoView {
    view! { <h2>{title} " " <span class="muted">{view_model::count(count)}</span></h2> }
}

fn card(
    (title, hint): (String, String),
    movements: &Movements,
    of: (&CustomerDashboard, &DashboardQuery),
) -> impl IntoView + use<> {
    view! {
        <section class="card">
            <div class="card__head">
                {heading(title.clone(), movements.count)}
                <span class="card__note">{hint}</span>
            </div>
            {list(title, movements, of)}
        </section>
    }
}

fn list(
    title: String,
    movements: &Movements,
    (dashboard, query): (&CustomerDashboard, &DashboardQuery),
) -> impl IntoView + use<> {
    if movements.listed.is_empty() {
        return view! { <p class="card__body muted">{tr!(movement.none)}</p> }.into_any();
    }
    let currency = dashboard.basis.currency.as_ref().map(ToString::to_string).unwrap_or_default();
    table(
        title,
        view! {
            <thead>
                <tr>
                    <th scope="col">{tr!(terms.customer)}</th>
                    <th scope="col" class="num">{tr!(movement.now)} " (" {currency.clone()} ")"</th>
                    <th scope="col" class="num">{tr!(movement.before)} " (" {currency} ")"</th>
                    <th scope="col" class="num">{tr!(groups.change)}</th>
                </tr>
            </thead>
            <tbody>{movements.listed.iter().map(|customer| row(customer, dashboard, query)).collect_view()}</tbody>
        },
    )
    .into_any()
}

fn row(customer: &CustomerMovement, dashboard: &CustomerDashboard, query: &DashboardQuery) -> impl IntoView + use<> {
    let CustomerMovement { id, name, account_id, now, before } = customer;
    let only = DashboardQuery {
        customer_id: id.to_string(),
        from: Some(dashboard.basis.range.to),
        to: Some(dashboard.basis.range.to),
        preset: None,
        currency: dashboard.basis.currency.clone(),
        ..query.clone()
    };
    let amount = |total: Total| view! { <td class="num" title=total.exact()>{total.short()}</td> };
    view! {
        <tr>
            <th scope="row">
                <a class="ellipsis" href=format!("/sales/customers/{id}") title=name.clone()>{name.clone()}</a>
                <span class="muted mono ellipsis ellipsis--short" title=account_id.clone()>" " {account_id.clone()}</span>
            </th>
            <td class="num" title=now.exact()><a href=lines_link(&only, &[])>{now.short()}</a></td>
            {amount(*before)}
            {amount(customer.change())}
        </tr>
    }
}
