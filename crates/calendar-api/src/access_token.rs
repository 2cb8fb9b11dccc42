//! Verification of access tokens ([RFC 9068 §4](https://www.rfc-editor.org/rfc/rfc9068#section-4), contract:
//! token-vault.md §2.5): signature, issuer, audience, expiry, and that the sender holds its key where it has one
//! ([RFC 9449 §7](https://www.rfc-editor.org/rfc/rfc9449#section-7)). Scopes are the matter of `authorized`.

use axum::http::request::Parts;
use service::clock::Clock;
use service::dpop::{self, Expected, NonceRule, Replays, TokenNotTaken};
use service::jwt::{self, ACCESS_TOKEN_TYPES, Accepted, Algorithm, JwtError, VerifyingKey};
use url::Url;
use wire::claims::{AccessTokenClaims, ClaimError};
use wire::discovery::Jwks;
use wire::ids::{Audience, UserId};
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::token::{PresentedToken, TokenType};

use crate::error::ApiError;
use crate::jwks::TenantKeys;

/// Tells which access tokens are good here.
pub(crate) struct AccessTokens {
    issuer: String,
    audience: Audience,
    /// Where clients call us, without a slash at its end: what their proofs name.
    url: String,
    proofs: Replays,
    keys: TenantKeys,
    clock: Clock,
}

/// An access token of our tenant, for this API, that has not expired. The only way to get one is to verify it.
pub(crate) struct VerifiedToken {
    /// The token itself: the `subject_token` of an exchange.
    pub(crate) token: Secret,
    /// How it was presented.
    pub(crate) token_type: TokenType,
    /// Whose it is.
    pub(crate) subject: UserId,
    /// What it allows.
    pub(crate) scope: ScopeSet,
}

impl AccessTokens {
    /// Tokens for `audience`, which clients call at `url`.
    pub(crate) fn new(
        issuer: &Url,
        (audience, url): (Audience, String),
        keys: TenantKeys,
        clock: Clock,
    ) -> Self {
        let (issuer, proofs) = (issuer.as_str().to_owned(), Replays::default());
        Self { issuer, audience, url, proofs, keys, clock }
    }

    /// Whether tokens can be verified: the tenant's keys are known.
    pub(crate) async fn ready(&self) -> Result<(), ApiError> {
        self.keys.current().await.map(drop).map_err(ApiError::TenantUnreachable)
    }

    /// Verifies the token that came with a request, and that this sender may use it.
    pub(crate) async fn verify(
        &self,
        presented: PresentedToken,
        request: &Parts,
    ) -> Result<VerifiedToken, ApiError> {
        let token_type = presented.token_type;
        let refused = |cause| ApiError::InvalidToken { cause, token_type };
        let claims = self.signed(&presented.token).await?.map_err(|error| refused(error.into()))?;
        let now = self.clock.now();
        let checked = claims.check(&self.issuer, &self.audience, now);
        checked.map_err(|error| refused(error.into()))?;

        let expected = Expected {
            method: &request.method,
            url: &format!("{}{}", self.url, request.uri.path()),
            access_token: None,
            nonce: NonceRule::Ignored,
            now,
        };
        let bound_to = claims.cnf.as_ref().map(|cnf| &cnf.jkt);
        dpop::take_token(&presented, bound_to, &request.headers, &expected, &self.proofs)
            .await
            .map_err(|error| refused(error.into()))?;
        let PresentedToken { token, token_type } = presented;
        Ok(VerifiedToken { token, token_type, subject: claims.sub, scope: claims.scope })
    }

    /// What the tenant signed, with its newest keys if need be.
    async fn signed(
        &self,
        token: &Secret,
    ) -> Result<Result<AccessTokenClaims, JwtError>, ApiError> {
        let keys = self.keys.current().await.map_err(ApiError::TenantUnreachable)?;
        match verified_by(&keys, token) {
            Err(JwtError::UnknownKey) => {
                let newer = self.keys.newer_than(Some(&keys)).await;
                let keys = newer.map_err(ApiError::TenantUnreachable)?;
                Ok(verified_by(&keys, token))
            }
            outcome => Ok(outcome),
        }
    }
}

/// Tokens of both dialects, signed as this API has it at the tenant.
const ACCEPTED: Accepted<'_> =
    Accepted { algorithms: &[Algorithm::RS256], types: ACCESS_TOKEN_TYPES };

fn verified_by(keys: &Jwks, token: &Secret) -> Result<AccessTokenClaims, JwtError> {
    jwt::verify(token.expose(), &ACCEPTED, |header| {
        keys.find(header.kid.as_deref()?).cloned().map(VerifyingKey::Rsa)
    })
}

/// Why an access token is refused; its text is the `error_description`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidToken {
    #[error(transparent)]
    Unverified(#[from] JwtError),
    #[error(transparent)]
    Claim(#[from] ClaimError),
    #[error(transparent)]
    NotTaken(#[from] TokenNotTaken),
}

impl InvalidToken {
    /// The `error` of the challenge.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Unverified(_) | Self::Claim(_) => "invalid_token",
            Self::NotTaken(error) => error.code(),
        }
    }
}
