//! What is shown when `/config.json` is missing or broken: the app cannot know its tenant then.

use leptos::prelude::*;

use crate::browser;
use crate::components::icon::{Drawing, Icon};
use crate::config::{BrokenConfig, EXAMPLE};

/// What is wrong with the file, how it should look, and **Try again**, which reloads.
#[component]
pub fn BrokenConfigPage(
    /// What is wrong.
    broken: BrokenConfig,
) -> impl IntoView {
    browser::set_title("Not configured");
    let (wrong, mend) = match broken {
        BrokenConfig::Unreachable => (
            "The server of this page did not answer.".to_owned(),
            "Check the connection, and that the server still runs.",
        ),
        BrokenConfig::Missing(status) => (
            format!("There is no such file: the server answered {status} and sent no JSON."),
            "Put a file like this one beside index.html, then try again.",
        ),
        BrokenConfig::Invalid(mistake) => (
            ["The file is there, but ", &*mistake, "."].concat(),
            "Mend it so that it looks like this, then try again.",
        ),
    };
    view! {
        <div class="narrow stack far">
            <div class="stack">
                <h1>"This app is not configured"</h1>
                <p class="lead">"It reads from "<span class="mono">"/config.json"</span>" which tenant it logs in at and which API it calls."</p>
            </div>
            <section class="card bad stack" role="alert" aria-labelledby="wrong">
                <h2 id="wrong" class="ink">"The configuration cannot be used"</h2>
                <p>{wrong}</p>
                <p>{mend}</p>
                <pre tabindex="0" aria-label="A configuration that works with the quickstart tenant">{EXAMPLE}</pre>
                <p class="row"><button class="primary" type="button" on:click=|_| browser::reload()><Icon drawing=Drawing::Reload/>"Try again"</button></p>
            </section>
        </div>
    }
}
