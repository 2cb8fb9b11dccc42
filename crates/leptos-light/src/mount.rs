//! Where drawing begins.

use leptos::reactive::owner::Owner;
use web_sys::HtmlElement;

use crate::view::IntoView;

/// Draws the view at the end of the page, for good.
pub fn mount_to_body<V: IntoView>(view: impl FnOnce() -> V) {
    if let Some(body) = leptos::prelude::document().body() {
        mount_to(&body, view);
    }
}

/// Draws the view at the end of an element, for good.
pub fn mount_to<V: IntoView>(parent: &HtmlElement, view: impl FnOnce() -> V) {
    // It may run already.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    let owner = Owner::new();
    owner.with(|| view().into_any().mount(parent, None));
    std::mem::forget(owner);
}
