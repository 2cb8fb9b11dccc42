//! Failures on request, by the functions of [`provider::Provider`].

use provider::{Config, Endpoint, Failure};
use serde_json::json;

use crate::harness::{ADA_SUB, AuthRequest, EVENTS, EVENTS_PATH, GRACE_SUB, SEEDED, TestProvider};

#[tokio::test]
async fn so_many_requests_fail_and_then_none() {
    let provider = TestProvider::start().await;
    let server_error = Failure::ServerError;
    provider.provider.fail_next(Endpoint::Token, server_error, 2);
    provider.provider.fail_next(Endpoint::Token, Failure::RateLimited { retry_after: 7 }, 1);

    assert_eq!(provider.refresh(SEEDED).await.status, 500);
    assert_eq!(provider.refresh(SEEDED).await.status, 500);
    let limited = provider.refresh(SEEDED).await;
    assert_eq!((limited.status, limited.header("retry-after")), (429, "7"));
    provider.refresh(SEEDED).await.ok();
    assert_eq!(provider.provider.refreshes(), 1);
}

#[tokio::test]
async fn a_grant_that_seems_revoked_is_not() {
    let provider = TestProvider::start().await;
    let token = provider.ada(&format!("openid {EVENTS}")).await;
    for endpoint in [Endpoint::Token, Endpoint::Userinfo, Endpoint::Calendar] {
        provider.provider.fail_next(endpoint, Failure::Revoked, 1);
    }

    provider.refresh(SEEDED).await.refused(400, "invalid_grant");
    provider.userinfo(&token).await.google_refused(401, "UNAUTHENTICATED");
    let events = provider.with_token("GET", EVENTS_PATH, &token).await;
    events.google_refused(401, "UNAUTHENTICATED");

    provider.refresh(SEEDED).await.ok();
    provider.userinfo(&token).await.ok();
}

#[tokio::test]
async fn every_endpoint_fails_in_its_own_words() {
    let provider = TestProvider::start().await;
    let limited = Failure::RateLimited { retry_after: 1 };
    for (path, endpoint) in [
        ("/v1/userinfo", Endpoint::Userinfo),
        (EVENTS_PATH, Endpoint::Calendar),
        ("/user", Endpoint::Userinfo),
        ("/login/oauth/access_token", Endpoint::Token),
    ] {
        for (failure, status) in [(Failure::ServerError, 500), (limited, 429)] {
            provider.provider.fail_next(endpoint, failure, 1);
            let method = if endpoint == Endpoint::Token { "POST" } else { "GET" };
            let reply = provider.with_token(method, path, "any").await;
            assert_eq!(reply.status, status, "{path}");
            assert!(reply.json().is_object(), "{reply:?}");
        }
        provider.provider.fail_next(endpoint, Failure::Garbage, 1);
        let reply = provider.with_token("GET", path, "any").await;
        assert_eq!(reply.status, 200);
        assert!(serde_json::from_str::<serde_json::Value>(&reply.body).is_err(), "{reply:?}");
    }
}

/// Slowness, without a clock.
#[tokio::test]
async fn a_closed_gate_lets_requests_wait() {
    let provider = TestProvider::start().await;
    let held = provider.provider.hold(Endpoint::Token);
    let also = provider.provider.hold(Endpoint::Token);

    let (one, two, ()) = tokio::join!(provider.refresh(SEEDED), provider.refresh(SEEDED), async {
        held.waiting(2).await;
        assert_eq!(provider.provider.refreshes(), 0);
        held.release();
        also.waiting(2).await;
        assert_eq!(provider.provider.refreshes(), 0, "the gate is closed until all have let go");
        drop(also);
    });

    one.ok();
    two.ok();
    provider.refresh(SEEDED).await.ok();
}

#[tokio::test]
async fn a_revoked_consent_ends_every_grant_of_the_person_and_of_nobody_else() {
    let provider = TestProvider::start().await;
    let ada = provider.ada("openid").await;
    let grace = provider.access_token("grace@example.com", "openid").await;

    assert!(provider.provider.revoke_consent("ada@example.com").await);

    provider.refresh(SEEDED).await.refused(400, "invalid_grant");
    provider.userinfo(&ada).await.google_refused(401, "UNAUTHENTICATED");
    provider.userinfo(&grace).await.ok();
    provider.browser().sign_in(&AuthRequest::new(), ADA_SUB).await.leads_to("/consent");
    assert!(!provider.provider.revoke_consent("ada@example.com").await);
    assert!(!provider.provider.revoke_consent("nobody@example.com").await);
}

#[tokio::test]
async fn expired_refresh_tokens_leave_the_consent() {
    let provider = TestProvider::start().await;

    provider.provider.expire_refresh_tokens().await;

    provider.refresh(SEEDED).await.refused(400, "invalid_grant");
    provider.browser().sign_in(&AuthRequest::new(), ADA_SUB).await.answer("code");
}

#[tokio::test]
async fn refresh_tokens_can_rotate_and_expire() {
    let config = Config {
        rotate_refresh_tokens: true,
        refresh_token_lifetime: Some(1000),
        ..Config::default()
    };
    let provider = TestProvider::with(config).await;
    let code = provider.browser().code(&AuthRequest::offline(), GRACE_SUB).await;
    let tokens = provider.redeem(&code).await;
    assert_eq!(tokens.ok()["refresh_token_expires_in"], json!(1000));
    let first = tokens.text("refresh_token");

    provider.later(999);
    let refreshed = provider.refresh(&first).await;
    let second = refreshed.text("refresh_token");

    assert_eq!(refreshed.ok()["refresh_token_expires_in"], json!(1000));
    assert_ne!(second, first);
    provider.refresh(&first).await.refused(400, "invalid_grant");
    provider.later(1000);
    provider.refresh(&second).await.refused(400, "invalid_grant");
}
