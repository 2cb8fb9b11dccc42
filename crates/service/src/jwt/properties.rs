//! What holds for every token.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::tests::{PAIR, by_rsa, by_secret, jwk, rs256};
use super::*;

const EVERY: [Algorithm; 8] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::HS256,
    Algorithm::HS384,
    Algorithm::HS512,
    Algorithm::ES256,
];

/// The outcome where everything but the key is accepted: what is refused, the key refuses.
fn outcome(token: &str) -> Result<Value, JwtError> {
    let accepted = Accepted { algorithms: &EVERY, types: &["JWT", "at+jwt"] };
    verify(token, &accepted, |_| Some(VerifyingKey::Rsa(jwk())))
}

fn header() -> impl Strategy<Value = Value> {
    let member = "(typ|kid|crit|jwk|jku|x5u|x5c|cty|zip|b64|enc|x)";
    let value = prop_oneof![
        any::<String>().prop_map(Value::from),
        "(JWT|at\\+jwt|JWE|https://evil\\.example/keys)".prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        vec("[a-z0-9]{0,4}", 0..3).prop_map(Value::from),
        Just(json!({ "kty": "oct", "k": "c2VjcmV0" })),
        Just(Value::Null),
    ];
    btree_map(member, value, 0..4).prop_map(|members| json!(members))
}

/// What a forger knows of the key, in every form in which it is written somewhere.
fn public_forms() -> Vec<Vec<u8>> {
    let public = PAIR.public_key();
    let der = AsDer::<PublicKeyX509Der<'_>>::as_der(public).unwrap().as_ref().to_vec();
    let Jwk { n, e, .. } = jwk();
    let lines = |label: &str, der: &[u8]| {
        let lines: Vec<_> =
            STANDARD.encode(der).into_bytes().chunks(64).map(<[u8]>::to_vec).collect();
        let body = lines.join(&b'\n');
        [
            format!("-----BEGIN {label}-----\n").into_bytes(),
            body,
            format!("\n-----END {label}-----\n").into_bytes(),
        ]
        .concat()
    };
    vec![
        Vec::new(),
        n.clone().into_bytes(),
        URL_SAFE_NO_PAD.decode(&n).unwrap(),
        format!("{n}.{e}").into_bytes(),
        serde_json::to_vec(&jwk()).unwrap(),
        public.as_ref().to_vec(),
        lines("PUBLIC KEY", &der),
        lines("RSA PUBLIC KEY", public.as_ref()),
        der,
    ]
}

proptest! {
    #[test]
    fn a_token_with_any_byte_changed_is_refused(
        place in any::<prop::sample::Index>(),
        byte in 0x20_u8..0x7F,
    ) {
        let good = rs256(&json!({}));
        prop_assert!(outcome(&good).is_ok());
        let mut changed = good.into_bytes();
        let place = place.index(changed.len());
        prop_assume!(changed[place] != byte);
        changed[place] = byte;

        prop_assert!(outcome(std::str::from_utf8(&changed).unwrap()).is_err());
    }

    #[test]
    fn a_token_with_anything_added_or_cut_off_is_refused(
        place in any::<prop::sample::Index>(),
        added in "[ -~\u{e9}]{1,6}",
    ) {
        let good = rs256(&json!({}));
        let place = place.index(good.len());
        let mut longer = good.clone();
        longer.insert_str(place, &added);

        prop_assert!(outcome(&longer).is_err());
        prop_assert!(outcome(&(good.clone() + &added)).is_err());
        prop_assert!(outcome(&good[..place]).is_err());
    }

    #[test]
    fn any_text_is_refused(
        text in prop_oneof![
            any::<String>(),
            "[A-Za-z0-9_=-]{0,60}(\\.[A-Za-z0-9_=-]{0,60}){0,4}",
            "eyJ[A-Za-z0-9_-]{0,60}\\.eyJ[A-Za-z0-9_-]{0,60}\\.[A-Za-z0-9_-]{0,342}",
        ],
    ) {
        prop_assert!(outcome(&text).is_err());
        let _ = unverified_claims::<Value>(&text);
    }

    /// SC-9/1: whatever the header says beside.
    #[test]
    fn an_unsigned_token_is_refused(
        header in header(),
        alg in "(none|None|NONE|nOnE|)",
        claims in "[a-z]{0,8}",
        signature in "[A-Za-z0-9_-]{0,8}",
    ) {
        let mut header = header;
        header["alg"] = json!(alg);
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let token = format!("{}.{}.{signature}", encode(&header), encode(&json!({ "sub": claims })));

        prop_assert!(outcome(&token).is_err());
    }

    /// SC-9/1: no form of a public key is a secret.
    #[test]
    fn a_public_key_is_no_secret(header in header(), which in any::<prop::sample::Index>()) {
        let forms = public_forms();
        let mut header = header;
        header["alg"] = json!("HS256");

        prop_assert!(outcome(&by_secret(&header, &forms[which.index(forms.len())])).is_err());
    }

    /// SC-9/2, SC-9/5: a header cannot bring a key along, and what must be understood is not.
    #[test]
    fn a_signed_token_that_is_taken_has_a_header_that_we_understand(header in header()) {
        let mut header = header;
        header["alg"] = json!("RS256");
        let token = by_rsa(&header, &RSA_PKCS1_SHA256);

        if outcome(&token).is_ok() {
            prop_assert!(header.get("crit").is_none_or(Value::is_null), "{}", header);
            let typ = header["typ"].as_str().unwrap_or("JWT").to_ascii_lowercase();
            prop_assert!(["jwt", "at+jwt"].contains(&typ.as_str()), "{}", header);
        }
        let none = |_: &UnverifiedHeader| None;
        let accepted = Accepted { algorithms: &EVERY, types: &["JWT", "at+jwt"] };
        prop_assert!(verify::<Value>(&token, &accepted, none).is_err());
    }
}
