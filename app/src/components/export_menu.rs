//! The menu that exports what a page shows.

use domain::exports::{DIRECT_ROWS, ExportFormat};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use crate::components::icon::Icon;
use crate::{text, tr, view_model};

/// 导出: a plain form with the page's own parameters, so that the file holds what is on screen and the browser keeps the page.
#[component]
pub fn ExportMenu(
    /// The page, as the address of its export names it.
    view: &'static str,
) -> impl IntoView {
    let params = use_query_map();
    let menu = NodeRef::<leptos::html::Details>::new();
    let close = move |_| {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    view! {
        <details class="menu menu--boxed" node_ref=menu>
            <summary class="btn"><Icon name="download"/>{tr!(exports.export)}</summary>
            <form
                class="menu__panel"
                method="post"
                action=move || format!("/exports/{view}{}", params.with(ParamsMap::to_query_string))
                on:submit=close
            >
                <input type="hidden" name="lang" value=text::language()/>
                <ul>
                    {ExportFormat::ALL.iter().map(|format| view! {
                        <li>
                            <button class="btn btn--ghost" type="submit" name="format" value=format.code()>
                                {text::export_format(*format)}
                            </button>
                        </li>
                    }).collect_view()}
                    <li><a href="/sales/consumption/exports">{tr!(exports.see_records)}</a></li>
                </ul>
                <p class="menu__foot muted">{tr!(exports.large_in_background, rows = view_model::count(DIRECT_ROWS))}</p>
            </form>
        </details>
    }
}
