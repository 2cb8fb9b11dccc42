//! Leptos with a renderer that weighs little.
//!
//! `view!`, `#[component]`, signals, effects and contexts are Leptos' own. What differs is what the tags of `view!` expand
//! to. Leptos gives every element, attribute and closure a type of its own and each of them becomes code; here an element
//! is a handle to the browser's element, made at once, and a closure is boxed. For our app that is a sixth of all that a
//! browser fetches: 126 KB instead of 151.
//!
//! An app depends on this crate by the name of `leptos`, because that is the name that the macros write:
//!
//! ```toml
//! leptos = { package = "leptos-light", path = "../leptos-light" }
//! ```
//!
//! With the real `leptos` there instead, the same app compiles as well. What is missing here: server rendering, hydration,
//! `<Suspense>`, `<For>`, `<Show>` and whatever else draws through Leptos' own renderer; a closure that is run again draws
//! its part of the page anew instead of comparing. Attributes and events are those that the app uses; a new one is a line
//! in [`tachys::html::element`] or [`tachys::html::event`].

pub use ::leptos::*;

pub mod children;
mod live;
pub mod mount;
pub mod prelude;
pub mod tachys;
mod view;
