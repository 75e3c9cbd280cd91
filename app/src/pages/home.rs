//! The start page: leads to the first page that the member may open.

use crate::router::files::Screen;
use leptos::prelude::*;
use leptos_router::components::Redirect;

/// `/`.
pub struct HomePage;

impl Screen for HomePage {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let HomePage = this;
        view! { <Redirect path="/sales/dashboards/consumption"/> }.into_any()
    }
}
