//! The browser's entry point.
#![recursion_limit = "512"]

/// Brings the pages that the server sent to life.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_lazy(app::App);
}
