//! The control sheet of one currency: four sums that must agree, and who has how much.

use domain::months::{ControlSheet, ManagerSums};
use leptos::prelude::*;

use crate::components::masked::{Eye, Masked};
use crate::components::table::table;
use crate::tr;
use crate::view_model::months::{SumTexts, difference, sum_texts};

/// The card of a currency.
pub fn control_card(sheet: &ControlSheet) -> impl IntoView + use<> {
    let badge = if sheet.adds_up() {
        view! { <span class="badge badge--ok">{tr!(months.adds_up)}</span> }
    } else {
        view! { <span class="badge badge--error">{tr!(months.differs)}</span> }
    };
    let label = format!("{} {}", tr!(months.control), sheet.currency);
    let lines = sheet.lines;
    let ways = [
        (tr!(months.sum_of_lines), lines),
        (tr!(months.sum_of_customers), sheet.by_customer),
        (tr!(months.sum_of_services), sheet.by_service),
        (tr!(months.sum_of_managers), sheet.by_manager()),
    ];
    view! {
        <section class="card">
            <div class="card__head"><h2>{label.clone()}</h2>{badge}</div>
            {table(label, view! {
                <thead>{sum_heads(tr!(months.summed_by).into_any(), true)}</thead>
                <tbody>
                    {ways.into_iter().map(|(name, sums)| view! {
                        <tr>
                            <th scope="row">{name}</th>
                            {cells(sum_texts(&sums))}
                            <td>{match difference(&sums, &lines) {
                                None => view! { <span class="badge badge--ok">{tr!(months.agrees)}</span> }.into_any(),
                                Some(texts) => view! {
                                    <span class="badge badge--error">
                                        {tr!(months.off_by, lines = texts.lines, due = texts.due, coupon = texts.coupon)}
                                    </span>
                                }.into_any(),
                            }}</td>
                        </tr>
                    }).collect_view()}
                </tbody>
            })}
            {managers(sheet)}
        </section>
    }
}

fn managers(sheet: &ControlSheet) -> impl IntoView + use<> {
    let shown = RwSignal::new(false);
    let shares = sheet.managers.clone();
    let label = format!("{} {}", tr!(months.by_manager), sheet.currency);
    let heading = view! { {tr!(terms.account_manager)} " " <Eye shown label=tr!(terms.account_manager)/> }.into_any();
    view! {
        <div class="card__head"><h3>{tr!(months.by_manager)}</h3></div>
        {table(label, view! {
            <thead>{sum_heads(heading, false)}</thead>
            <tbody>{shares.into_iter().map(|share| manager_row(share, shown)).collect_view()}</tbody>
        })}
    }
}

fn manager_row(share: ManagerSums, shown: RwSignal<bool>) -> impl IntoView {
    let name = match share.manager {
        Some(manager) => view! { <Masked shown value=manager.name/> }.into_any(),
        None => tr!(terms.unassigned).into_any(),
    };
    view! {
        <tr>
            <th scope="row">{name}</th>
            {cells(sum_texts(&share.sums))}
        </tr>
    }
}

fn sum_heads(first: AnyView, compared: bool) -> impl IntoView {
    view! {
        <tr>
            <th scope="col">{first}</th>
            <th scope="col" class="num">{tr!(months.lines)}</th>
            <th scope="col" class="num">{tr!(terms.due)}</th>
            <th scope="col" class="num">{tr!(terms.coupon)}</th>
            <th scope="col" class="num">{tr!(terms.paid)}</th>
            {compared.then(|| view! { <th scope="col">{tr!(months.comparison)}</th> })}
        </tr>
    }
}

fn cells(texts: SumTexts) -> impl IntoView {
    view! {
        <td class="num">{texts.lines}</td>
        <td class="num">{texts.due}</td>
        <td class="num">{texts.coupon}</td>
        <td class="num">{texts.paid}</td>
    }
}
