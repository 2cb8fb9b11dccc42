use std::sync::LazyLock;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::*;

pub(super) static PAIR: LazyLock<KeyPair> =
    LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());

const SECRET: &str = "a secret that both sides know";

pub(super) fn jwk() -> Jwk {
    let public = PAIR.public_key();
    let n = URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero());
    let e = URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero());
    serde_json::from_value(json!({ "kty": "RSA", "kid": "key", "n": n, "e": e })).unwrap()
}

fn message(header: &Value) -> String {
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}", encode(header), encode(&json!({ "sub": "ada" })))
}

pub(super) fn by_rsa(header: &Value, encoding: &'static dyn RsaEncoding) -> String {
    let message = message(header);
    let mut signature = vec![0; PAIR.public_modulus_len()];
    PAIR.sign(encoding, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

pub(super) fn by_secret(header: &Value, secret: &[u8]) -> String {
    let message = message(header);
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

pub(super) fn rs256(changes: &Value) -> String {
    let mut header = json!({ "alg": "RS256", "typ": "JWT", "kid": "key" });
    for (name, value) in changes.as_object().unwrap() {
        header[name] = value.clone();
    }
    by_rsa(&header, &RSA_PKCS1_SHA256)
}

fn checked(
    token: &str,
    algorithms: &[Algorithm],
    types: &[&str],
    key: &VerifyingKey,
) -> Result<(), JwtError> {
    let accepted = Accepted { algorithms, types };
    let found = |header: &UnverifiedHeader| {
        (header.kid.as_deref() == Some("key") || header.kid.is_none()).then(|| key.clone())
    };
    verify::<Value>(token, &accepted, found).map(drop)
}

fn with_rsa(token: &str, algorithms: &[Algorithm]) -> Result<(), JwtError> {
    checked(token, algorithms, &["JWT"], &VerifyingKey::Rsa(jwk()))
}

#[test]
fn the_algorithms_that_are_accepted_are_taken_and_no_others() {
    let header = |alg| json!({ "alg": alg, "kid": "key" });
    for (alg, token) in [
        (Algorithm::RS256, by_rsa(&header("RS256"), &RSA_PKCS1_SHA256)),
        (Algorithm::PS256, by_rsa(&header("PS256"), &RSA_PSS_SHA256)),
        (Algorithm::RS512, by_rsa(&header("RS512"), &RSA_PKCS1_SHA512)),
    ] {
        assert_eq!(with_rsa(&token, &[alg]), Ok(()), "{alg:?}");
        assert_eq!(with_rsa(&token, &[Algorithm::RS384]), Err(JwtError::Algorithm), "{alg:?}");
    }
    let token = by_secret(&json!({ "alg": "HS256" }), SECRET.as_bytes());
    let shared = VerifyingKey::Shared(SECRET.into());
    assert_eq!(checked(&token, &[Algorithm::HS256], &["JWT"], &shared), Ok(()));
    assert_eq!(checked(&token, &[Algorithm::RS256], &["JWT"], &shared), Err(JwtError::Algorithm));
}

/// SC-9/1: a public key is no secret, even for a reader that takes both kinds; nor is a secret a public key.
#[test]
fn a_key_is_used_with_algorithms_of_its_own_kind_alone() {
    let both = [Algorithm::RS256, Algorithm::HS256];
    let header = json!({ "alg": "HS256", "kid": "key" });
    let public = PAIR.public_key();
    for careless in [public.as_ref(), jwk().n.as_bytes()] {
        let forged = by_secret(&header, careless);
        assert_eq!(with_rsa(&forged, &both), Err(JwtError::Algorithm));
    }
    let shared = VerifyingKey::Shared(SECRET.into());
    let signed = rs256(&json!({}));
    assert_eq!(checked(&signed, &both, &["JWT"], &shared), Err(JwtError::Algorithm));
}

/// SC-9/1.
#[test]
fn an_unsigned_token_is_refused() {
    for alg in ["none", "None", "NONE", ""] {
        let unsigned = format!("{}.", message(&json!({ "alg": alg, "kid": "key" })));
        assert_eq!(with_rsa(&unsigned, &[Algorithm::RS256]), Err(JwtError::Malformed), "{alg}");
    }
    let (unsigned, _) =
        rs256(&json!({})).rsplit_once('.').map(|(m, s)| (m.to_owned(), s.len())).unwrap();
    assert_eq!(with_rsa(&format!("{unsigned}."), &[Algorithm::RS256]), Err(JwtError::Signature));
}

/// SC-9/2: extensions that must be understood, and keys that the token brings along.
#[test]
fn a_header_asks_for_nothing_and_brings_no_key() {
    let critical = rs256(&json!({ "crit": ["b64"], "b64": true }));
    assert_eq!(with_rsa(&critical, &[Algorithm::RS256]), Err(JwtError::Malformed));

    let other = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let mut own = jwk();
    own.n = URL_SAFE_NO_PAD.encode(other.public_key().modulus().big_endian_without_leading_zero());
    let brought = rs256(&json!({
        "jwk": jwk(), "jku": "https://evil.example/jwks", "x5u": "https://evil.example/x5u",
    }));
    let result = checked(&brought, &[Algorithm::RS256], &["JWT"], &VerifyingKey::Rsa(own));
    assert_eq!(result, Err(JwtError::Signature));
}

/// SC-9/5.
#[test]
fn a_key_that_is_not_the_signers_is_not_found() {
    let token = rs256(&json!({ "kid": "another" }));
    assert_eq!(with_rsa(&token, &[Algorithm::RS256]), Err(JwtError::UnknownKey));
}

/// SC-9/3, SC-4/1; RFC 7515 §4.1.9.
#[test]
fn the_type_tells_kinds_of_tokens_apart() {
    let key = VerifyingKey::Rsa(jwk());
    let of_type = |typ: Value, types: &[&str]| {
        checked(&rs256(&json!({ "typ": typ })), &[Algorithm::RS256], types, &key)
    };
    assert_eq!(of_type(json!("at+jwt"), ACCESS_TOKEN_TYPES), Ok(()));
    assert_eq!(of_type(json!("application/AT+JWT"), ACCESS_TOKEN_TYPES), Ok(()));
    assert_eq!(of_type(json!(null), ACCESS_TOKEN_TYPES), Ok(()));
    assert_eq!(of_type(json!("at+jwt"), &["JWT"]), Err(JwtError::Type));
    for other in ["dpop+jwt", "logout+jwt", "application/", ""] {
        assert_eq!(of_type(json!(other), ACCESS_TOKEN_TYPES), Err(JwtError::Type), "{other}");
    }
}
