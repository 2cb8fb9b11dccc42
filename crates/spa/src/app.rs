//! The app: what stands on every page, and which page stands between.

use leptos::prelude::*;

use crate::auth::{AuthProvider, RequireAuth};
use crate::browser;
use crate::clock::Clock;
use crate::components::nav_bar::{Header, NavBar, ThemeSwitch};
use crate::components::title_block::{TitleBlock, host};
use crate::config::{BrokenConfig, Config};
use crate::pages::broken_config::BrokenConfigPage;
use crate::pages::calendar::CalendarPage;
use crate::pages::callback::CallbackPage;
use crate::pages::home::HomePage;
use crate::pages::not_found::NotFoundPage;
use crate::router::{Page, Router};

/// The app, or the page that says why it cannot be.
#[component]
pub fn App(
    /// What the app is pointed at.
    config: Result<Config, BrokenConfig>,
) -> impl IntoView {
    view! {
        <a class="hide" href="#main">"Skip to content"</a>
        {match config {
            Ok(config) => view! { <AuthProvider config=config.clone()><Pages config/></AuthProvider> }.into_any(),
            Err(broken) => view! {
                <Header><ThemeSwitch/></Header>
                <main id="main" tabindex="-1"><BrokenConfigPage broken/></main>
            }
            .into_any(),
        }}
    }
}

/// Header, page and title block. A new page begins at its top, with the focus on it, so that it is read out; not so after
/// a login, which began with a page of its own.
#[component]
fn Pages(
    /// What the app is pointed at.
    config: Config,
) -> impl IntoView {
    Clock::start();
    let page = Router::start().page();
    Effect::new(move |before: Option<Page>| {
        let page = page.get();
        if before.is_some_and(|before| before != page && before != Page::Callback) {
            browser::scroll_to_top();
            browser::focus("main");
        }
        page
    });

    let settings = StoredValue::new(config.clone());
    view! {
        <NavBar/>
        <main id="main" tabindex="-1">
            {move || {
                let config = settings.get_value();
                match page.get() {
                    Page::Home => view! { <HomePage tenant=config.domain.origin().to_owned()/> }.into_any(),
                    Page::Callback => view! { <CallbackPage tenant=host(config.domain.origin()).to_owned()/> }.into_any(),
                    Page::Calendar => {
                        view! { <RequireAuth><CalendarPage config=settings.get_value()/></RequireAuth> }.into_any()
                    }
                    Page::NotFound => view! { <NotFoundPage/> }.into_any(),
                }
            }}
        </main>
        <TitleBlock config/>
    }
}
