//! One delivery: its progress, its report, what is held, and the way back.

use domain::access::Permission;
use domain::ids::DeliveryId;
use domain::imports::{DeliveryState, DeliverySummary, HeldVersion, ImportReport};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::list::{importer, is_held, state_badge};
use crate::components::async_view::{AsyncView, Outcome};
use crate::components::dialog::DialogButton;
use crate::components::table::table;
use crate::error::AppError;
use crate::functions::imports::{ConfirmDelivery, WithdrawDelivery, get_delivery, list_held_versions};
use crate::layout::PageHead;
use crate::router::files::Screen;
use crate::router::may;
use crate::{text, tr, view_model};

/// While an import runs, its progress is asked for this often.
const POLL: std::time::Duration = std::time::Duration::from_millis(700);

type Loaded = (DeliverySummary, Vec<HeldVersion>);

/// `/sales/consumption/imports/{id}`.
pub struct ImportPage {
    delivery: Resource<Result<Loaded, AppError>>,
}

#[derive(Clone, Copy)]
struct Actions {
    confirm: ServerAction<ConfirmDelivery>,
    withdraw: ServerAction<WithdrawDelivery>,
}

impl Screen for ImportPage {
    fn data() -> Self {
        let params = use_params_map();
        let delivery = Resource::new_blocking(
            move || params.with(|params| params.get("id").unwrap_or_default()),
            |id| async move {
                let id = DeliveryId::new(id);
                let delivery = get_delivery(id.clone()).await?;
                let held = if is_held(&delivery) { list_held_versions(id).await? } else { Vec::new() };
                Ok((delivery, held))
            },
        );
        Self { delivery }
    }

    fn view(this: Self) -> AnyView {
        let delivery = this.delivery;
        let actions = Actions { confirm: ServerAction::new(), withdraw: ServerAction::new() };
        Effect::new(move || {
            if actions.confirm.version().get() + actions.withdraw.version().get() > 0 {
                delivery.refetch();
            }
        });
        Effect::new(move || {
            let busy = delivery.get().and_then(Result::ok).is_some_and(|(delivery, _)| is_busy(delivery.state));
            if busy {
                set_timeout(move || delivery.refetch(), POLL);
            }
        });
        view! {
            <PageHead
                title=tr!(imports.delivery)
                above=vec![(tr!(nav.sales), None), (tr!(nav.imports), Some("/sales/consumption/imports"))]
            />
            <Outcome value=actions.confirm.value().into() done=tr!(imports.confirmed)/>
            <Outcome value=actions.withdraw.value().into() done=tr!(imports.withdrawn)/>
            <AsyncView resource=delivery view=move |(delivery, held)| view! {
                {head(&delivery, actions)}
                {(!held.is_empty()).then(|| held_versions(held, &delivery.id, actions))}
                {delivery.reports.iter().map(|report| report_card(report, &delivery.id)).collect_view()}
            }.into_any()/>
        }
        .into_any()
    }
}

fn is_busy(state: DeliveryState) -> bool {
    matches!(state, DeliveryState::Waiting | DeliveryState::Running)
}

fn head(delivery: &DeliverySummary, actions: Actions) -> impl IntoView + use<> {
    let withdrawable = delivery.state == DeliveryState::Finished && may(Permission::ImportBills);
    let id = delivery.id.to_string();
    let busy = is_busy(delivery.state);
    let asks = delivery.state == DeliveryState::Mapping && may(Permission::ImportBills);
    let mapping = format!("/sales/consumption/imports/{id}/mapping");
    let error = (!delivery.error.is_empty()).then(|| text::refusal(&delivery.error));
    let withdrawn = Signal::derive(move || actions.withdraw.value().get().is_some());
    view! {
        <section class="card">
            <div class="card__head">
                <h2 class="ellipsis">{delivery.files.join(", ")}</h2>
                <div class="card__actions">
                    {withdrawable.then(|| { let id = StoredValue::new(id); view! {
                        <DialogButton label=tr!(imports.withdraw) class="btn" title=tr!(imports.withdraw) done=withdrawn>
                            <ActionForm action=actions.withdraw>
                                <div class="dialog__body"><p>{tr!(imports.withdraw_text)}</p></div>
                                <div class="dialog__foot">
                                    <input type="hidden" name="id" value=id.get_value()/>
                                    <button class="btn btn--danger" type="submit" disabled=move || actions.withdraw.pending().get()>{tr!(imports.withdraw)}</button>
                                </div>
                            </ActionForm>
                        </DialogButton>
                    }})}
                </div>
            </div>
            <div class="card__body stack">
                <dl class="dl">
                    <dt>{tr!(common.state)}</dt>
                    <dd>{state_badge(delivery)}</dd>
                    <dt>{tr!(imports.covers)}</dt><dd>{text::covers(delivery.covers)}</dd>
                    <dt>{tr!(imports.by)}</dt><dd>{importer(&delivery.by)}</dd>
                    <dt>{tr!(imports.at)}</dt><dd>{view_model::instant(&delivery.at)}</dd>
                    <dt>{tr!(imports.rows_read)}</dt><dd>{view_model::count(delivery.rows_read)}</dd>
                </dl>
                {busy.then(|| view! {
                    <label>
                        <span class="muted">{text::delivery_state(delivery.state)}</span>
                        <progress class="progress" max=delivery.bytes_total.max(1).to_string() value=delivery.bytes_read.to_string()></progress>
                    </label>
                })}
                {(delivery.state == DeliveryState::Interrupted).then(|| view! {
                    <div class="notice notice--warn" role="status">{tr!(imports.interrupted_text)}</div>
                })}
                {asks.then(|| view! {
                    <div class="notice notice--warn" role="status">
                        {tr!(mapping.waits)} " " <a class="btn btn--primary" href=mapping>{tr!(mapping.answer)}</a>
                    </div>
                })}
                {error.map(|error| view! { <div class="notice notice--error" role="alert">{error}</div> })}
            </div>
        </section>
    }
}

fn held_versions(held: Vec<HeldVersion>, id: &DeliveryId, actions: Actions) -> impl IntoView + use<> {
    let id = id.to_string();
    let confirmed = Signal::derive(move || actions.confirm.value().get().is_some());
    let may_confirm = may(Permission::ImportBills);
    view! {
        <section class="card">
            <div class="card__head">
                <h2>{tr!(imports.held)}</h2>
                <div class="card__actions">
                    {may_confirm.then(|| { let id = StoredValue::new(id); view! {
                        <DialogButton label=tr!(imports.confirm) class="btn btn--danger" title=tr!(imports.confirm) done=confirmed>
                            <ActionForm action=actions.confirm>
                                <div class="dialog__body"><p>{tr!(imports.confirm_text)}</p></div>
                                <div class="dialog__foot">
                                    <input type="hidden" name="id" value=id.get_value()/>
                                    <button class="btn btn--danger" type="submit" disabled=move || actions.confirm.pending().get()>{tr!(imports.confirm)}</button>
                                </div>
                            </ActionForm>
                        </DialogButton>
                    }})}
                </div>
            </div>
            <div class="card__body"><div class="notice notice--warn" role="status">{tr!(imports.held_text)}</div></div>
            {held.into_iter().map(held_version).collect_view()}
        </section>
    }
}

fn held_version(held: HeldVersion) -> impl IntoView {
    let sums = |sums: &std::collections::BTreeMap<String, domain::money::Total>| {
        sums.iter().map(|(currency, total)| format!("{currency} {}", total.exact())).collect::<Vec<_>>().join(" · ")
    };
    let (now, then) = (sums(&held.due_now), sums(&held.due_then));
    view! {
        <div class="card__body stack">
            <h3>{format!("{} · {} · {}", held.version.month, held.version.supplier, held.version.account)}</h3>
            <dl class="dl">
                <dt>{tr!(imports.lines_now)}</dt><dd>{view_model::count(held.lines_now)}</dd>
                <dt>{tr!(imports.lines_then)}</dt><dd>{view_model::count(held.lines_then)}</dd>
                <dt>{tr!(imports.due_now)}</dt><dd class="mono">{now}</dd>
                <dt>{tr!(imports.due_then)}</dt><dd class="mono">{then}</dd>
            </dl>
            {table(tr!(imports.losing_customers), view! {
                <thead>
                    <tr>
                        <th scope="col">{tr!(imports.losing_customers)}</th>
                        <th scope="col" class="num">{tr!(imports.lines_now)}</th>
                        <th scope="col" class="num">{tr!(imports.lines_then)}</th>
                    </tr>
                </thead>
                <tbody>
                    {held.customers.into_iter().map(|(name, now, then)| view! {
                        <tr>
                            <th scope="row">{name}</th>
                            <td class="num">{view_model::count(now)}</td>
                            <td class="num">{view_model::count(then)}</td>
                        </tr>
                    }).collect_view()}
                </tbody>
            })}
        </div>
    }
}

fn report_card(report: &ImportReport, id: &DeliveryId) -> impl IntoView + use<> {
    let rows = report.rows;
    let download = format!("/imports/{id}/rejects");
    view! {
        <section class="card">
            <div class="card__head">
                <h2 class="ellipsis">{report.file.clone()}</h2>
                <span class="badge badge--neutral">{report.format.clone()}</span>
                <div class="card__actions">
                    {(rows.rejected > 0).then(|| view! { <a class="btn" href=download rel="external" download="">{tr!(imports.download_rejects)}</a> })}
                </div>
            </div>
            <div class="card__body stack">
                <dl class="dl">
                    <dt>{tr!(imports.rows_read)}</dt><dd>{view_model::count(rows.read)}</dd>
                    <dt>{tr!(imports.rows_imported)}</dt><dd>{view_model::count(rows.imported)}</dd>
                    <dt>{tr!(imports.rows_unchanged)}</dt><dd>{view_model::count(rows.unchanged)}</dd>
                    <dt>{tr!(imports.rows_rejected)}</dt><dd>{view_model::count(rows.rejected)}</dd>
                    <dt>{tr!(imports.unbalanced)}</dt><dd>{view_model::count(report.unbalanced)}</dd>
                    <dt>{tr!(imports.customers)}</dt>
                    <dd>{tr!(imports.customer_counts, known = report.customers.known, created = report.customers.created)}</dd>
                    {skipped(report)}
                </dl>
                {notices(report)}
            </div>
            {sums_table(report)}
            {versions_table(report)}
            {(!report.rejects.is_empty()).then(|| rejects_table(report))}
        </section>
    }
}

/// Rows that were no lines, where there were any.
fn skipped(report: &ImportReport) -> impl IntoView + use<> {
    let one =
        |label: String, count: u64| (count > 0).then(|| view! { <dt>{label}</dt><dd>{view_model::count(count)}</dd> });
    view! {
        {one(tr!(mapping.totals_skipped), report.skipped.totals)}
        {one(tr!(mapping.remarks_skipped), report.skipped.remarks)}
    }
}

/// What must be known of the figures.
fn notices(report: &ImportReport) -> impl IntoView + use<> {
    let unverified = report.unverified.then(|| {
        view! {
            <div class="notice notice--warn" role="note">
                <strong>{tr!(mapping.unverified)}</strong> " " {tr!(mapping.unverified_text)}
            </div>
        }
    });
    let differing = report.skipped.differing.iter().map(|total| {
        let (says, sum) = view_model::imports::total_texts(total);
        view! {
            <div class="notice notice--warn" role="note">{tr!(mapping.total_differs, row = total.row, total = says, sum = sum)}</div>
        }
    });
    let notes: Vec<_> = report.notes.iter().map(|note| view! { <li>{text::report_note(*note)}</li> }).collect();
    view! {
        {unverified}
        {differing.collect_view()}
        {(!notes.is_empty()).then(|| view! { <ul class="muted">{notes}</ul> })}
    }
}

fn sums_table(report: &ImportReport) -> impl IntoView + use<> {
    view! {
        <div class="card__head"><h3>{tr!(imports.sums)}</h3></div>
        {table(tr!(imports.sums), view! {
            <thead>
                <tr>
                    <th scope="col">{tr!(terms.currency)}</th>
                    <th scope="col" class="num">{tr!(imports.list_sum)}</th>
                    <th scope="col" class="num">{tr!(imports.billed)}</th>
                    <th scope="col" class="num">{tr!(imports.stored)}</th>
                    <th scope="col" class="num">{tr!(imports.difference)}</th>
                </tr>
            </thead>
            <tbody>
                {report.currencies.iter().map(|(currency, sums)| {
                    let sums = view_model::imports::sum_texts(sums);
                    view! {
                        <tr>
                            <th scope="row">{currency.clone()}</th>
                            <td class="num">{sums.list}</td>
                            <td class="num">{sums.billed}</td>
                            <td class="num">{sums.stored}</td>
                            <td class="num">{sums.difference}</td>
                        </tr>
                    }
                }).collect_view()}
            </tbody>
        })}
    }
}

fn versions_table(report: &ImportReport) -> impl IntoView + use<> {
    view! {
        <div class="card__head"><h3>{tr!(imports.versions)}</h3></div>
        {table(tr!(imports.versions), view! {
            <thead>
                <tr>
                    <th scope="col">{tr!(imports.month)}</th>
                    <th scope="col">{tr!(terms.supplier)}</th>
                    <th scope="col">{tr!(imports.account)}</th>
                    <th scope="col" class="num">{tr!(imports.version)}</th>
                    <th scope="col">{tr!(common.state)}</th>
                </tr>
            </thead>
            <tbody>
                {report.versions.iter().map(|version| view! {
                    <tr>
                        <th scope="row">{version.month.to_string()}</th>
                        <td>{version.supplier.clone()}</td>
                        <td class="mono">{if version.account.is_empty() { "–".to_owned() } else { version.account.clone() }}</td>
                        <td class="num">{version.version.to_string()}</td>
                        <td>{text::version_state(version.state)}</td>
                    </tr>
                }).collect_view()}
            </tbody>
        })}
    }
}

fn rejects_table(report: &ImportReport) -> impl IntoView + use<> {
    view! {
        <div class="card__head"><h3>{tr!(imports.rejects)}</h3></div>
        {table(tr!(imports.rejects), view! {
            <thead>
                <tr>
                    <th scope="col" class="num">{tr!(imports.row)}</th>
                    <th scope="col">{tr!(imports.column)}</th>
                    <th scope="col">{tr!(imports.reason)}</th>
                </tr>
            </thead>
            <tbody>
                {report.rejects.iter().map(|reject| view! {
                    <tr>
                        <td class="num">{reject.row.to_string()}</td>
                        <td class="mono">{reject.column.clone()}</td>
                        <td>{text::reject_reason(reject)}</td>
                    </tr>
                }).collect_view()}
            </tbody>
        })}
    }
}
