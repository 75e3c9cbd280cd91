//! Account managers by month (销售 > 运营看板 > 客户经理业绩): due, target, completion; and setting the targets.

mod board;
mod by_file;
mod sheet;

use domain::access::Permission;
use domain::assignments::Attribution;
use domain::consumption::Basis;
use domain::targets::{Sheet, TargetBoard, TargetReport};
use domain::teams::ManagerChoices;
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

use crate::components::async_view::AsyncView;
use crate::components::export_menu::ExportMenu;
use crate::components::filters::Shown;
use crate::components::people::{Choices, choices, several};
use crate::components::send_file::Sending;
use crate::error::AppError;
use crate::functions::targets::{get_target_sheet, list_targets};
use crate::layout::PageHead;
use crate::router::files::Screen;
use crate::router::{CurrentSession, may};
use crate::view_model::query::{self, SheetAsked, SheetTab};
use crate::view_model::targets::reset;
use crate::{text, tr};

/// What a tab shows.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Answer {
    Sheet(Box<Sheet>),
    Board(TargetBoard),
}

type Loaded = Resource<Result<(Answer, SheetAsked), AppError>>;

/// `/sales/dashboards/targets`.
pub struct TargetsPage {
    loaded: Loaded,
    choices: Choices,
}

impl Screen for TargetsPage {
    fn data() -> Self {
        let params = use_query_map();
        let loaded = Resource::new_blocking(
            move || params.with(query::sheet),
            |asked| async move {
                let asked = asked.map_err(AppError::refused)?;
                let query = asked.query.clone();
                let answer = match asked.tab {
                    SheetTab::Sheet => Answer::Sheet(Box::new(get_target_sheet(query).await?)),
                    SheetTab::Targets => Answer::Board(list_targets(query).await?),
                };
                Ok((answer, asked))
            },
        );
        Self { loaded, choices: choices() }
    }

    fn view(this: Self) -> AnyView {
        let loaded = this.loaded;
        let file = RwSignal::new(Sending::<TargetReport>::default());
        view! {
            <PageHead
                title=tr!(nav.targets)
                above=vec![(tr!(nav.sales), None), (tr!(nav.dashboards_group), None)]
                note=tr!(targets.note)
            >
                <Transition>
                    {move || Suspend::new(async move {
                        let sheet = loaded.await.is_ok_and(|(answer, _)| match answer {
                            Answer::Sheet(sheet) => !sheet.is_empty(),
                            // targets are files of their own, which can be imported again
                            Answer::Board(_) => false,
                        });
                        sheet.then(|| view! { <ExportMenu view="results"/> })
                    })}
                </Transition>
            </PageHead>
            <Tabs/>
            <Filters loaded choices=this.choices/>
            <AsyncView resource=loaded view=move |(answer, asked)| match answer {
                Answer::Sheet(sheet) => sheet::sheet(&sheet, &asked).into_any(),
                Answer::Board(board) => board::board(board, file, move || loaded.refetch()).into_any(),
            }/>
        }
        .into_any()
    }
}

/// The sheet, and for who may the setting of targets.
#[component]
fn Tabs() -> impl IntoView {
    let params = use_query_map();
    let CurrentSession(session) = expect_context();
    let label = |tab| match tab {
        SheetTab::Sheet => tr!(targets.sheet),
        SheetTab::Targets => tr!(targets.set_targets),
    };
    let tabs = move || {
        SheetTab::ALL.map(|tab| {
            // What cannot be read is told by the page; the tabs then lead to what is usual. Each has its own usual months.
            let asked = move || params.with(query::sheet).unwrap_or_default();
            let href = move || {
                SheetAsked { tab, query: domain::targets::SheetQuery { from: None, to: None, ..asked().query } }.link()
            };
            view! {
                <a href=href aria-current=move || (asked().tab == tab).then_some("page")>{label(tab)}</a>
            }
        })
    };
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let sets = session.await.ok().flatten().is_some_and(|session| session.may(Permission::ManageTargets));
                sets.then(|| view! { <nav class="tabs" aria-label=tr!(groups.tabs)>{tabs().into_iter().collect_view()}</nav> })
            })}
        </Transition>
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
                        let loaded = loaded.await.ok();
                        let choices = choices.await.ok();
                        match loaded {
                            Some((Answer::Board(board), asked)) => board_form(shown, &board, &asked).into_any(),
                            Some((Answer::Sheet(sheet), asked)) => {
                                sheet_form(shown, Some(sheet.basis), (&asked, choices)).into_any()
                            }
                            None => sheet_form(shown, None, (&SheetAsked::default(), choices)).into_any(),
                        }
                    })
                }}
            </Transition>
        </section>
    }
}

/// A plain GET form, so that it works without WebAssembly too.
fn sheet_form(
    shown: Shown,
    basis: Option<Basis>,
    (asked, choices): (&SheetAsked, Option<ManagerChoices>),
) -> impl IntoView + use<> {
    let range = basis.as_ref().map(|basis| basis.range);
    let sees_all = basis.as_ref().is_some_and(|basis| basis.sees_all);
    let attributions = Attribution::ALL.iter().map(|kind| (kind.code(), text::attribution(*kind))).collect();
    let reset = reset(asked);
    view! {
        <Form method="get" action=SheetAsked::PATH attr:class="filters">
            {shown.month("from", tr!(dashboard.from), range.map(|range| range.from.to_string()))}
            {shown.month("to", tr!(dashboard.to), range.map(|range| range.to.to_string()))}
            {several(shown, choices)}
            {sees_all.then(|| shown.choice("attribution", tr!(terms.attribution), attributions, false))}
            {basis.and_then(|basis| shown.currency(basis.currencies, basis.currency))}
            <div class="filters__actions">
                <button class="btn btn--primary" type="submit">{tr!(common.search)}</button>
                <a class="btn" href=reset>{tr!(common.reset)}</a>
            </div>
        </Form>
    }
}

/// Any currency can be written: a target may come before the first bill.
fn board_form(shown: Shown, board: &TargetBoard, asked: &SheetAsked) -> impl IntoView + use<> {
    let (range, currency, reset) = (board.range, board.currency.to_string(), reset(asked));
    let currencies = board.currencies.iter().map(ToString::to_string).collect::<Vec<_>>();
    view! {
        <Form method="get" action=SheetAsked::PATH attr:class="filters">
            <input type="hidden" name="tab" value=SheetTab::Targets.code()/>
            {shown.month("from", tr!(dashboard.from), Some(range.from.to_string()))}
            {shown.month("to", tr!(dashboard.to), Some(range.to.to_string()))}
            <div class="field">
                <label for="currency">{tr!(terms.currency)}</label>
                <input id="currency" name="currency" maxlength="12" value=currency list="currency-choices" autocomplete="off"/>
                <datalist id="currency-choices">
                    {currencies.into_iter().map(|code| view! { <option value=code></option> }).collect_view()}
                </datalist>
            </div>
            <div class="filters__actions">
                <button class="btn btn--primary" type="submit">{tr!(common.search)}</button>
                <a class="btn" href=reset>{tr!(common.reset)}</a>
            </div>
        </Form>
    }
}

/// Whether the signed-in member may set targets.
fn may_set() -> bool {
    may(Permission::ManageTargets)
}
