//! `GET /v1/userinfo`, and what every bearer of an access token is asked.

use serde_json::json;

use crate::harness::{ADA_SUB, EVENTS, TestProvider, send};

/// SC-4/10.
#[tokio::test]
async fn claims_come_by_scope() {
    let provider = TestProvider::start().await;
    for (scope, claims) in [
        ("openid", json!({"sub": ADA_SUB})),
        ("openid profile", json!({"sub": ADA_SUB, "name": "Ada Lovelace"})),
        (
            "openid email",
            json!({"sub": ADA_SUB, "email": "ada@example.com", "email_verified": true}),
        ),
    ] {
        let token = provider.ada(scope).await;
        let reply = provider.userinfo(&token).await;
        assert_eq!(reply.ok(), claims);
        assert_eq!(reply.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn a_token_for_events_alone_does_not_say_who_one_is() {
    let provider = TestProvider::start().await;
    let token = provider.ada(EVENTS).await;

    let reply = provider.userinfo(&token).await;

    reply.google_refused(403, "PERMISSION_DENIED");
    reply.challenged(Some("insufficient_scope"));
}

/// SC-4/9, SC-4/15.
#[tokio::test]
async fn without_a_live_token_there_is_a_challenge() {
    let provider = TestProvider::start().await;

    let missing = send(provider.request("GET", "/v1/userinfo")).await;
    missing.google_refused(401, "UNAUTHENTICATED");
    missing.challenged(None);
    for header in
        ["Bearer ya29.invented", "Bearer ", "Basic czZCaGRSa3F0Mzpn", "ya29.x", "Bearer \u{e9}"]
    {
        let reply =
            send(provider.request("GET", "/v1/userinfo").header("authorization", header)).await;
        reply.google_refused(401, "UNAUTHENTICATED");
        reply.challenged(Some("invalid_token"));
    }
}

#[tokio::test]
async fn an_access_token_lives_3599_seconds() {
    let provider = TestProvider::start().await;
    let token = provider.ada("openid").await;

    provider.later(3500);
    provider.userinfo(&token).await.ok();
    provider.later(99);
    let reply = provider.userinfo(&token).await;
    reply.google_refused(401, "UNAUTHENTICATED");
    reply.challenged(Some("invalid_token"));
}

#[tokio::test]
async fn nobody_gets_a_token_for_a_stranger() {
    let provider = TestProvider::start().await;

    assert!(provider.provider.access_token("nobody@example.com", "openid").await.is_none());
}
