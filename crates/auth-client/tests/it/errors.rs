//! What an app shows of an error.

use std::collections::BTreeSet;

use auth_client::platform::PlatformError;
use auth_client::platform::double::ada;
use auth_client::{AuthError, CallbackStep};
use wire::oauth_error::{ErrorCode, OAuthError};

use crate::harness::App;

fn said(error: ErrorCode) -> OAuthError {
    OAuthError { error, error_description: None, error_uri: None }
}

#[test]
fn every_error_has_a_code_of_its_own_and_a_next_step() {
    let errors = [
        AuthError::LoginRequired,
        AuthError::ScopeNotGranted { missing: "a".into() },
        AuthError::NoCallback,
        AuthError::MalformedCallback,
        AuthError::StateMissing,
        AuthError::NoTransaction,
        AuthError::StateMismatch,
        AuthError::TransactionExpired,
        AuthError::TransactionMalformed,
        AuthError::IssuerMismatch { expected: String::new(), actual: String::new() },
        AuthError::Refused(said(ErrorCode::AccessDenied)),
        AuthError::TokenEndpoint(said(ErrorCode::InvalidGrant)),
        AuthError::UnexpectedAnswer { status: 502 },
        AuthError::Network,
        AuthError::Storage,
        AuthError::Randomness,
        AuthError::Navigation,
    ];
    let codes: BTreeSet<_> = errors.iter().map(AuthError::code).collect();
    assert_eq!(codes.len(), errors.len());
    assert!(errors.iter().all(|error| error.next_step().ends_with('.')));
}

#[test]
fn only_what_another_login_may_mend_is_retryable() {
    assert!(AuthError::Network.is_retryable());
    assert!(AuthError::NoTransaction.is_retryable());
    assert!(AuthError::TokenEndpoint(said(ErrorCode::InvalidGrant)).is_retryable());
    assert!(AuthError::Refused(said(ErrorCode::AccessDenied)).is_retryable());
    assert!(!AuthError::Refused(said(ErrorCode::UnauthorizedClient)).is_retryable());
    assert!(!AuthError::TokenEndpoint(said(ErrorCode::InvalidClient)).is_retryable());
    assert!(!AuthError::Storage.is_retryable());
}

#[test]
fn each_step_of_a_callback_has_errors_that_name_it() {
    let step = |error: AuthError| error.failed_step();
    assert_eq!(step(AuthError::NoCallback), Some(CallbackStep::ResponseReceived));
    assert_eq!(step(AuthError::StateMismatch), Some(CallbackStep::StateChecked));
    assert_eq!(step(AuthError::Network), Some(CallbackStep::CodeExchanged));
    assert_eq!(step(AuthError::LoginRequired), None);
}

/// Errors are copied into bug reports.
#[tokio::test]
async fn no_secret_is_in_what_can_be_printed() {
    let app = App::new();
    app.begin().await;
    app.page.answer(200, r#"{"access_token":"top-secret","token_type":"MAC"}"#);
    app.page.come_back("code=top-secret");
    let error = app.auth.handle_redirect_callback().await.unwrap_err();
    assert!(!format!("{error} {error:?} {}", error.next_step()).contains("top-secret"));

    app.log_in_with_response(|response| response["access_token"] = "top-secret".into())
        .await
        .unwrap();
    let token = app.auth.get_token(&crate::harness::calendar(), &"".into()).await;
    assert!(!format!("{token:?}").contains("top-secret"));
}

#[tokio::test]
async fn a_browser_that_refuses_its_storage_at_the_callback_is_told_apart() {
    let app = App::new();
    app.begin().await;
    app.page.sign_in(&ada());
    app.page.break_down(PlatformError::Storage);
    let error = app.auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error, AuthError::Storage);
}
