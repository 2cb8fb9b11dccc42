//! What failed, the likely cause, and the one thing to do.

use std::time::Duration;

use leptos::prelude::*;

use crate::browser;
use crate::components::icon::{Drawing, Icon};

/// A card that says what failed, why that usually happens, and how the tenant or the API calls it. **Copy details** puts
/// the same facts into the clipboard, for whoever is asked for help.
#[component]
pub fn ErrorCard(
    /// What failed.
    #[prop(into)]
    headline: String,
    /// The likely cause.
    #[prop(into)]
    cause: String,
    /// The stable name of this failure.
    #[prop(into)]
    code: String,
    /// What the server said about it.
    #[prop(optional_no_strip, into)]
    said: Option<String>,
    /// The one button that goes on from here.
    children: Children,
) -> impl IntoView {
    let said = said.unwrap_or_default();
    let details = [&*headline, &*code, &*said, &*browser::origin_and_path()].join("\n");
    view! {
        <section class="card bad stack" role="alert" aria-labelledby="why">
            <h2 id="why" class="ink">{headline}</h2>
            <p>{cause}</p>
            <p class="row"><span class="chip bad mono">{code}</span><span class="soft">{said}</span></p>
            <p class="row">{children()}<CopyDetails details/></p>
            <p><small>"The details name the failure and this page. They hold no token and no code."</small></p>
        </section>
    }
}

/// Puts the details into the clipboard, and says so for two seconds.
#[component]
fn CopyDetails(
    /// What is copied.
    details: String,
) -> impl IntoView {
    let label = RwSignal::new("Copy details");
    let copy = move |_| {
        let details = details.clone();
        browser::spawn(async move {
            let copied = browser::copy(&details).await;
            label.try_set(if copied { "Copied" } else { "The browser refused" });
            set_timeout(move || _ = label.try_set("Copy details"), Duration::from_secs(2));
        });
    };
    view! { <button class="quiet" type="button" on:click=copy><Icon drawing=Drawing::Copy/><span aria-live="polite">{move || label.get()}</span></button> }
}
