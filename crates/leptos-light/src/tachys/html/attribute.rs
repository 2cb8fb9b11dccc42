//! Values of attributes.

use web_sys::Element;

use crate::live::follow;

/// What an attribute can be set to.
pub trait AttributeValue {
    /// Sets it.
    fn set(self, element: &Element, name: &'static str);
}

impl AttributeValue for &str {
    fn set(self, element: &Element, name: &'static str) {
        let _ = element.set_attribute(name, self);
    }
}

impl AttributeValue for String {
    fn set(self, element: &Element, name: &'static str) {
        self.as_str().set(element, name);
    }
}

/// There, or not there.
impl AttributeValue for bool {
    fn set(self, element: &Element, name: &'static str) {
        self.then_some("").set(element, name);
    }
}

impl<T: AttributeValue> AttributeValue for Option<T> {
    fn set(self, element: &Element, name: &'static str) {
        match self {
            Some(value) => value.set(element, name),
            None => _ = element.remove_attribute(name),
        }
    }
}

/// Set again when something changes that it read.
impl<F: FnMut() -> T + 'static, T: AttributeValue> AttributeValue for F {
    fn set(mut self, element: &Element, name: &'static str) {
        let element = element.clone();
        follow(Box::new(move || self().set(&element, name)));
    }
}

/// What `view!` does to each value of an attribute.
pub trait IntoAttributeValue: Sized {
    /// Nothing: [`AttributeValue`] does.
    #[must_use]
    fn into_attribute_value(self) -> Self {
        self
    }
}

impl<T: AttributeValue> IntoAttributeValue for T {}
