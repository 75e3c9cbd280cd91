//! The tab 目标设置: the targets of account managers, month by month, to be set one by one or by file.

use domain::money::Currency;
use domain::periods::Month;
use domain::targets::{TargetBoard, TargetEntry, TargetReport, TargetRow};
use leptos::form::ActionForm;
use leptos::html;
use leptos::prelude::*;

use super::by_file::{ImportTargets, download_links};
use crate::components::async_view::Empty;
use crate::components::icon::Icon;
use crate::components::send_file::Sending;
use crate::components::table::wide_table;
use crate::functions::targets::SetTarget;
use crate::view_model::targets::amount;
use crate::{text, tr, view_model};

/// The target that is being set.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Chosen {
    manager: String,
    name: String,
    month: Month,
    currency: Currency,
    entry: TargetEntry,
}

/// The board: a table of targets, the dialog that sets one, and the files.
pub fn board(
    board: TargetBoard,
    file: RwSignal<Sending<TargetReport>>,
    changed: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<Chosen>);
    let links = download_links(&board);
    let note = format!("{} · {}", tr!(terms.due), board.currency);
    let content = if board.rows.is_empty() {
        view! { <Empty title=tr!(assignments.no_managers) text=tr!(assignments.no_managers_text)/> }.into_any()
    } else {
        target_table(board, chosen).into_any()
    };
    view! {
        <section class="card">
            <div class="card__head">
                <h2>{tr!(targets.set_targets)}</h2>
                <span class="card__note">{note}</span>
                <div class="card__actions">{links}</div>
            </div>
            {content}
            <p class="card__foot muted">{tr!(targets.closed_stay)}</p>
        </section>
        <SetDialog chosen on_done=changed/>
        <ImportTargets state=file on_done=changed/>
    }
}

fn target_table(board: TargetBoard, chosen: RwSignal<Option<Chosen>>) -> impl IntoView {
    let TargetBoard { months, currency, rows, .. } = board;
    let heads = months.iter().map(|(month, closed)| {
        view! {
            <th scope="col" class="num">
                {month.to_string()}
                {closed.then(|| view! { <span class="cell-note">{tr!(terms.month_closed)}</span> })}
            </th>
        }
    });
    wide_table(
        tr!(targets.set_targets),
        view! {
            <thead><tr><th scope="col">{tr!(terms.account_manager)}</th> {heads.collect_view()}</tr></thead>
            <tbody>
                {rows.into_iter().map(|row| target_row(row, (&months, &currency), chosen)).collect_view()}
            </tbody>
        },
    )
}

fn target_row(
    row: TargetRow,
    (months, currency): (&[(Month, bool)], &Currency),
    chosen: RwSignal<Option<Chosen>>,
) -> impl IntoView + use<> {
    let TargetRow { manager, settable, entries } = row;
    let cells = months.iter().zip(entries).map(|((month, closed), entry)| {
        // Of who left, a target can still be taken away.
        if *closed || !settable && entry.amount.is_none() {
            return view! { <td class="num">{amount(entry.amount)}</td> }.into_any();
        }
        let shown = amount(entry.amount);
        let label = tr!(targets.set_one, name = manager.name.clone(), month = month.to_string(), amount = shown.clone());
        let one = Chosen {
            manager: manager.id.to_string(),
            name: manager.name.clone(),
            month: *month,
            currency: currency.clone(),
            entry,
        };
        view! {
            <td class="num">
                <button class="btn btn--ghost btn--small" type="button" aria-label=label on:click=move |_| chosen.set(Some(one.clone()))>
                    {shown} <Icon name="pencil"/>
                </button>
            </td>
        }
        .into_any()
    });
    view! {
        <tr>
            <th scope="row">
                <span class="ellipsis" title=manager.name.clone()>{manager.name.clone()}</span>
                <span class="muted cell-note ellipsis">{manager.login.clone()}</span>
            </th>
            {cells.collect_view()}
        </tr>
    }
}

/// The dialog that sets the chosen target. It closes when it was written, and stays with the reason when it was not.
#[component]
fn SetDialog(
    /// What is being set; none while the dialog is closed.
    chosen: RwSignal<Option<Chosen>>,
    /// Called when something was written.
    on_done: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let action = ServerAction::<SetTarget>::new();
    let value = action.value();
    Effect::new(move || {
        if let Some(element) = dialog.get() {
            if chosen.with(Option::is_some) {
                value.set(None);
                let _ = element.show_modal();
            } else {
                element.close();
            }
        }
    });
    Effect::new(move || {
        if matches!(value.get(), Some(Ok(()))) {
            chosen.set(None);
            on_done();
        }
    });
    let failed = move || {
        value.get().and_then(Result::err).map(|error| {
            view! { <div class="notice notice--error" role="alert">{text::error(&error)}</div> }
        })
    };
    view! {
        <dialog class="dialog" node_ref=dialog aria-label=tr!(targets.set) on:close=move |_| chosen.set(None)>
            <div class="dialog__head">
                <h2>{tr!(targets.set)}</h2>
                <button class="btn btn--ghost btn--icon" type="button" aria-label=tr!(common.close) on:click=move |_| chosen.set(None)>
                    <Icon name="x"/>
                </button>
            </div>
            {move || chosen.get().map(|one| view! {
                <ActionForm action>
                    <div class="dialog__body stack">
                        {failed}
                        {fields(&one)}
                    </div>
                    <div class="dialog__foot">
                        <button class="btn btn--primary" type="submit" disabled=move || action.pending().get()>{tr!(targets.save)}</button>
                    </div>
                </ActionForm>
            })}
        </dialog>
    }
}

fn fields(one: &Chosen) -> impl IntoView + use<> {
    let Chosen { manager, name, month, currency, entry } = one.clone();
    let what = format!("{name} · {month} · {currency} · {}", tr!(terms.due));
    let before = entry.amount.map(|amount| amount.to_string()).unwrap_or_default();
    let last = (!entry.at.is_empty())
        .then(|| tr!(targets.last_changed, by = entry.by.clone(), at = view_model::instant(&entry.at)));
    view! {
        <p>{what}</p>
        <div class="field">
            <label for="amount">{tr!(targets.target)}</label>
            <input id="amount" name="amount" inputmode="decimal" autocomplete="off" maxlength="24" autofocus value=before/>
            <p class="field__hint">{tr!(targets.amount_hint)}</p>
        </div>
        {last.map(|last| view! { <p class="muted">{last}</p> })}
        <input type="hidden" name="manager" value=manager/>
        <input type="hidden" name="month" value=month.to_string()/>
        <input type="hidden" name="currency" value=currency.to_string()/>
        <input type="hidden" name="seen" value=entry.version.to_string()/>
    }
}
