//! The menus at the right of the top bar, and how menus close.

use leptos::prelude::*;

use crate::components::icon::Icon;
use crate::functions::session::SessionView;
use crate::i18n::use_i18n;
use crate::{text, tr};

/// Language and theme are cookies that the host sets, so that both work before and without WebAssembly.
#[component]
pub fn LanguageMenu() -> impl IntoView {
    let i18n = use_i18n();
    let (code, label) = match i18n.get_locale_untracked() {
        crate::i18n::Locale::zh => ("en", "English"),
        crate::i18n::Locale::en => ("zh", "中文"),
    };
    view! {
        <form method="post" action="/preferences/language">
            <input type="hidden" name="value" value=code/>
            <button class="btn btn--ghost btn--small" type="submit" lang=code>{label}</button>
        </form>
    }
}

/// The colour theme: as the system has it, light, or dark.
#[component]
pub fn ThemeMenu() -> impl IntoView {
    let choice = |value: &'static str, label: String| {
        view! {
            <li>
                <button class="btn btn--ghost" type="submit" name="value" value=value>{label}</button>
            </li>
        }
    };
    view! {
        <details class="menu">
            <summary class="btn btn--ghost btn--icon" aria-label=tr!(nav.theme)><Icon name="sun"/></summary>
            <form method="post" action="/preferences/theme" class="menu__panel">
                <ul>
                    {choice("auto", tr!(nav.theme_auto))}
                    {choice("light", tr!(nav.theme_light))}
                    {choice("dark", tr!(nav.theme_dark))}
                </ul>
            </form>
        </details>
    }
}

#[component]
pub(super) fn AccountMenu(session: SessionView) -> impl IntoView {
    let roles = session.actor.roles.iter().map(|role| text::role(*role)).collect::<Vec<_>>().join(" · ");
    view! {
        <details class="menu">
            <summary class="btn btn--ghost">
                <Icon name="user"/>
                <span class="topbar__account">{session.actor.name.clone()}</span>
            </summary>
            <div class="menu__panel">
                <p class="menu__head">
                    <strong>{session.actor.name.clone()}</strong>
                    <span class="muted">{session.partner.clone()}</span>
                    <span class="muted">{roles}</span>
                </p>
                <ul>
                    <li><a href="/">{tr!(nav.partner_center)}</a></li>
                    <li><a href="/account">{tr!(nav.account)}</a></li>
                    <li><a href="/account/password">{tr!(nav.password)}</a></li>
                    <li>
                        // A plain form: the page is left, and nothing of the session stays in the browser.
                        <form method="post" action="/_fn/sign_out">
                            <button class="btn btn--ghost" type="submit">{tr!(session.sign_out)}</button>
                        </form>
                    </li>
                </ul>
            </div>
        </details>
    }
}

/// Closes the open menus and tips; with `focus`, the keyboard goes back to the button that opened the last of them.
pub(super) fn close_menus(focus: bool) {
    use wasm_bindgen::JsCast as _;
    while let Ok(Some(open)) = document().query_selector("details.menu[open], details.tip[open]") {
        let _ = open.remove_attribute("open");
        let summary = open.query_selector("summary").ok().flatten();
        if let Some(summary) = summary.filter(|_| focus)
            && let Some(summary) = summary.dyn_ref::<web_sys::HtmlElement>()
        {
            let _ = summary.focus();
        }
    }
}

/// After a change of page within the application: menus close, and the keyboard starts at the page's content.
pub(super) fn arrive(drawer: NodeRef<leptos::html::Details>) {
    if let Some(drawer) = drawer.get_untracked() {
        drawer.set_open(false);
    }
    close_menus(false);
    if let Some(main) = document().get_element_by_id("main") {
        use wasm_bindgen::JsCast as _;
        if let Some(main) = main.dyn_ref::<web_sys::HtmlElement>() {
            let _ = main.focus();
        }
    }
}
