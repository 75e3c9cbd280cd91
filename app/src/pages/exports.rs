//! The records of exports (销售 > 客户 > 客户消费 > 导出记录): what is written in the background, and its files.

use std::time::Duration;

use domain::exports::{ExportRecord, ExportState, KEPT_DAYS};
use domain::paging::Page;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::async_view::{AsyncView, Empty, Outcome};
use crate::components::dialog::DialogButton;
use crate::components::pager::Pager;
use crate::components::table::table;
use crate::error::AppError;
use crate::functions::exports::{DeleteExport, list_exports};
use crate::layout::PageHead;
use crate::router::files::Screen;
use crate::view_model::query;
use crate::{text, tr, view_model};

/// While an export waits or runs, the records are asked for this often.
const POLL: Duration = Duration::from_secs(1);

type Records = Resource<Result<Page<ExportRecord>, AppError>>;

/// `/sales/consumption/exports`.
pub struct ExportsPage {
    records: Records,
}

impl Screen for ExportsPage {
    fn data() -> Self {
        let params = use_query_map();
        let records = Resource::new_blocking(
            move || params.with(query::page),
            |page| async move { list_exports(page.map_err(AppError::refused)?).await },
        );
        Self { records }
    }

    fn view(this: Self) -> AnyView {
        let records = this.records;
        let delete = ServerAction::<DeleteExport>::new();
        Effect::new(move || {
            if delete.version().get() > 0 {
                records.refetch();
            }
        });
        Effect::new(move || {
            let found = records.get().and_then(Result::ok);
            if found.is_some_and(|page| page.items.iter().any(|record| record.state.is_pending())) {
                ask_again(records);
            }
        });
        view! {
            <PageHead
                title=tr!(nav.exports)
                above=vec![(tr!(nav.sales), None), (tr!(nav.consumption_group), None)]
                note=tr!(exports.note, days = KEPT_DAYS)
            />
            {came_from()}
            <Outcome value=delete.value().into() done=tr!(exports.deleted)/>
            <section class="card">
                <AsyncView resource=records view=move |page| list(page, delete).into_any()/>
            </section>
        }
        .into_any()
    }
}

/// Asks again after a while; not while a question is open, which would go with its row.
fn ask_again(records: Records) {
    set_timeout(
        move || {
            if document().query_selector("dialog[open]").ok().flatten().is_some() {
                ask_again(records);
            } else {
                records.refetch();
            }
        },
        POLL,
    );
}

/// What became of the export that led here.
fn came_from() -> impl IntoView {
    let params = use_query_map();
    let (started, refused) = params.with_untracked(|params| (params.get("started").is_some(), params.get("refused")));
    view! {
        {started.then(|| view! { <div class="notice notice--ok" role="status">{tr!(exports.started)}</div> })}
        {refused.map(|code| view! { <div class="notice notice--error" role="alert">{text::export_failure(&code)}</div> })}
    }
}

fn list(page: Page<ExportRecord>, delete: ServerAction<DeleteExport>) -> impl IntoView {
    if page.items.is_empty() {
        return view! { <Empty title=tr!(exports.nothing) text=tr!(exports.nothing_text)/> }.into_any();
    }
    let (number, pages, total) = (page.page, page.pages(), page.total);
    view! {
        {table(tr!(nav.exports), view! {
            <thead>
                <tr>
                    <th scope="col">{tr!(exports.content)}</th>
                    <th scope="col">{tr!(exports.conditions)}</th>
                    <th scope="col">{tr!(common.state)}</th>
                    <th scope="col" class="num">{tr!(exports.rows)}</th>
                    <th scope="col" class="num">{tr!(exports.size)}</th>
                    <th scope="col" class="num">{tr!(exports.version)}</th>
                    <th scope="col">{tr!(exports.created_at)}</th>
                    <th scope="col">{tr!(exports.expires_at)}</th>
                    <th scope="col">{tr!(common.actions)}</th>
                </tr>
            </thead>
            <tbody>{page.items.into_iter().map(|record| row(record, delete)).collect_view()}</tbody>
        })}
        <Pager page=number pages total/>
    }
    .into_any()
}

fn row(record: ExportRecord, delete: ServerAction<DeleteExport>) -> impl IntoView {
    let name = format!("{} · {}", text::export_view(record.view), text::export_format(record.format));
    let failure = (record.state == ExportState::Failed).then(|| text::export_failure(&record.error));
    let at = |at: &Option<String>| at.as_deref().map_or_else(|| "–".to_owned(), view_model::instant);
    let file = format!("/exports/files/{}", record.id);
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td><span class="ellipsis" title=record.filters.clone()>{record.filters.clone()}</span></td>
            <td>
                <span class=state_class(record.state)>{text::export_state(record.state)}</span>
                {failure.map(|failure| view! { " " <span class="muted">{failure}</span> })}
            </td>
            <td class="num">{view_model::count(record.rows)}</td>
            <td class="num">{view_model::exports::size(record.bytes)}</td>
            <td class="num">{record.version.map_or_else(|| "–".to_owned(), |version| version.to_string())}</td>
            <td>{view_model::instant(&record.created_at)}</td>
            <td>{at(&record.expires_at)}</td>
            <td>
                <div class="row">
                    {(record.state == ExportState::Finished).then(|| view! {
                        <a class="btn btn--small" href=file rel="external">{tr!(exports.download)}</a>
                    })}
                    {remove(&record, delete)}
                </div>
            </td>
        </tr>
    }
}

/// Deletes a record with its file, or cancels it, after asking once.
fn remove(record: &ExportRecord, delete: ServerAction<DeleteExport>) -> impl IntoView + use<> {
    let (label, question) = if record.state.is_pending() {
        (tr!(exports.cancel), tr!(exports.cancel_text))
    } else {
        (tr!(exports.delete), tr!(exports.delete_text))
    };
    let id = StoredValue::new(record.id.to_string());
    let texts = StoredValue::new((label.clone(), question));
    let done = Signal::derive(move || delete.value().get().is_some());
    view! {
        <DialogButton label=label.clone() class="btn btn--small" title=label done>
            <ActionForm action=delete>
                <div class="dialog__body"><p>{texts.with_value(|(_, question)| question.clone())}</p></div>
                <div class="dialog__foot">
                    <input type="hidden" name="id" value=id.get_value()/>
                    <button class="btn btn--danger" type="submit" disabled=move || delete.pending().get()>
                        {texts.with_value(|(label, _)| label.clone())}
                    </button>
                </div>
            </ActionForm>
        </DialogButton>
    }
}

fn state_class(state: ExportState) -> &'static str {
    match state {
        ExportState::Finished => "badge badge--ok",
        ExportState::Waiting | ExportState::Running => "badge badge--info",
        ExportState::Failed => "badge badge--error",
        ExportState::Expired => "badge badge--neutral",
    }
}
