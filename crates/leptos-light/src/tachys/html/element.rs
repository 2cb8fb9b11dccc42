//! Elements.

use leptos::prelude::document;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event};

use super::attribute::AttributeValue;
use super::event::EventDescriptor;
use crate::live::follow;
use crate::view::{AnyView, IntoView};

/// An element of the browser.
pub struct HtmlElement(Element);

impl From<Result<Element, JsValue>> for HtmlElement {
    fn from(element: Result<Element, JsValue>) -> Self {
        Self(element.expect("browsers make every element that has a name"))
    }
}

impl HtmlElement {
    /// Puts a view at its end.
    #[must_use]
    pub fn child(self, view: impl IntoView) -> Self {
        view.into_any().mount(&self.0, None);
        self
    }

    /// Sets an attribute.
    #[must_use]
    pub fn attr(self, name: &'static str, value: impl AttributeValue) -> Self {
        value.set(&self.0, name);
        self
    }

    /// Sets its content to trusted markup.
    #[must_use]
    pub fn inner_html(self, html: impl AsRef<str>) -> Self {
        self.0.set_inner_html(html.as_ref());
        self
    }

    /// Keeps a property as the closure says.
    #[must_use]
    pub fn prop<T: Into<JsValue>>(
        self,
        name: &'static str,
        mut read: impl FnMut() -> T + 'static,
    ) -> Self {
        let element = self.0.clone();
        follow(Box::new(move || _ = js_sys::Reflect::set(&element, &name.into(), &read().into())));
        self
    }

    /// Listens to an event.
    #[must_use]
    pub fn on<E: EventDescriptor>(
        self,
        _: E,
        mut listen: impl FnMut(E::EventType) + 'static,
    ) -> Self {
        add_listener(&self.0, E::NAME, Box::new(move |event| listen(event.unchecked_into())));
        self
    }
}

/// The browser frees the closure with the element.
fn add_listener(element: &Element, name: &str, listen: Box<dyn FnMut(Event)>) {
    let listen = Closure::wrap(listen).into_js_value();
    let _ = element.add_event_listener_with_callback(name, listen.unchecked_ref());
}

impl IntoView for HtmlElement {
    fn into_any(self) -> AnyView {
        AnyView::Node(self.0.into())
    }
}

macro_rules! elements {
    ($($tag:ident)*) => {
        $(
            #[doc = concat!("`<", stringify!($tag), ">`.")]
            #[must_use]
            pub fn $tag() -> HtmlElement {
                HtmlElement::from(document().create_element(stringify!($tag)))
            }
        )*
    };
}

elements!(
    a aside b br button dd div dl dt figure footer form h1 h2 h3 header i input label li main nav ol p pre section small
    span time ul
);

macro_rules! attributes {
    ($($method:ident $name:literal)*) => {
        impl HtmlElement {
            $(
                #[doc = concat!("Sets `", $name, "`.")]
                #[must_use]
                pub fn $method(self, value: impl AttributeValue) -> Self {
                    self.attr($name, value)
                }
            )*
        }
    };
}

attributes!(
    aria_busy "aria-busy"
    aria_current "aria-current"
    aria_describedby "aria-describedby"
    aria_hidden "aria-hidden"
    aria_invalid "aria-invalid"
    aria_label "aria-label"
    aria_labelledby "aria-labelledby"
    aria_live "aria-live"
    aria_required "aria-required"
    autocomplete "autocomplete"
    class "class"
    href "href"
    id "id"
    inputmode "inputmode"
    name "name"
    novalidate "novalidate"
    role "role"
    tabindex "tabindex"
    r#type "type"
);
