//! Signed JSON Web Tokens: the part of their verification that every reader shares
//! ([RFC 7515 §5.2](https://www.rfc-editor.org/rfc/rfc7515#section-5.2), [RFC 8725](https://www.rfc-editor.org/rfc/rfc8725)).

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::de::DeserializeOwned;
use wire::discovery::Jwk;

/// Checks header and signature, and hands out the claims, which are the caller's to check: they need a clock.
///
/// `find_key` looks the header's `kid` up among the issuer's own keys. Keys and addresses that the header itself
/// brings along (`jwk`, `jku`, `x5u`) are ignored (SC-9/2, SC-9/5).
///
/// # Errors
///
/// One variant per cause; [`JwtError::UnknownKey`] lets the caller fetch keys again.
pub fn verify<C: DeserializeOwned>(
    token: &str,
    find_key: impl FnOnce(&str) -> Option<Jwk>,
) -> Result<C, JwtError> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| JwtError::Malformed)?;
    if header.alg != Algorithm::RS256 {
        return Err(JwtError::Algorithm);
    }
    if header.crit.is_some() {
        return Err(JwtError::Malformed);
    }
    let kid = header.kid.ok_or(JwtError::Malformed)?;
    let key = find_key(&kid).ok_or(JwtError::UnknownKey)?;
    let key = DecodingKey::from_rsa_components(&key.n, &key.e).map_err(|_| JwtError::UnknownKey)?;

    let mut signature_only = Validation::new(Algorithm::RS256);
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    signature_only.required_spec_claims.clear();
    jsonwebtoken::decode(token, &key, &signature_only).map(|token| token.claims).map_err(|error| {
        match error.kind() {
            jsonwebtoken::errors::ErrorKind::InvalidSignature => JwtError::Signature,
            _ => JwtError::Malformed,
        }
    })
}

/// Why a token is refused before its claims are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// It is no JSON Web Token that we understand.
    #[error("The token is malformed")]
    Malformed,
    /// It is unsigned, or signed in a way that is not RS256 (SC-9/1).
    #[error("The token is not signed with RS256")]
    Algorithm,
    /// Its issuer has no such key.
    #[error("The token is signed with an unknown key")]
    UnknownKey,
    /// The signature is not of this text.
    #[error("The token's signature is invalid")]
    Signature,
}
