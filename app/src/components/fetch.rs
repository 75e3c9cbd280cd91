//! Data that only the browser asks for: suggestions while typing, choices of a dialog.
//!
//! Not a resource: one that is read inside a page's `Suspense` on the server would leave the whole page out.

use std::future::Future;

use leptos::prelude::*;

use crate::error::AppError;

/// The answer to `ask` for the current `key`, asked again when the key changes; none until it is there. Errors keep the
/// answer before.
pub fn fetch<K, T, F>(key: impl Fn() -> K + 'static, ask: impl Fn(K) -> F + 'static) -> RwSignal<Option<T>>
where
    K: 'static,
    T: Send + Sync + 'static,
    F: Future<Output = Result<T, AppError>> + 'static,
{
    let answer = RwSignal::new(None);
    let newest = StoredValue::new(0_u32);
    Effect::new(move || {
        newest.update_value(|number| *number += 1);
        let number = newest.get_value();
        let asked = ask(key());
        leptos::task::spawn_local(async move {
            if let Ok(value) = asked.await
                // An answer that was overtaken by a newer question is dropped.
                && newest.try_get_value() == Some(number)
            {
                let _ = answer.try_set(Some(value));
            }
        });
    });
    answer
}
