//! ID tokens (discovery-and-tokens.md §4).

use serde_json::{Value, json};

use crate::harness::{ADA, World, redemption, request, unverified_claims, unverified_header};

async fn world() -> World {
    World::with(|file| {
        let own = "    password: ada-password\n    given_name: Ada\n    middle_name: Augusta\n    family_name: Lovelace\n\
                   \x20   phone_number: '+441234567890'\n";
        file.replace("    password: ada-password\n", own)
    })
    .await
}

async fn id_token(world: &World, changes: &[(&'static str, &str)]) -> (Value, Value) {
    let code = world.browser().code(ADA, &request(changes)).await;
    let token = world.token(&redemption(&code, &[])).await.ok()["id_token"].clone();
    (unverified_header(token.as_str().unwrap()), unverified_claims(&token))
}

/// DT-4/1 to DT-4/4, SC-4/4.
#[tokio::test]
async fn an_id_token_tells_the_client_who_logged_in() {
    let world = world().await;

    let (header, claims) = id_token(&world, &[("scope", "openid")]).await;

    assert_eq!(header["alg"], "RS256");
    assert_eq!(header["typ"], "JWT");
    assert!(header["kid"].is_string());
    assert_eq!(claims["iss"], world.tenant.issuer());
    assert_eq!(claims["sub"], "auth0|65a1f0c2d3e4b5a697887a01");
    assert_eq!(claims["aud"], "calendar-spa");
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 36_000);
    assert_eq!(claims["nonce"], "n-0S6_WzA2Mj");
    assert_eq!(claims["sid"].as_str().unwrap().len(), 32);
    let names: Vec<&String> = claims.as_object().unwrap().keys().collect();
    assert_eq!(names, ["aud", "exp", "iat", "iss", "nonce", "sid", "sub"], "and nothing else");

    let (_, claims) = id_token(&world, &[("max_age", "600")]).await;
    assert!(claims["auth_time"].is_u64());
    let (_, claims) = id_token(&world, &[("nonce", "")]).await;
    assert!(claims.get("nonce").is_none());
}

#[tokio::test]
async fn an_id_token_lives_as_long_as_its_client_says() {
    let world = world().await;
    let change = json!({ "jwt_configuration": { "alg": "RS256", "lifetime_in_seconds": 120 } });
    world.management("PATCH", "/api/v2/clients/calendar-spa", Some(change)).await.ok();

    let (_, claims) = id_token(&world, &[]).await;

    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 120);
}

/// DT-4/6, DT-4/7, SC-4/10, DT-1/8: each scope tells its claims, and most claims can be asked for by name.
#[tokio::test]
async fn each_scope_tells_its_claims() {
    let world = world().await;
    let beside = ["aud", "exp", "iat", "iss", "nonce", "sid", "sub"];
    for (scope, told) in [
        (
            "profile",
            &[
                "family_name",
                "given_name",
                "middle_name",
                "name",
                "nickname",
                "picture",
                "updated_at",
            ][..],
        ),
        ("email", &["email", "email_verified"]),
        ("phone", &["phone_number"]),
        ("address", &[]),
        ("name", &["name"]),
        ("given_name", &["given_name"]),
        ("family_name", &["family_name"]),
        ("nickname", &["nickname"]),
        ("picture", &["picture"]),
        ("email_verified", &["email_verified"]),
        ("created_at", &["created_at"]),
        ("identities", &["identities"]),
    ] {
        let (_, claims) = id_token(&world, &[("scope", &format!("openid {scope}"))]).await;
        let names = claims.as_object().unwrap().keys().map(String::as_str);
        let names: Vec<&str> = names.filter(|name| !beside.contains(name)).collect();
        assert_eq!(names, told, "{scope}");
    }
    let (_, claims) = id_token(&world, &[("scope", "openid profile")]).await;
    assert_eq!(claims["given_name"], "Ada");
    let updated_at = claims["updated_at"].as_str().unwrap();
    assert!(updated_at.ends_with('Z') && updated_at.contains('T'), "ISO 8601: {updated_at}");
}
