//! Which proofs are refused, one by one (SC-6/1).

use axum::http::HeaderValue;
use serde_json::{Value, json};

use super::prover::{Prover, claims, claims_with_token};
use super::*;

const NOW: Timestamp = Timestamp::from_epoch(1_790_000_000);
const URL: &str = "https://tenant.example.com/oauth/token";
const TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";

fn headers(proofs: &[&str]) -> HeaderMap {
    proofs.iter().map(|proof| (PROOF, HeaderValue::from_str(proof).unwrap())).collect()
}

/// What comes of these headers at `POST /oauth/token`.
fn outcome(proofs: &[&str], nonce: NonceRule<'_>) -> Result<Option<Proof>, ProofError> {
    let (method, url) = (&Method::POST, URL);
    check(&headers(proofs), &Expected { method, url, access_token: None, nonce, now: NOW })
}

fn refusal(proof: &str) -> ProofError {
    outcome(&[proof], NonceRule::Ignored).unwrap_err()
}

/// Why a proof with these claims changed, or taken away by `null`, is refused.
fn refusal_of_claims(changed: &Value) -> ProofError {
    let prover = Prover::generate();
    let honest = serde_json::to_value(claims("POST", URL, NOW)).unwrap();
    refusal(&prover.sign(&prover.header(), &with(honest, changed)))
}

/// The same for members of the header.
fn refusal_of_header(changed: &Value) -> ProofError {
    let prover = Prover::generate();
    let honest = serde_json::to_value(prover.header()).unwrap();
    refusal(&prover.sign(&with(honest, changed), &claims("POST", URL, NOW)))
}

fn with(mut honest: Value, changed: &Value) -> Value {
    for (name, value) in changed.as_object().unwrap() {
        honest[name] = value.clone();
    }
    honest.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    honest
}

#[test]
fn an_honest_proof_tells_the_key() {
    let prover = Prover::generate();
    let claims = claims("POST", URL, NOW);

    let proof = outcome(&[&prover.proof(&claims)], NonceRule::Ignored).unwrap().unwrap();

    assert_eq!(proof.thumbprint, prover.thumbprint());
    assert_eq!((proof.jti, proof.iat, proof.nonce), (claims.jti, NOW, None));
}

#[test]
fn no_proof_is_no_error_here() {
    assert!(outcome(&[], NonceRule::Ignored).unwrap().is_none());
}

#[test]
fn two_proofs_are_refused_though_each_is_good() {
    let prover = Prover::generate();
    let [one, two] = [(); 2].map(|()| prover.proof(&claims("POST", URL, NOW)));

    let refused = outcome(&[&one, &two], NonceRule::Ignored).unwrap_err();

    assert_eq!(refused, ProofError::Several);
    assert_eq!(refusal(&format!("{one}, {two}")), ProofError::Malformed);
}

#[test]
fn a_long_proof_is_refused_unread() {
    let prover = Prover::generate();
    let long = ProofClaims { jti: "a".repeat(LONGEST), ..claims("POST", URL, NOW) };
    assert_eq!(refusal(&prover.proof(&long)), ProofError::TooLong);
}

#[test]
fn what_is_no_signed_token_is_malformed() {
    let honest = Prover::generate().proof(&claims("POST", URL, NOW));
    let (message, signature) = honest.rsplit_once('.').unwrap();
    let (header, payload) = message.split_once('.').unwrap();
    for proof in [
        String::new(),
        "proof".to_owned(),
        message.to_owned(),
        format!("{honest}.{signature}"),
        format!("{header}..{signature}"),
        format!(".{payload}.{signature}"),
        format!("{honest}="),
        format!("{header}+.{payload}.{signature}"),
    ] {
        let refused = refusal(&proof);
        assert!(matches!(refused, ProofError::Malformed | ProofError::Signature), "{proof}");
    }
}

#[test]
fn another_type_of_token_is_no_proof() {
    for typ in [json!("JWT"), json!("at+jwt"), json!("dpop"), json!(null)] {
        assert_eq!(refusal_of_header(&json!({ "typ": typ })), ProofError::Type);
    }
}

/// DT-1/18, SC-9/1.
#[test]
fn other_algorithms_are_refused() {
    for alg in ["none", "HS256", "RS256", "ES384", "EdDSA", "es256", ""] {
        assert_eq!(refusal_of_header(&json!({ "alg": alg })), ProofError::Algorithm, "{alg}");
    }
    assert_eq!(refusal_of_header(&json!({"alg": null})), ProofError::Algorithm);
}

/// SC-9/2.
#[test]
fn critical_extensions_are_refused() {
    assert_eq!(refusal_of_header(&json!({"crit": ["exp"]})), ProofError::Critical);
}

#[test]
fn the_key_must_be_there_and_public() {
    let jwk = serde_json::to_value(Prover::generate().key().to_jwk()).unwrap();
    let private = with(jwk, &json!({"d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}));

    let refused = |jwk: Value| refusal_of_header(&json!({ "jwk": jwk }));

    assert_eq!(refused(private), ProofError::Key(InvalidProofKey::Private));
    assert_eq!(refused(json!(null)), ProofError::Key(InvalidProofKey::Kind));
    let symmetric = json!({"kty": "oct", "k": "c2VjcmV0"});
    assert_eq!(refused(symmetric), ProofError::Key(InvalidProofKey::Kind));
    assert_eq!(refused(json!("https://evil.example/jwk")), ProofError::Malformed);
}

#[test]
fn a_signature_of_another_key_or_text_is_refused() {
    let (prover, other) = (Prover::generate(), Prover::generate());
    let claims = claims("POST", URL, NOW);
    let borrowed = other.sign(&prover.header(), &claims);
    assert_eq!(refusal(&borrowed), ProofError::Signature);

    let honest = prover.proof(&claims);
    let (message, signature) = honest.rsplit_once('.').unwrap();
    let (header, _) = message.split_once('.').unwrap();
    let forged = prover.proof(&ProofClaims { htm: "GET".to_owned(), ..claims });
    let forged_claims = forged.split('.').nth(1).unwrap();
    let tampered = format!("{header}.{forged_claims}.{signature}");
    assert_eq!(refusal(&tampered), ProofError::Signature);
}

#[test]
fn a_key_that_is_no_point_of_the_curve_verifies_nothing() {
    let off_the_curve = ProofKey::from_point(&[4; 65]).unwrap().to_jwk();
    assert_eq!(refusal_of_header(&json!({ "jwk": off_the_curve })), ProofError::Signature);
}

#[test]
fn every_claim_must_be_there_and_of_its_type() {
    for claim in ["jti", "htm", "htu", "iat"] {
        assert_eq!(refusal_of_claims(&json!({ claim: null })), ProofError::Malformed, "{claim}");
        assert_eq!(refusal_of_claims(&json!({ claim: [] })), ProofError::Malformed, "{claim}");
    }
    assert_eq!(refusal_of_claims(&json!({"jti": ""})), ProofError::Malformed);
}

#[test]
fn a_proof_for_another_method_is_refused() {
    for method in ["GET", "post"] {
        assert_eq!(refusal_of_claims(&json!({ "htm": method })), ProofError::Method);
    }
}

#[test]
fn a_proof_for_another_url_is_refused() {
    for url in ["https://tenant.example.com/oauth/revoke", "https://evil.example/oauth/token", ""] {
        assert_eq!(refusal_of_claims(&json!({ "htu": url })), ProofError::Url, "{url}");
    }
}

#[test]
fn a_proof_is_good_for_five_minutes_and_half_a_minute_ahead() {
    let prover = Prover::generate();
    let made = |iat: u64| {
        let iat = Timestamp::from_epoch(iat);
        let proof = prover.proof(&claims("POST", URL, iat));
        outcome(&[&proof], NonceRule::Ignored).map(|_| ())
    };
    let now = NOW.seconds();
    assert_eq!(made(now - 300), Ok(()));
    assert_eq!(made(now - 301), Err(ProofError::IssuedAt));
    assert_eq!(made(now + 30), Ok(()));
    assert_eq!(made(now + 31), Err(ProofError::IssuedAt));
    assert_eq!(made(0), Err(ProofError::IssuedAt));
    assert_eq!(made(u64::MAX), Err(ProofError::IssuedAt));
}

#[test]
fn beside_an_access_token_the_proof_names_it() {
    let prover = Prover::generate();
    let token = Secret::from(TOKEN);
    let url = "https://api.example.com/events";
    let access_token = Some(&token);
    let nonce = NonceRule::Ignored;
    let expected = Expected { method: &Method::GET, url, access_token, nonce, now: NOW };
    let outcome = |claims: &ProofClaims| check(&headers(&[&prover.proof(claims)]), &expected);

    let honest = claims_with_token("GET", url, &token, NOW);
    assert!(outcome(&honest).is_ok());
    for ath in [None, Some("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEp".to_owned())] {
        let refused = outcome(&ProofClaims { ath, ..honest.clone() }).unwrap_err();
        assert_eq!(refused, ProofError::AccessToken);
    }
}

/// SC-6/5.
#[test]
fn a_nonce_must_be_ours_where_one_is_asked_for() {
    let prover = Prover::generate();
    let is_good = |nonce: &str| nonce == "ours";
    let outcome = |nonce: Option<&str>, rule| {
        let nonce = nonce.map(str::to_owned);
        let proof = prover.proof(&ProofClaims { nonce, ..claims("POST", URL, NOW) });
        outcome(&[&proof], rule).map(|_| ())
    };
    let (required, if_sent) = (NonceRule::Required(&is_good), NonceRule::IfSent(&is_good));

    assert_eq!(outcome(None, required), Err(ProofError::UseNonce));
    assert_eq!(outcome(Some("theirs"), required), Err(ProofError::UseNonce));
    assert_eq!(outcome(Some("ours"), required), Ok(()));
    assert_eq!(outcome(None, if_sent), Ok(()));
    assert_eq!(outcome(Some("theirs"), if_sent), Err(ProofError::UseNonce));
    assert_eq!(outcome(Some("theirs"), NonceRule::Ignored), Ok(()));
}

#[test]
fn only_a_missing_nonce_has_a_code_of_its_own() {
    assert_eq!(ProofError::UseNonce.code(), "use_dpop_nonce");
    assert_eq!(ProofError::Signature.code(), "invalid_dpop_proof");
    assert_eq!(ProofError::Replayed.code(), "invalid_dpop_proof");
}

/// Whatever comes, it is refused or taken; nothing panics.
#[test]
fn bytes_of_any_kind_are_refused_in_peace() {
    let honest = Prover::generate().proof(&claims("POST", URL, NOW));
    for position in 0..honest.len() {
        let mut broken = honest.clone().into_bytes();
        broken[position] = broken[position].wrapping_add(1).clamp(b'!', b'~');
        let broken = HeaderValue::from_bytes(&broken).unwrap();
        let headers: HeaderMap = [(PROOF, broken)].into_iter().collect();
        let (method, url) = (&Method::POST, URL);
        let nonce = NonceRule::Ignored;
        let expected = Expected { method, url, access_token: None, nonce, now: NOW };
        assert!(check(&headers, &expected).is_err(), "{position}");
    }
}
