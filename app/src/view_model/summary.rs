//! The summary by customer: its address, links and texts.

use domain::consumption::summary::{SummaryBy, SummaryRow, SummarySort, SummaryView};
use domain::consumption::{Basis, DashboardQuery};
use domain::errors::FieldError;
use leptos_router::params::ParamsMap;

use super::addresses::changed;
use super::query::{self, lines_link};

/// Where the page is.
pub const PATH: &str = "/sales/consumption/summary";

/// The summary's filters and how it is shown, from the URL.
///
/// # Errors
/// Every parameter that cannot be read.
pub fn asked(params: &ParamsMap) -> Result<(DashboardQuery, SummaryView), Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut take = |error: FieldError| errors.push(error);
    let value = |name: &str| params.get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
    let (by, sort, page) = (value("by"), value("sort"), value("page"));
    let usual = SummaryView::default();
    let view = SummaryView {
        by: read("by", &by, usual.by, &mut take),
        sort: read("sort", &sort, usual.sort, &mut take),
        ascending: value("ascending") == "1",
        refunds: value("refunds") == "1",
        page: read("page", &page, usual.page, &mut take),
    };
    // What the dashboard's filters say has the same names here; its groups have not.
    let mut filters = params.clone();
    for name in ["by", "sort", "page", "tab", "top"] {
        filters.remove(name);
    }
    match query::dashboard(&filters) {
        Ok(asked) if errors.is_empty() => Ok((asked.query, view)),
        Ok(_) => Err(errors),
        Err(wrong) => Err(wrong.into_iter().chain(errors).collect()),
    }
}

fn read<T: std::str::FromStr>(name: &str, text: &str, usual: T, wrong: &mut impl FnMut(FieldError)) -> T {
    if text.is_empty() {
        return usual;
    }
    text.parse().unwrap_or_else(|_| {
        wrong(FieldError::new(name, "malformed").with(text));
        usual
    })
}

/// The lines behind a row; none where they cannot be asked for: those of a product without a name.
pub fn lines_of(query: &DashboardQuery, basis: &Basis, view: &SummaryView, row: &SummaryRow) -> Option<String> {
    let mut query = DashboardQuery {
        from: Some(row.month.unwrap_or(basis.range.from)),
        to: Some(row.month.unwrap_or(basis.range.to)),
        preset: None,
        currency: basis.currency.clone(),
        customer: String::new(),
        customer_id: row.customer.to_string(),
        list: String::new(),
        ..query.clone()
    };
    let mut more = Vec::new();
    match view.by {
        SummaryBy::Month | SummaryBy::Customer => {}
        SummaryBy::Association => query.association = row.part.parse().ok(),
        SummaryBy::Service if row.part.is_empty() => return None,
        SummaryBy::Service => more.push(("service", row.part.clone())),
        SummaryBy::ChargeMode => more.push(("charge_mode", row.part.clone())),
    }
    if view.refunds {
        more.push(("bill_type", "refund".to_owned()));
    }
    Some(lines_link(&query, &more))
}

/// The page ordered by `sort`: what it is ordered by already, the other way round.
pub fn sorted(params: &ParamsMap, view: &SummaryView, sort: SummarySort) -> String {
    // Names and months start at their beginning, amounts with the largest.
    let first = matches!(sort, SummarySort::Name | SummarySort::Month);
    let ascending = if view.sort == sort { !view.ascending } else { first };
    let told = |told: bool, value: String| if told { value } else { String::new() };
    let changes = [
        ("sort", told(sort != SummaryView::default().sort, sort.to_string())),
        ("ascending", told(ascending, "1".to_owned())),
    ];
    changed(PATH, params, &changes)
}

/// How a column's head tells the order.
pub fn aria_sort(view: &SummaryView, sort: SummarySort) -> Option<&'static str> {
    (view.sort == sort).then_some(if view.ascending { "ascending" } else { "descending" })
}

#[cfg(test)]
mod tests {
    use domain::consumption::preset::Preset;

    use super::*;

    fn params(pairs: &[(&'static str, &str)]) -> ParamsMap {
        pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
    }

    #[test]
    fn the_address_says_the_filters_and_how_they_are_shown() {
        let (query, view) =
            asked(&params(&[("range", "last_month"), ("by", "service"), ("sort", "name"), ("ascending", "1")]))
                .unwrap();
        assert_eq!(query.preset.map(Preset::code), Some("last_month"));
        assert_eq!((view.by, view.sort, view.ascending, view.page), (SummaryBy::Service, SummarySort::Name, true, 1));
        let wrong = asked(&params(&[("by", "colour"), ("from", "x"), ("page", "-1")])).unwrap_err();
        let mut fields: Vec<String> = wrong.into_iter().map(|error| error.field).collect();
        fields.sort();
        assert_eq!(fields, ["by", "from", "page"]);
    }

    #[test]
    fn a_head_orders_and_turns_the_order_round() {
        let there = params(&[("from", "2026-01"), ("page", "2")]);
        let view = SummaryView::default();
        assert_eq!(sorted(&there, &view, SummarySort::Due), format!("{PATH}?ascending=1&from=2026-01"));
        assert_eq!(sorted(&there, &view, SummarySort::Name), format!("{PATH}?ascending=1&from=2026-01&sort=name"));
        assert_eq!(sorted(&there, &view, SummarySort::Paid), format!("{PATH}?from=2026-01&sort=paid"));
        assert_eq!(aria_sort(&view, SummarySort::Due), Some("descending"));
    }
}
