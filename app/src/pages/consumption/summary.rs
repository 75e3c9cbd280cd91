//! Consumption by customer and bill month (销售 > 客户 > 客户消费 > 消费汇总).

mod rows;

use domain::assignments::Attribution;
use domain::consumption::summary::{Summary, SummaryBy, SummaryView};
use domain::consumption::{Basis, DashboardQuery};
use domain::customers::AssociationType;
use domain::saved_views::ViewPage;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::async_view::{AsyncView, Empty};
use crate::components::combo::{Combo, Source};
use crate::components::customer_list::ListFilter;
use crate::components::export_menu::ExportMenu;
use crate::components::figures::{as_of, month_states};
use crate::components::filters::{FilterForm, Shown};
use crate::components::pager::Pager;
use crate::components::presets::presets;
use crate::components::saved_views::SavedViews;
use crate::error::AppError;
use crate::functions::consumption::get_consumption_summary;
use crate::layout::PageHead;
use crate::router::files::Screen;
use crate::view_model::addresses::{changed, with_preset};
use crate::view_model::summary::{self, PATH};
use crate::{text, tr, view_model};

type Loaded = Resource<Result<(Summary, DashboardQuery), AppError>>;

/// `/sales/consumption/summary`.
pub struct SummaryPage {
    loaded: Loaded,
}

impl Screen for SummaryPage {
    fn data() -> Self {
        let params = use_query_map();
        let loaded = Resource::new_blocking(
            move || params.with(summary::asked),
            |asked| async move {
                let (query, view) = asked.map_err(AppError::refused)?;
                Ok((get_consumption_summary(query.clone(), view).await?, query))
            },
        );
        Self { loaded }
    }

    fn view(this: Self) -> AnyView {
        let params = use_query_map();
        view! {
            <PageHead
                title=tr!(nav.summary)
                above=vec![(tr!(nav.sales), None), (tr!(nav.consumption_group), None)]
                note=tr!(dashboard.no_settlement)
            >
                <SavedViews page=ViewPage::Summary/>
                <Transition>
                    {move || Suspend::new(async move {
                        let found = this.loaded.await.is_ok_and(|(summary, _)| !summary.page.items.is_empty());
                        found.then(|| view! { <ExportMenu view="summary"/> })
                    })}
                </Transition>
            </PageHead>
            <Tabs/>
            <section class="card">
                <Transition>
                    {move || {
                        let shown = Shown::new(params.get());
                        Suspend::new(async move { form(shown, this.loaded.await.ok().map(|(summary, _)| summary.basis)) })
                    }}
                </Transition>
            </section>
            <AsyncView resource=this.loaded view=|(summary, query)| content(summary, &query).into_any()/>
        }
        .into_any()
    }
}

/// All consumption, or refunds only; the filters stay.
#[component]
fn Tabs() -> impl IntoView {
    let params = use_query_map();
    let refunds = move || params.with(|params| params.get_str("refunds") == Some("1"));
    let tab = move |label: String, value: &'static str| {
        view! {
            <a
                href=move || params.with(|params| changed(PATH, params, &[("refunds", value.to_owned())]))
                aria-current=move || (refunds() != value.is_empty()).then_some("page")
            >
                {label}
            </a>
        }
    };
    view! {
        <nav class="tabs" aria-label=tr!(summary.tabs)>
            {tab(tr!(summary.all), "")}
            {tab(tr!(summary.refunds), "1")}
        </nav>
    }
}

/// A plain GET form, so that it works without WebAssembly too.
fn form(shown: Shown, basis: Option<Basis>) -> impl IntoView {
    let range = basis.as_ref().map(|basis| basis.range);
    let associations = AssociationType::ALL.iter().map(|kind| (kind.code(), text::association(*kind))).collect();
    let attributions = Attribution::ALL.iter().map(|kind| (kind.code(), text::attribution(*kind))).collect();
    let groups = SummaryBy::ALL.iter().map(|by| (by.code(), text::summary_by(*by))).collect();
    let sees_all = basis.as_ref().is_some_and(|basis| basis.sees_all);
    view! {
        <FilterForm shown action=PATH>
            {["range", "refunds", "sort", "ascending"].map(|name| shown.kept(name)).into_iter().collect_view()}
            {shown.month("from", tr!(dashboard.from), range.map(|range| range.from.to_string()))}
            {shown.month("to", tr!(dashboard.to), range.map(|range| range.to.to_string()))}
            <Combo name="manager" label=tr!(terms.account_manager) text=shown.value("manager") chosen=shown.value("manager_id")
                source=Source::Managers placeholder=tr!(dashboard.manager_hint)/>
            <Combo name="customer" label=tr!(terms.customer) text=shown.value("customer") chosen=shown.value("customer_id")
                source=Source::Customers placeholder=tr!(dashboard.customer_hint)/>
            <ListFilter shown path=PATH/>
            {shown.choice("association", tr!(terms.association), associations, true)}
            {sees_all.then(|| shown.choice("attribution", tr!(terms.attribution), attributions, false))}
            {basis.and_then(|basis| shown.currency(basis.currencies, basis.currency))}
            {shown.choice("by", tr!(summary.by), groups, false)}
            <div class="filters__actions">
                <button class="btn btn--primary" type="submit">{tr!(common.search)}</button>
                <a class="btn" href=PATH>{tr!(common.reset)}</a>
            </div>
        </FilterForm>
    }
}

fn content(summary: Summary, query: &DashboardQuery) -> impl IntoView + use<> {
    let params = use_query_map().get_untracked();
    let Summary { basis, view, page, whole, customers } = summary;
    let link = |preset: domain::consumption::preset::Preset| {
        let current = preset.months(basis.today) == (basis.range.from, basis.range.to);
        (with_preset(PATH, &params, preset), current)
    };
    let told = format!("{} – {}", basis.range.from, basis.range.to);
    let bar = view! {
        <div class="row row--apart">
            {presets(link)}
            <p class="muted">
                {told} " · " {month_states(&basis.status)} " · " {basis.zone.clone()} " · " {as_of(&basis.status)}
            </p>
        </div>
    };
    if page.items.is_empty() {
        let text = nothing(view);
        return view! { {bar} <Empty title=tr!(dashboard.nothing) text/> }.into_any();
    }
    let (number, pages, total) = (page.page, page.pages(), page.total);
    let counted = tr!(summary.counted, rows = view_model::count(total), customers = view_model::count(customers));
    view! {
        {bar}
        <section class="card">
            <div class="card__head">
                <h2>{text::summary_by(view.by)}</h2>
                <span class="card__note">{counted}</span>
            </div>
            {rows::table_of(page.items, &whole, (&basis, &view, query), &params)}
            <Pager page=number pages total/>
        </section>
    }
    .into_any()
}

fn nothing(view: SummaryView) -> String {
    if view.refunds { tr!(summary.no_refunds) } else { tr!(dashboard.nothing_text) }
}
