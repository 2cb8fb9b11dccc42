//! Any address that is no page.

use leptos::prelude::*;

use crate::browser;

/// Says so, and leads back.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    browser::set_title("No such page");
    view! {
        <div class="narrow stack">
            <h1>"There is no such page"</h1>
            <p class="lead">"The address is not one of this app's. It may be mistyped, or from another version."</p>
            <p class="row"><a class="button primary" href="/calendar">"Your calendar"</a><a class="button quiet" href="/">"Welcome page"</a></p>
        </div>
    }
}
