//! Charts: pure functions from figures to a chart; `components::chart` draws them.

pub mod groups;
pub mod theme;
pub mod trend;

use domain::money::Total;

/// A total as a chart's coordinate. Charts are pictures: the exact figures stand in the table beside them.
pub(crate) fn coordinate(total: Total) -> f64 {
    total.to_string().parse().unwrap_or_default()
}
