//! Going through the pages of a list. The page number lives in the URL.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::tr;

/// Links to the page before and after, and where one is.
#[component]
pub fn Pager(
    /// From 1.
    page: u32,
    /// How many pages.
    pages: u32,
    /// How many rows in all.
    total: u64,
) -> impl IntoView {
    let location = use_location();
    let query = location.query.get_untracked();
    let path = location.pathname.get_untracked();
    let link = move |to: u32| {
        let mut query = query.clone();
        query.replace("page", to.to_string());
        format!("{path}{}", query.to_query_string())
    };
    let (before, after) = ((page > 1).then(|| link(page - 1)), (page < pages).then(|| link(page + 1)));
    view! {
        <nav class="pager" aria-label=tr!(common.pages)>
            <span class="muted">{tr!(common.rows_in_all, total = total)}</span>
            {before.map(|href| view! { <a class="btn btn--small" href=href rel="prev">{tr!(common.page_before)}</a> })}
            <span>{tr!(common.page_of, page = page, pages = pages)}</span>
            {after.map(|href| view! { <a class="btn btn--small" href=href rel="next">{tr!(common.page_after)}</a> })}
        </nav>
    }
}
