//! What holds for every proof.

use std::sync::LazyLock;

use axum::http::HeaderValue;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use url::Url;

use super::prover::{Prover, claims};
use super::*;

const NOW: Timestamp = Timestamp::from_epoch(1_790_000_000);
const URL: &str = "https://tenant.example.com/oauth/token";

static PROVER: LazyLock<Prover> = LazyLock::new(Prover::generate);
static HONEST: LazyLock<String> = LazyLock::new(|| PROVER.proof(&claims("POST", URL, NOW)));

fn outcome(proof: &[u8]) -> Option<Result<Option<Proof>, ProofError>> {
    let headers = HeaderMap::from_iter([(PROOF, HeaderValue::from_bytes(proof).ok()?)]);
    let (method, url) = (&Method::POST, URL);
    let expected =
        Expected { method, url, access_token: None, nonce: NonceRule::Ignored, now: NOW };
    Some(check(&headers, &expected))
}

fn json_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "(POST|GET|post|https?://tenant\\.example\\.com(:443)?/oauth/token[/?#a]?)"
            .prop_map(Value::from),
        prop::collection::vec(any::<String>(), 0..3).prop_map(Value::from),
    ]
}

proptest! {
    /// SC-6/1: one bit of signature, claims or key, and it is another proof, or none.
    #[test]
    fn a_proof_with_any_byte_changed_is_refused(
        place in any::<prop::sample::Index>(),
        byte in 0x20_u8..0x7F,
    ) {
        let mut proof = HONEST.clone().into_bytes();
        let place = place.index(proof.len());
        prop_assume!(proof[place] != byte);
        proof[place] = byte;

        prop_assert!(outcome(&proof).unwrap().is_err());
    }

    /// Nothing before it, between or behind it.
    #[test]
    fn a_proof_with_anything_added_is_refused(
        place in any::<prop::sample::Index>(),
        added in "[ -~]{1,8}",
    ) {
        let mut proof = HONEST.clone();
        proof.insert_str(place.index(proof.len() + 1), &added);
        let proof_is_same = proof.trim() == *HONEST;

        prop_assert!(proof_is_same || outcome(proof.as_bytes()).unwrap().is_err());
    }

    #[test]
    fn any_header_is_refused(
        bytes in prop_oneof![
            prop::collection::vec(0x20_u8..=0xFF, 0..200),
            "[A-Za-z0-9_-]{0,60}\\.[A-Za-z0-9_-]{0,60}\\.[A-Za-z0-9_-]{0,90}".prop_map(String::into_bytes),
        ],
    ) {
        prop_assert!(outcome(&bytes).is_none_or(|outcome| outcome.is_err()));
    }

    /// What is signed properly still has to say the right things: whatever members header, key and claims have, a proof
    /// that is taken names this request, this time and the key that signed it.
    #[test]
    fn a_signed_proof_that_is_taken_is_of_this_key_about_this_request(
        header in prop::collection::btree_map("(typ|alg|jwk|crit|kid|x)", json_value(), 0..3),
        jwk in prop::collection::btree_map("(kty|crv|x|y|d|k|use)", json_value(), 0..3),
        changed in prop::collection::btree_map("(jti|htm|htu|iat|ath|nonce|exp|x)", json_value(), 0..4),
        age in -60_i64..400,
    ) {
        let mut own_header = serde_json::to_value(PROVER.header()).unwrap();
        for (name, value) in jwk {
            own_header["jwk"][name] = value;
        }
        for (name, value) in header {
            own_header[name] = value;
        }
        let mut own_claims = serde_json::to_value(claims("POST", URL, NOW)).unwrap();
        own_claims["iat"] = json!(NOW.seconds().cast_signed() - age);
        for (name, value) in changed {
            own_claims[name] = value;
        }

        let proof = PROVER.sign(&own_header, &own_claims);
        let Some(Ok(Some(taken))) = outcome(proof.as_bytes()) else { return Ok(()) };

        prop_assert_eq!(&taken.thumbprint, &PROVER.thumbprint());
        prop_assert_eq!(&own_header["typ"], PROOF_TYPE);
        prop_assert_eq!(&own_header["alg"], ALGORITHM);
        let absent = Map::new();
        let members = own_header.as_object().unwrap_or(&absent);
        prop_assert!(!members.contains_key("crit"));
        prop_assert!(own_header["jwk"].get("d").is_none());
        prop_assert_eq!(&own_claims["htm"], "POST");
        let htu = Url::parse(own_claims["htu"].as_str().unwrap()).unwrap();
        prop_assert_eq!(&htu[..url::Position::AfterPath], URL);
        let age = NOW.seconds().cast_signed() - own_claims["iat"].as_i64().unwrap();
        prop_assert!((-30..=300).contains(&age), "{}", age);
        prop_assert!(!taken.jti.is_empty());
    }
}
