//! The dashboard's figures as texts.

use domain::consumption::preset::Preset;
use domain::consumption::{Compared, DashboardQuery};
use domain::money::Total;

/// How a change looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// More than before.
    Up,
    /// Less.
    Down,
    /// The same.
    Flat,
}

impl Direction {
    /// The class of a tile's change.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Up => "tile__change is-up",
            Self::Down => "tile__change is-down",
            Self::Flat => "tile__change is-flat",
        }
    }
}

/// A figure with its change against the time before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileText {
    /// For reading at a glance.
    pub short: String,
    /// Every digit.
    pub exact: String,
    /// The figure before, at a glance.
    pub before: String,
    /// The change in percent; none where there is nothing to compare with.
    pub change: Option<String>,
    /// Where it went.
    pub direction: Direction,
}

/// A tile's texts.
pub fn tile(figure: Compared) -> TileText {
    TileText {
        short: figure.now.short(),
        exact: figure.now.exact(),
        before: figure.before.short(),
        change: figure.now.change_from(figure.before),
        direction: direction(figure.now, figure.before),
    }
}

/// The same for a count.
pub fn count_tile((now, before): (u64, u64)) -> TileText {
    let total = |count: u64| Total::from_units(i128::from(count));
    TileText {
        short: super::count(now),
        exact: super::count(now),
        before: super::count(before),
        change: total(now).change_from(total(before)),
        direction: direction(total(now), total(before)),
    }
}

/// Flat where there is nothing to compare with, too: an arrow says that something changed.
fn direction(now: Total, before: Total) -> Direction {
    match now.cmp(&before) {
        std::cmp::Ordering::Greater if before > Total::ZERO => Direction::Up,
        std::cmp::Ordering::Less if before > Total::ZERO => Direction::Down,
        _ => Direction::Flat,
    }
}

/// `part` of `whole` in percent with one decimal; a dash where there is no positive whole.
pub fn share(part: Total, whole: Total) -> String {
    part.share_of(whole)
}

/// The width of a share bar in percent, 0 to 100.
pub fn bar(part: Total, largest: Total) -> u8 {
    if largest.units() <= 0 || part.units() <= 0 {
        return 0;
    }
    u8::try_from((part.units().saturating_mul(100) / largest.units()).clamp(1, 100)).unwrap_or(100)
}

/// `query` with a range seen from today; the step goes back to what fits it.
pub fn with_preset(query: &DashboardQuery, preset: Preset) -> DashboardQuery {
    DashboardQuery { preset: Some(preset), from: None, to: None, step: None, ..query.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(text: &str) -> Total {
        text.parse().unwrap()
    }

    #[test]
    fn a_tile_says_where_it_went() {
        let text = tile(Compared { now: total("110.005"), before: total("100") });
        assert_eq!((text.short.as_str(), text.exact.as_str()), ("110.00", "110.005"));
        assert_eq!((text.change.as_deref(), text.direction), (Some("+10.0%"), Direction::Up));
        let new = tile(Compared { now: total("1"), before: Total::ZERO });
        assert_eq!((new.change, new.direction), (None, Direction::Flat));
        assert_eq!(count_tile((3, 4)).change.as_deref(), Some("−25.0%"));
    }

    #[test]
    fn shares_and_bars_need_a_positive_whole() {
        assert_eq!(share(total("12.5"), total("100")), "12.5%");
        assert_eq!(share(total("1"), Total::ZERO), "–");
        assert_eq!(bar(total("0.001"), total("100")), 1);
        assert_eq!(bar(total("-5"), total("100")), 0);
        assert_eq!(bar(total("100"), total("100")), 100);
    }
}
