//! The tenant's metadata and keys ([OpenID Connect Discovery §3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata),
//! [RFC 7517](https://www.rfc-editor.org/rfc/rfc7517); contract: discovery-and-tokens.md §1, §2).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// `/.well-known/openid-configuration`: what the tenant serves, and where.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProviderMetadata {
    /// The tenant's name in tokens, with a trailing slash.
    pub issuer: String,
    /// Where browsers log in.
    pub authorization_endpoint: String,
    /// Where clients get tokens.
    pub token_endpoint: String,
    /// Where clients push authorization requests ([RFC 9126 §5](https://www.rfc-editor.org/rfc/rfc9126#section-5)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pushed_authorization_request_endpoint: Option<String>,
    /// Where clients hand in refresh tokens ([RFC 8414 §2](https://www.rfc-editor.org/rfc/rfc8414#section-2)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation_endpoint: Option<String>,
    /// Where a token's subject is described.
    pub userinfo_endpoint: String,
    /// Where the public keys are.
    pub jwks_uri: String,
    /// Where clients send browsers to log out
    /// ([OpenID Connect RP-Initiated Logout §2.1](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#OPMetadata)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_session_endpoint: Option<String>,
    /// Scopes about the person.
    #[serde(default)]
    pub scopes_supported: Vec<String>,
    /// Kinds of authorization answers.
    #[serde(default)]
    pub response_types_supported: Vec<String>,
    /// Ways an authorization answer travels.
    #[serde(default)]
    pub response_modes_supported: Vec<String>,
    /// PKCE methods.
    #[serde(default)]
    pub code_challenge_methods_supported: Vec<String>,
    /// How `sub` is made.
    #[serde(default)]
    pub subject_types_supported: Vec<String>,
    /// How ID tokens are signed.
    #[serde(default)]
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// How clients authenticate.
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// How a client signs assertions about itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// How proofs that a client holds a key are signed
    /// ([RFC 9449 §5.1](https://www.rfc-editor.org/rfc/rfc9449#section-5.1)).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dpop_signing_alg_values_supported: Vec<String>,
    /// Claims about the person.
    #[serde(default)]
    pub claims_supported: Vec<String>,
    /// Whether request objects are taken by value.
    #[serde(default)]
    pub request_parameter_supported: bool,
    /// Whether request objects are taken by reference.
    #[serde(default)]
    pub request_uri_parameter_supported: bool,
}

/// A set of public keys.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Jwks {
    /// The keys; those that we cannot use are read, and passed over when looked up.
    pub keys: Vec<Jwk>,
}

impl Jwks {
    /// The RSA key with that id.
    #[must_use]
    pub fn find(&self, kid: &str) -> Option<&Jwk> {
        self.keys.iter().find(|key| key.kid.as_deref() == Some(kid) && key.kty == "RSA")
    }
}

/// A public key ([RFC 7518 §6.3](https://www.rfc-editor.org/rfc/rfc7518#section-6.3) for RSA).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// `RSA` for the keys that we use.
    pub kty: String,
    /// `sig`: for signatures.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
    /// The algorithm that the key is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// The key's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// SHA-1 of the certificate, base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x5t: Option<String>,
    /// The certificate, DER in base64.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub x5c: Vec<String>,
    /// RSA modulus, base64url.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub n: String,
    /// RSA exponent, base64url.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub e: String,
}

impl Jwk {
    /// The key's SHA-256 thumbprint ([RFC 7638 §3](https://www.rfc-editor.org/rfc/rfc7638#section-3)) for an RSA key.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        // The required members alone, in lexicographic order, without white space (§3.2). Their values are base64url,
        // which needs no JSON escape.
        let canonical = format!(r#"{{"e":"{}","kty":"{}","n":"{}"}}"#, self.e, self.kty, self.n);
        URL_SAFE_NO_PAD.encode(Sha256::digest(canonical))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7638 §3.1.
    #[test]
    fn thumbprint_is_that_of_the_rfc() {
        let jwk: Jwk = serde_json::from_str(concat!(
            r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs"#,
            r#"tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","#,
            r#""e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#,
        ))
        .unwrap();
        assert_eq!(jwk.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn keys_of_other_kinds_are_passed_over() {
        let jwks: Jwks = serde_json::from_str(
            r#"{"keys":[{"kty":"EC","kid":"a","crv":"P-256","x":"x","y":"y"},{"kty":"RSA","kid":"b","n":"n","e":"AQAB"}]}"#,
        )
        .unwrap();
        assert!(jwks.find("a").is_none());
        assert!(jwks.find("b").is_some());
    }
}
