//! Which access tokens are refused, and in which words (token-vault.md §2.5, RFC 6750 §3, RFC 8725).

use aws_lc_rs::hmac;
use reqwest::Method;
use serde_json::{Value, json};
use wire::calendar::ProblemCode;

use crate::harness::{AUDIENCE, Answer, SigningKey, WEEK, World, base64url, unsigned};

/// Refused as a bad token, by challenge and problem, before anything was exchanged (SC-10/3).
#[track_caller]
fn refused_unexchanged(world: &World, answer: &Answer) {
    answer.refused(401, ProblemCode::InvalidToken);
    assert!(answer.challenge().contains(r#"error="invalid_token""#), "{}", answer.challenge());
    world.nothing_was_exchanged();
}

async fn refuses_claims(changed: Value) {
    let world = World::start().await;

    let answer = world.api.events(&world.token_with(&changed)).await;

    refused_unexchanged(&world, &answer);
}

async fn refuses_header(changed: Value) {
    let world = World::start().await;
    let mut header = SigningKey::of_tenant().header();
    for (name, value) in changed.as_object().expect("members") {
        header[name] = value.clone();
    }

    let token = SigningKey::of_tenant().token_with_header(&header, &world.claims());

    refused_unexchanged(&world, &world.api.events(&token).await);
}

/// SC-4/15: who sends no token is asked for one, and accused of nothing.
#[tokio::test]
async fn a_missing_token_is_asked_for_without_an_error_code() {
    let world = World::start().await;

    let answer = Answer::to(world.api.request(Method::GET, WEEK)).await;

    answer.refused(401, ProblemCode::MissingToken);
    assert!(answer.challenge().starts_with("Bearer realm="), "{}", answer.challenge());
    assert!(!answer.challenge().contains("error"), "{}", answer.challenge());
    world.nothing_was_exchanged();
}

#[tokio::test]
async fn another_scheme_or_place_is_no_token() {
    let world = World::start().await;
    let token = world.token();
    let request = || world.api.request(Method::GET, WEEK);

    for request in [
        request().basic_auth("ada", Some("ada-password")),
        request().header("authorization", format!("Token {token}")),
        request().header("authorization", "Bearer "),
        request().query(&[("access_token", &token)]),
    ] {
        Answer::to(request).await.refused(401, ProblemCode::MissingToken);
    }
    world.nothing_was_exchanged();
}

#[tokio::test]
async fn a_token_is_good_until_the_second_of_its_expiry() {
    let world = World::start().await;
    let now = world.clock.now();
    let token = world.token_with(&json!({"exp": now.plus(600).seconds()}));
    world.api.events(&token).await.events();

    world.clock.advance(600);

    world.api.events(&token).await.refused(401, ProblemCode::InvalidToken);
}

#[tokio::test]
async fn an_expired_token_is_refused_unexchanged() {
    refuses_claims(json!({"exp": 1_700_000_000})).await;
}

#[tokio::test]
async fn a_token_of_another_issuer_is_refused_unexchanged() {
    refuses_claims(json!({"iss": "https://tenant.example.com/"})).await;
}

/// SC-10/3, TV-2.5.
#[tokio::test]
async fn a_token_for_another_api_is_refused_unexchanged() {
    refuses_claims(json!({"aud": ["https://reports-api.example.com"]})).await;
}

#[tokio::test]
async fn an_audience_that_only_begins_like_ours_is_refused() {
    refuses_claims(json!({"aud": format!("{AUDIENCE}.evil.example")})).await;
}

#[tokio::test]
async fn a_single_audience_is_as_good_as_a_list() {
    let world = World::start().await;

    world.api.events(&world.token_with(&json!({"aud": AUDIENCE}))).await.events();
}

/// SC-4/3, SC-9/3.
#[tokio::test]
async fn an_id_token_is_refused_unexchanged() {
    refuses_claims(
        json!({"aud": "calendar-spa", "azp": null, "scope": null, "nonce": "n", "sid": "s"}),
    )
    .await;
}

/// Even one that somehow names this API has none of an access token's marks.
#[tokio::test]
async fn a_token_without_azp_is_refused_unexchanged() {
    refuses_claims(json!({"azp": null})).await;
}

/// SC-6/4.
#[tokio::test]
async fn a_token_that_is_bound_to_a_key_is_no_bearer_token() {
    refuses_claims(json!({"cnf": {"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}})).await;
}

#[tokio::test]
async fn a_tampered_token_is_refused_unexchanged() {
    let world = World::start().await;
    let honest = world.token();
    let (_, signature) = honest.rsplit_once('.').unwrap();
    let mut claims = world.claims();
    claims["sub"] = json!("auth0|grace");

    let message = unsigned(&SigningKey::of_tenant().header(), &claims);

    refused_unexchanged(&world, &world.api.events(&format!("{message}.{signature}")).await);
}

#[tokio::test]
async fn a_token_signed_by_somebody_else_in_the_tenants_name_is_refused_unexchanged() {
    let world = World::start().await;
    let header = SigningKey::of_tenant().header();

    let token = SigningKey::other().token_with_header(&header, &world.claims());

    refused_unexchanged(&world, &world.api.events(&token).await);
}

/// SC-9/1.
#[tokio::test]
async fn an_unsigned_token_is_refused_unexchanged() {
    let world = World::start().await;
    let message =
        unsigned(&json!({"alg": "none", "typ": "JWT", "kid": "tenant-key"}), &world.claims());

    for signature in ["", "c2lnbmF0dXJl"] {
        refused_unexchanged(&world, &world.api.events(&format!("{message}.{signature}")).await);
    }
}

/// SC-9/1: the public key is no secret, so an HMAC by it proves nothing.
#[tokio::test]
async fn a_token_signed_with_hs256_by_the_public_key_is_refused_unexchanged() {
    let world = World::start().await;
    let message =
        unsigned(&json!({"alg": "HS256", "typ": "JWT", "kid": "tenant-key"}), &world.claims());
    let key = hmac::Key::new(hmac::HMAC_SHA256, SigningKey::of_tenant().public_der());
    let signature = base64url(hmac::sign(&key, message.as_bytes()).as_ref());

    refused_unexchanged(&world, &world.api.events(&format!("{message}.{signature}")).await);
}

#[tokio::test]
async fn another_algorithm_of_the_same_key_is_refused() {
    refuses_header(json!({"alg": "RS512"})).await;
}

/// SC-9/2.
#[tokio::test]
async fn an_extension_that_must_be_understood_is_refused() {
    refuses_header(json!({"crit": ["exp"], "exp": 1})).await;
}

/// SC-9/2, SC-9/5: a key that the token brings along is not the tenant's.
#[tokio::test]
async fn a_key_in_the_header_is_ignored() {
    let world = World::start().await;
    let mut header = SigningKey::of_tenant().header();
    header["jwk"] = SigningKey::other().jwk();

    let token = SigningKey::other().token_with_header(&header, &world.claims());

    refused_unexchanged(&world, &world.api.events(&token).await);
}

#[tokio::test]
async fn what_is_no_jwt_is_refused_unexchanged() {
    let world = World::start().await;

    for token in ["opaque-token-of-the-tenant", "a.b.c", "..", "eyJhbGciOiJSUzI1NiJ9.e30.AA"] {
        refused_unexchanged(&world, &world.api.events(token).await);
    }
}

/// RFC 6750 §3.1: the challenge names the scope that is missing.
#[tokio::test]
async fn a_missing_scope_is_named() {
    let world = World::start().await;
    let reader = world.token_with(&json!({"scope": "openid read:calendar"}));
    let writer = world.token_with(&json!({"scope": "write:calendar"}));
    let neither = world.token_with(&json!({"scope": null}));
    let event =
        json!({"title": "Tea", "start": "2026-11-24T15:00:00Z", "end": "2026-11-24T16:00:00Z"});

    for (answer, scope) in [
        (world.api.create(&reader, &event).await, "write:calendar"),
        (world.api.events(&writer).await, "read:calendar"),
        (world.api.events(&neither).await, "read:calendar"),
    ] {
        answer.refused(403, ProblemCode::InsufficientScope);
        assert!(
            answer.challenge().contains(r#"error="insufficient_scope""#),
            "{}",
            answer.challenge()
        );
        assert!(
            answer.challenge().contains(&format!(r#"scope="{scope}""#)),
            "{}",
            answer.challenge()
        );
    }
    world.nothing_was_exchanged();
}
