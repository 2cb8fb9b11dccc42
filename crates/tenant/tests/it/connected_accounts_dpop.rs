//! Bound tokens at the My Account API (CA-1/6, CA-4/14; RFC 9449 §7).

use reqwest::StatusCode;
use serde_json::{Value, json};
use service::dpop::prover::Prover;
use wire::dpop::ProofClaims;

use crate::harness::connecting::{ACCOUNTS, CONNECT, SCOPES, wish};
use crate::harness::{GRACE, Reply, World};

/// Grace's token, bound to a key.
async fn bound_token(world: &World, prover: &Prover) -> String {
    let audience = world.my_account_audience();
    let jkt = prover.thumbprint();
    let token =
        world.tenant.bound_access_token(GRACE, "calendar-spa", &audience, SCOPES, jkt).await;
    token.unwrap().expose().to_owned()
}

async fn called(
    world: &World,
    (method, path): (&str, &str),
    authorization: &str,
    proof: Option<&str>,
) -> Reply {
    let mut request = world.http.request(method.parse().unwrap(), world.at(path));
    request = request.header("authorization", authorization);
    if method == "POST" {
        request = request.json(&wish(json!({})));
    }
    if let Some(proof) = proof {
        request = request.header("dpop", proof);
    }
    Reply::of(request.send().await.unwrap()).await
}

fn claims(world: &World, (method, path): (&str, &str), token: &str, nonce: &str) -> ProofClaims {
    let path = path.trim_start_matches('/');
    let nonce = (!nonce.is_empty()).then(|| nonce.to_owned());
    ProofClaims { nonce, ..world.claims_with(method, path, token) }
}

#[track_caller]
fn refused(reply: &Reply, error: &str) -> Value {
    let challenge = reply.header("www-authenticate");
    assert!(challenge.starts_with(&format!(r#"DPoP error="{error}""#)), "{reply:?}");
    reply.problem(401, "A0E-401-0003")
}

/// CA-4/14, CA-1/6: as auth0-spa-js does it, with one retry.
#[tokio::test]
async fn a_bound_token_is_taken_beside_a_proof_with_our_nonce() {
    let world = World::quickstart().await;
    let prover = Prover::generate();
    let token = bound_token(&world, &prover).await;
    let authorization = format!("DPoP {token}");
    for operation in
        [("POST", CONNECT), ("GET", ACCOUNTS), ("GET", "/me/v1/connected-accounts/accounts?take=1")]
    {
        let path = operation.1.split('?').next().unwrap();
        let about = (operation.0, path);
        let proof = prover.proof(&claims(&world, about, &token, ""));
        let first = called(&world, operation, &authorization, Some(&proof)).await;
        refused(&first, "use_dpop_nonce");
        let nonce = first.header("dpop-nonce");

        let proof = prover.proof(&claims(&world, about, &token, nonce));
        let second = called(&world, operation, &authorization, Some(&proof)).await;

        assert!(second.status.is_success(), "{second:?}");
        let next = second.header("dpop-nonce");
        let proof = prover.proof(&claims(&world, about, &token, next));
        assert!(called(&world, operation, &authorization, Some(&proof)).await.status.is_success());
    }
}

/// SC-6/4, SC-6/7: nobody else can use it.
#[tokio::test]
async fn a_bound_token_is_of_no_use_without_its_key() {
    let world = World::quickstart().await;
    let (prover, other) = (Prover::generate(), Prover::generate());
    let token = bound_token(&world, &prover).await;
    let (bearer, dpop) = (format!("Bearer {token}"), format!("DPoP {token}"));
    let operation = ("GET", ACCOUNTS);
    let nonce = world.nonce().await;
    let good = || claims(&world, operation, &token, &nonce);
    let call = async |authorization: &str, proof: Option<&str>| {
        called(&world, operation, authorization, proof).await
    };

    refused(&call(&bearer, None).await, "invalid_token");
    refused(&call(&bearer, Some(&prover.proof(&good()))).await, "invalid_token");
    refused(&call(&dpop, None).await, "invalid_dpop_proof");
    refused(&call(&dpop, Some(&other.proof(&good()))).await, "invalid_token");
    for wrong in [
        ProofClaims { ath: None, ..good() },
        ProofClaims { htm: "POST".to_owned(), ..good() },
        ProofClaims { htu: world.at(CONNECT), ..good() },
    ] {
        refused(&call(&dpop, Some(&prover.proof(&wrong))).await, "invalid_dpop_proof");
    }
    let proof = prover.proof(&good());
    call(&dpop, Some(&proof)).await.expect(StatusCode::OK);
    refused(&call(&dpop, Some(&proof)).await, "invalid_dpop_proof");
    world.tenant.clock().advance(300);
    let proof = prover.proof(&claims(&world, operation, &token, &nonce));
    refused(&call(&dpop, Some(&proof)).await, "use_dpop_nonce");
}

/// CA-1/6: a token that is bound to no key is a bearer token.
#[tokio::test]
async fn an_unbound_token_is_not_taken_with_a_proof_of_nothing() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let nonce = world.nonce().await;
    let proof = Prover::generate().proof(&claims(&world, ("GET", ACCOUNTS), &token, &nonce));

    let reply = called(&world, ("GET", ACCOUNTS), &format!("DPoP {token}"), Some(&proof)).await;

    refused(&reply, "invalid_token");
}

/// CA-1/1: an app that proves to hold a key gets a token that is bound to it, by its refresh token too.
#[tokio::test]
async fn an_app_that_proves_its_key_gets_a_bound_token() {
    let world = World::quickstart().await;
    let prover = Prover::generate();
    let code = world
        .browser()
        .code(GRACE, &crate::harness::request(&[("scope", "openid offline_access read:calendar")]))
        .await;
    let tokens = world.token_by(&prover, &crate::harness::redemption(&code, &[])).await.ok();
    let audience = world.my_account_audience();
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", "calendar-spa"),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
        ("audience", &audience),
        ("scope", "openid read:me:connected_accounts"),
    ];

    let tokens = world.token_by(&prover, &form).await.ok();

    assert_eq!(tokens["token_type"], "DPoP");
    let token = tokens["access_token"].as_str().unwrap();
    let proof = prover.proof(&claims(&world, ("GET", ACCOUNTS), token, &world.nonce().await));
    let reply = called(&world, ("GET", ACCOUNTS), &format!("DPoP {token}"), Some(&proof)).await;
    reply.expect(StatusCode::OK);
}
