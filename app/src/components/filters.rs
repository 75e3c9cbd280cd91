//! Fields of filter forms. Their names are the URL's parameters, so that a view can be shared and survives a reload.

use domain::money::Currency;
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::params::ParamsMap;

use crate::tr;
use crate::view_model::addresses::NO_VIEW;

/// A month field as it was shown at first.
#[derive(Debug, Clone, PartialEq, Eq)]
struct MonthField {
    name: &'static str,
    value: String,
    /// Whether the URL names it; else what is usual stands in it.
    named: bool,
}

/// What a filter form shows at first: the URL's parameters.
#[derive(Clone, Copy)]
pub struct Shown {
    params: StoredValue<ParamsMap>,
    months: StoredValue<Vec<MonthField>>,
}

impl Shown {
    /// The parameters of the URL.
    pub fn new(params: ParamsMap) -> Self {
        Self { params: StoredValue::new(params), months: StoredValue::new(Vec::new()) }
    }

    /// The value of a parameter; empty where it is not there.
    pub fn value(self, name: &str) -> String {
        self.params.with_value(|params| params.get(name).unwrap_or_default())
    }

    /// The URL's parameters.
    pub fn params(self) -> ParamsMap {
        // asked by what may outlive the form: while another is on its way the old one still stands
        self.params.try_get_value().unwrap_or_default()
    }

    /// A parameter that has no field and is kept.
    pub fn kept(self, name: &'static str) -> Option<impl IntoView + use<>> {
        let value = Some(self.value(name)).filter(|value| !value.is_empty())?;
        Some(view! { <input type="hidden" name=name value=value/> })
    }

    /// All values of a parameter that may stand there more than once.
    pub fn values(self, name: &str) -> Vec<String> {
        self.params.with_value(|params| params.get_all(name).unwrap_or_default())
    }

    /// The URL's query without these parameters, with its question mark.
    pub fn without(self, names: &[&str]) -> String {
        self.params.with_value(|params| {
            let mut params = params.clone();
            for name in names {
                params.remove(name);
            }
            params.to_query_string()
        })
    }

    /// A field for a part of a text.
    pub fn text(self, name: &'static str, label: String) -> impl IntoView + use<> {
        self.listed(name, label, None)
    }

    /// The same with choices from the `datalist` of that id.
    pub fn listed(self, name: &'static str, label: String, list: Option<&'static str>) -> impl IntoView + use<> {
        view! {
            <div class="field">
                <label for=name>{label}</label>
                <input id=name name=name maxlength="200" value=self.value(name) list=list/>
            </div>
        }
    }

    /// A field for a bill month; `usual` stands in it where the URL names none.
    pub fn month(self, name: &'static str, label: String, usual: Option<String>) -> impl IntoView + use<> {
        let value = Some(self.value(name)).filter(|value| !value.is_empty());
        let named = value.is_some();
        let value = value.or(usual);
        self.months.update_value(|months| {
            months.push(MonthField { name, value: value.clone().unwrap_or_default(), named });
        });
        view! {
            <div class="field">
                <label for=name>{label}</label>
                <input id=name name=name type="month" value=value/>
            </div>
        }
    }

    /// A field for a day.
    pub fn day(self, name: &'static str, label: String) -> impl IntoView + use<> {
        view! {
            <div class="field">
                <label for=name>{label}</label>
                <input id=name name=name type="date" value=self.value(name)/>
            </div>
        }
    }

    /// A choice; the first option is `all` unless one must be chosen.
    pub fn choice(
        self,
        name: &'static str,
        label: String,
        options: Vec<(&'static str, String)>,
        all: bool,
    ) -> impl IntoView + use<> {
        let current = self.value(name);
        view! {
            <div class="field">
                <label for=name>{label}</label>
                <select id=name name=name>
                    {all.then(|| view! { <option value="">{tr!(common.all)}</option> })}
                    {options.into_iter().map(|(code, label)| view! {
                        <option value=code selected=current == code>{label}</option>
                    }).collect_view()}
                </select>
            </div>
        }
    }

    /// A choice of currencies; none where there is no choice.
    pub fn currency(self, currencies: Vec<Currency>, shown: Option<Currency>) -> Option<impl IntoView + use<>> {
        (currencies.len() > 1).then(|| {
            view! {
                <div class="field">
                    <label for="currency">{tr!(terms.currency)}</label>
                    <select id="currency" name="currency">
                        {currencies.into_iter().map(|code| view! {
                            <option value=code.to_string() selected=shown.as_ref() == Some(&code)>{code.to_string()}</option>
                        }).collect_view()}
                    </select>
                </div>
            }
        })
    }

    /// A condition that holds or not.
    pub fn check(self, name: &'static str, label: String) -> impl IntoView + use<> {
        let checked = !self.value(name).is_empty();
        view! {
            <div class="field field--check">
                <label><input type="checkbox" name=name value="1" checked=checked/> {label}</label>
            </div>
        }
    }
}

/// A plain GET form of filters, so that it works without WebAssembly too. What is left empty stays out of the address: here
/// before it is sent, without WebAssembly by the host. Months that were only shown are not named, so that a range seen
/// from today stays one.
#[component]
pub fn FilterForm(
    /// What the form shows at first.
    shown: Shown,
    /// The page.
    action: &'static str,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let tidy = std::sync::Arc::new(move |data: &web_sys::FormData| {
        let fields = fields(data);
        let value = |name: &str| fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str());
        for name in unneeded(&shown.months.try_get_value().unwrap_or_default(), value) {
            data.delete(name);
        }
        for (name, _) in fields.iter().filter(|(_, value)| value.trim().is_empty()) {
            data.delete(name);
        }
        if self::fields(data).is_empty() {
            let _ = data.append_with_str(NO_VIEW.0, NO_VIEW.1);
        }
    });
    view! { <Form method="get" action=action attr:class="filters" on_form_data=tidy>{children()}</Form> }
}

/// The month fields that say nothing new: those that were not named, where none was changed. Where one was, the range seen
/// from today that it was changed from.
fn unneeded<'a>(months: &[MonthField], value: impl Fn(&str) -> &'a str) -> Vec<&'static str> {
    if months.iter().all(|month| value(month.name) == month.value) {
        return months.iter().filter(|month| !month.named).map(|month| month.name).collect();
    }
    vec!["range"]
}

/// Names and values of a form's fields.
fn fields(data: &web_sys::FormData) -> Vec<(String, String)> {
    let entries = js_sys::try_iter(data).ok().flatten().into_iter().flatten().filter_map(Result::ok);
    let text = |value: wasm_bindgen::JsValue| value.as_string().unwrap_or_default();
    entries
        .map(|entry| {
            let entry = js_sys::Array::from(&entry);
            (text(entry.get(0)), text(entry.get(1)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_that_were_only_shown_are_not_named_and_a_changed_one_ends_the_range_seen_from_today() {
        let month = |name, value: &str, named| MonthField { name, value: value.into(), named };
        let shown = [month("from", "2026-06", false), month("to", "2026-11", false)];
        let sent = |from: &'static str, to: &'static str| move |name: &str| if name == "from" { from } else { to };
        assert_eq!(unneeded(&shown, sent("2026-06", "2026-11")), ["from", "to"]);
        assert_eq!(unneeded(&shown, sent("2026-05", "2026-11")), ["range"]);
        let named = [month("from", "2026-06", true), month("to", "2026-11", false)];
        assert_eq!(unneeded(&named, sent("2026-06", "2026-11")), ["to"]);
    }
}
