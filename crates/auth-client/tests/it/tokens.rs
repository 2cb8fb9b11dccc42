//! Tokens in memory.

use auth_client::platform::Platform;
use auth_client::platform::double::ada;
use auth_client::{AuthError, Login, User};
use serde_json::json;
use wire::ids::Audience;
use wire::scope::ScopeSet;

use crate::harness::{App, calendar, calendar_login};

async fn token(app: &App, scope: &str) -> Result<String, AuthError> {
    let token = app.auth.get_token(&calendar(), &scope.into()).await?;
    Ok(token.token.expose().to_owned())
}

#[tokio::test]
async fn nobody_has_a_token_before_the_login() {
    let app = App::new();
    assert_eq!(token(&app, "").await, Err(AuthError::LoginRequired));
    assert_eq!(app.auth.user(), None);
    assert_eq!(app.auth.session_expires_at(), None);
}

#[tokio::test]
async fn a_token_serves_whoever_asks_for_less() {
    let app = App::new();
    app.log_in().await;
    for scope in ["", "read:calendar", "write:calendar read:calendar", "openid profile"] {
        assert!(token(&app, scope).await.is_ok(), "{scope}");
    }
    assert_eq!(token(&app, "read:calendar delete:calendar").await, Err(AuthError::LoginRequired));
}

/// SC-7/5.
#[tokio::test]
async fn a_token_of_another_audience_does_not_serve() {
    let app = App::new();
    app.log_in().await;
    let other = Audience::from("https://reports-api.example.com");
    let error = app.auth.get_token(&other, &ScopeSet::default()).await.unwrap_err();
    assert_eq!(error, AuthError::LoginRequired);
}

#[tokio::test]
async fn a_second_login_adds_a_token_of_another_audience() {
    let app = App::new();
    app.log_in().await;
    let reports = Audience::from("https://reports-api.example.com");
    let login = Login { audience: Some(reports.clone()), ..calendar_login() };
    app.auth.login_with_redirect(login).await.unwrap();
    app.page.sign_in(&ada());
    app.auth.handle_redirect_callback().await.unwrap();

    let token_of_reports = app.auth.get_token(&reports, &"read:calendar".into()).await.unwrap();
    assert_eq!(token_of_reports.token.expose(), "a-token-for-https://reports-api.example.com");
    assert_eq!(
        token(&app, "read:calendar").await.unwrap(),
        "a-token-for-https://my-api.example.com"
    );
}

#[tokio::test]
async fn the_newest_of_the_tokens_that_serve_is_handed_out() {
    let app = App::new();
    app.log_in().await;
    app.log_in_with_response(|response| response["access_token"] = "newer".into()).await.unwrap();
    assert_eq!(token(&app, "read:calendar").await.unwrap(), "newer");
}

#[tokio::test]
async fn another_person_gets_no_token_of_the_one_before() {
    let app = App::new();
    app.log_in().await;
    let grace = User { sub: "auth0|grace".into(), ..ada() };
    app.auth.login_with_redirect(Login::default()).await.unwrap();
    app.page.sign_in(&grace);
    app.auth.handle_redirect_callback().await.unwrap();

    assert_eq!(app.auth.user(), Some(grace));
    assert_eq!(token(&app, "").await, Err(AuthError::LoginRequired));
}

/// SC-1/6.
#[tokio::test]
async fn a_scope_that_was_not_granted_can_be_seen() {
    let app = App::new();
    let logged_in = app
        .log_in_with_response(|response| response["scope"] = "openid read:calendar".into())
        .await
        .unwrap();
    assert_eq!(logged_in.scope, "openid read:calendar".into());
    assert_eq!(logged_in.missing_scope, "profile email write:calendar".into());

    assert!(token(&app, "read:calendar").await.is_ok());
    // Not `LoginRequired`: an app that answers that with another login would never come to an end.
    assert_eq!(
        token(&app, "read:calendar write:calendar").await,
        Err(AuthError::ScopeNotGranted { missing: "write:calendar".into() })
    );
}

/// RFC 6749 §5.1.
#[tokio::test]
async fn an_answer_without_a_scope_grants_what_was_asked() {
    let app = App::new();
    let logged_in = app
        .log_in_with_response(|response| drop(response.as_object_mut().unwrap().remove("scope")))
        .await
        .unwrap();
    assert!(logged_in.missing_scope.is_empty());
    assert!(token(&app, "write:calendar").await.is_ok());
}

#[tokio::test]
async fn a_token_is_handed_out_until_a_minute_before_it_expires() {
    let app = App::new();
    let expires_at = app.page.now().plus(86_400);
    app.log_in().await;
    assert_eq!(app.auth.session_expires_at(), Some(expires_at));

    app.page.advance(86_339);
    assert!(token(&app, "").await.is_ok());
    assert!(app.auth.user().is_some());

    app.page.advance(1);
    assert_eq!(token(&app, "").await, Err(AuthError::LoginRequired));
    assert_eq!(app.auth.user(), None);
    assert_eq!(app.auth.session_expires_at(), None);
}

#[tokio::test]
async fn how_long_before_expiry_is_the_apps_choice() {
    let mut app = App::new();
    app.auth = app.auth.with_expiry_leeway(0);
    app.log_in().await;
    app.page.advance(86_399);
    assert!(token(&app, "").await.is_ok());
    app.page.advance(1);
    assert_eq!(token(&app, "").await, Err(AuthError::LoginRequired));
}

/// Else a person would log in for ever.
#[tokio::test]
async fn a_token_that_lives_shorter_than_the_leeway_can_be_used() {
    let app = App::new();
    app.log_in_with_response(|response| response["expires_in"] = json!(30)).await.unwrap();
    assert!(token(&app, "").await.is_ok());
    app.page.advance(15);
    assert_eq!(token(&app, "").await, Err(AuthError::LoginRequired));
}

#[tokio::test]
async fn no_token_and_no_claim_is_stored() {
    let app = App::new();
    app.log_in().await;
    assert!(app.page.stored_keys().unwrap().is_empty());
    let reloaded = App::on(&app.page);
    assert_eq!(reloaded.auth.user(), None);
}

#[tokio::test]
async fn clones_are_one_client() {
    let app = App::new();
    let other = app.auth.clone();
    app.log_in().await;
    assert_eq!(other.user(), Some(ada()));
}
