//! Addresses as texts: what makes up a view, the same page with something changed, and nothing empty.

use domain::consumption::preset::Preset;
use leptos_router::params::ParamsMap;

use super::query::link;

/// The parameters that make up a view: without the page of a list and what is empty, sorted, so that equal views are equal
/// texts. Months that are named leave no range seen from today.
pub fn view_parameters(params: &ParamsMap) -> String {
    let named = ["from", "to"].iter().any(|name| params.get_str(name).is_some_and(|value| !value.is_empty()));
    let mut parameters: Vec<(&str, String)> = params
        .latest_values()
        .map(|(name, value)| (name.as_ref(), value))
        .filter(|(name, _): &(&str, &str)| !(["page", "after", NO_VIEW.0].contains(name) || named && *name == "range"))
        .map(|(name, value)| (name, value.trim().to_owned()))
        .collect();
    parameters.sort();
    link("", &parameters).trim_start_matches('?').to_owned()
}

/// What an address says that is to open no default view although it has no conditions.
pub const NO_VIEW: (&str, &str) = ("view", "none");

/// A page with some of its parameters changed; an empty value takes one away, and a list starts at its first page.
pub fn changed(path: &str, params: &ParamsMap, changes: &[(&'static str, String)]) -> String {
    let mut params = params.clone();
    for name in ["page", "after", NO_VIEW.0] {
        params.remove(name);
    }
    for (name, value) in changes {
        params.remove(name);
        if !value.is_empty() {
            params.insert(*name, value.clone());
        }
    }
    let parameters = view_parameters(&params);
    let parameters = if parameters.is_empty() { format!("{}={}", NO_VIEW.0, NO_VIEW.1) } else { parameters };
    format!("{path}?{parameters}")
}

/// The same with a range seen from today in place of any other.
pub fn with_preset(path: &str, params: &ParamsMap, preset: Preset) -> String {
    let mut changes = vec![("range", preset.to_string())];
    changes.extend(["from", "to", "day", "first_day", "last_day"].map(|name| (name, String::new())));
    changed(path, params, &changes)
}

/// An address's query without empty parameters: what a plain form sends of fields that were left empty. None where nothing
/// is empty.
pub fn without_empty(query: &str) -> Option<String> {
    let empty = |pair: &&str| pair.split_once('=').is_none_or(|(_, value)| value.is_empty());
    if !query.split('&').any(|pair| empty(&pair)) {
        return None;
    }
    Some(query.split('&').filter(|pair| !empty(pair)).collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&'static str, &str)]) -> ParamsMap {
        pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
    }

    #[test]
    fn a_view_is_its_conditions_in_one_order_and_keeps_a_range_seen_from_today() {
        let there = params(&[("range", "last_month"), ("page", "3"), ("name", " 云 "), ("id", ""), ("after", "x")]);
        assert_eq!(view_parameters(&there), "name=%E4%BA%91&range=last_month");
        let named = params(&[("to", "2026-03"), ("range", "last_month"), ("from", "2026-01")]);
        assert_eq!(view_parameters(&named), "from=2026-01&to=2026-03");
        assert_eq!(view_parameters(&params(&[NO_VIEW])), "");
    }

    #[test]
    fn a_changed_page_starts_at_the_first_and_without_conditions_it_asks_for_no_view() {
        let there = params(&[("from", "2026-01"), ("page", "3"), ("list", "abc")]);
        assert_eq!(changed("/p", &there, &[("list", String::new())]), "/p?from=2026-01");
        assert_eq!(with_preset("/p", &there, Preset::LastMonth), "/p?list=abc&range=last_month");
        assert_eq!(changed("/p", &params(&[("list", "abc")]), &[("list", String::new())]), "/p?view=none");
    }

    #[test]
    fn empty_fields_of_a_plain_form_leave_the_address() {
        assert_eq!(without_empty("name=&id=a&x"), Some("id=a".into()));
        assert_eq!(without_empty("name="), Some(String::new()));
        assert_eq!(without_empty("name=a&id=b%3D"), None);
    }
}
