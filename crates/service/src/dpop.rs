//! The check of a proof that the sender of a request holds a key
//! ([RFC 9449 §4.3](https://www.rfc-editor.org/rfc/rfc9449#section-4.3); contract: discovery-and-tokens.md §7,
//! security.md §6). Pure: whoever takes proofs calls [`check`], and remembers with [`Replays`] which ones it took.

mod htu;
mod presented;
#[cfg(test)]
mod properties;
#[cfg(any(test, feature = "prover"))]
pub mod prover;
mod replays;
#[cfg(test)]
mod tests;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use axum::http::{HeaderMap, HeaderName, Method};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::de::DeserializeOwned;
use wire::dpop::{
    ALGORITHM, InvalidProofKey, NONCE_HEADER, PROOF_HEADER, PROOF_TYPE, ProofClaims, ProofHeader,
    ProofKey, Thumbprint, access_token_hash,
};
use wire::secret::Secret;
use wire::timestamp::Timestamp;

pub use self::presented::{TokenNotTaken, take_token};
pub use self::replays::Replays;

/// The request header that a proof comes in.
pub const PROOF: HeaderName = HeaderName::from_static(PROOF_HEADER);

/// The answer's header with the nonce that the next proof is to contain.
pub const NONCE: HeaderName = HeaderName::from_static(NONCE_HEADER);

/// Bytes of a proof. One with a long URL, an `ath` and a nonce has some 800.
const LONGEST: usize = 4096;

/// Seconds that a proof is good for, as auth0-api-js has it (sdk-expectations.md §4).
const LIFETIME: u64 = 300;

/// Seconds by which the sender's clock may be ahead, likewise.
const LEEWAY: u64 = 30;

/// What a proof must be about.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// The request's method.
    pub method: &'a Method,
    /// The request's URL, as those who call it write it: behind a proxy that is not what the request says.
    pub url: &'a str,
    /// The access token that the request presents, if it does.
    pub access_token: Option<&'a Secret>,
    /// Which nonce it must contain.
    pub nonce: NonceRule<'a>,
    /// The time.
    pub now: Timestamp,
}

/// Which nonce a proof must contain (RFC 9449 §8, §9). The predicate tells whether a nonce is ours, and not too old.
#[derive(Clone, Copy)]
pub enum NonceRule<'a> {
    /// None: this server gives out no nonces, and one of another server is its own business.
    Ignored,
    /// A good one, if it contains one.
    IfSent(&'a (dyn Fn(&str) -> bool + Sync)),
    /// A good one.
    Required(&'a (dyn Fn(&str) -> bool + Sync)),
}

/// What is known about the sender once a proof is checked. Whether it came before is for [`Replays`] to say.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The thumbprint of the key that the sender holds.
    pub thumbprint: Thumbprint,
    /// The proof's own name.
    pub jti: String,
    /// When it was made.
    pub iat: Timestamp,
    /// The nonce that it contains.
    pub nonce: Option<String>,
}

/// Checks the proof that came with a request; `None` when none came.
///
/// # Errors
///
/// One variant per cause, in the order of RFC 9449 §4.3. The nonce comes last, so that a new one is offered only to who
/// could use it.
pub fn check(headers: &HeaderMap, expected: &Expected<'_>) -> Result<Option<Proof>, ProofError> {
    let mut proofs = headers.get_all(PROOF).iter();
    let Some(proof) = proofs.next() else {
        return Ok(None);
    };
    if proofs.next().is_some() {
        return Err(ProofError::Several);
    }
    if proof.len() > LONGEST {
        return Err(ProofError::TooLong);
    }
    let proof = proof.to_str().map_err(|_| ProofError::Malformed)?;
    let (thumbprint, claims) = signed(proof)?;
    about(&claims, expected)?;
    let ProofClaims { jti, iat, nonce, .. } = claims;
    Ok(Some(Proof { thumbprint, jti, iat, nonce }))
}

/// What the proof says, signed with the key that it brings along.
fn signed(proof: &str) -> Result<(Thumbprint, ProofClaims), ProofError> {
    let (message, signature) = proof.rsplit_once('.').ok_or(ProofError::Malformed)?;
    let (header, claims) = message.split_once('.').ok_or(ProofError::Malformed)?;
    if claims.contains('.') {
        return Err(ProofError::Malformed);
    }
    let ProofHeader { typ, alg, jwk, crit } = json(header)?;
    if typ != PROOF_TYPE {
        return Err(ProofError::Type);
    }
    // Of the asymmetric algorithms that RFC 9449 allows; `none` and those with a shared key are out anyway.
    if alg != ALGORITHM {
        return Err(ProofError::Algorithm);
    }
    if crit {
        return Err(ProofError::Critical);
    }
    let key = ProofKey::try_from(&jwk)?;
    let signature = bytes(signature)?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.to_point())
        .verify(message.as_bytes(), &signature)
        .map_err(|_| ProofError::Signature)?;
    Ok((key.thumbprint(), json(claims)?))
}

/// Whether the claims are about this request, and of now.
fn about(claims: &ProofClaims, expected: &Expected<'_>) -> Result<(), ProofError> {
    let Expected { method, url, access_token, nonce, now } = *expected;
    if claims.jti.is_empty() {
        return Err(ProofError::Malformed);
    }
    if claims.htm != method.as_str() {
        return Err(ProofError::Method);
    }
    if !htu::names(&claims.htu, url) {
        return Err(ProofError::Url);
    }
    if claims.iat.seconds_until(now) > LIFETIME || now.seconds_until(claims.iat) > LEEWAY {
        return Err(ProofError::IssuedAt);
    }
    if let Some(token) = access_token
        && claims.ath.as_deref() != Some(access_token_hash(token).as_str())
    {
        return Err(ProofError::AccessToken);
    }
    let good = match (nonce, claims.nonce.as_deref()) {
        (NonceRule::Ignored, _) | (NonceRule::IfSent(_), None) => true,
        (NonceRule::Required(_), None) => false,
        (NonceRule::IfSent(is_good) | NonceRule::Required(is_good), Some(nonce)) => is_good(nonce),
    };
    good.then_some(()).ok_or(ProofError::UseNonce)
}

fn json<T: DeserializeOwned>(part: &str) -> Result<T, ProofError> {
    serde_json::from_slice(&bytes(part)?).map_err(|_| ProofError::Malformed)
}

fn bytes(part: &str) -> Result<Vec<u8>, ProofError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| ProofError::Malformed)
}

/// Why a proof is refused; its text is the `error_description`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// One is needed, and none came. [`check`] leaves it to its caller to say so.
    #[error("A DPoP proof is missing")]
    Missing,
    /// More than one came, and no telling which is meant.
    #[error("There must be only one DPoP header")]
    Several,
    /// Nobody needs so much to say so little.
    #[error("The DPoP proof is too long")]
    TooLong,
    /// It is no JSON Web Token with all the claims of a proof.
    #[error("The DPoP proof is malformed")]
    Malformed,
    /// It was signed to be something else.
    #[error("The DPoP proof is not of type dpop+jwt")]
    Type,
    /// It is signed otherwise than with ES256, or not at all.
    #[error("The DPoP proof is not signed with ES256")]
    Algorithm,
    /// It names extensions that must be understood; we understand none.
    #[error("The DPoP proof has critical extensions")]
    Critical,
    /// What it brings along is no public key of the right kind.
    #[error("The DPoP proof's key is not good: {0}")]
    Key(#[from] InvalidProofKey),
    /// The signature is not of this text by this key.
    #[error("The DPoP proof's signature is invalid")]
    Signature,
    /// It is for another method.
    #[error("The DPoP proof's htm is not the method of the request")]
    Method,
    /// It is for another URL.
    #[error("The DPoP proof's htu is not the URL of the request")]
    Url,
    /// It is too old, or from the future.
    #[error("The DPoP proof's iat is too long ago, or in the future")]
    IssuedAt,
    /// It is for another access token, or for none.
    #[error("The DPoP proof's ath is not the hash of the access token")]
    AccessToken,
    /// It came before.
    #[error("The DPoP proof was used before")]
    Replayed,
    /// Its key is not the one that is asked for.
    #[error("The DPoP proof is made with another key")]
    OtherKey,
    /// It lacks the nonce that the server gives out, or has an old one: the same with a new nonce will do.
    #[error("Authorization server requires nonce in DPoP proof")]
    UseNonce,
}

impl ProofError {
    /// The `error` that tells the sender (RFC 9449 §5, §8; DT-7/3, DT-7/5).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UseNonce => "use_dpop_nonce",
            _ => "invalid_dpop_proof",
        }
    }
}
