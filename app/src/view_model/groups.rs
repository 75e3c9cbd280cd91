//! Groups of consumption as texts and links.

use domain::consumption::groups::{Group, GroupBy, Period};
use domain::consumption::{Basis, DashboardQuery};

use super::query::lines_link;

/// The lines behind a group, or behind one period of it; none where the lines cannot be asked for: a service without a name.
pub fn lines_of(
    query: &DashboardQuery,
    basis: &Basis,
    (by, group): (GroupBy, &Group),
    period: Option<Period>,
) -> Option<String> {
    let key = group.key.clone();
    let mut query = DashboardQuery {
        from: Some(period.map_or(basis.range.from, Period::month)),
        to: Some(period.map_or(basis.range.to, Period::month)),
        preset: None,
        currency: basis.currency.clone(),
        ..query.clone()
    };
    let mut more = Vec::new();
    if let Some(Period::Day(day)) = period {
        more.push(("day", day.to_string()));
    }
    match by {
        GroupBy::Service if key.is_empty() => return None,
        GroupBy::Service => more.push(("service", key)),
        GroupBy::ChargeMode => more.push(("charge_mode", key)),
        GroupBy::BillType => more.push(("bill_type", key)),
        GroupBy::Association => query.association = key.parse().ok(),
        GroupBy::Manager => {
            query.manager = String::new();
            (query.managers, query.teams) = (Vec::new(), Vec::new());
            query.manager_id = if key.is_empty() { "none".to_owned() } else { key };
            query.attribution = Some(basis.attribution);
        }
        GroupBy::Customer => {
            query.customer = String::new();
            query.customer_id = key;
        }
    }
    Some(lines_link(&query, &more))
}
