//! The spend trend: due as bars, paid as a line.

use charming::Chart;
use charming::component::{Axis, Grid, Legend};
use charming::element::{
    AxisLabel, AxisType, Color, ItemStyle, LineStyle, SplitLine, Symbol, TextStyle, Tooltip, Trigger,
};
use charming::series::{Bar, Line};
use domain::consumption::TrendPoint;

use super::coordinate;
use super::theme::Theme;

/// The names of the two series, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesNames {
    /// 应付金额.
    pub due: String,
    /// 实付金额.
    pub paid: String,
}

/// The trend's chart.
pub fn spend_trend(points: &[TrendPoint], names: &SeriesNames, theme: Theme) -> Chart {
    let labels: Vec<&str> = points.iter().map(|point| point.at.as_str()).collect();
    let due: Vec<f64> = points.iter().map(|point| coordinate(point.due)).collect();
    let paid: Vec<f64> = points.iter().map(|point| coordinate(point.paid)).collect();
    let label = || AxisLabel::new().color(theme.text);
    Chart::new()
        .color(vec![Color::from(theme.first), Color::from(theme.second)])
        // The bridge colours tooltips: their text has no setting here.
        .tooltip(Tooltip::new().trigger(Trigger::Axis).value_formatter("pc:money"))
        .legend(Legend::new().bottom(0).text_style(TextStyle::new().color(theme.text)))
        .grid(Grid::new().left(8).right(16).top(16).bottom(36).contain_label(true))
        .x_axis(Axis::new().type_(AxisType::Category).data(labels).axis_label(label()))
        .y_axis(
            Axis::new()
                .type_(AxisType::Value)
                .axis_label(label().formatter("pc:compact"))
                .split_line(SplitLine::new().line_style(LineStyle::new().color(theme.line))),
        )
        .series(Bar::new().name(names.due.as_str()).data(due).item_style(ItemStyle::new().border_radius(2)))
        .series(Line::new().name(names.paid.as_str()).data(paid).symbol(Symbol::Circle).symbol_size(6.0))
}

#[cfg(test)]
mod tests {
    use domain::money::Total;

    use super::*;

    #[test]
    fn the_trend_has_due_as_bars_and_paid_as_a_line() {
        let point = |at: &str, due: i128, paid: i128| TrendPoint {
            at: at.into(),
            due: Total::from_units(due * 100_000_000),
            paid: Total::from_units(paid * 100_000_000),
        };
        let names = SeriesNames { due: "应付金额".into(), paid: "实付金额".into() };
        let chart = spend_trend(&[point("2026-10", 120, 100), point("2026-11", 80, 80)], &names, Theme::LIGHT);
        insta::assert_json_snapshot!(serde_json::to_value(&chart).unwrap());
    }
}
