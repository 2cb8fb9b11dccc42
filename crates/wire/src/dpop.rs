//! Proofs that a client holds a key ([RFC 9449 §4](https://www.rfc-editor.org/rfc/rfc9449#section-4); contract:
//! discovery-and-tokens.md §7): what they say, and the thumbprint of their key. Whether to believe one is the matter of
//! the server that gets it.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

use crate::secret::Secret;
use crate::timestamp::Timestamp;

/// The request header that a proof comes in.
pub const PROOF_HEADER: &str = "dpop";

/// The answer's header with the nonce that the next proof is to contain.
pub const NONCE_HEADER: &str = "dpop-nonce";

/// The `typ` of a proof.
pub const PROOF_TYPE: &str = "dpop+jwt";

/// The one algorithm of proofs (DT-1/18).
pub const ALGORITHM: &str = "ES256";

/// The header of a proof. What is missing reads as empty: the check that asks for it says so.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ProofHeader {
    /// [`PROOF_TYPE`], or it is no proof.
    pub typ: String,
    /// How it is signed.
    pub alg: String,
    /// The key that verifies the signature.
    pub jwk: ProofJwk,
    /// Whether there are extensions that must be understood ([RFC 7515 §4.1.11](https://www.rfc-editor.org/rfc/rfc7515#section-4.1.11)).
    #[serde(deserialize_with = "is_there", skip_serializing)]
    pub crit: bool,
}

/// A key as a proof writes it, before anybody looked whether it is one.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ProofJwk {
    /// `EC` for ours.
    pub kty: String,
    /// `P-256` for ours.
    pub crv: String,
    /// The point's first coordinate, base64url.
    pub x: String,
    /// Its second.
    pub y: String,
    /// Whether the private key was sent along.
    #[serde(rename = "d", deserialize_with = "is_there", skip_serializing)]
    pub is_private: bool,
}

/// Whether the member stands there, whatever its value.
fn is_there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

/// What a proof says (RFC 9449 §4.2, DT-7/2).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProofClaims {
    /// The proof's own name; no two proofs of a key have the same.
    pub jti: String,
    /// The method of the request.
    pub htm: String,
    /// The URL of the request, without query and fragment.
    pub htu: String,
    /// When it was made.
    pub iat: Timestamp,
    /// The hash of the access token beside it, as [`access_token_hash`] makes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ath: Option<String>,
    /// The nonce that the server gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
}

/// The `ath` of a proof: BASE64URL(SHA-256(access token)) (RFC 9449 §4.2).
///
/// ```
/// # use wire::dpop::access_token_hash;
/// let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU".into();
/// assert_eq!(access_token_hash(&token), "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
/// ```
#[must_use]
pub fn access_token_hash(token: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.expose()))
}

/// The public half of an ES256 key: a point on P-256
/// ([RFC 7518 §6.2.1](https://www.rfc-editor.org/rfc/rfc7518#section-6.2.1)). That it lies on the curve shows when a
/// signature is verified with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProofKey {
    x: [u8; 32],
    y: [u8; 32],
}

impl ProofKey {
    /// The key as a point without compression, `04 || x || y` (SEC 1 §2.3.3).
    #[must_use]
    pub fn to_point(self) -> [u8; 65] {
        let mut point = [4; 65];
        point[1..33].copy_from_slice(&self.x);
        point[33..].copy_from_slice(&self.y);
        point
    }

    /// The key of such a point.
    #[must_use]
    pub fn from_point(point: &[u8]) -> Option<Self> {
        let (x, y) = point.strip_prefix(&[4])?.split_first_chunk()?;
        Some(Self { x: *x, y: y.try_into().ok()? })
    }

    /// The key as a proof writes it.
    #[must_use]
    pub fn to_jwk(self) -> ProofJwk {
        ProofJwk {
            kty: "EC".to_owned(),
            crv: "P-256".to_owned(),
            x: URL_SAFE_NO_PAD.encode(self.x),
            y: URL_SAFE_NO_PAD.encode(self.y),
            is_private: false,
        }
    }

    /// The key's thumbprint ([RFC 7638 §3](https://www.rfc-editor.org/rfc/rfc7638#section-3)).
    ///
    /// ```
    /// # use wire::dpop::{ProofJwk, ProofKey};
    /// let jwk: ProofJwk = serde_json::from_str(
    ///     r#"{"kty":"EC","crv":"P-256","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"}"#,
    /// )?;
    /// let key = ProofKey::try_from(&jwk)?;
    /// assert_eq!(key.thumbprint().as_str(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn thumbprint(self) -> Thumbprint {
        // The required members alone, in lexicographic order, without white space (§3.2).
        let ProofJwk { x, y, .. } = self.to_jwk();
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        Thumbprint(URL_SAFE_NO_PAD.encode(Sha256::digest(canonical)))
    }
}

impl TryFrom<&ProofJwk> for ProofKey {
    type Error = InvalidProofKey;

    /// Coordinates have their full length, and one way to be written: a key has one thumbprint.
    fn try_from(jwk: &ProofJwk) -> Result<Self, Self::Error> {
        if jwk.is_private {
            return Err(InvalidProofKey::Private);
        }
        if jwk.kty != "EC" || jwk.crv != "P-256" {
            return Err(InvalidProofKey::Kind);
        }
        let coordinate = |text: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidProofKey::Point)?;
            bytes.try_into().map_err(|_| InvalidProofKey::Point)
        };
        Ok(Self { x: coordinate(&jwk.x)?, y: coordinate(&jwk.y)? })
    }
}

/// Why what stands in a proof is no key for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProofKey {
    /// Whoever read the proof could make proofs from now on.
    #[error("jwk holds a private key")]
    Private,
    /// ES256 is for points on P-256.
    #[error("jwk is no public EC key on P-256")]
    Kind,
    /// The coordinates are not 32 bytes each, in base64url.
    #[error("jwk has malformed coordinates")]
    Point,
}

/// The SHA-256 thumbprint of a key, base64url: `dpop_jkt` of an authorization request, and `cnf.jkt` of a token that is
/// bound to the key ([RFC 9449 §6.1](https://www.rfc-editor.org/rfc/rfc9449#section-6.1), §10). It is no secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Thumbprint(String);

impl Thumbprint {
    /// The thumbprint as it stands on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Thumbprint {
    type Error = InvalidThumbprint;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let digest = URL_SAFE_NO_PAD.decode(&text).map_err(|_| InvalidThumbprint)?;
        (digest.len() == 32).then_some(Self(text)).ok_or(InvalidThumbprint)
    }
}

impl From<Thumbprint> for String {
    fn from(thumbprint: Thumbprint) -> Self {
        thumbprint.0
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not a SHA-256 digest in base64url without padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key thumbprint is a SHA-256 digest in base64url, 43 characters")]
pub struct InvalidThumbprint;

#[cfg(test)]
mod tests {
    use super::*;

    const X: &str = "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs";
    const Y: &str = "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA";

    fn key(text: &str) -> Result<ProofKey, InvalidProofKey> {
        let jwk: ProofJwk = serde_json::from_str(text).unwrap();
        ProofKey::try_from(&jwk)
    }

    /// SC-6/3.
    #[test]
    fn a_key_has_one_thumbprint_whatever_stands_beside_its_coordinates() {
        let plain = key(&format!(r#"{{"kty":"EC","crv":"P-256","x":"{X}","y":"{Y}"}}"#)).unwrap();
        let adorned = key(&format!(
            r#"{{"y":"{Y}","use":"sig","kid":"1","alg":"ES256","x":"{X}","crv":"P-256","kty":"EC"}}"#
        ));

        assert_eq!(plain.thumbprint().as_str(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
        assert_eq!(adorned, Ok(plain));
        assert_eq!(ProofKey::from_point(&plain.to_point()), Some(plain));
        assert_eq!(ProofKey::try_from(&plain.to_jwk()), Ok(plain));
    }

    #[test]
    fn a_private_key_is_no_key_for_a_proof() {
        let with =
            |d: &str| key(&format!(r#"{{"kty":"EC","crv":"P-256","x":"{X}","y":"{Y}","d":{d}}}"#));
        assert_eq!(
            with(r#""jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI""#),
            Err(InvalidProofKey::Private)
        );
        assert_eq!(with("null"), Err(InvalidProofKey::Private));
    }

    #[test]
    fn other_kinds_of_keys_are_refused() {
        assert_eq!(key(r#"{"kty":"RSA","n":"n","e":"AQAB"}"#), Err(InvalidProofKey::Kind));
        assert_eq!(key(r#"{"kty":"oct","k":"c2VjcmV0"}"#), Err(InvalidProofKey::Kind));
        let on_another_curve = format!(r#"{{"kty":"EC","crv":"P-384","x":"{X}","y":"{Y}"}}"#);
        assert_eq!(key(&on_another_curve), Err(InvalidProofKey::Kind));
    }

    /// Another spelling of the same coordinate would give the same key a second thumbprint.
    #[test]
    fn coordinates_are_32_bytes_written_the_one_way() {
        let with_x = |x: &str| key(&format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{Y}"}}"#));
        let padded = format!("{X}=");
        let one_zero_more = format!("AA{X}");
        let stray_bits = X.replace("BFs", "BFt");
        for x in ["", "AQAB", &padded, &one_zero_more, &stray_bits, "!"] {
            assert_eq!(with_x(x), Err(InvalidProofKey::Point), "{x}");
        }
    }

    #[test]
    fn a_thumbprint_is_a_digest() {
        let thumbprint = |text: &str| Thumbprint::try_from(text.to_owned());
        assert!(thumbprint("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I").is_ok());
        assert_eq!(
            thumbprint("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I="),
            Err(InvalidThumbprint)
        );
        assert_eq!(thumbprint("short"), Err(InvalidThumbprint));
    }
}
