//! The frame around every page: top bar, side navigation, account menu.

mod menus;
mod navigation;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::{A, Outlet};
use leptos_router::hooks::use_location;

use crate::components::icon::Icon;
use crate::functions::session::SessionView;
use crate::router::CurrentSession;
use crate::{text, tr};

use menus::{AccountMenu, arrive, close_menus};
pub use menus::{LanguageMenu, ThemeMenu};
use navigation::{Links, NavigationWidth, sections};

/// The frame; the page stands in its middle.
#[component]
pub fn Frame() -> impl IntoView {
    let CurrentSession(session) = expect_context();
    view! {
        <a class="skip-link" href="#main" rel="external">{tr!(nav.skip)}</a>
        <Transition>
            {move || Suspend::new(async move {
                match session.await {
                    Ok(Some(session)) => signed_in(session).into_any(),
                    Ok(None) => signed_out(&tr!(errors.signed_out)).into_any(),
                    Err(error) => signed_out(&text::error(&error)).into_any(),
                }
            })}
        </Transition>
    }
}

fn signed_out(message: &str) -> impl IntoView + use<> {
    let path = use_location().pathname.get_untracked();
    view! {
        <main class="auth" id="main">
            <div class="auth__card">
                <div class="notice notice--warn" role="alert">{message.to_owned()}</div>
                <a class="btn btn--primary" href=format!("/login?next={path}") rel="external">{tr!(session.sign_in)}</a>
            </div>
        </main>
    }
}

fn signed_in(session: SessionView) -> impl IntoView {
    let location = use_location();
    let sections = StoredValue::new(sections(&session));
    let path = location.pathname;
    let drawer = NodeRef::<leptos::html::Details>::new();
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            arrive(drawer);
        }
        path
    });
    view! {
        <div class="app" on:keydown=move |event| if event.key() == "Escape" { close_menus(true) }>
            <header class="topbar">
                <details class="sidenav-drawer" node_ref=drawer>
                    <summary class="btn btn--ghost btn--icon" aria-label=tr!(nav.menu)><Icon name="menu"/></summary>
                    <div class="sidenav-drawer__panel">
                        <nav aria-label=tr!(nav.menu)>
                            <Links sections all=true path/>
                        </nav>
                    </div>
                </details>
                <A href="/" attr:class="topbar__brand">
                    <Icon name="cloud"/>
                    <span>{tr!(nav.product)}</span>
                </A>
                <nav class="topbar__nav" aria-label=tr!(nav.top)>
                    {sections.with_value(|sections| sections.iter().map(|section| {
                        let prefix = section.prefix;
                        let first = section.groups[0].entries[0].path;
                        view! {
                            <a href=first aria-current=move || path.get().starts_with(prefix).then_some("page")>
                                {section.label.clone()}
                            </a>
                        }
                    }).collect_view())}
                </nav>
                <div class="topbar__tools">
                    <LanguageMenu/>
                    <ThemeMenu/>
                    <AccountMenu session=session.clone()/>
                </div>
            </header>
            <div class="shell">
                <aside class="sidenav">
                    <nav aria-label=tr!(nav.section)><Links sections all=false path/></nav>
                    <NavigationWidth/>
                </aside>
                <main class="content" id="main" tabindex="-1">
                    <Outlet/>
                </main>
            </div>
        </div>
    }
}

/// What stands at the top of a page: its place, title, and actions.
#[component]
pub fn PageHead(
    /// The page's title, also the window's.
    #[prop(into)]
    title: String,
    /// Labels and links of the levels above; a level without a page has no link.
    #[prop(optional)]
    above: Vec<(String, Option<&'static str>)>,
    /// A sentence below the title.
    #[prop(optional, into)]
    note: Option<String>,
    /// Buttons at the right.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let window_title = format!("{title} · {}", tr!(nav.product));
    view! {
        <Title text=window_title/>
        <nav class="breadcrumbs" aria-label=tr!(nav.breadcrumbs)>
            <ol>
                {above.into_iter().map(|(label, link)| view! {
                    <li>{match link {
                        Some(path) => view! { <a href=path>{label}</a> }.into_any(),
                        None => label.into_any(),
                    }}</li>
                }).collect_view()}
                <li aria-current="page">{title.clone()}</li>
            </ol>
        </nav>
        <header class="page-head">
            <div>
                <h1>{title}</h1>
                {note.map(|note| view! { <p class="page-head__note">{note}</p> })}
            </div>
            {children.map(|children| view! { <div class="page-head__actions">{children()}</div> })}
        </header>
    }
}

/// For a path that leads nowhere.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::context::fail(crate::error::AppError::NotFound);
    view! {
        <main class="auth" id="main">
            <div class="empty">
                // Within the element: beside it, the browser would look for the page's root in the wrong place.
                <Title text=format!("{} · {}", tr!(errors.page_not_found), tr!(nav.product))/>
                <Icon name="search-x"/>
                <h1 class="empty__title">{tr!(errors.page_not_found)}</h1>
                <p class="empty__text">{tr!(errors.page_not_found_text)}</p>
                <a class="btn btn--primary" href="/">{tr!(nav.partner_center)}</a>
            </div>
        </main>
    }
}
