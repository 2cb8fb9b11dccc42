//! `/callback`: where the tenant sends the browser back to.

use auth_client::CallbackStep;
use leptos::prelude::*;

use crate::auth::{AuthStatus, use_auth};
use crate::browser;
use crate::components::auth_error::LoginErrorCard;
use crate::components::bolts::{Bolt, Check};
use crate::router::use_router;

/// The checks of an answer, in their order.
const STEPS: [CallbackStep; 4] = [
    CallbackStep::ResponseReceived,
    CallbackStep::StateChecked,
    CallbackStep::CodeExchanged,
    CallbackStep::IdTokenChecked,
];

/// Four checks as bolts; then the place that the person was on the way to, or what went wrong and **Log in again**.
#[component]
pub fn CallbackPage(
    /// The tenant, without its scheme.
    tenant: String,
) -> impl IntoView {
    let auth = use_auth();
    let router = use_router();
    // How long each check took, as far as they passed.
    let passed = RwSignal::new(Vec::<u32>::new());
    let last = StoredValue::new(browser::milliseconds());
    browser::spawn(async move {
        let on_step = move |_| {
            let now = browser::milliseconds();
            let took = now.saturating_sub(last.try_get_value().unwrap_or(now));
            last.try_set_value(now);
            passed.try_update(|passed| passed.push(took));
        };
        if let Some(path) = auth.finish_login(on_step).await {
            // Back must not lead to an answer that was used.
            router.replace(&path);
        }
    });
    browser::set_title("Signing you in");

    let bolt = move |index: usize, failed: bool| {
        passed.with(|passed| match passed.get(index) {
            Some(&took) => Bolt::Done(took),
            None if index > passed.len() => Bolt::Waiting,
            None if failed => Bolt::Failed,
            None => Bolt::Running,
        })
    };
    let check = move |index: usize, step: CallbackStep, failed: bool| {
        let (name, note) = match step {
            CallbackStep::ResponseReceived => ("Response received", ["From ", &tenant].concat()),
            CallbackStep::StateChecked => {
                ("State and issuer checked", "Both are the ones this tab waits for".to_owned())
            }
            CallbackStep::CodeExchanged => {
                ("Code exchanged", "With the PKCE verifier kept in this tab".to_owned())
            }
            CallbackStep::IdTokenChecked => {
                ("ID token checked", "Issuer, audience, nonce and times".to_owned())
            }
        };
        view! { <Check name note bolt=bolt(index, failed)/> }.into_any()
    };

    view! {
        <div class="narrow stack far">
            {move || match auth.status() {
                AuthStatus::Failed(_) => {
                    browser::set_title("Login did not finish");
                    let count = passed.with(Vec::len);
                    let count = ["None", "One", "Two", "Three"].get(count).copied().unwrap_or("All");
                    view! {
                        <div class="stack snug">
                            <h1>"Login did not finish"</h1>
                            <p class="soft">{count}" of four checks passed. You are not signed in."</p>
                        </div>
                    }
                    .into_any()
                }
                _ => view! {
                    <div class="stack snug">
                        <h1>"Signing you in"</h1>
                        <p class="soft">"Four checks, then on to your calendar."</p>
                    </div>
                }
                .into_any(),
            }}
            <ol class="bolts" aria-live="polite">
                {move || {
                    let failed = matches!(auth.status(), AuthStatus::Failed(_));
                    STEPS.iter().enumerate().map(|(index, step)| check(index, *step, failed)).collect_view().into_any()
                }}
            </ol>
            {move || match auth.status() {
                AuthStatus::Failed(error) => Some(view! { <LoginErrorCard error return_to="/calendar"/> }.into_any()),
                _ => None,
            }}
        </div>
    }
}
