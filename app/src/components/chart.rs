//! Draws a chart in the browser. The drawing library is a file of its own, loaded when the first chart comes near the
//! visible part of the page.

use leptos::html;
use leptos::prelude::*;

use crate::components::icon::Icon;
use crate::tr;

/// A chart in a box of fixed height, with a button that saves it as a picture. `option` makes the chart's JSON for the theme in force; it is asked anew when what it
/// reads changes.
#[component]
pub fn ChartBox(
    /// The chart as JSON.
    option: Signal<String>,
    /// What it shows, for those who cannot see it.
    #[prop(into)]
    label: String,
    /// The name of the picture's file, without its ending.
    #[prop(into)]
    file: String,
) -> impl IntoView {
    let element = NodeRef::<html::Div>::new();
    #[cfg(feature = "hydrate")]
    browser::draw(element, option);
    #[cfg(not(feature = "hydrate"))]
    let _ = option;
    let save = move |_| {
        #[cfg(feature = "hydrate")]
        browser::save(element, &file);
        #[cfg(not(feature = "hydrate"))]
        let _ = &file;
    };
    view! {
        <div class="chart-box">
            <div class="chart" node_ref=element role="img" aria-label=label></div>
            <button class="btn btn--ghost btn--icon chart-box__save" type="button" aria-label=tr!(common.save_picture)
                title=tr!(common.save_picture) on:click=save>
                <Icon name="download"/>
            </button>
        </div>
    }
}

/// The theme in force: chosen, or the system's.
pub fn theme() -> crate::charts::theme::Theme {
    #[cfg(feature = "hydrate")]
    if browser::is_dark() {
        return crate::charts::theme::Theme::DARK;
    }
    crate::charts::theme::Theme::LIGHT
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::html;
    use leptos::prelude::*;
    use wasm_bindgen::prelude::*;

    const SCRIPT: &str = "/charts.js";

    pub fn is_dark() -> bool {
        let chosen = document().document_element().and_then(|root| root.get_attribute("data-theme"));
        match chosen.as_deref() {
            Some("dark") => true,
            Some("light") => false,
            _ => window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|list| list.matches()),
        }
    }

    /// Waits until the box is near, loads the library once, then draws and redraws.
    pub fn draw(element: NodeRef<html::Div>, option: Signal<String>) {
        let near = RwSignal::new(false);
        let ready = RwSignal::new(false);
        Effect::new(move || {
            if let Some(element) = element.get() {
                watch(&element, near);
            }
        });
        Effect::new(move || {
            if near.get() {
                load(ready);
            }
        });
        Effect::new(move || {
            let json = option.get();
            if let (true, Some(element)) = (ready.get(), element.get()) {
                call("mount", &element, Some(&json));
            }
        });
        on_cleanup(move || {
            if let Some(element) = element.try_get_untracked().flatten() {
                call("dispose", &element, None);
            }
        });
    }

    /// Saves what is drawn; nothing where nothing is.
    pub fn save(element: NodeRef<html::Div>, file: &str) {
        if let Some(element) = element.get_untracked() {
            call("save", &element, Some(file));
        }
    }

    fn watch(element: &web_sys::HtmlDivElement, near: RwSignal<bool>) {
        let seen = Closure::<dyn FnMut(js_sys::Array, web_sys::IntersectionObserver)>::new(
            move |entries: js_sys::Array, observer: web_sys::IntersectionObserver| {
                let visible = entries
                    .iter()
                    .any(|entry| entry.unchecked_into::<web_sys::IntersectionObserverEntry>().is_intersecting());
                if visible {
                    observer.disconnect();
                    let _ = near.try_set(true);
                }
            },
        );
        let options = web_sys::IntersectionObserverInit::new();
        options.set_root_margin("200px");
        if let Ok(observer) = web_sys::IntersectionObserver::new_with_options(seen.as_ref().unchecked_ref(), &options) {
            observer.observe(element);
        }
        // Lives until the box was seen; one small closure a chart.
        seen.forget();
    }

    fn library() -> Option<JsValue> {
        let charts = js_sys::Reflect::get(&window(), &"pcCharts".into()).ok()?;
        charts.is_object().then_some(charts)
    }

    /// Adds the library's script: one made by a trusted script is trusted itself.
    fn load(ready: RwSignal<bool>) {
        if library().is_some() {
            ready.set(true);
            return;
        }
        let selector = format!("script[src='{SCRIPT}']");
        let Some(script) = document().query_selector(&selector).ok().flatten().or_else(add_script) else { return };
        let loaded = Closure::<dyn FnMut()>::new(move || {
            let _ = ready.try_set(true);
        });
        let _ = script.add_event_listener_with_callback("load", loaded.as_ref().unchecked_ref());
        loaded.forget();
    }

    fn add_script() -> Option<web_sys::Element> {
        let script = document().create_element("script").ok()?;
        script.set_attribute("type", "module").ok()?;
        script.set_attribute("src", SCRIPT).ok()?;
        document().head()?.append_child(&script).ok()?;
        Some(script)
    }

    fn call(method: &str, element: &web_sys::HtmlDivElement, argument: Option<&str>) {
        let Some(charts) = library() else { return };
        let Ok(function) = js_sys::Reflect::get(&charts, &method.into()) else { return };
        let Some(function) = function.dyn_ref::<js_sys::Function>() else { return };
        let result = match argument {
            Some(argument) => function.call2(&charts, element, &argument.into()),
            None => function.call1(&charts, element),
        };
        if let Err(error) = result {
            leptos::logging::error!("chart: {error:?}");
        }
    }
}
