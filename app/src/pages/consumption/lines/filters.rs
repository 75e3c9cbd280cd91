//! The filters of the bill lines (reference: 消费明细 > filters).

use domain::assignments::Attribution;
use domain::bills::{BillType, ChargeMode, LineFilters};
use domain::customers::AssociationType;
use domain::periods::MonthRange;
use domain::teams::ManagerChoices;
use leptos::prelude::*;

use crate::components::combo::{Combo, Source};
use crate::components::customer_list::ListFilter;
use crate::components::fetch::fetch;
use crate::components::filters::{FilterForm, Shown};
use crate::components::people::several;
use crate::functions::consumption::list_line_filters;
use crate::router::session_now;
use crate::{text, tr};

/// The form; `range` stands in the month fields where the URL names none. Rare conditions are folded away unless one is
/// in use.
pub fn form(shown: Shown, range: Option<MonthRange>, choices: Option<ManagerChoices>) -> impl IntoView {
    let own_only = session_now().is_some_and(|session| session.actor.sees_own_customers_only());
    let bill_types = BillType::ALL.iter().map(|kind| (kind.code(), text::bill_type(*kind))).collect();
    let charge_modes = ChargeMode::ALL.iter().map(|kind| (kind.code(), text::charge_mode(*kind))).collect();
    let associations = AssociationType::ALL.iter().map(|kind| (kind.code(), text::association(*kind))).collect();
    let attributions = Attribution::ALL.iter().map(|kind| (kind.code(), text::attribution(*kind))).collect();
    let rare = [
        "first_day",
        "last_day",
        "customer",
        "account",
        "order",
        "resource_id",
        "resource_name",
        "region",
        "association",
        "attribution",
    ];
    let open = rare.iter().any(|name| !shown.value(name).is_empty());
    view! {
        <FilterForm shown action="/sales/consumption/lines">
            {shown.kept("range")}
            {shown.month("from", tr!(dashboard.from), range.map(|range| range.from.to_string()))}
            {shown.month("to", tr!(dashboard.to), range.map(|range| range.to.to_string()))}
            {shown.text("search", tr!(lines.search))}
            <ListFilter shown path="/sales/consumption/lines"/>
            <Combo name="manager" label=tr!(terms.account_manager) text=shown.value("manager") chosen=shown.value("manager_id")
                source=Source::Managers placeholder=tr!(dashboard.manager_hint)/>
            {several(shown, choices)}
            {shown.listed("service", tr!(terms.service), Some("service-choices"))}
            {shown.choice("bill_type", tr!(terms.bill_type), bill_types, true)}
            {shown.choice("charge_mode", tr!(terms.charge_mode), charge_modes, true)}
            {shown.check("hide_zero", tr!(lines.hide_zero))}
            <details class="filters__more" open=open>
                <summary>{tr!(lines.more_filters)}</summary>
                <div class="filters">
                    {shown.day("first_day", tr!(lines.first_day))}
                    {shown.day("last_day", tr!(lines.last_day))}
                    {shown.text("customer", tr!(terms.customer_name))}
                    {shown.text("account", tr!(terms.account))}
                    {shown.choice("association", tr!(terms.association), associations, true)}
                    {shown.text("order", tr!(terms.order))}
                    {shown.text("resource_id", tr!(terms.resource_id))}
                    {shown.text("resource_name", tr!(terms.resource_name))}
                    {shown.listed("region", tr!(terms.region), Some("region-choices"))}
                    {(!own_only).then(|| shown.choice("attribution", tr!(terms.attribution), attributions, false))}
                </div>
            </details>
            <div class="filters__actions">
                <button class="btn btn--primary" type="submit">{tr!(common.search)}</button>
                <a class="btn" href="/sales/consumption/lines">{tr!(common.reset)}</a>
                {["customer_id", "currency", "day"].map(|name| kept_condition(shown, name)).into_iter().collect_view()}
            </div>
        </FilterForm>
    }
}

/// A condition that came with a link and has no field of its own: it is named, kept, and can be taken away.
fn kept_condition(shown: Shown, name: &'static str) -> Option<AnyView> {
    let value = Some(shown.value(name)).filter(|value| !value.is_empty())?;
    let what = if name == "customer_id" { tr!(lines.this_customer) } else { value.clone() };
    let without = format!("/sales/consumption/lines{}", shown.without(&[name, "after"]));
    Some(
        view! {
            <span class="badge badge--info">
                {tr!(lines.only, what = what)} " "
                <a href=without aria-label=tr!(lines.remove_filter) title=tr!(lines.remove_filter)>"×"</a>
                <input type="hidden" name=name value=value/>
            </span>
        }
        .into_any(),
    )
}

/// The services and regions of the months shown, to choose from while typing.
#[component]
pub fn Choices(
    /// First and last month.
    range: MonthRange,
) -> impl IntoView {
    let filters = fetch(move || range, |range: MonthRange| list_line_filters(range.from, range.to));
    let options = move |values: fn(&LineFilters) -> &Vec<String>| {
        filters.get().map(|filters| {
            values(&filters).iter().map(|value| view! { <option value=value.clone()></option> }).collect_view()
        })
    };
    view! {
        <datalist id="service-choices">{move || options(|filters| &filters.services)}</datalist>
        <datalist id="region-choices">{move || options(|filters| &filters.regions)}</datalist>
    }
}
