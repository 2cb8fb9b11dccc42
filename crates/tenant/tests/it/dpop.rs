//! Proofs at `/oauth/token` (RFC 9449 §5, §8, §10; discovery-and-tokens.md §7).

use serde_json::{Value, json};
use service::dpop::prover::Prover;
use wire::dpop::ProofClaims;

use crate::harness::{
    ADA, Browser, CALENDAR, Reply, World, parameter, redemption, request, unverified_claims,
};
use crate::holder::REQUIRED;

/// A new code; the browser is logged in.
async fn code(browser: &Browser<'_>, changes: &[(&'static str, &str)]) -> String {
    parameter(&browser.authorize(&request(changes)).await.location(), "code").unwrap()
}

/// The request of a confidential client for its own token.
const MACHINE: [(&str, &str); 4] = [
    ("grant_type", "client_credentials"),
    ("client_id", "management"),
    ("client_secret", "management-secret"),
    ("audience", CALENDAR),
];

#[track_caller]
fn bound(reply: &Reply, prover: &Prover) {
    let tokens = reply.ok();
    assert_eq!(tokens["token_type"], "DPoP", "{reply:?}");
    let claims = unverified_claims(&tokens["access_token"]);
    assert_eq!(claims["cnf"], json!({"jkt": prover.thumbprint().as_str()}));
}

/// DT-7/3, DT-7/6, DT-7/7, DT-3/13, SC-6/2: the first try costs nothing but the way.
#[tokio::test]
async fn a_public_client_is_given_a_nonce_and_then_tokens_bound_to_its_key() {
    let world = World::taking_proofs().await;
    let prover = Prover::generate();
    let code = world.browser().code(ADA, &request(&[])).await;
    let form = redemption(&code, &[]);

    let claims = world.claims("POST", "oauth/token");
    let first = world.token_with(&form, &[&prover.proof(&claims)]).await;
    first.refused(400, "use_dpop_nonce");
    let nonce = Some(first.header("dpop-nonce").to_owned());
    let claims = ProofClaims { nonce, ..world.claims("POST", "oauth/token") };
    let second = world.token_with(&form, &[&prover.proof(&claims)]).await;

    bound(&second, &prover);
    assert!(second.ok()["id_token"].is_string());
    let next = second.header("dpop-nonce");
    assert!(!next.is_empty());
    let nonce = Some(next.to_owned());
    let claims = ProofClaims { nonce, ..world.claims("POST", "oauth/token") };
    let reply = world.token_with(&redemption("unknown", &[]), &[&prover.proof(&claims)]).await;
    reply.refused(403, "invalid_grant");
}

/// TK-1/7, SC-6/5: the app reads the nonce from another origin.
#[tokio::test]
async fn the_nonce_is_shown_to_the_app() {
    let world = World::quickstart().await;
    let proof = Prover::generate().proof(&world.claims("POST", "oauth/token"));
    let request = world.post("/oauth/token").header("origin", "http://localhost:8080");
    let request = request.header("dpop", proof).form(&redemption("code", &[]));

    let reply = Reply::of(request.send().await.unwrap()).await;

    reply.refused(400, "use_dpop_nonce");
    assert!(reply.header("access-control-expose-headers").contains("dpop-nonce"), "{reply:?}");
}

/// DT-1/18: clients see that proofs are taken, and how they are to be signed.
#[tokio::test]
async fn the_metadata_name_the_algorithm_of_proofs() {
    let world = World::quickstart().await;
    let metadata = world.get("/.well-known/openid-configuration").await.ok();
    assert_eq!(metadata["dpop_signing_alg_values_supported"], json!(["ES256"]));
}

/// Whoever sends no proof is not asked for one here, and told nothing about nonces.
#[tokio::test]
async fn without_a_proof_tokens_are_bearer_tokens() {
    let world = World::taking_proofs().await;
    let code = world.browser().code(ADA, &request(&[])).await;

    let reply = world.token(&redemption(&code, &[])).await;

    assert_eq!(reply.ok()["token_type"], "Bearer");
    assert!(unverified_claims(&reply.ok()["access_token"]).get("cnf").is_none());
    assert_eq!(reply.header("dpop-nonce"), "");
}

/// SC-6/5: a nonce is good for five minutes; the new one comes with the refusal.
#[tokio::test]
async fn an_expired_or_foreign_nonce_is_replaced() {
    let world = World::taking_proofs().await;
    let prover = Prover::generate();
    let old = world.nonce().await;
    world.tenant.clock().advance(300);
    let foreign = World::quickstart().await.nonce().await;
    let code = world.browser().code(ADA, &request(&[])).await;
    let form = redemption(&code, &[]);
    let token = async |nonce: &str| {
        let nonce = Some(nonce.to_owned());
        let claims = ProofClaims { nonce, ..world.claims("POST", "oauth/token") };
        world.token_with(&form, &[&prover.proof(&claims)]).await
    };

    token(&foreign).await.refused(400, "use_dpop_nonce");
    let reply = token(&old).await;
    reply.refused(400, "use_dpop_nonce");
    bound(&token(reply.header("dpop-nonce")).await, &prover);
}

/// DT-7/4, DT-7/8.
#[tokio::test]
async fn a_confidential_client_needs_no_nonce_but_no_wrong_one_either() {
    let world = World::taking_proofs().await;
    let prover = Prover::generate();

    let proof = prover.proof(&world.claims("POST", "oauth/token"));
    let reply = world.token_with(&MACHINE, &[&proof]).await;
    bound(&reply, &prover);
    assert!(!reply.header("dpop-nonce").is_empty());

    let nonce = Some("made-up".to_owned());
    let claims = ProofClaims { nonce, ..world.claims("POST", "oauth/token") };
    let reply = world.token_with(&MACHINE, &[&prover.proof(&claims)]).await;
    reply.refused(400, "use_dpop_nonce");
}

/// SC-6/1, DT-7/1, DT-7/2, DT-7/5, DT-1/18: whatever is wrong with a proof, nothing is issued, and the code is as good
/// as before.
#[tokio::test]
async fn a_bad_proof_is_refused_and_costs_no_code() {
    let world = World::taking_proofs().await;
    let prover = Prover::generate();
    let nonce = world.nonce().await;
    let code = world.browser().code(ADA, &request(&[])).await;
    let form = redemption(&code, &[]);
    let honest = || {
        let nonce = Some(nonce.clone());
        ProofClaims { nonce, ..world.claims("POST", "oauth/token") }
    };
    let now = world.tenant.clock().now().seconds();
    let with = |part: Value, changed: Value| {
        let mut part = part;
        for (name, value) in changed.as_object().unwrap() {
            part[name] = value.clone();
        }
        part
    };
    let header = || serde_json::to_value(prover.header()).unwrap();
    let claims = || serde_json::to_value(honest()).unwrap();
    let of_header = |changed| prover.sign(&with(header(), changed), &claims());
    let of_claims = |changed| prover.sign(&header(), &with(claims(), changed));
    let private = with(header()["jwk"].clone(), json!({"d": "AQAB"}));
    let elsewhere = format!("{}oauth/revoke", world.tenant.issuer());

    for (proof, item) in [
        (of_header(json!({"typ": "JWT"})), "typ"),
        (of_header(json!({"alg": "RS256"})), "alg"),
        (of_header(json!({"alg": "none"})), "alg none"),
        (of_header(json!({ "jwk": private })), "private jwk"),
        (of_header(json!({"jwk": {"kty": "oct", "k": "AQAB"}})), "symmetric jwk"),
        (of_header(json!({"crit": ["b64"]})), "crit"),
        (Prover::generate().sign(&header(), &claims()), "signature"),
        (of_claims(json!({"htm": "GET"})), "htm"),
        (of_claims(json!({ "htu": elsewhere })), "htu"),
        (of_claims(json!({"iat": now - 400})), "iat, too old"),
        (of_claims(json!({"iat": now + 60})), "iat, in the future"),
        (of_claims(json!({"jti": ""})), "jti"),
        ("proof".to_owned(), "form"),
        ("a".repeat(5000), "length"),
    ] {
        println!("{item}");
        let reply = world.token_with(&form, &[&proof]).await;
        reply.refused(400, "invalid_dpop_proof");
        assert!(!reply.header("dpop-nonce").is_empty(), "{reply:?}");
    }
    let two = [prover.proof(&honest()), prover.proof(&honest())];
    let two = world.token_with(&form, &[&two[0], &two[1]]).await;
    two.refused(400, "invalid_dpop_proof");

    bound(&world.token_with(&form, &[&prover.proof(&honest())]).await, &prover);
}

/// SC-6/1: scheme and host in any case, and whatever query a careless client adds.
#[tokio::test]
async fn a_url_may_be_spelt_in_several_ways() {
    let world = World::taking_proofs().await;
    let prover = Prover::generate();
    let issuer = world.tenant.issuer();
    let upper_case = issuer.replace("http://localhost", "HTTP://LocalHost");
    for htu in [format!("{issuer}x/../oauth/%74oken"), format!("{upper_case}oauth/token?a=b#c")] {
        let claims = ProofClaims { htu, ..world.claims("POST", "oauth/token") };
        bound(&world.token_with(&MACHINE, &[&prover.proof(&claims)]).await, &prover);
    }
}

/// SC-6/7.
#[tokio::test]
async fn a_proof_is_good_once() {
    let world = World::taking_proofs().await;
    let prover = Prover::generate();
    let proof = prover.proof(&world.claims("POST", "oauth/token"));

    bound(&world.token_with(&MACHINE, &[&proof]).await, &prover);
    world.token_with(&MACHINE, &[&proof]).await.refused(400, "invalid_dpop_proof");

    let nonce = Some(world.nonce().await);
    let claims = ProofClaims { nonce, ..world.claims("POST", "oauth/token") };
    let proof = prover.proof(&claims);
    let browser = world.browser();
    let first = browser.code(ADA, &request(&[])).await;
    bound(&world.token_with(&redemption(&first, &[]), &[&proof]).await, &prover);
    let second = code(&browser, &[]).await;
    let again = world.token_with(&redemption(&second, &[]), &[&proof]).await;
    again.refused(400, "invalid_dpop_proof");
}

/// Strangers cannot fill the memory of proofs: a proof is remembered once what it came with is good.
#[tokio::test]
async fn a_proof_beside_nothing_good_is_not_remembered() {
    let world = World::taking_proofs().await;
    let prover = Prover::generate();
    let nonce = Some(world.nonce().await);
    let claims = ProofClaims { nonce, ..world.claims("POST", "oauth/token") };
    let proof = prover.proof(&claims);
    let reply = world.token_with(&redemption("unknown", &[]), &[&proof]).await;
    reply.refused(403, "invalid_grant");

    let code = world.browser().code(ADA, &request(&[])).await;

    bound(&world.token_with(&redemption(&code, &[]), &[&proof]).await, &prover);
}

/// AZ-1/22, TK-2/12, SC-6/6, DT-7/9.
#[tokio::test]
async fn a_code_for_a_key_is_redeemed_with_that_key_alone() {
    let world = World::taking_proofs().await;
    let (prover, other) = (Prover::generate(), Prover::generate());
    let thumbprint = prover.thumbprint();
    let bound_to = [("dpop_jkt", thumbprint.as_str())];
    let browser = world.browser();

    let first = browser.code(ADA, &request(&bound_to)).await;
    bound(&world.token_by(&prover, &redemption(&first, &[])).await, &prover);
    let second = code(&browser, &bound_to).await;
    let reply = world.token_by(&other, &redemption(&second, &[])).await;
    reply.refused(400, "invalid_dpop_proof");
    let third = code(&browser, &bound_to).await;
    world.token(&redemption(&third, &[])).await.refused(400, "invalid_dpop_proof");
}

/// AZ-1/22: what is no thumbprint would bind the code to nothing.
#[tokio::test]
async fn a_thumbprint_that_is_none_is_refused_at_once() {
    let world = World::quickstart().await;
    let reply = world.browser().authorize(&request(&[("dpop_jkt", "none")])).await;
    reply.sent_back("invalid_request");
}

/// AZ-3/28: `/authorize` asks nobody for a key; `/oauth/token` does.
#[tokio::test]
async fn a_missing_thumbprint_is_no_error_at_authorize() {
    let world = World::taking_proofs().await;
    world.calendar_api_has(REQUIRED).await;
    let require = json!({"require_proof_of_possession": true});
    world.management("PATCH", "/api/v2/clients/calendar-spa", Some(require)).await.ok();

    let browser = world.browser();
    let first = browser.code(ADA, &request(&[])).await;
    world.token(&redemption(&first, &[])).await.refused(400, "invalid_request");

    let second = code(&browser, &[]).await;
    let prover = Prover::generate();
    bound(&world.token_by(&prover, &redemption(&second, &[])).await, &prover);
}

/// TV-2.1/11, TV-2.4/19, DT-7/8: the vault's answer is a bearer token whatever proof comes with the request, and the
/// subject token's own binding is the backend's matter.
#[tokio::test]
async fn token_vault_takes_a_proof_and_gives_a_bearer_token() {
    let world = World::taking_proofs().await;
    let prover = Prover::generate();
    let code = world.browser().code(ADA, &request(&[])).await;
    let tokens = world.token_by(&prover, &redemption(&code, &[])).await.ok();
    let form = [
        ("grant_type", wire::token_exchange::TOKEN_VAULT_GRANT),
        ("client_id", "calendar-api-client"),
        ("client_secret", "calendar-api-secret"),
        ("subject_token", tokens["access_token"].as_str().unwrap()),
        ("subject_token_type", wire::token_exchange::ACCESS_TOKEN_TYPE),
        ("requested_token_type", wire::token_exchange::FEDERATED_CONNECTION_ACCESS_TOKEN),
        ("connection", "google-oauth2"),
    ];

    let backend = Prover::generate();
    let proof = backend.proof(&world.claims("POST", "oauth/token"));
    let reply = world.token_with(&form, &[&proof]).await;
    assert_eq!(reply.ok()["token_type"], "Bearer");
    assert!(!reply.header("dpop-nonce").is_empty());

    world.token_with(&form, &[&proof]).await.refused(400, "invalid_dpop_proof");
    let for_get = backend.proof(&world.claims("GET", "oauth/token"));
    world.token_with(&form, &[&for_get]).await.refused(400, "invalid_dpop_proof");
    let nonce = Some("made-up".to_owned());
    let claims = ProofClaims { nonce, ..world.claims("POST", "oauth/token") };
    let reply = world.token_with(&form, &[&backend.proof(&claims)]).await;
    reply.refused(400, "use_dpop_nonce");
}

/// DT-7/2: over TLS the issuer is the address that was called.
#[tokio::test]
async fn a_proof_over_tls_names_the_address_of_tls() {
    let world = World::over_https().await;
    let audience = format!("{}api/v2/", world.tenant.issuer());
    let form = [MACHINE[0], MACHINE[1], MACHINE[2], ("audience", &audience)];
    let prover = Prover::generate();

    let proof = prover.proof(&world.claims("POST", "oauth/token"));
    world.token_with(&form, &[&proof]).await.ok();

    let htu = format!("{}/oauth/token", world.tenant.plain_url());
    let of_plain_http = prover.proof(&ProofClaims { htu, ..world.claims("POST", "oauth/token") });
    world.token_with(&form, &[&of_plain_http]).await.refused(400, "invalid_dpop_proof");
}

/// Behind a proxy the tenant's name is its issuer and no other.
#[tokio::test]
async fn a_proof_names_the_issuer_whatever_address_was_bound() {
    let issuer = "https://tenant.example.com/";
    let config = tenant::Config { issuer: issuer.parse().ok(), ..tenant::Config::default() };
    let world = World::configured(config).await;
    let audience = format!("{issuer}api/v2/");
    let form = [MACHINE[0], MACHINE[1], MACHINE[2], ("audience", &audience)];
    let prover = Prover::generate();

    let named = prover.proof(&world.claims("POST", "oauth/token"));
    let htu = world.at("/oauth/token");
    let bound = prover.proof(&ProofClaims { htu, ..world.claims("POST", "oauth/token") });

    world.token_with(&form, &[&bound]).await.refused(400, "invalid_dpop_proof");
    world.token_with(&form, &[&named]).await.ok();
}
