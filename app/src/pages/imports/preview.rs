//! The first rows of a bill as an answer maps them.

use domain::imports::mapping::{MappedLine, MappedRow, PREVIEW_ROWS};
use leptos::prelude::*;

use crate::components::icon::Icon;
use crate::components::table::table;
use crate::view_model::imports as model;
use crate::{text, tr};

/// The preview.
pub fn preview_table(rows: Vec<MappedRow>) -> impl IntoView {
    let title = tr!(mapping.preview_title, count = PREVIEW_ROWS);
    view! {
        <section class="card">
            <div class="card__head"><h2>{title.clone()}</h2></div>
            {table(title, view! {
                <thead>
                    <tr>
                        <th scope="col" class="num">{tr!(imports.row)}</th>
                        <th scope="col">{tr!(terms.account_id)}</th>
                        <th scope="col">{tr!(terms.customer_name)}</th>
                        <th scope="col">{tr!(imports.month)}</th>
                        <th scope="col">{tr!(lines.day)}</th>
                        <th scope="col">{tr!(terms.service)}</th>
                        <th scope="col">{tr!(terms.bill_type)}</th>
                        <th scope="col">{tr!(terms.charge_mode)}</th>
                        <th scope="col">{tr!(terms.currency)}</th>
                        <th scope="col" class="num">{tr!(terms.list)}</th>
                        <th scope="col" class="num">{tr!(terms.due)}</th>
                        <th scope="col" class="num">{tr!(terms.coupon)}</th>
                        <th scope="col" class="num">{tr!(terms.paid)}</th>
                        <th scope="col">{tr!(common.state)}</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            })}
        </section>
    }
}

fn row(row: MappedRow) -> impl IntoView {
    let number = row.row.to_string();
    match row.result {
        Ok(line) => good(number, line).into_any(),
        Err(reject) => view! {
            <tr>
                <td class="num">{number}</td>
                <td colspan="13"><Icon name="circle-alert"/> " " {reject.column.clone()} " " {text::reject_reason(&reject)}</td>
            </tr>
        }
        .into_any(),
    }
}

fn good(number: String, line: MappedLine) -> impl IntoView {
    let amounts = model::line_amounts(&line);
    view! {
        <tr>
            <td class="num">{number}</td>
            <td class="mono">{line.account}</td>
            <td>{line.name}</td>
            <td>{line.month.to_string()}</td>
            <td>{line.day.to_string()}</td>
            <td>{line.service}</td>
            <td>{text::bill_type(line.bill_type)}</td>
            <td>{text::charge_mode(line.charge_mode)}</td>
            <td>{line.currency}</td>
            <td class="num">{amounts.list.unwrap_or_else(|| tr!(terms.not_provided))}</td>
            <td class="num">{amounts.due}</td>
            <td class="num">{amounts.coupon}</td>
            <td class="num">{amounts.paid}</td>
            <td>{(!line.balanced).then(|| view! { <span class="badge badge--warn">{tr!(mapping.unbalanced)}</span> })}</td>
        </tr>
    }
}
