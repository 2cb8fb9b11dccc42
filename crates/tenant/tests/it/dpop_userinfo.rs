//! Bound access tokens at `/userinfo` (RFC 9449 §7; discovery-and-tokens.md §5, §7).

use reqwest::StatusCode;
use service::dpop::prover::Prover;
use wire::dpop::ProofClaims;

use crate::harness::{ADA, CALENDAR, Reply, World, redemption, request};

impl World {
    /// A bound token with `openid`: for the calendar API too, or, without an audience, an opaque one.
    async fn bound_token(&self, prover: &Prover, audience: &str) -> String {
        let code = self.browser().code(ADA, &request(&[("audience", audience)])).await;
        let tokens = self.token_by(prover, &redemption(&code, &[])).await.ok();
        assert_eq!(tokens["token_type"], "DPoP");
        tokens["access_token"].as_str().unwrap().to_owned()
    }

    async fn userinfo_by(&self, method: &str, scheme: &str, token: &str, proofs: &[&str]) -> Reply {
        let method = method.parse().unwrap();
        let mut request = self.http.request(method, self.at("/userinfo"));
        request = request.header("authorization", format!("{scheme} {token}"));
        for proof in proofs {
            request = request.header("dpop", *proof);
        }
        Reply::of(request.send().await.unwrap()).await
    }
}

#[track_caller]
fn refused(reply: &Reply, error: &str) {
    reply.expect(StatusCode::UNAUTHORIZED);
    assert_eq!(reply.body, "Unauthorized");
    let challenge = reply.header("www-authenticate");
    assert!(challenge.starts_with(&format!(r#"DPoP error="{error}""#)), "{challenge}");
    assert!(challenge.ends_with(r#"algs="ES256""#), "{challenge}");
}

/// DT-7/12, SC-6/4.
#[tokio::test]
async fn a_bound_token_with_its_proof_tells_about_the_person() {
    let world = World::taking_proofs().await;
    let prover = Prover::generate();
    for audience in [CALENDAR, ""] {
        let token = world.bound_token(&prover, audience).await;
        assert_eq!(token.contains('.'), audience == CALENDAR);
        for method in ["GET", "POST"] {
            let proof = prover.proof(&world.claims_with(method, "userinfo", &token));
            let reply = world.userinfo_by(method, "DPoP", &token, &[&proof]).await;
            assert_eq!(reply.ok()["email"], ADA);
            assert!(!reply.header("dpop-nonce").is_empty());
        }
    }
}

/// SC-6/4, DT-5/5.
#[tokio::test]
async fn a_bound_token_is_no_bearer_token() {
    let world = World::taking_proofs().await;
    let prover = Prover::generate();
    for audience in [CALENDAR, ""] {
        let token = world.bound_token(&prover, audience).await;
        let proof = prover.proof(&world.claims_with("GET", "userinfo", &token));

        refused(&world.userinfo_by("GET", "Bearer", &token, &[]).await, "invalid_token");
        refused(&world.userinfo_by("GET", "Bearer", &token, &[&proof]).await, "invalid_token");
    }
}

/// SC-6/4.
#[tokio::test]
async fn a_bearer_token_is_not_taken_with_a_proof_of_nothing() {
    let world = World::taking_proofs().await;
    let token = world.access_token(ADA, CALENDAR).await;
    let proof = Prover::generate().proof(&world.claims_with("GET", "userinfo", &token));

    refused(&world.userinfo_by("GET", "DPoP", &token, &[&proof]).await, "invalid_token");
}

/// DT-5/5, SC-6/1.
#[tokio::test]
async fn the_proof_is_of_the_tokens_key_and_for_this_very_request() {
    let world = World::taking_proofs().await;
    let (prover, other) = (Prover::generate(), Prover::generate());
    let token = world.bound_token(&prover, CALENDAR).await;
    let honest = || world.claims_with("GET", "userinfo", &token);
    let userinfo = async |proofs: &[&str]| world.userinfo_by("GET", "DPoP", &token, proofs).await;

    refused(&userinfo(&[]).await, "invalid_dpop_proof");
    refused(&userinfo(&[&other.proof(&honest())]).await, "invalid_token");
    let (one, two) = (prover.proof(&honest()), prover.proof(&honest()));
    refused(&userinfo(&[&one, &two]).await, "invalid_dpop_proof");
    let of_another_token = world.claims_with("GET", "userinfo", "another");
    for claims in [
        ProofClaims { ath: None, ..honest() },
        ProofClaims { ath: of_another_token.ath, ..honest() },
        ProofClaims { htm: "POST".to_owned(), ..honest() },
        ProofClaims { htu: world.at("/oauth/token"), ..honest() },
    ] {
        refused(&userinfo(&[&prover.proof(&claims)]).await, "invalid_dpop_proof");
    }
    world.tenant.clock().advance(301);
    refused(&userinfo(&[&one]).await, "invalid_dpop_proof");
}

/// SC-6/7.
#[tokio::test]
async fn a_proof_tells_about_the_person_once() {
    let world = World::taking_proofs().await;
    let prover = Prover::generate();
    let token = world.bound_token(&prover, CALENDAR).await;
    let proof = prover.proof(&world.claims_with("GET", "userinfo", &token));

    world.userinfo_by("GET", "DPoP", &token, &[&proof]).await.ok();

    refused(&world.userinfo_by("GET", "DPoP", &token, &[&proof]).await, "invalid_dpop_proof");
}

/// SC-6/5: none is asked for, but one that is sent must be ours and fresh; the new one comes with the refusal.
#[tokio::test]
async fn an_expired_nonce_is_replaced() {
    let world = World::taking_proofs().await;
    let prover = Prover::generate();
    let token = world.bound_token(&prover, CALENDAR).await;
    let userinfo = async |nonce: &str| {
        let nonce = Some(nonce.to_owned());
        let claims = ProofClaims { nonce, ..world.claims_with("GET", "userinfo", &token) };
        world.userinfo_by("GET", "DPoP", &token, &[&prover.proof(&claims)]).await
    };
    let nonce = world.nonce().await;
    userinfo(&nonce).await.ok();

    world.tenant.clock().advance(300);

    let reply = userinfo(&nonce).await;
    refused(&reply, "use_dpop_nonce");
    userinfo(reply.header("dpop-nonce")).await.ok();
}

/// RFC 9449 §7.1: the challenge is of the scheme that the token came by.
#[tokio::test]
async fn a_bad_token_under_dpop_is_answered_under_dpop() {
    let world = World::taking_proofs().await;
    let prover = Prover::generate();
    let token = world.bound_token(&prover, CALENDAR).await;
    let proof = |token| prover.proof(&world.claims_with("GET", "userinfo", token));

    let nonsense = world.userinfo_by("GET", "DPoP", "nonsense", &[&proof("nonsense")]).await;
    refused(&nonsense, "invalid_token");
    world.tenant.clock().advance(86_400);
    let expired = world.userinfo_by("GET", "DPoP", &token, &[&proof(&token)]).await;
    refused(&expired, "invalid_token");
    assert!(expired.header("www-authenticate").contains("The token has expired"));
}
