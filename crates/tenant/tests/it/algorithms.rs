//! How tokens are signed, per API and per client.

use reqwest::StatusCode;
use serde_json::{Value, json};
use service::jwt::{self, ACCESS_TOKEN_TYPES, Accepted, Algorithm, VerifyingKey};
use wire::discovery::Jwks;

use crate::harness::{
    ADA, CALENDAR, World, redemption, request, signed_hs256, unverified_claims, unverified_header,
};

impl World {
    /// Whether the tenant's published keys, and this algorithm, verify the token.
    async fn publishes_key_of(&self, token: &Value, algorithm: Algorithm) -> bool {
        let jwks: Jwks =
            serde_json::from_value(self.get("/.well-known/jwks.json").await.ok()).unwrap();
        let accepted = Accepted { algorithms: &[algorithm], types: ACCESS_TOKEN_TYPES };
        let claims: Result<Value, _> = jwt::verify(token.as_str().unwrap(), &accepted, |header| {
            jwks.find(header.kid.as_deref()?).cloned().map(VerifyingKey::Rsa)
        });
        claims.is_ok()
    }

    async fn api(&self) -> Value {
        let path = "/api/v2/resource-servers/https%3A%2F%2Fmy-api.example.com";
        self.management("GET", path, None).await.ok()
    }
}

fn signed_by_secret(token: &Value, secret: &str) -> bool {
    let accepted = Accepted { algorithms: &[Algorithm::HS256], types: ACCESS_TOKEN_TYPES };
    let claims: Result<Value, _> = jwt::verify(token.as_str().unwrap(), &accepted, |_| {
        Some(VerifyingKey::Shared(secret.into()))
    });
    claims.is_ok()
}

/// MG-5/10, DT-3/3: only RS256 tokens are good for `/userinfo` too; the exchange takes them all.
#[tokio::test]
async fn an_api_chooses_how_its_tokens_are_signed() {
    for (alg, algorithm) in
        [("RS256", Algorithm::RS256), ("PS256", Algorithm::PS256), ("RS512", Algorithm::RS512)]
    {
        let world = World::with_api(json!({ "signing_alg": alg })).await;
        let token = world.logged_in().await;

        assert_eq!(unverified_header(token.as_str().unwrap())["alg"], alg);
        assert!(world.publishes_key_of(&token, algorithm).await, "{alg}");
        let is_for_userinfo = world.describes(&token).await.status.is_success();
        assert_eq!(is_for_userinfo, alg == "RS256", "{alg}");
        world.exchanged(&token).await.ok();
    }
}

/// MG-5/10, DT-3/3.
#[tokio::test]
async fn hs256_signs_with_a_secret_of_the_api() {
    let world = World::with_api(json!({ "signing_alg": "HS256" })).await;
    let token = world.logged_in().await;

    let secret = world.api().await["signing_secret"].as_str().unwrap().to_owned();
    assert!(secret.len() >= 43, "256 bits of base64url");
    assert!(signed_by_secret(&token, &secret));
    assert_eq!(unverified_claims(&token)["aud"], CALENDAR);
    world.describes(&token).await.expect(StatusCode::UNAUTHORIZED);
    world.exchanged(&token).await.ok();

    world.change_api(json!({ "signing_alg": "RS256" })).await;
    assert!(world.api().await.get("signing_secret").is_none());
    world.exchanged(&token).await.refused(401, "invalid_grant");
}

/// An API cannot write tokens for another with the secret that it has.
#[tokio::test]
async fn the_secret_of_one_api_signs_for_no_other() {
    let world = World::with_api(json!({
        "signing_alg": "HS256", "signing_secret": "sixteen-letters!",
    }))
    .await;
    let issuer = world.tenant.issuer();
    let management = format!("{issuer}api/v2/");
    let userinfo = format!("{issuer}userinfo");
    for aud in [
        json!(management),
        json!([CALENDAR, management]),
        json!([management, CALENDAR]),
        json!(userinfo),
        json!([CALENDAR, userinfo]),
    ] {
        let now = world.tenant.clock().now().seconds();
        let claims = json!({
            "iss": issuer, "sub": "auth0|65a1f0c2d3e4b5a697887a01", "aud": aud, "iat": now,
            "exp": now + 60, "scope": "openid read:clients", "azp": "calendar-spa",
        });
        let forged = signed_hs256(&claims, "sixteen-letters!");
        let reply = world.management_with(&forged, "GET", "/api/v2/clients", None).await;
        reply.expect(StatusCode::UNAUTHORIZED);
        world.describes(&json!(forged)).await.expect(StatusCode::UNAUTHORIZED);
    }
}

/// MG-5/10, MG-5/13.
#[tokio::test]
async fn what_is_no_algorithm_secret_or_dialect_of_an_api_is_refused() {
    let world = World::quickstart().await;
    let path = "/api/v2/resource-servers/https%3A%2F%2Fmy-api.example.com";
    for body in [
        json!({ "signing_alg": "ES256" }),
        json!({ "signing_alg": "none" }),
        json!({ "signing_alg": "HS256", "signing_secret": "short" }),
        json!({ "token_dialect": "rfc9068" }),
    ] {
        world.management("PATCH", path, Some(body)).await.refused_with(400, "invalid_body");
    }
    // The tenant's own API signs as the tenant does.
    let own = format!("{}api/v2/", world.tenant.issuer()).replace(':', "%3A").replace('/', "%2F");
    let path = format!("/api/v2/resource-servers/{own}");
    let body = json!({ "signing_alg": "HS256" });
    world.management("PATCH", &path, Some(body)).await.refused_with(400, "invalid_body");
}

/// discovery-and-tokens.md §4, DT-1/13.
#[tokio::test]
async fn a_client_chooses_how_its_id_tokens_are_signed() {
    let world = World::with(|file| {
        file.replace("clients:\n  - name: Calendar SPA\n", concat!(
            "clients:\n  - name: Web\n    client_id: web\n    client_secret: web-secret-of-the-test\n",
            "    app_type: regular_web\n    oidc_conformant: true\n    callbacks: [http://localhost:8080/callback]\n",
            "  - name: Calendar SPA\n"))
            .replacen("enabled_clients:\n", "enabled_clients:\n      - Web\n", 1)
    })
    .await;
    let change = async |alg: &str| {
        let body = json!({ "jwt_configuration": { "alg": alg } });
        world.management("PATCH", "/api/v2/clients/web", Some(body)).await.ok();
    };
    let id_token = async || {
        let own = [("client_id", "web")];
        let code = world.browser().code(ADA, &request(&own)).await;
        let own = [("client_id", "web"), ("client_secret", "web-secret-of-the-test")];
        world.token(&redemption(&code, &own)).await.ok()["id_token"].clone()
    };
    assert!(world.publishes_key_of(&id_token().await, Algorithm::RS256).await);
    change("PS256").await;
    assert!(world.publishes_key_of(&id_token().await, Algorithm::PS256).await);
    change("HS256").await;
    assert!(signed_by_secret(&id_token().await, "web-secret-of-the-test"));
}

/// discovery-and-tokens.md §4: a public client has no secret, and must have RS256.
#[tokio::test]
async fn a_public_client_has_rs256() {
    let world = World::quickstart().await;
    for alg in ["HS256", "PS256", "RS512", "none"] {
        let body = json!({ "jwt_configuration": { "alg": alg } });
        let reply = world.management("PATCH", "/api/v2/clients/calendar-spa", Some(body)).await;
        reply.refused_with(400, "invalid_body");
    }
    let body = json!({ "jwt_configuration": { "alg": "HS256", "secret_encoded": true } });
    let reply = world.management("PATCH", "/api/v2/clients/management", Some(body)).await;
    reply.refused_with(400, "invalid_body");
}
