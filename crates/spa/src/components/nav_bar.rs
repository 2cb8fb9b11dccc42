//! The header: where one is, who is signed in, and how to change that.

use leptos::prelude::*;

use crate::auth::{AuthStatus, use_auth};
use crate::clock::{span, use_clock};
use crate::components::icon::{Drawing, Icon};
use crate::router::{Page, use_router};

const MARK: &str = r#"<path d="M3 5h18v16.5H3zM8 2.5v5M16 2.5v5M12 13.5V9M12 13.5l-3.9 2.25M12 13.5l3.9 2.25"/><circle cx="12" cy="13.5" r="4.5"/>"#;

/// The name of the app and the switch between light and dark, with what the page needs between them.
#[component]
pub fn Header(
    /// Navigation and session.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="top">
            <a class="brand" href="/"><svg viewBox="0 0 24 24" aria-hidden="true" inner_html=MARK></svg>"Strongroom"</a>
            {children.map(|children| children())}
        </header>
    }
}

/// Switches between light and dark; `theme.js` listens to it on every page of every server.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    view! {
        <button class="quiet" type="button" data-theme-switch="">
            <Icon drawing=Drawing::HalfDisc/>
            <span class="hide">"Switch between light and dark"</span>
        </button>
    }
}

/// The header of a working app. To whoever is signed in it shows the pages, the name, how long the login lasts, and
/// **Log out**, which ends the session at the tenant too. To anybody else it offers **Log in**, except where the page
/// itself does.
#[component]
pub fn NavBar() -> impl IntoView {
    let auth = use_auth();
    let router = use_router();
    let page = router.page();
    view! {
        <Header>
            {move || auth.is_signed_in().then(|| view! {
                <nav class="bar" aria-label="Main">
                    <a href="/calendar" aria-current=move || (page.get() == Page::Calendar).then_some("page")>
                        <Icon drawing=Drawing::Calendar/>"Calendar"
                    </a>
                </nav>
                <Session/>
            }.into_any())}
            <ThemeSwitch/>
            {move || match auth.status() {
                AuthStatus::SignedIn(_) => view! {
                    <button class="quiet" type="button" on:click=move |_| auth.logout()>"Log out"</button>
                }.into_any().into(),
                AuthStatus::SignedOut if page.get() == Page::NotFound => view! {
                    <button class="quiet" type="button" on:click=move |_| auth.login("/calendar".to_owned())>"Log in"</button>
                }.into_any().into(),
                _ => None,
            }}
        </Header>
    }
}

/// Who is signed in, and for how long still.
#[component]
fn Session() -> impl IntoView {
    let auth = use_auth();
    view! {
        <div class="session">
            <span class="hide">"Session of "</span>
            {move || auth.name().unwrap_or_default()}
            <span class="dim">{move || time_left()}</span>
        </div>
    }
}

/// How long the login lasts, in words.
#[must_use]
pub fn time_left() -> String {
    let seconds = use_auth().expires_at().map_or(0, |end| use_clock().seconds_until(end));
    if seconds == 0 { "ended".to_owned() } else { [&*span(seconds), " left"].concat() }
}
