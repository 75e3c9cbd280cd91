//! The application: contexts and routes. Paths follow the menu.

pub mod files;

use domain::access::Permission;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::error::AppError;
use crate::functions::session::{SessionView, get_session};
use crate::i18n::I18nContextProvider;
use crate::layout::{Frame, NotFoundPage};
use crate::router::files::{Page, page};

/// Who is signed in, for layout and pages: a blocking resource, read once a page load.
#[derive(Clone, Copy)]
pub struct CurrentSession(pub Resource<Result<Option<SessionView>, AppError>>);

/// The signed-in member, once that is known; asks again when it changes.
pub fn session_now() -> Option<SessionView> {
    let CurrentSession(session) = expect_context();
    session.get().and_then(Result::ok).flatten()
}

/// Whether the signed-in member may do it; false until that is known.
pub fn may(permission: Permission) -> bool {
    session_now().is_some_and(|session| session.may(permission))
}

/// The application.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(CurrentSession(Resource::new_blocking(|| (), |()| get_session())));
    // Pages are sent whole (`SsrMode::Async`): their data takes milliseconds, and a status that depends on it is right.
    view! {
        <I18nContextProvider ssr_lang_header_getter=language()>
            <Router>
                <Routes fallback=|| view! { <NotFoundPage/> }>
                    <Route path=path!("/login") view={page(Page::LoginPage)} ssr=SsrMode::Async/>
                    <ParentRoute path=path!("") view=Frame>
                        <Route path=path!("/") view={page(Page::HomePage)} ssr=SsrMode::Async/>
                        <Route path=path!("/account") view={page(Page::AccountPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/account/password") view={page(Page::PasswordPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/sales/dashboards/consumption") view={page(Page::DashboardPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/sales/dashboards/customers") view={page(Page::CustomerDashboardPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/sales/dashboards/targets") view={page(Page::TargetsPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/sales/customers") view={page(Page::CustomersPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/sales/customers/:id") view={page(Page::CustomerPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/sales/assignments") view={page(Page::AssignmentsPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/sales/consumption/summary") view={page(Page::SummaryPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/sales/assignments/suggestions") view={page(Page::SuggestionsPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/sales/assignments/differences") view={page(Page::DifferencesPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/sales/consumption/lines") view={page(Page::LinesPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/sales/consumption/exports") view={page(Page::ExportsPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/sales/consumption/imports") view={page(Page::ImportsPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/sales/consumption/imports/:id") view={page(Page::ImportPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/sales/consumption/imports/:id/mapping") view={page(Page::MappingPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/sales/consumption/months") view={page(Page::MonthsPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/sales/consumption/months/:month") view={page(Page::MonthPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/organization/members") view={page(Page::MembersPage)} ssr=SsrMode::Async/>
                        <Route path=path!("/organization/teams") view={page(Page::TeamsPage)} ssr=SsrMode::Async/>
                    </ParentRoute>
                </Routes>
            </Router>
        </I18nContextProvider>
    }
}

/// The language is chosen on the server: by the cookie that the host sets, else by what the browser asks for. The browser takes
/// it from the page.
fn language() -> leptos_i18n::context::UseLocalesOptions {
    let options = leptos_i18n::context::UseLocalesOptions::default();
    #[cfg(feature = "ssr")]
    let options = options.ssr_lang_header_getter(|| {
        crate::context::cookie("lang").or_else(|| crate::context::header(&http::header::ACCEPT_LANGUAGE))
    });
    options
}
