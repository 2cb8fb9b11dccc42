//! Signed JSON Web Tokens: the part of their verification that every reader shares
//! ([RFC 7515 §5.2](https://www.rfc-editor.org/rfc/rfc7515#section-5.2), [RFC 8725](https://www.rfc-editor.org/rfc/rfc8725)).

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use jsonwebtoken::Algorithm;

use jsonwebtoken::{AlgorithmFamily, DecodingKey, Validation};
use serde::de::DeserializeOwned;
use wire::discovery::Jwk;
use wire::secret::Secret;

/// Which tokens a reader takes. It decides, and not the token, how a signature is checked (RFC 8725 §3.1).
#[derive(Clone, Copy, Debug)]
pub struct Accepted<'a> {
    /// The algorithms; there is no way to take unsigned tokens (SC-9/1).
    pub algorithms: &'a [Algorithm],
    /// The kinds of tokens, as `typ` tells them (SC-9/3). A token without `typ` is a `JWT`.
    pub types: &'a [&'a str],
}

/// The kinds of access tokens: Auth0's own, and RFC 9068's (§2.1).
pub const ACCESS_TOKEN_TYPES: &[&str] = &["JWT", "at+jwt"];

/// A key that a signature is checked with.
#[derive(Clone, Debug)]
pub enum VerifyingKey {
    /// The public key of the one who signed.
    Rsa(Jwk),
    /// A secret that both sides know; for HS256 and its kin.
    Shared(Secret),
}

/// What a token's header says before anything is checked.
#[derive(Clone, Debug)]
pub struct UnverifiedHeader {
    /// The algorithm that it claims.
    pub alg: Algorithm,
    /// The key that it names.
    pub kid: Option<String>,
}

/// Checks header and signature, and hands out the claims, which are the caller's to check: they need a clock.
///
/// `find_key` looks the key up among those of the one who is to have signed. Keys and addresses that the header itself
/// brings along (`jwk`, `jku`, `x5u`) are ignored, and what it wants understood (`crit`) is refused (SC-9/2, SC-9/5). A
/// key is used with algorithms of its own kind alone: a public key is no secret for HS256, whatever is accepted (SC-9/1).
///
/// # Errors
///
/// One variant per cause; [`JwtError::UnknownKey`] lets the caller fetch keys again.
pub fn verify<C: DeserializeOwned>(
    token: &str,
    accepted: &Accepted<'_>,
    find_key: impl FnOnce(&UnverifiedHeader) -> Option<VerifyingKey>,
) -> Result<C, JwtError> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| JwtError::Malformed)?;
    if !accepted.algorithms.contains(&header.alg) {
        return Err(JwtError::Algorithm);
    }
    if header.crit.is_some() {
        return Err(JwtError::Malformed);
    }
    if !is_of_type(header.typ.as_deref().unwrap_or("JWT"), accepted.types) {
        return Err(JwtError::Type);
    }
    let header = UnverifiedHeader { alg: header.alg, kid: header.kid };
    let key = find_key(&header).ok_or(JwtError::UnknownKey)?;

    let mut signature_only = Validation::new(header.alg);
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    signature_only.required_spec_claims.clear();
    let key = decoding_key(&key, header.alg)?;
    jsonwebtoken::decode(token, &key, &signature_only).map(|token| token.claims).map_err(|error| {
        match error.kind() {
            jsonwebtoken::errors::ErrorKind::InvalidSignature => JwtError::Signature,
            _ => JwtError::Malformed,
        }
    })
}

/// The claims of a token that nobody has checked: good for finding out whose key to check it with, and for nothing else.
///
/// # Errors
///
/// When there are no such claims.
pub fn unverified_claims<C: DeserializeOwned>(token: &str) -> Result<C, JwtError> {
    jsonwebtoken::dangerous::insecure_decode_claims(token).map_err(|_| JwtError::Malformed)
}

/// `typ` is a media type, whatever its case and with or without its first half (RFC 7515 §4.1.9).
fn is_of_type(typ: &str, accepted: &[&str]) -> bool {
    let short = match typ.split_at_checked("application/".len()) {
        Some((start, rest)) if start.eq_ignore_ascii_case("application/") => rest,
        _ => typ,
    };
    accepted.iter().any(|own| own.eq_ignore_ascii_case(short))
}

fn decoding_key(key: &VerifyingKey, algorithm: Algorithm) -> Result<DecodingKey, JwtError> {
    match (key, algorithm.family()) {
        (VerifyingKey::Rsa(key), AlgorithmFamily::Rsa) => {
            DecodingKey::from_rsa_components(&key.n, &key.e).map_err(|_| JwtError::UnknownKey)
        }
        (VerifyingKey::Shared(secret), AlgorithmFamily::Hmac) => {
            Ok(DecodingKey::from_secret(secret.expose().as_bytes()))
        }
        _ => Err(JwtError::Algorithm),
    }
}

/// Why a token is refused before its claims are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// It is no JSON Web Token that we understand.
    #[error("The token is malformed")]
    Malformed,
    /// It is unsigned, or signed in a way that is not accepted, or not with such a key (SC-9/1).
    #[error("The token is not signed with an accepted algorithm")]
    Algorithm,
    /// It is a token of another kind (SC-9/3).
    #[error("The token is of another type")]
    Type,
    /// Its issuer has no such key.
    #[error("The token is signed with an unknown key")]
    UnknownKey,
    /// The signature is not of this text.
    #[error("The token's signature is invalid")]
    Signature,
}
