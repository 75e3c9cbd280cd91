//! The consumption dashboard (销售 > 运营看板 > 消费看板): tabs, filters, and what the figures stand on.

mod groups;
mod overview;

use domain::access::Permission;
use domain::assignments::Attribution;
use domain::consumption::groups::Groups;
use domain::consumption::preset::Preset;
use domain::consumption::{Basis, Dashboard};
use domain::customers::AssociationType;
use domain::saved_views::ViewPage;
use domain::teams::ManagerChoices;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

use crate::components::async_view::{AsyncView, Empty};
use crate::components::combo::{Combo, Source};
use crate::components::customer_list::ListFilter;
use crate::components::export_menu::ExportMenu;
use crate::components::figures::{as_of, month_states};
use crate::components::filters::{FilterForm, Shown};
use crate::components::people::{Choices, choices, several};
use crate::components::presets::presets;
use crate::components::saved_views::SavedViews;
use crate::error::AppError;
use crate::functions::consumption::{get_consumption_groups, get_dashboard};
use crate::layout::PageHead;
use crate::router::files::Screen;
use crate::router::may;
use crate::view_model::consumption::with_preset;
use crate::view_model::query::{self, Asked, Tab};
use crate::{text, tr};

/// What a tab shows.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Answer {
    Overview(Dashboard),
    Groups(Groups),
}

impl Answer {
    fn basis(&self) -> &Basis {
        match self {
            Self::Overview(dashboard) => &dashboard.basis,
            Self::Groups(groups) => &groups.basis,
        }
    }
}

type Loaded = Resource<Result<(Answer, Asked), AppError>>;

/// `/sales/dashboards/consumption`.
pub struct DashboardPage {
    loaded: Loaded,
    choices: Choices,
}

impl Screen for DashboardPage {
    fn data() -> Self {
        let params = use_query_map();
        let loaded = Resource::new_blocking(
            move || params.with(query::dashboard),
            |asked| async move {
                let asked = asked.map_err(AppError::refused)?;
                let query = asked.query.clone();
                let answer = match asked.tab {
                    Tab::Overview => Answer::Overview(get_dashboard(query).await?),
                    Tab::Trend | Tab::Distribution => {
                        Answer::Groups(get_consumption_groups(query, asked.grouping).await?)
                    }
                };
                Ok((answer, asked))
            },
        );
        Self { loaded, choices: choices() }
    }

    fn view(this: Self) -> AnyView {
        view! {
            <PageHead
                title=tr!(nav.dashboard)
                above=vec![(tr!(nav.sales), None), (tr!(nav.dashboards_group), None)]
                note=tr!(dashboard.no_settlement)
            >
                <SavedViews page=ViewPage::Dashboard/>
                <Transition>
                    {move || Suspend::new(async move {
                        let found = this.loaded.await.is_ok_and(|(answer, _)| !answer.basis().is_empty());
                        found.then(|| view! { <ExportMenu view="dashboard"/> })
                    })}
                </Transition>
            </PageHead>
            <Tabs/>
            <Filters loaded=this.loaded choices=this.choices/>
            <AsyncView resource=this.loaded view=|(answer, asked)| content(&answer, &asked).into_any()/>
        }
        .into_any()
    }
}

/// The tabs keep the filters.
#[component]
fn Tabs() -> impl IntoView {
    let params = use_query_map();
    let label = |tab| match tab {
        Tab::Overview => tr!(groups.overview),
        Tab::Trend => tr!(groups.trend),
        Tab::Distribution => tr!(groups.distribution),
    };
    view! {
        <nav class="tabs" aria-label=tr!(groups.tabs)>
            {Tab::ALL.map(|tab| {
                // What cannot be read is told by the page; the tabs then lead to what is usual.
                let asked = move || params.with(query::dashboard).unwrap_or_default();
                view! {
                    <a href=move || Asked { tab, ..asked() }.link() aria-current=move || (asked().tab == tab).then_some("page")>
                        {label(tab)}
                    </a>
                }
            }).into_iter().collect_view()}
        </nav>
    }
}

/// The filters, with what is shown standing in them.
#[component]
fn Filters(loaded: Loaded, choices: Choices) -> impl IntoView {
    let params = use_query_map();
    view! {
        <section class="card">
            <Transition>
                {move || {
                    let shown = Shown::new(params.get());
                    Suspend::new(async move {
                        let loaded = loaded.await.ok().map(|(answer, asked)| (answer.basis().clone(), asked));
                        form(shown, loaded, choices.await.ok())
                    })
                }}
            </Transition>
        </section>
    }
}

/// A plain GET form, so that it works without WebAssembly too. Currency and attribution are offered only where there is a
/// choice.
fn form(shown: Shown, loaded: Option<(Basis, Asked)>, choices: Option<ManagerChoices>) -> impl IntoView {
    let (basis, asked) = loaded.unzip();
    let range = basis.as_ref().map(|basis| basis.range);
    let associations = AssociationType::ALL.iter().map(|kind| (kind.code(), text::association(*kind))).collect();
    let attributions = Attribution::ALL.iter().map(|kind| (kind.code(), text::attribution(*kind))).collect();
    let sees_all = basis.as_ref().is_some_and(|basis| basis.sees_all);
    let asked = asked.unwrap_or_default();
    view! {
        <FilterForm shown action="/sales/dashboards/consumption">
            {shown.kept("range")}
            {(asked.tab != Tab::Overview).then(|| view! { <input type="hidden" name="tab" value=asked.tab.code()/> })}
            {shown.month("from", tr!(dashboard.from), range.map(|range| range.from.to_string()))}
            {shown.month("to", tr!(dashboard.to), range.map(|range| range.to.to_string()))}
            <Combo name="manager" label=tr!(terms.account_manager) text=shown.value("manager") chosen=shown.value("manager_id")
                source=Source::Managers placeholder=tr!(dashboard.manager_hint)/>
            {several(shown, choices)}
            <Combo name="customer" label=tr!(terms.customer) text=shown.value("customer") chosen=shown.value("customer_id")
                source=Source::Customers placeholder=tr!(dashboard.customer_hint)/>
            <ListFilter shown path="/sales/dashboards/consumption"/>
            {shown.choice("association", tr!(terms.association), associations, true)}
            {sees_all.then(|| shown.choice("attribution", tr!(terms.attribution), attributions, false))}
            {basis.and_then(|basis| shown.currency(basis.currencies, basis.currency))}
            {(asked.tab != Tab::Overview).then(|| groups::fields(shown, sees_all))}
            <div class="filters__actions">
                <button class="btn btn--primary" type="submit">{tr!(common.search)}</button>
                <a class="btn" href=Asked { tab: asked.tab, ..Asked::default() }.link()>{tr!(common.reset)}</a>
            </div>
        </FilterForm>
    }
}

fn content(answer: &Answer, asked: &Asked) -> impl IntoView + use<> {
    let basis = answer.basis();
    // A currency without lines in the range is shown as nothing, not as figures of zero.
    let figures = match answer {
        _ if basis.is_empty() => empty(basis).into_any(),
        Answer::Overview(dashboard) => overview::overview(dashboard, &asked.query).into_any(),
        Answer::Groups(groups) if asked.tab == Tab::Trend => groups::trend(groups, asked).into_any(),
        Answer::Groups(groups) => groups::distribution(groups, &asked.query).into_any(),
    };
    view! { {range_bar(basis, asked)} {figures} }
}

fn empty(basis: &Basis) -> impl IntoView + use<> {
    if basis.status.as_of.is_some() {
        view! { <Empty title=tr!(dashboard.nothing) text=tr!(dashboard.nothing_text)/> }.into_any()
    } else {
        view! {
            <Empty title=tr!(dashboard.no_bills) text=tr!(dashboard.no_bills_text)>
                {may(Permission::ImportBills).then(|| view! {
                    <a class="btn btn--primary" href="/sales/consumption/imports">{tr!(nav.imports)}</a>
                })}
            </Empty>
        }
        .into_any()
    }
}

/// Presets of the range, and what the figures stand on.
fn range_bar(basis: &Basis, asked: &Asked) -> impl IntoView + use<> {
    let link = |preset: Preset| {
        let current = preset.months(basis.today) == (basis.range.from, basis.range.to);
        (asked.with(with_preset(&asked.query, preset)).link(), current)
    };
    view! {
        <div class="row row--apart">
            {presets(link)}
            <p class="muted">
                {format!("{} – {}", basis.range.from, basis.range.to)} " · "
                {month_states(&basis.status)} " · " {basis.zone.clone()} " · " {as_of(&basis.status)}
            </p>
        </div>
    }
}
