//! Consumption by group: a stack a month, or a bar a group.

use charming::Chart;
use charming::component::{Axis, Grid, Legend, LegendType};
use charming::element::{AxisLabel, AxisType, Color, ItemStyle, LineStyle, SplitLine, TextStyle, Tooltip, Trigger};
use charming::series::Bar;
use domain::money::Total;

use super::coordinate;
use super::theme::Theme;

/// What a chart shows of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Whether it is the sum of all that is not listed.
    pub is_rest: bool,
    /// Its figures: one a month, or a single one.
    pub figures: Vec<Total>,
}

impl Series {
    fn color(&self, at: usize, theme: Theme) -> &'static str {
        if self.is_rest { theme.rest } else { theme.groups[at % theme.groups.len()] }
    }
}

/// A stack of groups for every month.
pub fn group_trend(months: &[String], groups: &[Series], theme: Theme) -> Chart {
    let label = || AxisLabel::new().color(theme.text);
    let chart = Chart::new()
        .tooltip(Tooltip::new().trigger(Trigger::Axis).value_formatter("pc:money"))
        .legend(Legend::new().type_(LegendType::Scroll).bottom(0).text_style(TextStyle::new().color(theme.text)))
        .grid(Grid::new().left(8).right(16).top(16).bottom(36).contain_label(true))
        .x_axis(Axis::new().type_(AxisType::Category).data(months.to_vec()).axis_label(label()))
        .y_axis(
            Axis::new()
                .type_(AxisType::Value)
                .axis_label(label().formatter("pc:compact"))
                .split_line(SplitLine::new().line_style(LineStyle::new().color(theme.line))),
        );
    groups.iter().enumerate().fold(chart, |chart, (at, group)| {
        let data: Vec<f64> = group.figures.iter().map(|figure| coordinate(*figure)).collect();
        let style = ItemStyle::new().color(Color::from(group.color(at, theme)));
        chart.series(Bar::new().name(group.name.as_str()).stack("all").data(data).item_style(style))
    })
}

/// A bar a group, the first on top.
pub fn group_shares(measure: &str, groups: &[Series], theme: Theme) -> Chart {
    let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
    let data: Vec<f64> =
        groups.iter().map(|group| group.figures.iter().copied().sum::<Total>()).map(coordinate).collect();
    Chart::new()
        .color(vec![Color::from(theme.first)])
        .tooltip(Tooltip::new().trigger(Trigger::Axis).value_formatter("pc:money"))
        .grid(Grid::new().left(8).right(24).top(8).bottom(8).contain_label(true))
        .x_axis(
            Axis::new()
                .type_(AxisType::Value)
                .axis_label(AxisLabel::new().color(theme.text).formatter("pc:compact"))
                .split_line(SplitLine::new().line_style(LineStyle::new().color(theme.line))),
        )
        .y_axis(
            Axis::new()
                .type_(AxisType::Category)
                .inverse(true)
                .data(names)
                .axis_label(AxisLabel::new().color(theme.text)),
        )
        .series(Bar::new().name(measure).data(data).bar_width(14).item_style(ItemStyle::new().border_radius(2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(name: &str, is_rest: bool, figures: &[i128]) -> Series {
        let figures = figures.iter().map(|figure| Total::from_units(figure * 100_000_000)).collect();
        Series { name: name.into(), is_rest, figures }
    }

    #[test]
    fn groups_are_stacked_month_by_month_and_the_rest_is_grey() {
        let months = ["2026-10".to_owned(), "2026-11".to_owned()];
        let groups = [series("ECS", false, &[120, -3]), series("其他", true, &[1, 2])];
        insta::assert_json_snapshot!(serde_json::to_value(group_trend(&months, &groups, Theme::LIGHT)).unwrap());
    }

    #[test]
    fn shares_are_bars_with_the_largest_on_top() {
        let groups = [series("ECS", false, &[120, -3]), series("其他", true, &[1, 2])];
        insta::assert_json_snapshot!(serde_json::to_value(group_shares("应付金额", &groups, Theme::DARK)).unwrap());
    }
}
