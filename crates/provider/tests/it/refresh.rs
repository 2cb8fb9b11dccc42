//! `POST /token` with a refresh token.

use serde_json::json;

use crate::harness::{
    ADA_SUB, AuthRequest, EVENTS, EVENTS_PATH, GRACE_SUB, READONLY, SEEDED, TestProvider,
};

#[tokio::test]
async fn the_refresh_token_of_the_seed_buys_access_tokens_for_ada() {
    let provider = TestProvider::start().await;

    let reply = provider.refresh(SEEDED).await;

    let body = reply.ok();
    assert_eq!((&body["expires_in"], &body["token_type"]), (&json!(3599), &json!("Bearer")));
    assert_eq!(body["scope"], format!("openid email profile {EVENTS}"));
    assert!(body.get("refresh_token").is_none(), "{body}");
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(provider.userinfo(&reply.text("access_token")).await.text("sub"), ADA_SUB);
}

#[tokio::test]
async fn a_refresh_token_is_good_again_and_again_and_each_time_is_counted() {
    let provider = TestProvider::start().await;
    let code = provider.browser().code(&AuthRequest::offline(), GRACE_SUB).await;
    let refresh_token = provider.redeem(&code).await.text("refresh_token");
    assert_eq!(provider.provider.refreshes(), 0);

    let first = provider.refresh(&refresh_token).await.text("access_token");
    provider.later(365 * 24 * 3600);
    let second = provider.refresh(&refresh_token).await.text("access_token");

    assert_ne!(first, second);
    provider.userinfo(&first).await.google_refused(401, "UNAUTHENTICATED");
    provider.userinfo(&second).await.ok();
    assert_eq!(provider.provider.refreshes(), 2);
}

#[tokio::test]
async fn an_unknown_refresh_token_is_refused_and_not_counted() {
    let provider = TestProvider::start().await;

    provider.refresh("1//nobody").await.refused(400, "invalid_grant");
    provider.token(&[("grant_type", "refresh_token")]).await.refused(400, "invalid_request");

    assert_eq!(provider.provider.refreshes(), 0);
}

#[tokio::test]
async fn an_access_token_is_no_refresh_token() {
    let provider = TestProvider::start().await;
    let access_token = provider.ada("openid").await;

    provider.refresh(&access_token).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_revoked_refresh_token_is_refused_in_googles_words() {
    let provider = TestProvider::start().await;
    let access_token = provider.refresh(SEEDED).await.text("access_token");

    assert!(provider.provider.revoke_refresh_token(SEEDED).await);

    let reply = provider.refresh(SEEDED).await;
    reply.refused(400, "invalid_grant");
    assert_eq!(reply.json()["error_description"], "Token has been expired or revoked.");
    provider.userinfo(&access_token).await.google_refused(401, "UNAUTHENTICATED");
    assert!(!provider.provider.revoke_refresh_token(SEEDED).await);
    assert_eq!(provider.provider.refreshes(), 1);
}

/// SC-1/13.
#[tokio::test]
async fn a_refresh_may_ask_for_less_but_not_for_more() {
    let provider = TestProvider::start().await;
    let with_scope =
        |scope| [("grant_type", "refresh_token"), ("refresh_token", SEEDED), ("scope", scope)];

    let less = provider.token(&with_scope("openid")).await;
    assert_eq!(less.text("scope"), "openid");
    let events = provider.with_token("GET", EVENTS_PATH, &less.text("access_token")).await;
    events.google_refused(403, "PERMISSION_DENIED");
    provider.token(&with_scope(READONLY)).await.refused(400, "invalid_scope");
}
