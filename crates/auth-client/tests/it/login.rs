//! Leaving for the tenant.

use std::collections::BTreeSet;

use auth_client::platform::double::{Event, ada};
use auth_client::platform::{Platform, PlatformError};
use auth_client::{AuthError, Login};

use crate::harness::{APP, App, CLIENT_ID, ISSUER, calendar, calendar_login};

/// AZ-1.
#[tokio::test]
async fn the_request_says_everything_that_the_tenant_needs() {
    let app = App::new();
    app.begin().await;

    let request = app.page.request();
    let get = |name| request.get(name).unwrap();
    assert!(app.page.address().starts_with(&format!("{ISSUER}authorize?")));
    assert_eq!(get("response_type"), "code");
    assert_eq!(get("client_id"), CLIENT_ID);
    assert_eq!(get("redirect_uri"), format!("{APP}/callback"));
    assert_eq!(get("audience"), calendar().as_str());
    assert_eq!(get("scope"), "openid profile email read:calendar write:calendar");
    assert_eq!(get("code_challenge_method"), "S256");
    assert_eq!(get("code_challenge").len(), 43);
}

#[tokio::test]
async fn state_nonce_and_challenge_have_256_bits_and_are_new_each_time() {
    let app = App::new();
    let mut seen = BTreeSet::new();
    for _ in 0..3 {
        app.begin().await;
        let request = app.page.request();
        for name in ["state", "nonce", "code_challenge"] {
            let value = request.get(name).unwrap().to_owned();
            assert_eq!(value.len(), 43, "32 bytes in base64url");
            assert!(seen.insert(value), "{name} is used twice");
        }
    }
}

#[tokio::test]
async fn openid_is_asked_for_even_when_nothing_is() {
    let app = App::new();
    app.auth.login_with_redirect(Login::default()).await.unwrap();
    let request = app.page.request();
    assert_eq!(request.get("scope"), Some("openid"));
    assert_eq!(request.get("audience"), None);
}

#[tokio::test]
async fn the_code_verifier_stays_in_this_tab() {
    let app = App::new();
    app.begin().await;

    let keys = app.page.stored_keys().unwrap();
    assert_eq!(keys.len(), 1);
    let kept: serde_json::Value =
        serde_json::from_str(&app.page.stored(&keys[0]).unwrap().unwrap()).unwrap();
    let verifier = kept["verifier"].as_str().unwrap();
    assert!(!app.page.address().contains(verifier));
}

/// SC-7/2.
#[tokio::test]
async fn a_place_outside_the_app_is_not_returned_to() {
    for place in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "calendar",
    ] {
        let app = App::new();
        let login = Login { return_to: Some(place.to_owned()), ..calendar_login() };
        app.auth.login_with_redirect(login).await.unwrap();
        app.page.sign_in(&ada());
        let logged_in = app.auth.handle_redirect_callback().await.unwrap();
        assert_eq!(logged_in.return_to, None, "{place:?}");
    }
}

/// Whoever can write to the tab's storage cannot lead the person away either.
#[tokio::test]
async fn a_place_that_was_changed_in_the_storage_is_not_returned_to() {
    let app = App::new();
    app.begin().await;
    let key = app.page.stored_keys().unwrap().remove(0);
    let kept = app.page.stored(&key).unwrap().unwrap();
    let changed = kept.replace("/calendar\"", "//evil.example\"");
    assert_ne!(kept, changed);
    app.page.store(&key, &changed).unwrap();
    app.page.sign_in(&ada());

    let logged_in = app.auth.handle_redirect_callback().await.unwrap();
    assert_eq!(logged_in.return_to, None);
}

#[tokio::test]
async fn a_page_that_cannot_keep_a_login_does_not_begin_one() {
    for (broken, expected) in [
        (PlatformError::Storage, AuthError::Storage),
        (PlatformError::Randomness, AuthError::Randomness),
        (PlatformError::Navigation, AuthError::Navigation),
    ] {
        let app = App::new();
        app.page.break_down(broken);
        let error = app.auth.login_with_redirect(calendar_login()).await.unwrap_err();
        assert_eq!(error, expected);
        let left = app.page.events().iter().any(|event| matches!(event, Event::Left(_)));
        assert!(!left);
    }
}

#[tokio::test]
async fn logins_that_nobody_will_finish_are_cleared_away() {
    let app = App::new();
    app.begin().await;
    app.page.advance(300);
    app.begin().await;
    assert_eq!(app.page.stored_keys().unwrap().len(), 2);

    app.page.advance(301);
    app.begin().await;
    assert_eq!(app.page.stored_keys().unwrap().len(), 2, "the first has gone");
}
