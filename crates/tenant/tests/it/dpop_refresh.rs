//! Refresh tokens and keys (RFC 9449 §5; discovery-and-tokens.md §7). That an app's token is refused without its key
//! stands in `refresh_token`.

use serde_json::{Value, json};
use service::dpop::prover::Prover;

use crate::harness::{ADA, World, redemption, request, unverified_claims};

const OFFLINE: (&str, &str) = ("scope", "openid offline_access read:calendar");

fn renewal<'a>(tokens: &'a Value, client: &'a [(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let token = tokens["refresh_token"].as_str().unwrap();
    let own =
        [("grant_type", "refresh_token"), ("client_id", "calendar-spa"), ("refresh_token", token)];
    own.iter().chain(client).copied().collect()
}

/// DT-7/3, SC-6/5: the first try of a public client costs no refresh token either.
#[tokio::test]
async fn a_nonce_that_is_missing_costs_no_refresh_token() {
    let world = World::taking_proofs().await;
    let prover = Prover::generate();
    let code = world.browser().code(ADA, &request(&[OFFLINE])).await;
    let tokens = world.token_by(&prover, &redemption(&code, &[])).await.ok();

    let without_nonce = prover.proof(&world.claims("POST", "oauth/token"));
    let reply = world.token_with(&renewal(&tokens, &[]), &[&without_nonce]).await;
    reply.refused(400, "use_dpop_nonce");

    world.token_by(&prover, &renewal(&tokens, &[])).await.ok();
}

/// RFC 9449 §5: the client proves itself by its secret at each use, and may change its key.
#[tokio::test]
async fn the_refresh_token_of_a_client_with_a_secret_is_bound_to_no_key() {
    let world = World::taking_proofs_of(|file| {
        let (head, tail) = file.split_once("    refresh_token:\n").unwrap();
        let tail = tail.split_once("    callbacks:").unwrap().1;
        format!("{head}    callbacks:{tail}").replace(
            "    app_type: spa\n    token_endpoint_auth_method: none\n",
            "    client_secret: web-secret\n    app_type: regular_web\n",
        )
    })
    .await;
    let secret = ("client_secret", "web-secret");
    let code = world.browser().code(ADA, &request(&[OFFLINE])).await;
    let proof = |prover: &Prover| prover.proof(&world.claims("POST", "oauth/token"));
    let (own, other) = (Prover::generate(), Prover::generate());
    let tokens = world.token_with(&redemption(&code, &[secret]), &[&proof(&own)]).await.ok();
    assert_eq!(tokens["token_type"], "DPoP");

    let renewed = world.token_with(&renewal(&tokens, &[secret]), &[&proof(&other)]).await.ok();
    let claims = unverified_claims(&renewed["access_token"]);
    assert_eq!(claims["cnf"], json!({"jkt": other.thumbprint().as_str()}));
    let renewed = world.token(&renewal(&tokens, &[secret])).await.ok();
    assert_eq!(renewed["token_type"], "Bearer");
}

/// What an app does not prove at its login is not asked of it later.
#[tokio::test]
async fn the_refresh_token_of_an_app_without_a_key_needs_none() {
    let world = World::taking_proofs().await;
    let code = world.browser().code(ADA, &request(&[OFFLINE])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();

    assert_eq!(world.token(&renewal(&tokens, &[])).await.ok()["token_type"], "Bearer");
}

/// The API decides about access tokens alone: the refresh token of an app that proved a key is bound in any case.
#[tokio::test]
async fn an_api_without_proofs_leaves_the_refresh_token_bound() {
    let world = World::taking_proofs().await;
    world.calendar_api_has("null").await;
    let prover = Prover::generate();
    let code = world.browser().code(ADA, &request(&[OFFLINE])).await;
    let tokens = world.token_by(&prover, &redemption(&code, &[])).await.ok();
    assert_eq!(tokens["token_type"], "Bearer");

    world.token(&renewal(&tokens, &[])).await.refused(400, "invalid_dpop_proof");
    let renewed = world.token_by(&prover, &renewal(&tokens, &[])).await.ok();
    assert_eq!(renewed["token_type"], "Bearer");
}
