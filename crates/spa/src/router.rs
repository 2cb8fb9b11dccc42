//! Which page the address bar asks for, and how links change it without loading anything.
//!
//! Four routes and one query parameter do not need a routing library, which would be a third of the app's weight.

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{Element, HtmlAnchorElement, MouseEvent};

/// The pages of the app, by their paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// `/`
    Home,
    /// `/callback`
    Callback,
    /// `/calendar`
    Calendar,
    /// Anything else.
    NotFound,
}

impl Page {
    /// The page at a path.
    ///
    /// ```
    /// use spa::router::Page;
    ///
    /// assert_eq!(Page::at("/calendar/"), Page::Calendar);
    /// assert_eq!(Page::at("/calendars"), Page::NotFound);
    /// ```
    #[must_use]
    pub fn at(path: &str) -> Self {
        match path.trim_end_matches('/') {
            "" => Self::Home,
            "/callback" => Self::Callback,
            "/calendar" => Self::Calendar,
            _ => Self::NotFound,
        }
    }
}

/// The part of the address that the app looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// From the first slash on.
    pub path: String,
    /// From the question mark on, or empty.
    pub query: String,
}

impl Address {
    /// What the address bar says.
    fn current() -> Self {
        let location = window().location();
        Self {
            path: location.pathname().unwrap_or_default(),
            query: location.search().unwrap_or_default(),
        }
    }
}

/// The address as a signal, and the ways to change it.
#[derive(Clone, Copy)]
pub struct Router {
    address: RwSignal<Address>,
}

impl Router {
    /// Reads the address, and follows it from now on: the Back button, and every link to a place within the app.
    pub fn start() -> Self {
        let router = Self { address: RwSignal::new(Address::current()) };
        window_event_listener(ev::popstate, move |_| router.update());
        window_event_listener(ev::click, move |event| {
            if let Some(path) = place_within(&event) {
                event.prevent_default();
                router.go(&path);
            }
        });
        provide_context(router);
        router
    }

    /// The page to show. Changes only when the page does, not with its query.
    pub fn page(self) -> Memo<Page> {
        Memo::new(move |_| self.address.with(|address| Page::at(&address.path)))
    }

    /// The query, from the question mark on.
    #[must_use]
    pub fn query(self) -> String {
        self.address.with(|address| address.query.clone())
    }

    /// Where we are, so that a login can come back here.
    #[must_use]
    pub fn here(self) -> String {
        self.address.with_untracked(|address| [&*address.path, &*address.query].concat())
    }

    /// Goes to a place within the app.
    pub fn go(self, path: &str) {
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(path));
        }
        self.update();
    }

    /// Goes to a place within the app, so that Back does not come back here.
    pub fn replace(self, path: &str) {
        if let Ok(history) = window().history() {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(path));
        }
        self.update();
    }

    fn update(self) {
        let current = Address::current();
        if self.address.with_untracked(|address| *address != current) {
            self.address.set(current);
        }
    }
}

/// The app's address.
///
/// # Panics
///
/// Outside of [`crate::app::App`]: that is a mistake in the code.
#[must_use]
pub fn use_router() -> Router {
    expect_context()
}

/// The path and query that a click leads to, when it is the app that should go there: a plain click on a plain link to
/// another place of this origin. Everything else stays the browser's.
fn place_within(event: &MouseEvent) -> Option<String> {
    let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if event.default_prevented() || event.button() != 0 || modified {
        return None;
    }
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let link = target.closest("a[href]").ok()??.dyn_into::<HtmlAnchorElement>().ok()?;
    let location = window().location();
    if link.has_attribute("target")
        || link.has_attribute("download")
        || link.origin() != location.origin().ok()?
    {
        return None;
    }
    let place = Address { path: link.pathname(), query: link.search() };
    let jumps = !link.hash().is_empty() && place == Address::current();
    (!jumps).then(|| place.path + &place.query)
}
