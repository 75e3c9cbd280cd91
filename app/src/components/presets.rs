//! Ranges seen from today, to choose from.

use domain::consumption::preset::Preset;
use leptos::prelude::*;

use crate::tr;

/// The name of a range seen from today.
pub fn label(preset: Preset) -> String {
    match preset {
        Preset::ThisMonth => tr!(dashboard.this_month),
        Preset::LastMonth => tr!(dashboard.last_month),
        Preset::SixMonths => tr!(dashboard.six_months),
        Preset::TwelveMonths => tr!(dashboard.twelve_months),
    }
}

/// A link for each range: where it leads, and whether it is what is shown.
pub fn presets(link: impl Fn(Preset) -> (String, bool)) -> impl IntoView {
    let links: Vec<_> = Preset::ALL
        .iter()
        .map(|preset| {
            let (href, current) = link(*preset);
            view! { <a href=href aria-current=current.then_some("true")>{label(*preset)}</a> }
        })
        .collect();
    view! { <div class="segmented" role="group" aria-label=tr!(dashboard.range)>{links}</div> }
}
