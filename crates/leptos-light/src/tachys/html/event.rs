//! Events.

use wasm_bindgen::JsCast;

/// An event by its name.
pub trait EventDescriptor {
    /// What the browser hands over.
    type EventType: JsCast;
    /// As the browser calls it.
    const NAME: &'static str;
}

macro_rules! events {
    ($($name:ident: $kind:ident)*) => {
        $(
            #[doc = concat!("`", stringify!($name), "`.")]
            #[expect(non_camel_case_types, reason = "the name that view! writes")]
            pub struct $name;

            impl EventDescriptor for $name {
                type EventType = web_sys::$kind;
                const NAME: &'static str = stringify!($name);
            }
        )*
    };
}

events!(click: MouseEvent input: Event keydown: KeyboardEvent submit: SubmitEvent);
