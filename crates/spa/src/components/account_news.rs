//! What became of an account that was to be connected, or disconnected.

use auth_client::AuthError;
use leptos::prelude::*;
use wire::oauth_error::ErrorCode;

use crate::auth::{News, use_auth};
use crate::components::notice::{Notice, Tone};

/// A notice at the top of the page, until the next attempt or the next page.
#[component]
pub fn AccountNews() -> impl IntoView {
    let auth = use_auth();
    move || auth.news().map(notice)
}

fn notice(news: News) -> AnyView {
    let (tone, fact, text) = match news {
        News::Connected(name) => {
            let text = "The tenant keeps its token in the vault.".to_owned();
            (Tone::Good, name + " is connected.", text)
        }
        News::Disconnected(name) => {
            let text = "The tenant has destroyed its token.".to_owned();
            (Tone::Good, name + " is disconnected.", text)
        }
        News::NotConnected(error) => {
            let declined = matches!(&error, AuthError::ConnectRefused(refusal) if refusal.error == ErrorCode::AccessDenied);
            let tone = if declined { Tone::Aged } else { Tone::Bad };
            (tone, "Nothing was connected.".to_owned(), explained(&error))
        }
        News::NotDisconnected(error) => {
            (Tone::Bad, "It is still connected.".to_owned(), explained(&error))
        }
    };
    view! { <Notice tone fact text/> }.into_any()
}

/// What the tenant or the provider said, and what to do.
fn explained(error: &AuthError) -> String {
    let said = match error {
        AuthError::ConnectRefused(refusal) => refusal.to_string(),
        AuthError::MyAccount(problem) => problem.detail.clone(),
        error => error.to_string(),
    };
    [said.trim_end_matches('.'), ". ", error.next_step()].concat()
}
