//! HTML.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlTemplateElement;

use crate::view::{AnyView, IntoView};

pub mod attribute;
pub mod element;
pub mod event;

/// Markup in which nothing is to be filled in.
pub struct InertElement(&'static str);

impl InertElement {
    /// The markup of one element.
    #[must_use]
    pub const fn new(html: &'static str) -> Self {
        Self(html)
    }
}

impl IntoView for InertElement {
    fn into_any(self) -> AnyView {
        let template = document().create_element("template").ok();
        let template =
            template.and_then(|template| template.dyn_into::<HtmlTemplateElement>().ok());
        let node = template.and_then(|template| {
            template.set_inner_html(self.0);
            template.content().first_child()
        });
        node.map_or_else(|| ().into_any(), AnyView::Node)
    }
}
