//! `POST /control/…`.

use std::net::{Ipv4Addr, SocketAddr};

use provider::Config;
use serde_json::{Value, json};

use crate::harness::{Reply, SEEDED, TestProvider, send};

async fn control(provider: &TestProvider, command: &str, body: &Value) -> Reply {
    send(provider.request("POST", &format!("/control/{command}")).json(body)).await
}

#[tokio::test]
async fn failures_come_and_end_by_command() {
    let provider = TestProvider::start().await;
    let fail = json!({ "endpoint": "token", "failure": "rate_limited" });
    assert_eq!(control(&provider, "fail", &fail).await.status, 204);
    let limited = provider.refresh(SEEDED).await;
    assert_eq!((limited.status, limited.header("retry-after")), (429, "60"));
    provider.refresh(SEEDED).await.ok();

    let fail = json!({ "endpoint": "token", "failure": "server_error", "times": 100 });
    control(&provider, "fail", &fail).await;
    assert_eq!(provider.refresh(SEEDED).await.status, 500);
    assert_eq!(control(&provider, "reset", &json!({})).await.status, 204);
    provider.refresh(SEEDED).await.ok();
}

#[tokio::test]
async fn time_passes_by_command() {
    let provider = TestProvider::start().await;
    let token = provider.ada("openid").await;

    assert_eq!(control(&provider, "advance", &json!({ "seconds": 3600 })).await.status, 204);

    provider.userinfo(&token).await.google_refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_delay_is_taken_and_ended() {
    let provider = TestProvider::start().await;

    let delay = json!({ "endpoint": "token", "milliseconds": 1 });
    assert_eq!(control(&provider, "delay", &delay).await.status, 204);
    provider.refresh(SEEDED).await.ok();

    let none = json!({ "endpoint": "token", "milliseconds": 0 });
    assert_eq!(control(&provider, "delay", &none).await.status, 204);
}

#[tokio::test]
async fn people_take_back_what_they_allowed_by_command() {
    let provider = TestProvider::start().await;
    let nobody = json!({ "email": "nobody@example.com" });
    control(&provider, "revoke", &nobody).await.google_refused(404, "NOT_FOUND");
    provider.refresh(SEEDED).await.ok();

    let ada = json!({ "email": "Ada@example.com" });
    assert_eq!(control(&provider, "revoke", &ada).await.status, 204);

    provider.refresh(SEEDED).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn refresh_tokens_expire_by_command() {
    let provider = TestProvider::start().await;

    assert_eq!(control(&provider, "expire-refresh-tokens", &json!({})).await.status, 204);

    provider.refresh(SEEDED).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_command_that_is_not_understood_is_refused() {
    let provider = TestProvider::start().await;
    for (command, body) in [
        ("fail", json!({})),
        ("fail", json!({ "endpoint": "moon", "failure": "garbage" })),
        ("fail", json!({ "endpoint": "token", "failure": "sulking" })),
        ("fail", json!({ "endpoint": "token", "failure": "garbage", "times": -1 })),
        ("delay", json!({ "endpoint": "token" })),
        ("advance", json!({ "seconds": "many" })),
        ("reset", json!({ "all": true })),
    ] {
        control(&provider, command, &body).await.google_refused(400, "INVALID_ARGUMENT");
    }
    assert_eq!(send(provider.request("GET", "/control/reset")).await.status, 405);
    assert_eq!(control(&provider, "explode", &json!({})).await.status, 404);
}

/// A page elsewhere must not break the developer's provider.
#[tokio::test]
async fn another_site_is_refused() {
    let provider = TestProvider::start().await;
    let url = provider.provider.url().to_owned();
    let command = || provider.request("POST", "/control/expire-refresh-tokens").body("{}");
    let json = || command().header("content-type", "application/json");

    for request in [
        command(),
        command().header("content-type", "text/plain"),
        json().header("origin", "https://evil.example"),
        json().header("origin", "null"),
        json().header("sec-fetch-site", "cross-site"),
        json().header("sec-fetch-site", "same-site"),
    ] {
        send(request).await.google_refused(403, "PERMISSION_DENIED");
    }
    provider.refresh(SEEDED).await.ok();

    let own = json().header("origin", url).header("sec-fetch-site", "same-origin");
    assert_eq!(send(own).await.status, 204);
}

/// Whoever can reach the provider from elsewhere must not command it.
#[tokio::test]
async fn beyond_loopback_there_is_no_control() {
    let listen = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let provider = TestProvider::listening(listen, Config::default()).await;

    let reply = control(&provider, "expire-refresh-tokens", &json!({})).await;

    reply.google_refused(404, "NOT_FOUND");
    provider.refresh(SEEDED).await.ok();
}
