//! An access token that a request presents, at a server that takes bound ones and unbound ones
//! ([RFC 9449 §7](https://www.rfc-editor.org/rfc/rfc9449#section-7); SC-6/4, DT-7/12).

use axum::http::HeaderMap;
use wire::dpop::Thumbprint;
use wire::token::{PresentedToken, TokenType};

use super::{Expected, Proof, ProofError, Replays, check};

/// Takes a token that is otherwise good, if the request may use it: one that is bound to a key only beside a proof of
/// that key and of that token, which was not taken before; one that is not, as a bearer token.
///
/// # Errors
///
/// When the token came by the wrong scheme, or the proof is not good.
pub async fn take_token(
    presented: &PresentedToken,
    bound_to: Option<&Thumbprint>,
    headers: &HeaderMap,
    expected: &Expected<'_>,
    replays: &Replays,
) -> Result<(), TokenNotTaken> {
    match holder(presented, bound_to, headers, expected)? {
        Some(proof) => Ok(replays.take(&proof, expected.now).await?),
        None => Ok(()),
    }
}

/// The proof that the sender holds the token's key; `None` where the token has none.
fn holder(
    presented: &PresentedToken,
    bound_to: Option<&Thumbprint>,
    headers: &HeaderMap,
    expected: &Expected<'_>,
) -> Result<Option<Proof>, TokenNotTaken> {
    match (presented.token_type, bound_to) {
        (TokenType::Bearer, None) => Ok(None),
        (TokenType::Bearer, Some(_)) => Err(TokenNotTaken::Bound),
        (TokenType::DPoP, None) => Err(TokenNotTaken::NotBound),
        (TokenType::DPoP, Some(thumbprint)) => {
            let expected = Expected { access_token: Some(&presented.token), ..*expected };
            let proof = check(headers, &expected)?.ok_or(ProofError::Missing)?;
            (proof.thumbprint == *thumbprint).then_some(Some(proof)).ok_or(TokenNotTaken::OtherKey)
        }
    }
}

/// Why a token that is otherwise good is not taken from this sender; its text is the `error_description`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenNotTaken {
    /// Taken as a bearer token it would be good for whoever stole it, which is what binding it was to prevent (§7.2).
    #[error("The token is bound to a key and cannot be used as a bearer token")]
    Bound,
    /// There is nothing that a proof beside it could prove.
    #[error("The token is not bound to a key")]
    NotBound,
    /// Whoever sends it is not who it was issued to.
    #[error("The token is bound to another key than that of the DPoP proof")]
    OtherKey,
    /// The proof is missing or not good.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl TokenNotTaken {
    /// The `error` of the challenge (§7.1).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bound | Self::NotBound | Self::OtherKey => "invalid_token",
            Self::Proof(error) => error.code(),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, Method};
    use wire::secret::Secret;
    use wire::timestamp::Timestamp;

    use super::super::prover::{Prover, claims, claims_with_token};
    use super::super::{NonceRule, PROOF};
    use super::*;

    const NOW: Timestamp = Timestamp::from_epoch(1_790_000_000);
    const URL: &str = "https://api.example.com/events";

    const EXPECTED: Expected<'_> = Expected {
        method: &Method::GET,
        url: URL,
        access_token: None,
        nonce: NonceRule::Ignored,
        now: NOW,
    };

    async fn outcome(
        authorization: &str,
        bound_to: Option<&Prover>,
        proof: Option<&str>,
        replays: &Replays,
    ) -> Result<(), TokenNotTaken> {
        let presented = PresentedToken::in_header(authorization).unwrap();
        let bound_to = bound_to.map(Prover::thumbprint);
        let headers = proof.map(|proof| (PROOF, HeaderValue::from_str(proof).unwrap()));
        let headers = headers.into_iter().collect();
        take_token(&presented, bound_to.as_ref(), &headers, &EXPECTED, replays).await
    }

    fn proof(prover: &Prover) -> String {
        prover.proof(&claims_with_token("GET", URL, &Secret::from("token"), NOW))
    }

    /// SC-6/4.
    #[tokio::test]
    async fn the_scheme_is_that_of_the_token() {
        let prover = Prover::generate();
        let replays = Replays::default();
        let proof = proof(&prover);
        let proof = Some(proof.as_str());

        assert_eq!(outcome("Bearer token", None, None, &replays).await, Ok(()));
        let bearer = outcome("Bearer token", Some(&prover), proof, &replays).await;
        assert_eq!(bearer, Err(TokenNotTaken::Bound));
        let unbound = outcome("DPoP token", None, proof, &replays).await;
        assert_eq!(unbound, Err(TokenNotTaken::NotBound));
        assert_eq!(outcome("dpop token", Some(&prover), proof, &replays).await, Ok(()));
    }

    /// DT-7/12.
    #[tokio::test]
    async fn a_bound_token_needs_a_proof_of_its_key_and_of_itself() {
        let (prover, other) = (Prover::generate(), Prover::generate());
        let replays = Replays::default();
        let outcome = async |proof| outcome("DPoP token", Some(&prover), proof, &replays).await;

        assert_eq!(outcome(None).await, Err(ProofError::Missing.into()));
        let with_other_key = proof(&other);
        assert_eq!(outcome(Some(&with_other_key)).await, Err(TokenNotTaken::OtherKey));
        let without_token = prover.proof(&claims("GET", URL, NOW));
        assert_eq!(outcome(Some(&without_token)).await, Err(ProofError::AccessToken.into()));
    }

    /// SC-6/7.
    #[tokio::test]
    async fn a_proof_is_taken_once() {
        let prover = Prover::generate();
        let replays = Replays::default();
        let proof = proof(&prover);
        let outcome = async || outcome("DPoP token", Some(&prover), Some(&proof), &replays).await;

        assert_eq!(outcome().await, Ok(()));
        assert_eq!(outcome().await, Err(ProofError::Replayed.into()));
    }
}
