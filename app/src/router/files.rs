//! Which pages come to the browser together. The pages of a file share most of their code, and every file more is many small
//! ones beside it, with what any two of them share.

use leptos::prelude::*;
use leptos_router::ChooseView;

use crate::pages::account::AccountPage;
use crate::pages::assignments::AssignmentsPage;
use crate::pages::assignments::differences::DifferencesPage;
use crate::pages::assignments::suggestions::SuggestionsPage;
use crate::pages::consumption::customer_dashboard::CustomerDashboardPage;
use crate::pages::consumption::dashboard::DashboardPage;
use crate::pages::consumption::lines::LinesPage;
use crate::pages::consumption::summary::SummaryPage;
use crate::pages::customers::detail::CustomerPage;
use crate::pages::customers::list::CustomersPage;
use crate::pages::exports::ExportsPage;
use crate::pages::home::HomePage;
use crate::pages::imports::detail::ImportPage;
use crate::pages::imports::list::ImportsPage;
use crate::pages::imports::mapping::MappingPage;
use crate::pages::login::LoginPage;
use crate::pages::members::MembersPage;
use crate::pages::months::detail::MonthPage;
use crate::pages::months::list::MonthsPage;
use crate::pages::password::PasswordPage;
use crate::pages::targets::TargetsPage;
use crate::pages::teams::TeamsPage;

/// A page. Nothing of it but its name is in the file that every visit loads, so its data is asked for when its file is there.
pub trait Screen: Sized + Send + Sync + 'static {
    /// Asks for the page's data.
    fn data() -> Self;

    /// Shows the page.
    fn view(this: Self) -> AnyView;
}

/// A page whose data is asked for: what shows it.
type Opened = Box<dyn FnOnce() -> AnyView + Send + Sync>;

fn opened<P: Screen>() -> Opened {
    let page = P::data();
    Box::new(move || P::view(page))
}

/// A page in the router. As with the framework's lazy routes its data is asked for before anything is shown: server and browser
/// number what comes with a page in the order in which it is asked for.
#[derive(Clone)]
struct Lazily {
    page: Page,
    opened: ArcStoredValue<Option<Opened>>,
}

impl ChooseView for Lazily {
    async fn preload(&self) {
        let opened = self.page.open().await;
        self.opened.set_value(Some(opened));
    }

    async fn choose(self) -> AnyView {
        let preloaded = self.opened.try_update_value(Option::take).flatten();
        let opened = match preloaded {
            Some(opened) => opened,
            None => self.page.open().await,
        };
        opened()
    }
}

/// A route's view: the page, once its file is there.
pub fn page(page: Page) -> impl ChooseView {
    Lazily { page, opened: ArcStoredValue::new(None) }
}

macro_rules! files {
    ($($file:ident: $($page:ident),+;)+) => {
        /// A page by its name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Page {
            $($(
                /// Its page.
                $page,
            )+)+
        }

        impl Page {
            /// Asks for the page's data once its file is there.
            async fn open(self) -> Opened {
                match self {
                    $($(Self::$page)|+ => $file::open(self).await,)+
                }
            }
        }

        $(mod $file {
            use super::*;

            #[lazy($file)]
            pub(super) fn open(page: Page) -> Opened {
                match page {
                    $(Page::$page => opened::<$page>(),)+
                    // of another file
                    _ => Box::new(|| ().into_any()),
                }
            }
        })+
    };
}

files! {
    dashboard: DashboardPage;
    consumption: CustomerDashboardPage, LinesPage, SummaryPage, TargetsPage;
    customers: CustomersPage, CustomerPage, AssignmentsPage, SuggestionsPage, DifferencesPage;
    bills: ExportsPage, ImportsPage, ImportPage, MappingPage, MonthsPage, MonthPage;
    session: LoginPage, PasswordPage, AccountPage, HomePage, MembersPage, TeamsPage;
}
