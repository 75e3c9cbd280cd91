//! Assignments as a file: links to the exports, and an import that is looked at before it is written.

use domain::assignments::FileReport;
use leptos::prelude::*;

use super::moves::moves_table;
use crate::components::send_file::{FileTexts, SendFile, Sending, errors_table};
use crate::view_model::query;
use crate::{text, tr, view_model};

/// Where an import stands.
pub type AssignmentFile = Sending<FileReport>;

/// Links to the exports, in the reader's language.
#[component]
pub fn ExportLinks() -> impl IntoView {
    let href = |ending: &str| query::link(&format!("/assignments/export.{ending}"), &[("lang", text::language())]);
    view! {
        <a class="btn" href=href("csv") rel="external" download="">{tr!(assignments.export_csv)}</a>
        <a class="btn" href=href("xlsx") rel="external" download="">{tr!(assignments.export_xlsx)}</a>
    }
}

/// The import: choose a file, look what it does, write it.
#[component]
pub fn ImportFile(
    /// Where it stands. The page keeps it.
    state: RwSignal<AssignmentFile>,
    /// Called when something was written.
    on_done: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    Effect::new(move || {
        if state.with(|state| matches!(state, Sending::Report(report) if report.written)) {
            on_done();
        }
    });
    let texts = FileTexts {
        note: tr!(assignments.import_text),
        label: tr!(assignments.file),
        hint: tr!(assignments.file_hint),
        check: tr!(assignments.check),
    };
    view! {
        <section class="card">
            <div class="card__head"><h2>{tr!(assignments.import)}</h2></div>
            <SendFile
                id="assignment-file" to="/assignments/upload" accept=".csv,.xlsx,text/csv" texts state
                report=|report, ask| report_of(report, ask).into_any()
            />
        </section>
    }
}

fn report_of(report: FileReport, ask: Callback<String>) -> impl IntoView {
    let FileReport { written, error_count, customers, .. } = report;
    let all = (!written && error_count == 0 && customers > 0).then(|| {
        view! { <button class="btn btn--primary" type="button" on:click=move |_| ask.run(String::new())>{tr!(assignments.import_all)}</button> }
    });
    let good = (!written && error_count > 0 && customers > 0).then(|| {
        view! {
            <button class="btn btn--danger" type="button" on:click=move |_| ask.run("good_rows=1".to_owned())>
                {tr!(assignments.import_good)}
            </button>
        }
    });
    let (class, word) = match (written, error_count, customers) {
        (true, ..) => ("notice notice--ok", tr!(assignments.file_written)),
        (_, 1.., _) => {
            ("notice notice--error", tr!(assignments.file_errors, count = error_count, customers = report.left_out))
        }
        (_, 0, 0) => ("notice notice--info", tr!(assignments.file_same)),
        _ => ("notice notice--info", tr!(assignments.file_good)),
    };
    let moves = report.moves.clone();
    let errors = report.errors.clone();
    let count = view_model::count;
    view! {
        <div class="card__body stack">
            <div class=class role="status">{word}</div>
            <dl class="dl">
                <dt>{tr!(assignments.file_rows)}</dt><dd>{count(report.rows)}</dd>
                <dt>{tr!(assignments.file_customers)}</dt><dd>{count(customers)}</dd>
                <dt>{tr!(assignments.file_added)}</dt><dd>{count(report.added)}</dd>
                <dt>{tr!(assignments.file_changed)}</dt><dd>{count(report.changed)}</dd>
                <dt>{tr!(assignments.file_removed)}</dt><dd>{count(report.removed)}</dd>
                <dt>{tr!(assignments.file_unchanged)}</dt><dd>{count(report.unchanged)}</dd>
            </dl>
            <div class="row">{all} {good}</div>
            {(!moves.is_empty()).then(|| view! {
                <h3>{tr!(assignments.moves)}</h3>
                {moves_table(moves, report.month.map(|month| month.to_string()).unwrap_or_default())}
            })}
            {(!errors.is_empty()).then(|| view! {
                <h3>{tr!(assignments.errors)}</h3>
                {(error_count > errors.len() as u64).then(|| view! {
                    <p class="muted">{tr!(assignments.errors_listed, listed = errors.len(), count = error_count)}</p>
                })}
                {errors_table(errors, column)}
            })}
        </div>
    }
}

/// A column as the file's header calls it in the reader's language.
fn column(field: &str) -> String {
    match field {
        "customer_id" => tr!(assignments.column_customer),
        "manager" => tr!(assignments.column_manager),
        "from" => tr!(assignments.column_from),
        "until" => tr!(assignments.column_until),
        other => other.to_owned(),
    }
}
