//! Targets as files: links to download them, and an import that is looked at before it is written.

use domain::targets::{TargetBoard, TargetChange, TargetReport};
use leptos::prelude::*;

use crate::components::send_file::{FileTexts, SendFile, Sending, errors_table};
use crate::components::table::table;
use crate::view_model::targets::{self as model, Downloads};
use crate::{text, tr, view_model};

/// Links to the targets of the months shown, and to a form for them.
pub fn download_links(board: &TargetBoard) -> impl IntoView + use<> {
    let Downloads { csv, xlsx, form } = model::downloads(board, &text::language());
    view! {
        <a class="btn" href=form rel="external" download="">{tr!(targets.form)}</a>
        <a class="btn" href=csv rel="external" download="">{tr!(assignments.export_csv)}</a>
        <a class="btn" href=xlsx rel="external" download="">{tr!(assignments.export_xlsx)}</a>
    }
}

/// The import: choose a file, look what it does, write it.
#[component]
pub fn ImportTargets(
    /// Where it stands. The page keeps it.
    state: RwSignal<Sending<TargetReport>>,
    /// Called when something was written.
    on_done: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    Effect::new(move |before: Option<bool>| {
        let written = state.with(|state| matches!(state, Sending::Report(report) if report.written));
        if written && before == Some(false) {
            on_done();
        }
        written
    });
    view! {
        <section class="card">
            <div class="card__head"><h2>{tr!(targets.import)}</h2></div>
            <SendFile
                id="target-file"
                to="/targets/upload"
                accept=".csv,.xlsx,text/csv"
                texts=FileTexts {
                    note: tr!(targets.import_text),
                    label: tr!(assignments.file),
                    hint: tr!(targets.file_hint),
                    check: tr!(assignments.check),
                }
                state
                report=|report, ask| report_of(report, ask).into_any()
            />
        </section>
    }
}

fn report_of(report: TargetReport, ask: Callback<String>) -> impl IntoView {
    let (seen, changing) = (report.seen, report.changing());
    let TargetReport { written, error_count, .. } = report;
    let all = (!written && error_count == 0 && changing > 0).then(|| {
        view! {
            <button class="btn btn--primary" type="button" on:click=move |_| ask.run(format!("seen={seen}"))>
                {tr!(assignments.import_all)}
            </button>
        }
    });
    let good = (!written && error_count > 0 && changing > 0).then(|| {
        view! {
            <button class="btn btn--danger" type="button" on:click=move |_| ask.run(format!("good_rows=1&seen={seen}"))>
                {tr!(assignments.import_good)}
            </button>
        }
    });
    let (class, word) = match (written, error_count, changing) {
        (true, ..) => ("notice notice--ok", tr!(assignments.file_written)),
        (_, 1.., _) => ("notice notice--error", tr!(targets.file_errors, count = error_count, rows = report.left_out)),
        (_, 0, 0) => ("notice notice--info", tr!(targets.file_same)),
        _ => ("notice notice--info", tr!(assignments.file_good)),
    };
    let (changes, errors) = (report.changes.clone(), report.errors.clone());
    let count = view_model::count;
    view! {
        <div class="card__body stack">
            <div class=class role="status">{word}</div>
            <dl class="dl">
                <dt>{tr!(assignments.file_rows)}</dt><dd>{count(report.rows)}</dd>
                <dt>{tr!(targets.added)}</dt><dd>{count(report.added)}</dd>
                <dt>{tr!(targets.changed)}</dt><dd>{count(report.changed)}</dd>
                <dt>{tr!(targets.removed)}</dt><dd>{count(report.removed)}</dd>
                <dt>{tr!(targets.unchanged)}</dt><dd>{count(report.unchanged)}</dd>
            </dl>
            <div class="row">{all} {good}</div>
            {(!errors.is_empty()).then(|| view! {
                <h3>{tr!(assignments.errors)}</h3>
                {(error_count > errors.len() as u64).then(|| view! {
                    <p class="muted">{tr!(assignments.errors_listed, listed = errors.len(), count = error_count)}</p>
                })}
                {errors_table(errors, column)}
            })}
            {(!changes.is_empty()).then(|| view! {
                <h3>{tr!(targets.changes)}</h3>
                {(changing > changes.len() as u64).then(|| view! {
                    <p class="muted">{tr!(targets.changes_listed, listed = changes.len(), count = changing)}</p>
                })}
                {changes_table(changes)}
            })}
        </div>
    }
}

fn changes_table(changes: Vec<TargetChange>) -> impl IntoView {
    table(
        tr!(targets.changes),
        view! {
            <thead>
                <tr>
                    <th scope="col" class="num">{tr!(imports.row)}</th>
                    <th scope="col">{tr!(terms.account_manager)}</th>
                    <th scope="col">{tr!(imports.month)}</th>
                    <th scope="col">{tr!(terms.currency)}</th>
                    <th scope="col" class="num">{tr!(targets.target)}</th>
                </tr>
            </thead>
            <tbody>
                {changes.into_iter().map(|change| view! {
                    <tr>
                        <td class="num">{change.row.to_string()}</td>
                        <td>{change.manager.name.clone()} " (" {change.manager.login.clone()} ")"</td>
                        <td>{change.month.to_string()}</td>
                        <td>{change.currency.to_string()}</td>
                        <td class="num">{model::change(&change)}</td>
                    </tr>
                }).collect_view()}
            </tbody>
        },
    )
}

/// A column as the file's header calls it in the reader's language.
fn column(field: &str) -> String {
    match field {
        "manager" => tr!(assignments.column_manager),
        "month" => tr!(imports.month),
        "currency" => tr!(terms.currency),
        "amount" => tr!(targets.column_amount),
        other => other.to_owned(),
    }
}
