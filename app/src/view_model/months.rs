//! Month close as texts and links.

use std::collections::BTreeMap;

use domain::money::{Currency, Total};
use domain::months::{CheckKind, ControlSums, Place};
use domain::periods::Month;

use super::query::link;

/// Sums by currency with every digit; a dash where there is none.
pub fn amounts(sums: &BTreeMap<Currency, Total>) -> String {
    if sums.is_empty() {
        return "–".into();
    }
    sums.iter().map(|(currency, total)| format!("{currency} {}", total.exact())).collect::<Vec<_>>().join(" · ")
}

/// Where to look for all that a check found.
pub fn check_link(kind: CheckKind, month: Month) -> String {
    match kind {
        CheckKind::Unbalanced => lines(month, &[]),
        CheckKind::Unassigned => lines(month, &[("manager_id", "none".into())]),
        // Who was there a month ago.
        CheckKind::MissingCustomers => lines(month.plus(-1), &[]),
        CheckKind::EmptyDays | CheckKind::Rejected | CheckKind::Held => "/sales/consumption/imports".into(),
    }
}

/// Where to look for one thing that a check of `kind` found; a day without lines has nothing to show.
pub fn finding_link(kind: CheckKind, month: Month) -> impl Fn(&Place) -> Option<String> {
    move |place| match place {
        Place::Customer(id) if kind == CheckKind::MissingCustomers => Some(format!("/sales/customers/{id}")),
        Place::Customer(id) => {
            let manager = if kind == CheckKind::Unassigned { "none" } else { "" };
            Some(lines(month, &[("customer_id", id.to_string()), ("manager_id", manager.into())]))
        }
        Place::Delivery(id) => Some(format!("/sales/consumption/imports/{id}")),
        Place::Day(_) => None,
    }
}

fn lines(month: Month, more: &[(&str, String)]) -> String {
    let mut parameters = vec![("from", month.to_string()), ("to", month.to_string())];
    parameters.extend_from_slice(more);
    link("/sales/consumption/lines", &parameters)
}

/// The figures of a control sheet's row, with every digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SumTexts {
    /// How many lines.
    pub lines: String,
    /// 应付金额.
    pub due: String,
    /// 代金券抵扣.
    pub coupon: String,
    /// 实付金额.
    pub paid: String,
}

/// The texts of sums.
pub fn sum_texts(sums: &ControlSums) -> SumTexts {
    let lines = super::count(sums.lines.unsigned_abs());
    SumTexts {
        lines: if sums.lines < 0 { format!("−{lines}") } else { lines },
        due: sums.due.exact(),
        coupon: sums.coupon.exact(),
        paid: sums.paid().exact(),
    }
}

/// By how much `sums` differ from the lines; none where they agree.
pub fn difference(sums: &ControlSums, lines: &ControlSums) -> Option<SumTexts> {
    (sums != lines).then(|| sum_texts(&sums.difference(lines)))
}

#[cfg(test)]
mod tests {
    use domain::ids::{CustomerId, DeliveryId};

    use super::*;

    #[test]
    fn sums_are_told_by_currency() {
        let sums = [("USD", 150_000_000), ("CNY", -1)]
            .map(|(currency, units)| (currency.parse().unwrap(), Total::from_units(units)));
        assert_eq!(amounts(&sums.into()), "CNY −0.00000001 · USD 1.50");
        assert_eq!(amounts(&BTreeMap::new()), "–");
    }

    #[test]
    fn each_check_leads_to_what_it_is_about() {
        let month: Month = "2026-01".parse().unwrap();
        let customer = Place::Customer(CustomerId::new("c"));
        assert_eq!(
            check_link(CheckKind::Unassigned, month),
            "/sales/consumption/lines?from=2026-01&to=2026-01&manager_id=none"
        );
        assert_eq!(check_link(CheckKind::MissingCustomers, month), "/sales/consumption/lines?from=2025-12&to=2025-12");
        assert_eq!(
            finding_link(CheckKind::Unbalanced, month)(&customer).as_deref(),
            Some("/sales/consumption/lines?from=2026-01&to=2026-01&customer_id=c")
        );
        assert_eq!(finding_link(CheckKind::MissingCustomers, month)(&customer).as_deref(), Some("/sales/customers/c"));
        assert_eq!(
            finding_link(CheckKind::Held, month)(&Place::Delivery(DeliveryId::new("d"))).as_deref(),
            Some("/sales/consumption/imports/d")
        );
        assert_eq!(finding_link(CheckKind::EmptyDays, month)(&Place::Day(month.first_day())), None);
    }

    #[test]
    fn a_difference_is_told_with_its_sign() {
        let sums = |lines, due| ControlSums { lines, due: Total::from_units(due), coupon: Total::ZERO };
        assert_eq!(difference(&sums(1, 5), &sums(1, 5)), None);
        let texts = difference(&sums(1, 5), &sums(3, 4)).unwrap();
        assert_eq!((texts.lines.as_str(), texts.due.as_str()), ("−2", "0.00000001"));
    }
}
