//! The tenant's settings at the Management API, and what they change while it runs.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{ADA, CALENDAR, World, redemption, request, unverified_claims};

const SETTINGS: &str = "/api/v2/tenants/settings";

impl World {
    async fn set(&self, change: Value) -> Value {
        self.patch(SETTINGS, change).await.ok()
    }
}

#[tokio::test]
async fn settings_are_read_whole_or_in_part() {
    let world = World::quickstart().await;
    let settings = world.read(SETTINGS).await.ok();
    assert_eq!(settings["allowed_logout_urls"], json!([]));
    assert_eq!(settings["oidc_logout"]["rp_logout_end_session_endpoint_discovery"], true);
    let part = world.read(&format!("{SETTINGS}?fields=flags,enabled_locales")).await.ok();
    assert_eq!(part.as_object().unwrap().len(), 2, "{part}");
    let rest = world.read(&format!("{SETTINGS}?fields=flags&include_fields=false")).await.ok();
    assert!(rest.get("flags").is_none() && rest.get("sessions").is_some(), "{rest}");
}

/// What is given is replaced, and the rest stays: flags one by one.
#[tokio::test]
async fn what_is_not_given_stays() {
    let world = World::quickstart().await;
    world
        .set(json!({ "flags": { "revoke_refresh_token_grant": true }, "enabled_locales": ["fr"] }))
        .await;
    let settings = world.set(json!({ "flags": { "ask_first_parties_for_consent": true } })).await;
    assert_eq!(
        settings["flags"],
        json!({ "revoke_refresh_token_grant": true, "ask_first_parties_for_consent": true })
    );
    assert_eq!(settings["enabled_locales"], json!(["fr"]));
    assert_eq!(world.read(SETTINGS).await.ok(), settings);
}

/// From the next request on.
#[tokio::test]
async fn the_tenant_does_as_its_settings_say() {
    let world = World::quickstart().await;
    let par = async || {
        world.get("/.well-known/openid-configuration").await.ok()["pushed_authorization_request_endpoint"].is_string()
    };
    assert!(!par().await);
    world.set(json!({ "pushed_authorization_requests_supported": true })).await;
    assert!(par().await);

    let without_audience = request(&[("audience", "")]);
    let audience = async || {
        let code = world.browser().code(ADA, &without_audience).await;
        let tokens = world.token(&redemption(&code, &[])).await.ok();
        let token = tokens["access_token"].clone();
        token
            .as_str()
            .is_some_and(|token| token.matches('.').count() == 2)
            .then(|| unverified_claims(&token)["aud"].to_string())
    };
    assert_eq!(audience().await, None);
    world.set(json!({ "default_audience": CALENDAR })).await;
    assert!(audience().await.unwrap().contains(CALENDAR));
    let settings = world.set(json!({ "default_audience": "" })).await;
    assert!(settings.get("default_audience").is_none(), "{settings}");
    assert_eq!(audience().await, None);

    world.set(json!({ "flags": { "ask_first_parties_for_consent": true } })).await;
    let location = world.browser().log_in(ADA, &request(&[])).await;
    assert_eq!(location.path(), "/u/consent");
    let custom = json!({ "access_token": { "https://example.com/name": "${user.name}" } });
    world.set(json!({ "custom_claims": custom })).await;
    let token = world.access_token(ADA, CALENDAR).await;
    assert_eq!(unverified_claims(&json!(token))["https://example.com/name"], "Ada Lovelace");
}

/// MG-2/17, MG-2/18, MG-2/16: and nothing has changed then.
#[tokio::test]
async fn settings_that_make_no_sense_are_refused() {
    let world = World::quickstart().await;
    let before = world.read(SETTINGS).await.ok();
    for wrong in [
        json!({}),
        json!({ "colour": "red" }),
        json!({ "flags": { "colour": true } }),
        json!({ "flags": { "revoke_refresh_token_grant": "yes" } }),
        json!({ "resource_parameter_profile": "both" }),
        json!({ "error_page": { "url": "nowhere" } }),
        json!({ "custom_claims": { "access_token": { "name": "Ada" } } }),
        json!({ "enabled_locales": ["fr"], "allowed_logout_urls": "everywhere" }),
    ] {
        println!("{wrong}");
        world.patch(SETTINGS, wrong).await.refused_with(400, "invalid_body");
    }
    assert_eq!(world.read(SETTINGS).await.ok(), before);
}

/// MG-2/7.
#[tokio::test]
async fn settings_need_their_scopes() {
    let world = World::quickstart().await;
    let token = world.management_token("read:users").await;
    for method in ["GET", "PATCH"] {
        let reply = world.management_with(&token, method, SETTINGS, Some(json!({}))).await;
        reply.refused_with(403, "insufficient_scope");
    }
    let token = world.management_token("read:tenant_settings").await;
    let change = Some(json!({ "enabled_locales": ["fr"] }));
    let reply = world.management_with(&token, "PATCH", SETTINGS, change).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
}
