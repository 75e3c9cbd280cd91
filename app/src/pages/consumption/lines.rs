//! The bill lines (销售 > 客户 > 客户消费 > 消费明细): what stands behind every figure.

mod filters;

use domain::bills::{BillLine, LinePage, LineQuery};
use domain::consumption::preset::Preset;
use domain::money::Amount;
use domain::saved_views::ViewPage;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::async_view::{AsyncView, Empty};
use crate::components::export_menu::ExportMenu;
use crate::components::figures::{as_of, month_states};
use crate::components::filters::Shown;
use crate::components::masked::{Eye, Masked};
use crate::components::people::{Choices, choices};
use crate::components::presets::presets;
use crate::components::saved_views::SavedViews;
use crate::components::table::table;
use crate::error::AppError;
use crate::functions::consumption::list_lines;
use crate::layout::PageHead;
use crate::router::files::Screen;
use crate::view_model::addresses::with_preset;
use crate::view_model::query;
use crate::{text, tr};

/// `/sales/consumption/lines`.
pub struct LinesPage {
    lines: Resource<Result<LinePage, AppError>>,
    choices: Choices,
}

impl Screen for LinesPage {
    fn data() -> Self {
        let params = use_query_map();
        let lines = Resource::new_blocking(
            move || params.with(query::lines),
            |query: Result<LineQuery, _>| async move { list_lines(query.map_err(AppError::refused)?).await },
        );
        Self { lines, choices: choices() }
    }

    fn view(this: Self) -> AnyView {
        let params = use_query_map();
        view! {
            <PageHead
                title=tr!(nav.lines)
                above=vec![(tr!(nav.sales), None), (tr!(nav.consumption_group), None)]
                note=tr!(dashboard.no_settlement)
            >
                <SavedViews page=ViewPage::Lines/>
                <Transition>
                    {move || Suspend::new(async move {
                        let found = this.lines.await.is_ok_and(|lines| !lines.page.items.is_empty());
                        found.then(|| view! { <ExportMenu view="lines"/> })
                    })}
                </Transition>
            </PageHead>
            <section class="card">
                <Transition>
                    {move || {
                        let shown = Shown::new(params.get());
                        Suspend::new(async move {
                            let range = this.lines.await.ok().map(|lines| lines.range);
                            filters::form(shown, range, this.choices.await.ok())
                        })
                    }}
                </Transition>
            </section>
            <AsyncView resource=this.lines view=move |lines| page(lines).into_any()/>
        }
        .into_any()
    }
}

fn page(lines: LinePage) -> impl IntoView {
    let LinePage { page, totals, range, zone, status, .. } = lines;
    let basis = format!("{} – {} · {} · {zone} · {}", range.from, range.to, month_states(&status), as_of(&status));
    let params = use_query_map().get_untracked();
    let link = |preset: Preset| {
        let current = params.get_str("range") == Some(preset.code());
        (with_preset("/sales/consumption/lines", &params, preset), current)
    };
    let basis = view! {
        <div class="row row--apart">
            {presets(link)}
            <p class="muted">{basis}</p>
        </div>
    };
    if page.items.is_empty() {
        return view! {
            {basis}
            <Empty title=tr!(lines.nothing) text=tr!(lines.nothing_text)/>
        }
        .into_any();
    }
    let link = |after: Option<String>| {
        let mut params = params.clone();
        params.remove("after");
        if let Some(after) = after {
            params.insert("after", after);
        }
        format!("/sales/consumption/lines{}", params.to_query_string())
    };
    let next = page.next.clone().map(|next| link(Some(next)));
    let first = params.get("after").is_some().then(|| link(None));
    view! {
        {basis}
        <filters::Choices range/>
        <section class="card">
            {line_table(page.items)}
            <div class="card__foot row row--apart">
                <div>{totals.map_or_else(|| tr!(lines.too_many_for_totals), |totals| sums(&totals))}</div>
                <nav class="pager" aria-label=tr!(common.pages)>
                    {first.map(|href| view! { <a class="btn btn--small" href=href>{tr!(common.first_page)}</a> })}
                    {next.map(|href| view! { <a class="btn btn--small" href=href rel="next">{tr!(common.page_after)}</a> })}
                </nav>
            </div>
        </section>
    }
    .into_any()
}

fn sums(totals: &[domain::bills::LineTotals]) -> String {
    totals
        .iter()
        .map(|sum| {
            let text = tr!(
                lines.sum,
                currency = sum.currency.to_string(),
                due = sum.due.exact(),
                coupon = sum.coupon.exact(),
                paid = sum.paid.exact()
            );
            sum.debt.map_or(text.clone(), |debt| text + &tr!(lines.sum_debt, debt = debt.exact()))
        })
        .collect::<Vec<_>>()
        .join("; ")
}

fn line_table(lines: Vec<BillLine>) -> impl IntoView {
    let [customers, accounts, managers, sources] = [(); 4].map(|()| RwSignal::new(false));
    let eyes = Eyes { customers, accounts, managers, sources };
    view! {
        {table(tr!(nav.lines), view! {
            <thead>
                <tr>
                    <th scope="col">{tr!(lines.day)}</th>
                    <th scope="col">{tr!(lines.month)}</th>
                    <th scope="col">{tr!(terms.customer_name)} <Eye shown=customers label=tr!(terms.customer_name)/></th>
                    <th scope="col">{tr!(terms.account_name)} <Eye shown=accounts label=tr!(terms.account_name)/></th>
                    <th scope="col">{tr!(terms.account_manager)} <Eye shown=managers label=tr!(terms.account_manager)/></th>
                    <th scope="col">{tr!(terms.service)}</th>
                    <th scope="col">{tr!(terms.bill_type)}</th>
                    <th scope="col">{tr!(terms.currency)}</th>
                    <th scope="col" class="num">{tr!(terms.due)}</th>
                    <th scope="col" class="num">{tr!(terms.coupon)}</th>
                    <th scope="col" class="num">{tr!(terms.paid)}</th>
                    <th scope="col">{tr!(terms.resource)}</th>
                    <th scope="col">{tr!(terms.region)}</th>
                    <th scope="col">{tr!(terms.charge_mode)}</th>
                    <th scope="col">{tr!(terms.association)}</th>
                    <th scope="col">{tr!(terms.account_id)}</th>
                    <th scope="col">{tr!(terms.order)}</th>
                    <th scope="col" class="num">{tr!(terms.list)}</th>
                    <th scope="col" class="num">{tr!(terms.discount)}</th>
                    <th scope="col" class="num">{tr!(terms.truncated)}</th>
                    <th scope="col">{tr!(lines.state)}</th>
                    <th scope="col" class="num">{tr!(terms.debt)}</th>
                    <th scope="col" class="num">{tr!(lines.cash)}</th>
                    <th scope="col" class="num">{tr!(lines.credit)}</th>
                    <th scope="col" class="num">{tr!(lines.cash_coupon)}</th>
                    <th scope="col" class="num">{tr!(lines.stored_card)}</th>
                    <th scope="col" class="num">{tr!(lines.bonus)}</th>
                    <th scope="col" class="num">{tr!(lines.written_off)}</th>
                    <th scope="col">{tr!(lines.resource_type)}</th>
                    <th scope="col">{tr!(terms.resource_id)}</th>
                    <th scope="col">{tr!(lines.description)}</th>
                    <th scope="col">{tr!(lines.charge_start)}</th>
                    <th scope="col">{tr!(lines.charge_end)}</th>
                    <th scope="col">{tr!(lines.tags)}</th>
                    <th scope="col">{tr!(lines.source_manager)} <Eye shown=sources label=tr!(lines.source_manager)/></th>
                </tr>
            </thead>
            <tbody>{lines.into_iter().map(|line| row(line, eyes)).collect_view()}</tbody>
        })}
    }
}

/// An amount with every digit; what the source does not give is said so, never zero.
fn amount(amount: Option<Amount>) -> String {
    amount.map_or_else(|| tr!(terms.not_provided), |amount| domain::money::Total::from(amount).exact())
}

/// Which of the masked columns are shown.
#[derive(Clone, Copy)]
struct Eyes {
    customers: RwSignal<bool>,
    accounts: RwSignal<bool>,
    managers: RwSignal<bool>,
    sources: RwSignal<bool>,
}

/// What the source calls it; the whole of a long text is at hand.
fn told(value: String) -> impl IntoView {
    if value.is_empty() {
        return view! { <td class="muted">{tr!(terms.not_provided)}</td> }.into_any();
    }
    view! { <td><span class="ellipsis" title=value.clone()>{value.clone()}</span></td> }.into_any()
}

fn state(settled: Option<bool>) -> String {
    match settled {
        Some(true) => tr!(lines.settled),
        Some(false) => tr!(lines.owed),
        None => tr!(terms.not_provided),
    }
}

fn row(line: BillLine, eyes: Eyes) -> impl IntoView {
    let paid = line.amounts.paid();
    let settled = line.amounts.settled();
    let amounts = line.amounts;
    let resource = if line.resource_name.is_empty() { line.resource_id.clone() } else { line.resource_name };
    let period = format!("{} – {}", line.charge_start, line.charge_end);
    let parts = [
        amounts.debt,
        amounts.cash,
        amounts.credit,
        amounts.cash_coupon,
        amounts.stored_card,
        amounts.bonus,
        amounts.written_off,
    ];
    view! {
        <tr>
            <th scope="row" title=period>{line.day.to_string()}</th>
            <td>{line.month.to_string()}</td>
            <td><a href=format!("/sales/customers/{}", line.customer)><Masked shown=eyes.customers value=line.customer_name/></a></td>
            <td><Masked shown=eyes.accounts value=line.account_name/></td>
            <td>
                {match line.manager {
                    Some(manager) => view! { <Masked shown=eyes.managers value=manager/> }.into_any(),
                    None => view! { <span class="badge badge--warn">{tr!(terms.unassigned)}</span> }.into_any(),
                }}
            </td>
            <td title=line.description.clone()><span class="ellipsis">{line.service}</span></td>
            <td>{text::bill_type(line.bill_type)}</td>
            <td>{line.currency.to_string()}</td>
            <td class="num">{amount(Some(amounts.due))}</td>
            <td class="num">{amount(Some(amounts.coupon))}</td>
            <td class="num">{amount(paid)}</td>
            <td title=line.resource_id.clone()><span class="ellipsis">{resource}</span></td>
            <td>{line.region}</td>
            <td>{text::charge_mode(line.charge_mode)}</td>
            <td>{text::association(line.association)}</td>
            <td class="mono"><span class="ellipsis" title=line.account_id.clone()>{line.account_id.clone()}</span></td>
            <td class="mono"><span class="ellipsis">{line.order_id}</span></td>
            <td class="num">{amount(amounts.list)}</td>
            <td class="num">{amount(amounts.discount)}</td>
            <td class="num">{amount(amounts.truncated)}</td>
            <td>{state(settled)}</td>
            {parts.map(|part| view! { <td class="num">{amount(part)}</td> }).into_iter().collect_view()}
            {told(line.resource_type)}
            {told(line.resource_id)}
            {told(line.description)}
            {told(line.charge_start)}
            {told(line.charge_end)}
            {told(line.tags)}
            {if line.source_manager.is_empty() {
                told(String::new()).into_any()
            } else {
                view! { <td><Masked shown=eyes.sources value=line.source_manager/></td> }.into_any()
            }}
        </tr>
    }
}
