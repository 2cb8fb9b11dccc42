//! Tokens that the refresh token gets.

use auth_client::AuthError;
use auth_client::platform::PlatformError;
use auth_client::platform::double::ada;
use serde_json::json;
use wire::ids::Audience;
use wire::oauth_error::ErrorCode;

use crate::harness::{App, CLIENT_ID, calendar};

fn reports() -> Audience {
    "https://reports-api.example.com".into()
}

async fn token(app: &App, audience: &Audience, scope: &str) -> Result<String, AuthError> {
    let token = app.auth.get_token(audience, &scope.into()).await?;
    Ok(token.token.expose().to_owned())
}

/// TK-3: nothing but what the grant needs, so that the token is as the login's was (TK-3.3/1).
#[tokio::test]
async fn a_token_that_ran_out_is_renewed_as_it_was() {
    let app = App::new();
    app.log_in_offline().await;
    app.page.advance(86_400);
    app.answer_renewal(|_| {});

    assert_eq!(token(&app, &calendar(), "read:calendar").await.unwrap(), "a-renewed-token");
    let form = app.last_form();
    assert_eq!(form.get("grant_type"), Some("refresh_token"));
    assert_eq!(form.get("client_id"), Some(CLIENT_ID));
    assert_eq!(form.get("refresh_token"), Some("a-refresh-token"));
    assert_eq!((form.get("audience"), form.get("scope")), (None, None));
    assert_eq!(app.auth.user(), Some(ada()));
    assert!(token(&app, &calendar(), "write:calendar").await.is_ok(), "it serves for all of it");
    assert_eq!(app.page.posts(), 2);
}

/// TK-3.3/2.
#[tokio::test]
async fn a_token_of_another_api_is_asked_for_by_name_and_scope() {
    let app = App::new();
    app.log_in_offline().await;
    app.answer_renewal(|_| {});

    assert_eq!(token(&app, &reports(), "read:reports").await.unwrap(), "a-renewed-token");
    let form = app.last_form();
    assert_eq!(form.get("audience"), Some(reports().as_str()));
    assert_eq!(form.get("scope"), Some("read:reports"));
    assert_ne!(token(&app, &calendar(), "").await.unwrap(), "a-renewed-token");
}

/// TK-3.1: the token that was used is good no more.
#[tokio::test]
async fn the_next_renewal_uses_the_token_that_the_last_one_brought() {
    let app = App::new();
    app.log_in_offline().await;
    app.answer_renewal(|_| {});
    token(&app, &reports(), "read:reports").await.unwrap();
    app.page.advance(600);
    app.answer_renewal(|_| {});
    token(&app, &reports(), "read:reports").await.unwrap();
    assert_eq!(app.last_form().get("refresh_token"), Some("the-next-refresh-token"));
}

/// RFC 6749 §6.
#[tokio::test]
async fn a_refresh_token_that_is_not_replaced_stays() {
    let app = App::new();
    app.log_in_offline().await;
    for _ in 0..2 {
        app.answer_renewal(|answer| drop(answer.as_object_mut().unwrap().remove("refresh_token")));
        token(&app, &reports(), "read:reports").await.unwrap();
        assert_eq!(app.last_form().get("refresh_token"), Some("a-refresh-token"));
        app.page.advance(600);
    }
}

/// A second use of a token that rotates would end the login.
#[tokio::test]
async fn one_renewal_at_a_time_whoever_asks() {
    let app = App::new();
    app.log_in_offline().await;
    app.page.advance(86_400);
    app.answer_renewal(|_| {});
    app.answer_renewal(|answer| answer["refresh_token"] = "the-third".into());

    let (calendar, reports) = (calendar(), reports());
    let (first, second, third) = tokio::join!(
        token(&app, &calendar, "read:calendar"),
        token(&app, &calendar, "write:calendar"),
        token(&app, &reports, "read:reports"),
    );
    assert!(first.is_ok() && second.is_ok() && third.is_ok());
    assert_eq!(app.page.posts(), 3, "the login, and one renewal for each API");
    assert_eq!(app.last_form().get("refresh_token"), Some("the-next-refresh-token"));
}

/// The component that asked first is gone before the tenant answered.
#[tokio::test]
async fn a_renewal_whose_first_caller_went_away_is_finished_by_the_next() {
    let app = App::new();
    app.log_in_offline().await;
    app.page.advance(86_400);
    app.answer_renewal(|_| {});
    {
        let calendar = calendar();
        let first = token(&app, &calendar, "");
        tokio::pin!(first);
        tokio::select! {
            biased;
            _ = &mut first => panic!("an answer takes a while"),
            () = std::future::ready(()) => {}
        }
    }
    assert_eq!(token(&app, &calendar(), "").await.unwrap(), "a-renewed-token");
    assert_eq!(app.page.posts(), 2);
}

#[tokio::test]
async fn a_refresh_token_that_has_ended_is_not_shown_again() {
    let app = App::new();
    app.log_in_offline().await;
    app.page.advance(86_400);
    app.page.answer(403, r#"{"error":"invalid_grant"}"#);
    assert_eq!(token(&app, &calendar(), "").await, Err(AuthError::LoginRequired));
    assert_eq!(token(&app, &calendar(), "").await, Err(AuthError::LoginRequired));
    assert_eq!(app.page.posts(), 2);
}

/// TK-3.3/7: another API is out of reach, and the login goes on.
#[tokio::test]
async fn a_refusal_for_another_api_spoils_nothing() {
    let app = App::new();
    app.log_in_offline().await;
    app.page.answer(403, r#"{"error":"access_denied"}"#);
    assert_eq!(token(&app, &reports(), "read:reports").await, Err(AuthError::LoginRequired));

    app.page.advance(86_400);
    app.answer_renewal(|_| {});
    assert!(token(&app, &calendar(), "").await.is_ok());
}

#[tokio::test]
async fn a_tenant_in_trouble_is_no_reason_to_log_in() {
    let app = App::new();
    app.log_in_offline().await;
    app.page.advance(86_400);
    app.page.answer(500, r#"{"error":"server_error"}"#);
    let error = token(&app, &calendar(), "").await.unwrap_err();
    assert_eq!(error.oauth_error().unwrap().error, ErrorCode::ServerError);
    app.page.answer(502, "<h1>Bad Gateway</h1>");
    let error = token(&app, &calendar(), "").await.unwrap_err();
    assert_eq!(error, AuthError::UnexpectedAnswer { status: 502 });

    app.answer_renewal(|_| {});
    assert!(token(&app, &calendar(), "").await.is_ok());
    app.page.advance(600);
    app.page.break_down(PlatformError::Network);
    assert_eq!(token(&app, &calendar(), "").await, Err(AuthError::Network));
}

/// TK-3.3/5.
#[tokio::test]
async fn what_a_renewal_does_not_grant_is_told_and_not_asked_for_again() {
    let app = App::new();
    app.log_in_offline().await;
    app.answer_renewal(|answer| answer["scope"] = "read:reports".into());
    for _ in 0..2 {
        let error = token(&app, &reports(), "read:reports write:reports").await.unwrap_err();
        assert_eq!(error, AuthError::ScopeNotGranted { missing: "write:reports".into() });
    }
    assert_eq!(app.page.posts(), 2);
}

/// More of the login's API than the login asked for takes another login.
#[tokio::test]
async fn a_scope_that_the_login_did_not_ask_for_is_not_renewed_into() {
    let app = App::new();
    app.log_in_offline().await;
    app.answer_renewal(|_| {});
    let error = token(&app, &calendar(), "delete:calendar").await.unwrap_err();
    assert_eq!(error, AuthError::LoginRequired);
}

/// OpenID Connect Core §12.2.
#[tokio::test]
async fn a_renewal_for_somebody_else_is_refused() {
    let app = App::new();
    app.log_in_offline().await;
    let mut claims = app.page.id_token_claims(&ada());
    claims["sub"] = "auth0|grace".into();
    let id_token = app.page.token_response(&claims)["id_token"].clone();
    app.answer_renewal(|answer| answer["id_token"] = id_token);

    let error = token(&app, &reports(), "read:reports").await.unwrap_err();
    assert_eq!(error.code(), "id_token");
    assert_eq!(app.auth.user(), Some(ada()));
}

#[tokio::test]
async fn a_renewal_for_the_same_person_needs_no_nonce() {
    let app = App::new();
    app.log_in_offline().await;
    let mut claims = app.page.id_token_claims(&ada());
    claims["nonce"] = json!(null);
    let id_token = app.page.token_response(&claims)["id_token"].clone();
    app.answer_renewal(|answer| answer["id_token"] = id_token);
    assert!(token(&app, &reports(), "read:reports").await.is_ok());
}

#[tokio::test]
async fn a_renewal_that_ends_after_the_logout_signs_nobody_in() {
    let app = App::new();
    app.log_in_offline().await;
    app.answer_renewal(|_| {});
    let reports = reports();
    let renewal = token(&app, &reports, "read:reports");
    tokio::pin!(renewal);
    tokio::select! {
        biased;
        _ = &mut renewal => panic!("an answer takes a while"),
        () = std::future::ready(()) => {}
    }
    app.auth.logout(auth_client::Logout::default()).unwrap();
    assert_eq!(renewal.await, Err(AuthError::LoginRequired));
    assert_eq!(app.auth.user(), None);
}

/// The person's tokens for other APIs do not make the login look shorter than it is.
#[tokio::test]
async fn the_session_lasts_as_long_as_the_last_of_the_tokens() {
    let app = App::new();
    app.log_in_offline().await;
    let expires_at = app.auth.session_expires_at();
    app.answer_renewal(|_| {});
    token(&app, &reports(), "read:reports").await.unwrap();
    assert_eq!(app.auth.session_expires_at(), expires_at);
}
