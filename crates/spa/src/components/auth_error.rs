//! A login that did not end well, in words.

use auth_client::AuthError;
use leptos::prelude::*;
use wire::oauth_error::ErrorCode;

use crate::auth::use_auth;
use crate::components::error_card::ErrorCard;

/// The failure, and **Log in again**, which leaves for the tenant and comes back to `return_to`.
#[component]
pub fn LoginErrorCard(
    /// What failed.
    error: AuthError,
    /// Where the next login leads.
    #[prop(into)]
    return_to: String,
) -> impl IntoView {
    let auth = use_auth();
    let (code, said) = match error.oauth_error() {
        Some(refusal) => (refusal.error.to_string(), refusal.error_description.clone()),
        None => (error.code().to_owned(), Some(error.to_string())),
    };
    view! {
        <ErrorCard headline=headline(&error) cause=error.next_step() code said>
            <button class="primary" type="button" on:click=move |_| auth.login(return_to.clone())>"Log in again"</button>
        </ErrorCard>
    }
}

/// What failed, in a few words.
fn headline(error: &AuthError) -> &'static str {
    match error {
        AuthError::LoginRequired => "The login has ended",
        AuthError::ScopeNotGranted { .. } => "The tenant granted less than was asked for",
        AuthError::NoCallback => "There is no login to finish here",
        AuthError::NoTransaction => "This answer was already used",
        AuthError::MalformedCallback | AuthError::StateMissing | AuthError::StateMismatch => {
            "This answer is not to a login of this tab"
        }
        AuthError::TransactionExpired => "The login took too long",
        AuthError::TransactionMalformed => "The login cannot be told from another",
        AuthError::IssuerMismatch { .. } => "Another tenant answered",
        AuthError::Refused(refusal) if refusal.error == ErrorCode::AccessDenied => {
            "The login was denied"
        }
        AuthError::Refused(_) => "The tenant refused the login",
        AuthError::TokenEndpoint(refusal) if refusal.error == ErrorCode::InvalidGrant => {
            "The tenant did not take the code"
        }
        AuthError::TokenEndpoint(_) => "The tenant issues no token",
        AuthError::UnexpectedAnswer { .. } => "That was no tenant",
        AuthError::IdToken(_) => "The ID token failed a check",
        AuthError::Network => "The tenant does not answer",
        AuthError::Storage => "The browser keeps nothing for this site",
        AuthError::Randomness => "The browser has no secure random numbers",
        AuthError::Navigation => "The browser stayed where it was",
    }
}
