//! Connecting an account: to the provider and back (connected-accounts.md §2).

use auth_client::platform::double::{Event, ada};
use auth_client::platform::{Method, Platform, PlatformError};
use auth_client::{AuthError, ConnectAccount, LoggedIn, Logout};
use serde_json::{Value, json};
use wire::my_account::ConnectedAccount;
use wire::oauth_error::ErrorCode;
use wire::pkce::CodeVerifier;

use crate::harness::{APP, App, ISSUER, calendar, google, my_account};

/// What the API answers when an account is connected.
fn account() -> Value {
    json!({
        "id": "cac_3mZr8QdV1xKtPw9bYc",
        "connection": "google-oauth2",
        "access_type": "offline",
        "scopes": ["openid", "calendar.events"],
        "created_at": "2026-08-01T00:00:00.000Z",
    })
}

fn problem(status: u16) -> String {
    let kind = format!("https://auth0.com/api-errors/A0E-{status}-0001");
    json!({ "type": kind, "status": status, "title": "t", "detail": "d" }).to_string()
}

/// A person on the way to the provider, by a token that the refresh token got.
async fn at_the_provider() -> App {
    let app = App::new();
    app.log_in_offline().await;
    app.answer_renewal(|_| {});
    app.page.offer_to_connect();
    app.auth.connect_account(google()).await.expect("an attempt begins");
    app
}

/// The person comes back to a page that starts anew, which gets its tokens back by the tenant's session.
async fn comes_back(app: &App, answer: &str) -> App {
    app.page.come_back_from_the_provider(answer);
    let app = App::on(&app.page);
    app.leaves_again().await;
    app.page.sign_in(&ada());
    app
}

fn outcome(logged_in: LoggedIn) -> Result<ConnectedAccount, AuthError> {
    logged_in.connected.expect("this login was to connect an account")
}

/// CA-2.1.
#[tokio::test]
async fn the_attempt_says_where_to_come_back_to_and_what_is_wanted() {
    let app = at_the_provider().await;

    let request = app.page.connect_request();
    assert_eq!(request["connection"], "google-oauth2");
    assert_eq!(request["redirect_uri"], format!("{APP}/callback"));
    assert_eq!(request["scopes"], json!(["openid", "calendar.events"]));
    assert_eq!(request["code_challenge_method"], "S256");
    assert_eq!(request["code_challenge"].as_str().unwrap().len(), 43);
    assert_eq!(request["state"].as_str().unwrap().len(), 43);
    let hop = format!("{ISSUER}connected-accounts/connect?ticket=a-ticket");
    assert_eq!(app.page.address(), hop);
}

/// CA-2.1/6: an empty list would be invalid.
#[tokio::test]
async fn the_connections_own_scopes_are_asked_for_by_naming_none() {
    let app = App::new();
    app.log_in_offline().await;
    app.answer_renewal(|_| {});
    app.page.offer_to_connect();
    let wish = ConnectAccount { scopes: "".into(), ..google() };
    app.auth.connect_account(wish).await.unwrap();
    assert_eq!(app.page.connect_request().get("scopes"), None);
}

/// CA-1/2, CA-1/3: by the refresh token.
#[tokio::test]
async fn a_token_for_the_my_account_api_is_renewed_into() {
    let app = at_the_provider().await;

    let form = app.last_form();
    assert_eq!(form.get("audience"), Some(my_account().as_str()));
    assert_eq!(
        form.get("scope"),
        Some(
            "create:me:connected_accounts read:me:connected_accounts delete:me:connected_accounts"
        )
    );
    let events = app.page.events();
    let called = events.iter().find(|event| matches!(event, Event::Called { .. }));
    let Some(Event::Called { method, url, token, .. }) = called else {
        panic!("nothing was called: {events:?}");
    };
    assert_eq!(*method, Method::Post);
    assert_eq!(*url, format!("{ISSUER}me/v1/connected-accounts/connect"));
    assert_eq!(token, "a-renewed-token");
}

/// CA-2.3.
#[tokio::test]
async fn an_account_is_connected_by_code_session_and_verifier_of_its_attempt() {
    let before = at_the_provider().await;
    let app = comes_back(&before, "connect_code=a-connect-code").await;
    app.answer_renewal(|_| {});
    app.page.answer(201, &account().to_string());

    let logged_in = app.finish().await.unwrap();
    assert_eq!(logged_in.user, ada());
    assert_eq!(logged_in.return_to.as_deref(), Some("/calendar"));
    let connected = outcome(logged_in).unwrap();
    assert_eq!(connected.id.as_str(), "cac_3mZr8QdV1xKtPw9bYc");

    let events = app.page.events();
    let Some(Event::Called { url, body: Some(body), .. }) = events.last() else {
        panic!("nothing was completed: {events:?}");
    };
    assert_eq!(*url, format!("{ISSUER}me/v1/connected-accounts/complete"));
    assert_eq!(body["auth_session"], "an-auth-session");
    assert_eq!(body["connect_code"], "a-connect-code");
    assert_eq!(body["redirect_uri"], format!("{APP}/callback"));
    let verifier = body["code_verifier"].as_str().unwrap().to_owned();
    let challenge = CodeVerifier::try_from(verifier).unwrap().challenge();
    assert_eq!(app.page.connect_request()["code_challenge"], challenge.as_str());
    assert!(app.page.stored_keys().unwrap().is_empty());
}

/// The app has the tokens that it had before it was left.
#[tokio::test]
async fn the_login_that_follows_is_the_one_that_was_there_before() {
    let before = at_the_provider().await;
    let app = comes_back(&before, "connect_code=a-connect-code").await;
    let request = app.page.request();
    assert_eq!(request.get("audience"), Some(calendar().as_str()));
    assert!(request.get("scope").unwrap().contains("offline_access"));

    app.answer_renewal(|_| {});
    app.page.answer(201, &account().to_string());
    app.finish().await.unwrap();
    assert!(app.auth.get_token(&calendar(), &"read:calendar".into()).await.is_ok());
}

#[tokio::test]
async fn the_address_is_clean_before_the_page_is_left_again() {
    let app = at_the_provider().await;
    comes_back(&app, "connect_code=a-connect-code").await;
    let events = app.page.events();
    let cleaned = Event::AddressReplaced(format!("{APP}/callback"));
    let cleaned = events.iter().rposition(|event| *event == cleaned).unwrap();
    assert!(matches!(&events[cleaned + 1], Event::Left(url) if url.contains("/authorize?")));
    assert!(!app.page.address().contains("a-connect-code"));
}

/// Without a refresh token: a login for the API on either side of the provider, and nothing to ask the person.
#[tokio::test]
async fn without_a_refresh_token_a_login_for_the_my_account_api_goes_on_to_the_provider() {
    let app = App::new();
    app.log_in().await;
    app.auth.connect_account(google()).await.unwrap();
    let request = app.page.request();
    assert_eq!(request.get("audience"), Some(my_account().as_str()));
    assert!(request.get("scope").unwrap().contains("create:me:connected_accounts"));

    let app = App::on(&app.page);
    app.page.sign_in(&ada());
    app.page.offer_to_connect();
    app.leaves_again().await;
    assert!(app.page.address().ends_with("/connected-accounts/connect?ticket=a-ticket"));

    let app = comes_back(&app, "connect_code=a-connect-code").await;
    assert_eq!(app.page.request().get("audience"), Some(my_account().as_str()));
    app.page.answer(201, &account().to_string());
    let logged_in = app.finish().await.unwrap();
    assert_eq!(logged_in.return_to.as_deref(), Some("/calendar"));
    assert!(outcome(logged_in).is_ok());
}

#[tokio::test]
async fn where_the_tenant_does_not_renew_for_this_api_a_login_does() {
    for answer in [
        (403, r#"{"error":"access_denied"}"#),
        (400, r#"{"error":"invalid_request"}"#),
        (200, r#"{"access_token":"a","scope":"openid","expires_in":600,"token_type":"Bearer"}"#),
    ] {
        let app = App::new();
        app.log_in_offline().await;
        app.page.answer(answer.0, answer.1);
        app.auth.connect_account(google()).await.unwrap();
        assert_eq!(app.page.request().get("audience"), Some(my_account().as_str()));
    }
}

/// Else the browser would go round for ever.
#[tokio::test]
async fn a_login_that_does_not_grant_it_either_is_the_end() {
    let app = App::new();
    app.log_in().await;
    app.auth.connect_account(google()).await.unwrap();
    let mut response = app.page.token_response(&app.page.id_token_claims(&ada()));
    response["scope"] = "openid".into();
    app.page.answer(200, &response.to_string());
    app.page.come_back("code=a-code");

    let logged_in = App::on(&app.page).finish().await.unwrap();
    assert_eq!(outcome(logged_in).unwrap_err().code(), "scope_not_granted");
    assert_eq!(app.page.calls(), 0);
}

/// CA-2.2/2.
#[tokio::test]
async fn who_declines_is_signed_in_and_told() {
    let app = at_the_provider().await;
    let app = comes_back(&app, "error=access_denied&error_description=No").await;

    let logged_in = app.finish().await.unwrap();
    assert_eq!(logged_in.return_to.as_deref(), Some("/calendar"));
    let error = outcome(logged_in).unwrap_err();
    assert_eq!(error.code(), "connect_refused");
    assert_eq!(error.oauth_error().unwrap().error, ErrorCode::AccessDenied);
    assert_eq!(app.auth.user(), Some(ada()));
    assert_eq!(app.page.calls(), 1, "nothing is completed");
}

/// CA-4/9.
#[tokio::test]
async fn a_completion_that_is_refused_is_told_to_whoever_is_signed_in() {
    let app = at_the_provider().await;
    let app = comes_back(&app, "connect_code=used").await;
    app.answer_renewal(|_| {});
    app.page.answer(400, &problem(400));

    let error = outcome(app.finish().await.unwrap()).unwrap_err();
    assert!(matches!(error, AuthError::MyAccount(problem) if problem.status == 400));
    assert_eq!(app.auth.user(), Some(ada()));
}

/// CA-4/7.
#[tokio::test]
async fn an_attempt_that_is_refused_leaves_the_page_where_it_is() {
    let app = App::new();
    app.log_in_offline().await;
    let address = app.page.address();
    app.answer_renewal(|_| {});
    app.page.answer(400, &problem(400));

    let error = app.auth.connect_account(google()).await.unwrap_err();
    assert!(matches!(error, AuthError::MyAccount(problem) if problem.status == 400));
    assert_eq!(app.page.address(), address);
    assert!(app.page.stored_keys().unwrap().is_empty());
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_told_by_its_status() {
    for (status, body) in [(502, "<h1>Bad Gateway</h1>"), (201, "{}"), (404, "not here")] {
        let app = App::new();
        app.log_in_offline().await;
        app.answer_renewal(|_| {});
        app.page.answer(status, body);
        let error = app.auth.connect_account(google()).await.unwrap_err();
        assert_eq!(error, AuthError::UnexpectedAnswer { status });
    }
}

/// An address that runs a script, or that is somebody else's.
#[tokio::test]
async fn the_browser_is_sent_to_the_tenant_and_nowhere_else() {
    for uri in [
        "javascript:alert(1)//",
        "https://evil.example/connect",
        "https://tenant.example.evil.example/",
    ] {
        let app = App::new();
        app.log_in_offline().await;
        let address = app.page.address();
        app.answer_renewal(|_| {});
        let offer = json!({ "auth_session": "a", "connect_uri": uri, "connect_params": {}, "expires_in": 300 });
        app.page.answer(201, &offer.to_string());
        let error = app.auth.connect_account(google()).await.unwrap_err();
        assert_eq!(error.code(), "unexpected_answer", "{uri}");
        assert_eq!(app.page.address(), address);
    }
}

#[tokio::test]
async fn a_tenant_that_cannot_be_reached_is_told_apart() {
    let app = App::new();
    app.log_in_offline().await;
    app.page.break_down(PlatformError::Network);
    assert_eq!(app.auth.connect_account(google()).await, Err(AuthError::Network));
}

/// Somebody else's answer, sent by a link.
#[tokio::test]
async fn a_forged_connect_code_is_refused_and_the_attempt_stays_open() {
    let app = at_the_provider().await;
    let fresh = App::on(&app.page);
    app.page.visit(&format!("{APP}/callback?connect_code=stolen&state=forged"));
    let error = fresh.auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error, AuthError::StateMismatch);

    comes_back(&app, "connect_code=a-connect-code").await;
}

#[tokio::test]
async fn a_connect_code_that_nothing_waits_for_is_refused() {
    let app = App::new();
    app.page.visit(&format!("{APP}/callback?connect_code=c&state=s"));
    let error = app.auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error, AuthError::NoTransaction);
    assert_eq!(app.page.address(), format!("{APP}/callback"));
}

/// A code of one kind does not end what waits for the other.
#[tokio::test]
async fn codes_of_logins_and_of_accounts_are_not_mixed_up() {
    let app = at_the_provider().await;
    app.page.come_back_from_the_provider("code=a-login-code");
    let error = App::on(&app.page).auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error, AuthError::StateMismatch);

    let app = App::new();
    app.begin().await;
    app.page.come_back("connect_code=a-connect-code");
    let error = app.auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error, AuthError::StateMismatch);
    assert_eq!(app.page.posts(), 0);
}

#[tokio::test]
async fn a_replayed_connect_code_is_refused() {
    let app = at_the_provider().await;
    app.page.come_back_from_the_provider("connect_code=a-connect-code");
    let answered = app.page.address();
    App::on(&app.page).leaves_again().await;

    app.page.visit(&answered);
    let error = App::on(&app.page).auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error, AuthError::StateMismatch, "only the login that follows is waited for");
}

#[tokio::test]
async fn an_attempt_may_take_ten_minutes_and_no_longer() {
    let app = at_the_provider().await;
    app.page.advance(600);
    app.page.come_back_from_the_provider("connect_code=a-connect-code");
    let error = App::on(&app.page).auth.handle_redirect_callback().await.unwrap_err();
    assert_eq!(error, AuthError::TransactionExpired);
}

/// A framework runs an effect twice: the page is left once.
#[tokio::test]
async fn a_return_that_is_handled_twice_leaves_once() {
    let app = at_the_provider().await;
    app.page.come_back_from_the_provider("connect_code=a-connect-code");
    let app = App::on(&app.page);
    let left = || app.page.events().iter().filter(|event| matches!(event, Event::Left(_))).count();
    let before = left();
    app.leaves_again().await;
    // A browser stays on the page until the next one is there.
    app.page.visit(&format!("{APP}/callback"));
    app.leaves_again().await;
    assert_eq!(left(), before + 1);
}

#[tokio::test]
async fn who_logs_out_meanwhile_is_not_sent_to_the_provider() {
    let app = App::new();
    app.log_in_offline().await;
    app.answer_renewal(|_| {});
    app.page.offer_to_connect();
    app.auth
        .get_token(
            &my_account(),
            &"create:me:connected_accounts read:me:connected_accounts delete:me:connected_accounts"
                .into(),
        )
        .await
        .unwrap();
    let connecting = app.auth.connect_account(google());
    tokio::pin!(connecting);
    tokio::select! {
        biased;
        _ = &mut connecting => panic!("an answer takes a while"),
        () = std::future::ready(()) => {}
    }
    app.auth.logout(Logout::default()).unwrap();
    assert_eq!(connecting.await, Err(AuthError::LoginRequired));
    assert!(app.page.address().contains("/v2/logout"));
}

/// SC-7/2.
#[tokio::test]
async fn a_place_outside_the_app_is_not_returned_to() {
    let app = App::new();
    app.log_in_offline().await;
    app.answer_renewal(|_| {});
    app.page.offer_to_connect();
    let wish = ConnectAccount { return_to: Some("//evil.example".to_owned()), ..google() };
    app.auth.connect_account(wish).await.unwrap();
    let app = comes_back(&app, "error=access_denied").await;
    assert_eq!(app.finish().await.unwrap().return_to, None);
}

/// Errors are copied into bug reports.
#[tokio::test]
async fn no_secret_of_an_attempt_can_be_printed() {
    let app = at_the_provider().await;
    let app = comes_back(&app, "connect_code=top-secret").await;
    app.answer_renewal(|_| {});
    app.page.answer(200, r#"{"id":"top-secret"}"#);
    let error = outcome(app.finish().await.unwrap()).unwrap_err();
    assert!(!format!("{error} {error:?} {}", error.next_step()).contains("top-secret"));
}
