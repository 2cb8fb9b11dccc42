//! `/`: what this is, and the way in.

use gloo_net::http::RequestBuilder;
use leptos::prelude::*;
use leptos::web_sys::RequestMode;

use crate::auth::{AuthStatus, use_auth};
use crate::browser;
use crate::components::auth_error::LoginErrorCard;
use crate::components::five_parties::FiveParties;
use crate::components::notice::{Notice, Tone};
use crate::components::title_block::{Facts, host};

/// How long the tenant may take to show that it is there, in milliseconds.
const TIMEOUT: u32 = 5_000;

/// Whether the tenant is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tenant {
    Asked,
    Answered(u32),
    Silent,
}

/// The welcome page. **Log in** leaves for the tenant and leads to the calendar.
#[component]
pub fn HomePage(
    /// The tenant's origin.
    tenant: String,
) -> impl IntoView {
    browser::set_title("Welcome");
    let auth = use_auth();
    let answer = RwSignal::new(Tenant::Asked);
    let asked = tenant.clone();
    browser::spawn(async move {
        answer.try_set(ask(&asked).await);
    });

    let local = is_local(&tenant);
    let facts = move || {
        let answers = match answer.get() {
            Tenant::Asked => "asked just now".to_owned(),
            Tenant::Answered(milliseconds) => format!("in {milliseconds} ms"),
            Tenant::Silent => "not at all".to_owned(),
        };
        let kept = if auth.is_signed_in() { "tokens, in memory only" } else { "nothing yet" };
        vec![
            ("Tenant answers", answers),
            ("Signed in", auth.name().unwrap_or_else(|| "nobody".to_owned())),
            ("Network", if local { "none needed" } else { "needed" }.to_owned()),
            ("Kept here", kept.to_owned()),
        ]
    };
    let fact = ["The tenant at ", host(&tenant), " does not answer."].concat();
    let text = if local {
        "Start it with cargo dev, then reload."
    } else {
        "Check domain in config.json."
    };

    view! {
        <div class="stack far">
            {move || (answer.get() == Tenant::Silent).then(|| view! { <Notice tone=Tone::Bad fact=&*fact text/> }.into_any())}
            <div class="split hero">
                <div class="stack">
                    <h1>"Your calendar, with the keys kept in the vault"</h1>
                    <p class="lead">"Log in once, and your events appear here. The provider's token stays in the tenant's vault and never reaches this page."</p>
                    <p class="row">
                        {move || if auth.is_signed_in() {
                            view! { <a class="button primary" href="/calendar">"Open your calendar"</a> }.into_any()
                        } else {
                            view! {
                                <button
                                    class="primary"
                                    type="button"
                                    aria-busy=move || (auth.status() == AuthStatus::Loading).then_some("true")
                                    on:click=move |_| auth.login("/calendar".to_owned())
                                >
                                    "Log in"
                                </button>
                            }
                            .into_any()
                        }}
                    </p>
                </div>
                {move || view! { <Facts facts=facts()/> }.into_any()}
            </div>
            {move || match auth.status() {
                AuthStatus::Failed(error) => Some(view! { <LoginErrorCard error return_to="/calendar"/> }.into_any()),
                _ => None,
            }}
            <FiveParties/>
        </div>
    }
}

/// Asks for the document that every tenant publishes. Whether we may read it does not matter, only that it comes.
async fn ask(tenant: &str) -> Tenant {
    let start = browser::milliseconds();
    let address = [tenant, "/.well-known/openid-configuration"].concat();
    match browser::fetch(RequestBuilder::new(&address).mode(RequestMode::NoCors), None, TIMEOUT)
        .await
    {
        Some(_) => Tenant::Answered(browser::milliseconds().saturating_sub(start)),
        None => Tenant::Silent,
    }
}

/// Whether the tenant runs on this machine.
fn is_local(tenant: &str) -> bool {
    let host = host(tenant);
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn a_tenant_on_this_machine_needs_no_network() {
        assert!(is_local("http://localhost:4400"));
        assert!(is_local("http://127.0.0.1:4400"));
        assert!(is_local("http://[::1]:4400"));
        assert!(!is_local("https://example.eu.auth0.com"));
        assert!(!is_local("https://localhost.example.com"));
    }
}
