//! What somebody sees whose calendar the tenant holds no key to.

use leptos::prelude::*;
use wire::calendar::Problem;

use crate::components::icon::{Drawing, Icon};
use crate::components::nav_bar::time_left;
use crate::components::title_block::Facts;

/// Four drawers, three with keyholes; the fourth stands open.
const DRAWERS: &str = r#"<path d="M8.5 8.5h143v103h-143zM14.5 14.5h131v91h-131zM14.5 60h131M80 14.5v91M47 43v8M113 43v8M47 89v8"/><circle cx="47" cy="37" r="6"/><circle cx="113" cy="37" r="6"/><circle cx="47" cy="83" r="6"/><path class="ink key" d="M100 68h26v28h-26z"/><path stroke-dasharray="4 3" d="M86 66h54v34h-54z"/>"#;

/// Says that no account is connected, what connecting one means, and what to do now; beside it, who answered what.
#[component]
pub fn NoAccount(
    /// The API's answer.
    problem: Problem,
    /// The connection that has no account.
    #[prop(into)]
    connection: String,
) -> impl IntoView {
    let Problem { status, code, upstream_error, .. } = problem;
    let vault = upstream_error.unwrap_or_else(|| "no token for you".to_owned());
    let facts = move || {
        vec![
            ("API answered", format!("{status} {code}")),
            ("Vault answered", vault.clone()),
            ("Connection", connection.clone()),
            ("Your login", ["valid, ", &*time_left()].concat()),
        ]
    };
    view! {
        <div class="split">
            <section class="card split empty" aria-labelledby="none">
                <svg viewBox="0 0 160 120" aria-hidden="true" inner_html=DRAWERS></svg>
                <div class="stack">
                    <h2 id="none">"No account connected"</h2>
                    <p>"Your events live in a calendar at the provider. Once it is connected, the tenant keeps the provider's token in its vault, and this app only ever asks for your events."</p>
                    <ul class="grants">
                        <li><Icon drawing=Drawing::Check/><span>"See and change events"<br/><small class="mono">"calendar.events"</small></span></li>
                        <li><Icon drawing=Drawing::Cross/><span>"Never sees your password or the provider's token"</span></li>
                    </ul>
                    <p>"In the quickstart, Ada's account is connected from the start: the tenant file gives the vault her refresh token. Log out, then log in as Ada."</p>
                </div>
            </section>
            <aside class="stack" aria-labelledby="why">
                <h2 id="why">"Why you see this"</h2>
                <p class="soft">"The API asked the vault for the provider's token and was told that you have none."</p>
                {move || view! { <Facts facts=facts()/> }.into_any()}
            </aside>
        </div>
    }
}
