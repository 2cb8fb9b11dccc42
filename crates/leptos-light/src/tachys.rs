//! The names that `view!` expands to.

pub mod html;

/// Drawings.
pub mod svg {
    use leptos::prelude::document;

    use super::html::element::HtmlElement;

    /// `<svg>`.
    #[must_use]
    pub fn svg() -> HtmlElement {
        HtmlElement::from(document().create_element_ns(Some("http://www.w3.org/2000/svg"), "svg"))
    }
}
