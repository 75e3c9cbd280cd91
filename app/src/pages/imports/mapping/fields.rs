//! The fields of a bill line, each with the column or the value that it is to be taken from.

use domain::imports::fields::BillField;
use leptos::prelude::*;

use super::Chosen;
use crate::components::fetch::fetch;
use crate::components::table::table;
use crate::functions::customers::suggest_customers;
use crate::view_model::mapping::{Choice, constant_value, sample};
use crate::{text, tr};

/// Fields that most files do without.
pub(super) fn folded(title: String, part: Vec<BillField>, chosen: Chosen) -> Option<impl IntoView> {
    (!part.is_empty()).then(|| {
        view! {
            <details class="card__body">
                <summary>{title.clone()}</summary>
                {fields(title, part, chosen)}
            </details>
        }
    })
}

/// A field a row: where it is to be taken from.
pub(super) fn fields(title: String, part: Vec<BillField>, chosen: Chosen) -> impl IntoView {
    table(
        title,
        view! {
            <thead>
                <tr>
                    <th scope="col">{tr!(mapping.field)}</th>
                    <th scope="col">{tr!(mapping.from)}</th>
                    <th scope="col">{tr!(mapping.sample)}</th>
                </tr>
            </thead>
            <tbody>{part.into_iter().map(|field| view! { <FieldRow field chosen/> }).collect_view()}</tbody>
        },
    )
}

#[component]
fn FieldRow(field: BillField, chosen: Chosen) -> impl IntoView {
    let label = text::bill_field(field);
    let options = chosen.question.with_value(|question| {
        let name = |(at, name): (usize, &str)| {
            if name.is_empty() { tr!(mapping.unnamed_column, number = at + 1) } else { name.to_owned() }
        };
        question.columns.iter().map(|column| column.name.as_str()).enumerate().map(name).collect::<Vec<_>>()
    });
    let first = chosen.choices.with_untracked(|choices| choices.get(&field).cloned().unwrap_or_default()).value();
    let is_first = move |value: &str| first == value;
    let choose = move |value: String| {
        chosen.choices.update(|choices| {
            choices.insert(field, Choice::of(&value));
        });
    };
    let shown = move || {
        let choice = chosen.choice(field);
        chosen.question.with_value(|question| sample(question, &choice))
    };
    // a memo: the field must not be made anew with every letter that is typed into it
    let constant = Memo::new(move |_| matches!(chosen.choice(field), Choice::Constant(_)));
    view! {
        <tr>
            <th scope="row">{label.clone()} {field.is_required().then_some(" *")}</th>
            <td>
                <div class="field">
                    <select
                        aria-label=tr!(mapping.column_of, field = label.clone())
                        on:change=move |event| choose(event_target_value(&event))
                    >
                        <option value="" selected=is_first("")>{tr!(mapping.none)}</option>
                        {field.may_be_constant().then(|| view! {
                            <option value=constant_value() selected=is_first(constant_value())>{tr!(mapping.constant)}</option>
                        })}
                        {options.into_iter().enumerate().map(|(at, name)| view! {
                            <option value=at.to_string() selected=is_first(&at.to_string())>{name}</option>
                        }).collect_view()}
                    </select>
                    {move || constant.get().then(|| view! { <ConstantField field chosen/> })}
                </div>
            </td>
            <td class="muted">{shown}</td>
        </tr>
    }
}

/// One value for the whole file; customers can be found by name.
#[component]
fn ConstantField(field: BillField, chosen: Chosen) -> impl IntoView {
    let value = match chosen.choices.with_untracked(|choices| choices.get(&field).cloned()) {
        Some(Choice::Constant(value)) => value,
        _ => String::new(),
    };
    let typed = RwSignal::new(String::new());
    let set = move |value: String| {
        typed.set(value.clone());
        chosen.choices.update(|choices| {
            choices.insert(field, Choice::Constant(value));
        });
    };
    let (hint, finds) = match field {
        BillField::CustomerAccount => (Some(tr!(mapping.customer_hint)), true),
        BillField::Month => (Some(tr!(mapping.month_hint)), false),
        BillField::Currency => (Some(tr!(mapping.currency_hint)), false),
        _ => (None, false),
    };
    view! {
        <input
            type="text"
            aria-label=tr!(mapping.constant_of, field = text::bill_field(field))
            maxlength="200"
            autocomplete="off"
            list=finds.then_some("mapping-customers")
            value=value
            on:input=move |event| set(event_target_value(&event))
        />
        {hint.map(|hint| view! { <p class="field__hint">{hint}</p> })}
        {finds.then(|| view! { <Customers typed/> })}
    }
}

/// Customers whose name or account id contains what was typed; choosing one fills in its account id.
#[component]
fn Customers(typed: RwSignal<String>) -> impl IntoView {
    let found = fetch(move || typed.get(), suggest_customers);
    view! {
        <datalist id="mapping-customers">
            {move || found.get().unwrap_or_default().into_iter().map(|customer| view! {
                <option value=customer.detail>{customer.label}</option>
            }).collect_view()}
        </datalist>
    }
}
