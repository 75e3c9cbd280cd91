//! The colours of charts, the same as the style's tokens.

/// Colours of one theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Main series.
    pub first: &'static str,
    /// Second series.
    pub second: &'static str,
    /// Groups beside each other, largest first; more than these begin again.
    pub groups: [&'static str; 10],
    /// What is left beside the groups.
    pub rest: &'static str,
    /// Axis labels and legends.
    pub text: &'static str,
    /// Grid lines.
    pub line: &'static str,
}

impl Theme {
    /// On white.
    pub const LIGHT: Self = Self {
        first: "#4a5bd0",
        second: "#0b8f87",
        groups: [
            "#4a5bd0", "#0b8f87", "#c2660a", "#a33ea1", "#2f7fd1", "#6a8f1d", "#c43d5c", "#7a6ad8", "#1f9d57",
            "#8a6d3b",
        ],
        rest: "#9aa3b2",
        text: "#565f6f",
        line: "#e0e3e9",
    };
    /// On dark.
    pub const DARK: Self = Self {
        first: "#8593f5",
        second: "#35b8ad",
        groups: [
            "#8593f5", "#35b8ad", "#e59a4f", "#cf7fce", "#6cb0ee", "#a3c556", "#ec7f97", "#b0a4f6", "#5fcb90",
            "#c3a56f",
        ],
        rest: "#6b7482",
        text: "#a1aab9",
        line: "#2a313c",
    };
}
