//! The refresh token exchange with Token Vault (token-vault.md §3).

use serde_json::{Value, json};
use tenant::LogKind;

use crate::harness::{ADA, CALENDAR, Reply, World, redemption, request};
use crate::token_vault::{TV_GRANT, TV_TOKEN, exchange};

const RT_TYPE: &str = "urn:ietf:params:oauth:token-type:refresh_token";
const SECRET: (&str, &str) = ("client_secret", "web-secret");

/// The app as a server, which keeps its refresh token and may use Token Vault.
async fn world() -> World {
    World::with(|file| {
        let (head, tail) = file.split_once("    refresh_token:\n").unwrap();
        let tail = tail.split_once("    callbacks:").unwrap().1;
        let grant = "      - authorization_code\n";
        format!("{head}    callbacks:{tail}")
            .replace(
                "    app_type: spa\n    token_endpoint_auth_method: none\n",
                "    client_secret: web-secret\n    app_type: regular_web\n",
            )
            .replacen(grant, &format!("{grant}      - {TV_GRANT}\n"), 1)
    })
    .await
}

async fn log_in(world: &World) -> Value {
    let scope = "openid offline_access read:calendar";
    let code = world.browser().code(ADA, &request(&[("scope", scope)])).await;
    let token = world.token(&redemption(&code, &[SECRET])).await.ok();
    token["refresh_token"].clone()
}

async fn exchange_of(world: &World, token: &Value, changes: &[(&'static str, &str)]) -> Reply {
    let mut all = vec![("client_id", "calendar-spa"), SECRET, ("subject_token_type", RT_TYPE)];
    all.extend(changes);
    world.token(&exchange(token.as_str().unwrap(), &all)).await
}

/// TV-3/1, TV-3/2: it becomes the provider's token as often as it is presented, and stays what it was.
#[tokio::test]
async fn a_refresh_token_becomes_the_providers_and_is_not_used_up() {
    let world = world().await;
    let token = log_in(&world).await;
    let first = exchange_of(&world, &token, &[]).await.ok();
    let second = exchange_of(&world, &token, &[]).await.ok();

    assert_eq!(first["issued_token_type"], TV_TOKEN);
    assert_eq!(first["token_type"], "Bearer");
    assert!(first.get("refresh_token").is_none() && first.get("id_token").is_none());
    assert_eq!(second["access_token"], first["access_token"]);
    assert_eq!(world.provider.refreshes(), 1);
    world.refresh(&token, &[SECRET]).await.ok();
    exchange_of(&world, &token, &[]).await.ok();
    assert_eq!(world.logged(LogKind::Seta), 3);
}

/// TV-3/3.
#[tokio::test]
async fn a_client_needs_the_grants_that_refresh_tokens_come_by() {
    let world = world().await;
    let token = log_in(&world).await;
    let path = "/api/v2/clients/calendar-spa";
    for grants in [json!([TV_GRANT]), json!([TV_GRANT, "refresh_token"]), json!(["refresh_token"])]
    {
        let change = json!({ "grant_types": grants });
        world.management("PATCH", path, Some(change)).await.ok();
        exchange_of(&world, &token, &[]).await.refused(403, "unauthorized_client");
    }
    let change = json!({ "grant_types": [TV_GRANT, "refresh_token", "authorization_code"] });
    world.management("PATCH", path, Some(change)).await.ok();
    exchange_of(&world, &token, &[]).await.ok();
}

/// TV-3/4, TV-3/5: also one that was issued before or after the application was changed.
#[tokio::test]
async fn a_rotating_token_is_refused_and_not_used_up() {
    let world = world().await;
    let fixed = log_in(&world).await;
    let rotate = |kind: &str| {
        let policy = json!({ "rotation_type": kind, "expiration_type": "expiring" });
        let change = json!({ "refresh_token": policy });
        let path = "/api/v2/clients/calendar-spa";
        world.management("PATCH", path, Some(change))
    };
    rotate("rotating").await.ok();
    exchange_of(&world, &fixed, &[]).await.refused(403, "invalid_grant");
    let rotating = log_in(&world).await;
    exchange_of(&world, &rotating, &[]).await.refused(403, "invalid_grant");
    rotate("non-rotating").await.ok();
    exchange_of(&world, &rotating, &[]).await.refused(403, "invalid_grant");
    exchange_of(&world, &fixed, &[]).await.ok();
    world.refresh(&rotating, &[SECRET]).await.ok();
}

/// TV-3/6.
#[tokio::test]
async fn tokens_that_are_not_good_are_refused() {
    let world = world().await;
    let token = log_in(&world).await;
    for wrong in ["v1.unknown", "not a token", &format!("{}A", token.as_str().unwrap())] {
        exchange_of(&world, &json!(wrong), &[]).await.refused(401, "invalid_grant");
    }
    let access_token = world.access_token(ADA, CALENDAR).await;
    exchange_of(&world, &json!(access_token), &[]).await.refused(401, "invalid_grant");

    let revoked = log_in(&world).await;
    let form = [("client_id", "calendar-spa"), SECRET, ("token", revoked.as_str().unwrap())];
    let reply = Reply::of(world.post("/oauth/revoke").form(&form).send().await.unwrap()).await;
    reply.expect(reqwest::StatusCode::OK);
    exchange_of(&world, &revoked, &[]).await.refused(401, "invalid_grant");
    assert_eq!(world.provider.refreshes(), 0);
}

/// TV-3/6: another client's token is nobody else's (RFC 6749 §6).
#[tokio::test]
async fn a_token_of_another_client_is_refused() {
    let world = world().await;
    let token = log_in(&world).await;
    let other = json!({
        "name": "Other", "app_type": "regular_web", "oidc_conformant": true,
        "grant_types": ["authorization_code", "refresh_token", TV_GRANT],
    });
    let other = world.management("POST", "/api/v2/clients", Some(other)).await.json();
    let changes = [
        ("client_id", other["client_id"].as_str().unwrap()),
        ("client_secret", other["client_secret"].as_str().unwrap()),
    ];
    exchange_of(&world, &token, &changes).await.refused(401, "invalid_grant");
}

/// TV-3/6: an exchange does not keep an unused login alive.
#[tokio::test]
async fn a_token_that_has_ended_is_refused_however_often_it_was_exchanged() {
    let world = world().await;
    let policy = json!({
        "rotation_type": "non-rotating", "expiration_type": "expiring",
        "token_lifetime": 10_000, "idle_token_lifetime": 100,
    });
    let change = json!({ "refresh_token": policy });
    world.management("PATCH", "/api/v2/clients/calendar-spa", Some(change)).await.ok();
    let token = log_in(&world).await;
    world.tenant.clock().advance(99);
    exchange_of(&world, &token, &[]).await.ok();
    world.tenant.clock().advance(1);
    exchange_of(&world, &token, &[]).await.refused(401, "invalid_grant");
}

/// TV-3/2: of somebody who is blocked or gone.
#[tokio::test]
async fn a_token_of_someone_blocked_or_gone_is_refused() {
    let world = world().await;
    let token = log_in(&world).await;
    world.block(ADA).await;
    exchange_of(&world, &token, &[]).await.refused(401, "invalid_grant");
    world.delete_person(ADA).await;
    exchange_of(&world, &token, &[]).await.refused(401, "invalid_grant");
}
