//! Access tokens that are bound to a key (RFC 9449 §7; discovery-and-tokens.md §7, security.md §6).

use reqwest::Method;
use serde_json::json;
use service::dpop::prover::{Prover, claims_with_token};
use wire::calendar::ProblemCode;
use wire::dpop::ProofClaims;

use crate::harness::{Answer, WEEK, World};

/// How clients call the API of this file, which listens at another address.
const PUBLIC_URL: &str = "https://calendar.example.com";

impl World {
    async fn called_elsewhere() -> Self {
        Self::with(|config| config.public_url = PUBLIC_URL.parse().ok()).await
    }

    /// Ada's token, bound to the key.
    fn bound_token(&self, prover: &Prover) -> String {
        self.token_with(&json!({"cnf": {"jkt": prover.thumbprint().as_str()}}))
    }

    /// The claims of an honest proof for the week's events.
    fn proof_claims(&self, token: &str) -> ProofClaims {
        let url = format!("{PUBLIC_URL}/events");
        claims_with_token("GET", &url, &token.into(), self.clock.now())
    }

    /// The week's events with these proofs.
    async fn events_with(&self, scheme: &str, token: &str, proofs: &[&str]) -> Answer {
        let mut request = self.api.request(Method::GET, WEEK);
        request = request.header("authorization", format!("{scheme} {token}"));
        for proof in proofs {
            request = request.header("DPoP", *proof);
        }
        Answer::to(request).await
    }
}

/// The challenge of that scheme; each comes in a header of its own.
fn challenge<'a>(answer: &'a Answer, scheme: &str) -> &'a str {
    let mut challenges = answer.headers.get_all("www-authenticate").iter();
    let challenge = challenges.find_map(|value| value.to_str().ok()?.strip_prefix(scheme));
    challenge.expect("a challenge of that scheme")
}

/// Refused before anything was exchanged, under the scheme that was used.
#[track_caller]
fn refused(world: &World, answer: &Answer, error: &str) {
    answer.refused(401, ProblemCode::InvalidToken);
    let dpop = challenge(answer, "DPoP ");
    assert!(dpop.contains(&format!(r#"error="{error}""#)), "{dpop}");
    assert!(dpop.contains(r#"algs="ES256""#), "{dpop}");
    assert!(!challenge(answer, "Bearer ").contains("error"), "{answer:?}");
    world.nothing_was_exchanged();
}

/// DT-7/12, SC-6/4.
#[tokio::test]
async fn a_bound_token_with_a_proof_of_its_key_is_as_good_as_any() {
    let world = World::called_elsewhere().await;
    let prover = Prover::generate();
    let token = world.bound_token(&prover);

    let proof = prover.proof(&world.proof_claims(&token));
    world.events_with("DPoP", &token, &[&proof]).await.events();
    let proof = prover.proof(&world.proof_claims(&token));
    world.events_with("dpop", &token, &[&proof]).await.events();
}

/// Without a word about it, clients call the API at the address that it listens at.
#[tokio::test]
async fn the_api_is_called_where_it_listens_unless_told_otherwise() {
    let world = World::start().await;
    let prover = Prover::generate();
    let token = world.bound_token(&prover);
    let url = world.api.request(Method::GET, "/events").build().unwrap().url().to_string();

    let claims = claims_with_token("GET", &url, &token.as_str().into(), world.clock.now());
    world.events_with("DPoP", &token, &[&prover.proof(&claims)]).await.events();

    let elsewhere = prover.proof(&world.proof_claims(&token));
    let answer = world.events_with("DPoP", &token, &[&elsewhere]).await;
    assert!(challenge(&answer, "DPoP ").contains("invalid_dpop_proof"));
}

/// SC-6/4: also beside a proof; and the other way round.
#[tokio::test]
async fn the_scheme_is_that_of_the_token() {
    let world = World::called_elsewhere().await;
    let prover = Prover::generate();
    let token = world.bound_token(&prover);
    let proof = prover.proof(&world.proof_claims(&token));

    let answer = world.events_with("Bearer", &token, &[&proof]).await;
    answer.refused(401, ProblemCode::InvalidToken);
    assert!(challenge(&answer, "Bearer ").contains(r#"error="invalid_token""#), "{answer:?}");
    assert_eq!(challenge(&answer, "DPoP "), r#"algs="ES256""#);

    let unbound = world.token();
    let proof = prover.proof(&world.proof_claims(&unbound));
    let answer = world.events_with("DPoP", &unbound, &[&proof]).await;
    refused(&world, &answer, "invalid_token");
}

/// DT-7/12, SC-6/1.
#[tokio::test]
async fn the_proof_is_of_the_tokens_key_and_for_this_very_request() {
    let world = World::called_elsewhere().await;
    let (prover, other) = (Prover::generate(), Prover::generate());
    let token = world.bound_token(&prover);
    let honest = || world.proof_claims(&token);
    let now = world.clock.now().seconds();
    let events = async |proofs: &[&str]| world.events_with("DPoP", &token, proofs).await;

    refused(&world, &events(&[]).await, "invalid_dpop_proof");
    refused(&world, &events(&[&other.proof(&honest())]).await, "invalid_token");
    let (one, two) = (prover.proof(&honest()), prover.proof(&honest()));
    refused(&world, &events(&[&one, &two]).await, "invalid_dpop_proof");
    let borrowed = other.sign(&prover.header(), &honest());
    refused(&world, &events(&[&borrowed]).await, "invalid_dpop_proof");
    for claims in [
        ProofClaims { ath: None, ..honest() },
        ProofClaims { ath: world.proof_claims("another").ath, ..honest() },
        ProofClaims { htm: "POST".to_owned(), ..honest() },
        ProofClaims { htu: format!("{PUBLIC_URL}/health"), ..honest() },
        ProofClaims { htu: "http://calendar.example.com/events".to_owned(), ..honest() },
        ProofClaims { iat: wire::timestamp::Timestamp::from_epoch(now - 400), ..honest() },
        ProofClaims { iat: wire::timestamp::Timestamp::from_epoch(now + 60), ..honest() },
    ] {
        refused(&world, &events(&[&prover.proof(&claims)]).await, "invalid_dpop_proof");
    }
}

/// SC-6/7.
#[tokio::test]
async fn a_proof_is_good_once() {
    let world = World::called_elsewhere().await;
    let prover = Prover::generate();
    let token = world.bound_token(&prover);
    let proof = prover.proof(&world.proof_claims(&token));
    world.events_with("DPoP", &token, &[&proof]).await.events();

    let answer = world.events_with("DPoP", &token, &[&proof]).await;

    answer.refused(401, ProblemCode::InvalidToken);
    assert!(challenge(&answer, "DPoP ").contains(r#"error="invalid_dpop_proof""#));
}

/// Nonces are the tenant's; one that is sent here all the same does no harm.
#[tokio::test]
async fn no_nonce_is_asked_for() {
    let world = World::called_elsewhere().await;
    let prover = Prover::generate();
    let token = world.bound_token(&prover);
    let nonce = Some("of-the-tenant".to_owned());
    let claims = ProofClaims { nonce, ..world.proof_claims(&token) };

    world.events_with("DPoP", &token, &[&prover.proof(&claims)]).await.events();
}

/// RFC 9449 §7.1: who sends no token learns which schemes there are.
#[tokio::test]
async fn both_schemes_are_offered() {
    let world = World::start().await;

    let answer = Answer::to(world.api.request(Method::GET, WEEK)).await;

    answer.refused(401, ProblemCode::MissingToken);
    assert!(challenge(&answer, "Bearer ").starts_with("realm="));
    assert_eq!(challenge(&answer, "DPoP "), r#"algs="ES256""#);
}

/// What is wrong otherwise is told under the scheme that was used.
#[tokio::test]
async fn an_expired_or_narrow_token_is_refused_under_dpop() {
    let world = World::called_elsewhere().await;
    let prover = Prover::generate();
    let cnf = json!({"jkt": prover.thumbprint().as_str()});
    let expired = world.token_with(&json!({ "cnf": cnf, "exp": 1_700_000_000 }));
    let narrow = world.token_with(&json!({ "cnf": cnf, "scope": "openid" }));
    let events = async |token: &str| {
        let proof = prover.proof(&world.proof_claims(token));
        world.events_with("DPoP", token, &[&proof]).await
    };

    refused(&world, &events(&expired).await, "invalid_token");
    let answer = events(&narrow).await;
    answer.refused(403, ProblemCode::InsufficientScope);
    let dpop = challenge(&answer, "DPoP ");
    assert!(dpop.contains(r#"error="insufficient_scope""#), "{dpop}");
    assert!(dpop.contains(r#"scope="read:calendar""#), "{dpop}");
}

/// DT-3/13: bound by a certificate, it is good for nobody here.
#[tokio::test]
async fn a_token_that_is_bound_in_another_way_is_refused() {
    let world = World::start().await;
    for cnf in [
        json!({"x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}),
        json!({"jkt": "short"}),
    ] {
        let answer = world.api.events(&world.token_with(&json!({ "cnf": cnf }))).await;
        answer.refused(401, ProblemCode::InvalidToken);
        world.nothing_was_exchanged();
    }
}
