//! Signing keys: published, rotated, withdrawn.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{ADA, CALENDAR, Reply, World, redemption, request, unverified_header};

impl World {
    async fn published_keys(&self) -> Vec<String> {
        let jwks = self.get("/.well-known/jwks.json").await.ok();
        let kid = |key: &Value| key["kid"].as_str().unwrap().to_owned();
        jwks["keys"].as_array().unwrap().iter().map(kid).collect()
    }

    async fn exchanges(&self, token: &str) -> Reply {
        let request = self.post("/userinfo").bearer_auth(token);
        Reply::of(request.send().await.unwrap()).await
    }
}

/// Issue 3: an access token and an ID token, and nothing else is signed.
#[tokio::test]
async fn a_login_costs_two_signatures() {
    let world = World::quickstart().await;

    let code = world.browser().code(ADA, &request(&[])).await;
    world.token(&redemption(&code, &[])).await.ok();

    assert_eq!(world.tenant.signatures(), 2);
}

/// discovery-and-tokens.md §2, SC-9/5: a rotation finds the new key published, and leaves the old tokens good.
#[tokio::test]
async fn tokens_of_the_previous_key_stay_good_after_a_rotation() {
    let world = World::quickstart().await;
    let before = world.published_keys().await;
    let old = world.access_token(ADA, CALENDAR).await;
    assert_eq!(unverified_header(&old)["kid"], *before[0]);

    world.tenant.rotate_signing_keys().await.unwrap();

    let after = world.published_keys().await;
    assert_eq!(after[0], before[1]);
    assert_eq!(after[2], before[0]);
    world.exchanges(&old).await.ok();
    let new = world.access_token(ADA, CALENDAR).await;
    assert_eq!(unverified_header(&new)["kid"], *after[0]);
    world.exchanges(&new).await.ok();
}

#[tokio::test]
async fn keys_are_listed_rotated_and_revoked_by_the_management_api() {
    let world = World::quickstart().await;
    let old = world.access_token(ADA, CALENDAR).await;
    let listed = world.management("GET", "/api/v2/keys/signing", None).await.ok();
    assert_eq!(listed[0]["current"], true);
    assert_eq!(listed[1]["next"], true);
    assert!(listed[0]["cert"].as_str().unwrap().starts_with("-----BEGIN CERTIFICATE-----"));

    let rotated = world.management("POST", "/api/v2/keys/signing/rotate", None).await;

    rotated.expect(StatusCode::CREATED);
    assert_eq!(rotated.json()["kid"], listed[1]["kid"]);
    let revoke =
        |kid: &Value| format!("/api/v2/keys/signing/{}/revoke", kid.as_str().unwrap().to_owned());
    let previous = revoke(&listed[0]["kid"]);
    world.management("PUT", &previous, None).await.ok();
    world.exchanges(&old).await.expect(StatusCode::UNAUTHORIZED);
    assert_eq!(world.published_keys().await.len(), 2);

    // What is in use, what comes next and what is gone cannot be revoked.
    let current = revoke(&listed[1]["kid"]);
    for kid in [previous, current, "/api/v2/keys/signing/nothing/revoke".to_owned()] {
        world.management("PUT", &kid, Some(json!({}))).await.refused_with(404, "");
    }
}

#[tokio::test]
async fn keys_are_not_for_everybody() {
    let world = World::quickstart().await;
    let token = world.management_token("read:clients").await;
    for (method, path) in [
        ("GET", "/api/v2/keys/signing"),
        ("POST", "/api/v2/keys/signing/rotate"),
        ("PUT", "/api/v2/keys/signing/any/revoke"),
    ] {
        let reply = world.management_with(&token, method, path, None).await;
        reply.refused_with(403, "insufficient_scope");
    }
}
