//! Upload and history of bill files (销售 > 客户 > 客户消费 > 账单导入).

use domain::access::Permission;
use domain::imports::{DeliveryState, DeliverySummary, VersionState};
use domain::paging::Page;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::mappings::{self, Mappings, SavedMappings};
use super::upload::UploadForm;
use crate::components::async_view::{AsyncView, Empty};
use crate::components::pager::Pager;
use crate::components::table::table;
use crate::error::AppError;
use crate::functions::imports::list_deliveries;
use crate::layout::PageHead;
use crate::router::CurrentSession;
use crate::router::files::Screen;
use crate::view_model::query;
use crate::{text, tr, view_model};

/// `/sales/consumption/imports`.
pub struct ImportsPage {
    deliveries: Resource<Result<Page<DeliverySummary>, AppError>>,
    mappings: Mappings,
}

impl Screen for ImportsPage {
    fn data() -> Self {
        let params = use_query_map();
        let deliveries = Resource::new_blocking(
            move || params.with(query::page),
            |page| async move { list_deliveries(page.map_err(AppError::refused)?).await },
        );
        Self { deliveries, mappings: mappings::load() }
    }

    fn view(this: Self) -> AnyView {
        let CurrentSession(session) = expect_context();
        view! {
            <PageHead
                title=tr!(nav.imports)
                above=vec![(tr!(nav.sales), None), (tr!(nav.consumption_group), None)]
                note=tr!(imports.note)
            />
            <Transition>
                {move || Suspend::new(async move {
                    let may_import = session.await.ok().flatten().is_some_and(|session| session.may(Permission::ImportBills));
                    may_import.then(|| view! { <UploadForm/> })
                })}
            </Transition>
            <section class="card">
                <div class="card__head"><h2>{tr!(imports.history)}</h2></div>
                <AsyncView resource=this.deliveries view=|page| history(page).into_any()/>
            </section>
            <SavedMappings mappings=this.mappings/>
        }
        .into_any()
    }
}

fn history(page: Page<DeliverySummary>) -> impl IntoView {
    if page.items.is_empty() {
        return view! { <Empty title=tr!(imports.nothing) text=tr!(imports.nothing_text)/> }.into_any();
    }
    let (number, pages, total) = (page.page, page.pages(), page.total);
    view! {
        {table(tr!(imports.history), view! {
            <thead>
                <tr>
                    <th scope="col">{tr!(imports.file)}</th>
                    <th scope="col">{tr!(common.state)}</th>
                    <th scope="col">{tr!(imports.by)}</th>
                    <th scope="col">{tr!(imports.at)}</th>
                    <th scope="col" class="num">{tr!(imports.rows_read)}</th>
                    <th scope="col" class="num">{tr!(imports.rows_rejected)}</th>
                    <th scope="col" class="num">{tr!(imports.billed)}</th>
                    <th scope="col">{tr!(imports.versions)}</th>
                </tr>
            </thead>
            <tbody>{page.items.into_iter().map(row).collect_view()}</tbody>
        })}
        <Pager page=number pages total/>
    }
    .into_any()
}

fn row(delivery: DeliverySummary) -> impl IntoView {
    let rejected: u64 = delivery.reports.iter().map(|report| report.rows.rejected).sum();
    let billed = view_model::imports::billed(&delivery.reports);
    let mut versions: Vec<String> = delivery
        .reports
        .iter()
        .flat_map(|report| {
            report.versions.iter().map(|version| format!("{} {}", version.month, text::version_state(version.state)))
        })
        .collect();
    let more = versions.len().saturating_sub(2);
    versions.truncate(2);
    if more > 0 {
        versions.push(format!("+{more}"));
    }
    view! {
        <tr>
            <th scope="row">
                <a class="ellipsis" href=format!("/sales/consumption/imports/{}", delivery.id)>{delivery.files.join(", ")}</a>
            </th>
            <td>{state_badge(&delivery)}</td>
            <td>{importer(&delivery.by)}</td>
            <td>{view_model::instant(&delivery.at)}</td>
            <td class="num">{view_model::count(delivery.rows_read)}</td>
            <td class="num">{view_model::count(rejected)}</td>
            <td class="num">{billed}</td>
            <td>{versions.join(", ")}</td>
        </tr>
    }
}

/// Who imported; the command line has no name.
pub fn importer(name: &str) -> String {
    if name.is_empty() { tr!(imports.command_line) } else { name.to_owned() }
}

/// Whether a version of it waits for a confirmation.
pub fn is_held(delivery: &DeliverySummary) -> bool {
    delivery.reports.iter().flat_map(|report| &report.versions).any(|version| version.state == VersionState::Held)
}

/// A delivery's state; what waits for a confirmation is not done.
pub fn state_badge(delivery: &DeliverySummary) -> impl IntoView + use<> {
    if delivery.state == DeliveryState::Finished && is_held(delivery) {
        return view! { <span class="badge badge--warn">{text::version_state(VersionState::Held)}</span> };
    }
    view! { <span class=state_class(delivery.state)>{text::delivery_state(delivery.state)}</span> }
}

fn state_class(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Finished => "badge badge--ok",
        DeliveryState::Waiting | DeliveryState::Running => "badge badge--info",
        DeliveryState::Mapping => "badge badge--warn",
        DeliveryState::Refused | DeliveryState::Interrupted => "badge badge--error",
        DeliveryState::Withdrawn => "badge badge--neutral",
    }
}
