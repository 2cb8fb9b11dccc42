//! Verification of access tokens ([RFC 9068 §4](https://www.rfc-editor.org/rfc/rfc9068#section-4), contract:
//! token-vault.md §2.5): signature, issuer, audience, expiry. Scopes are the matter of `authorized`.

use serde::Deserialize;
use serde::de::IgnoredAny;
use service::clock::Clock;
use service::jwt::{self, JwtError};
use url::Url;
use wire::claims::{AccessTokenClaims, ClaimError};
use wire::discovery::Jwks;
use wire::ids::{Audience, UserId};
use wire::scope::ScopeSet;
use wire::secret::Secret;

use crate::error::ApiError;
use crate::jwks::TenantKeys;

/// Tells which access tokens are good here.
pub(crate) struct AccessTokens {
    issuer: String,
    audience: Audience,
    keys: TenantKeys,
    clock: Clock,
}

/// An access token of our tenant, for this API, that has not expired. The only way to get one is to verify it.
pub(crate) struct VerifiedToken {
    /// The token itself: the `subject_token` of an exchange.
    pub(crate) token: Secret,
    /// Whose it is.
    pub(crate) subject: UserId,
    /// What it allows.
    pub(crate) scope: ScopeSet,
}

impl AccessTokens {
    pub(crate) fn new(issuer: &Url, audience: Audience, keys: TenantKeys, clock: Clock) -> Self {
        Self { issuer: issuer.as_str().to_owned(), audience, keys, clock }
    }

    /// Whether tokens can be verified: the tenant's keys are known.
    pub(crate) async fn ready(&self) -> Result<(), ApiError> {
        self.keys.current().await.map(drop).map_err(ApiError::TenantUnreachable)
    }

    /// Verifies a token.
    pub(crate) async fn verify(&self, token: Secret) -> Result<VerifiedToken, ApiError> {
        let Presented { claims, cnf } = self.signed(&token).await?;
        claims.check(&self.issuer, &self.audience, self.clock.now()).map_err(InvalidToken::from)?;
        if cnf.is_some() {
            return Err(InvalidToken::SenderConstrained.into());
        }
        Ok(VerifiedToken { token, subject: claims.sub, scope: claims.scope })
    }

    /// What the tenant signed, with its newest keys if need be.
    async fn signed(&self, token: &Secret) -> Result<Presented, ApiError> {
        let keys = self.keys.current().await.map_err(ApiError::TenantUnreachable)?;
        match verified_by(&keys, token) {
            Err(JwtError::UnknownKey) => {
                let newer = self.keys.newer_than(Some(&keys)).await;
                let keys = newer.map_err(ApiError::TenantUnreachable)?;
                verified_by(&keys, token)
            }
            outcome => outcome,
        }
        .map_err(|error| InvalidToken::from(error).into())
    }
}

fn verified_by(keys: &Jwks, token: &Secret) -> Result<Presented, JwtError> {
    jwt::verify(token.expose(), |kid| keys.find(kid).cloned())
}

/// The claims of an access token. An ID token does not even have these: it lacks `azp`, and its `aud` is a client.
#[derive(Deserialize)]
struct Presented {
    #[serde(flatten)]
    claims: AccessTokenClaims,
    /// The key that the sender must prove to hold ([RFC 7800 §3.1](https://www.rfc-editor.org/rfc/rfc7800#section-3.1)).
    #[serde(default)]
    cnf: Option<IgnoredAny>,
}

/// Why an access token is refused; its text is the `error_description`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidToken {
    #[error(transparent)]
    Unverified(#[from] JwtError),
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// Taken as a bearer token it would be good for whoever stole it, which is what binding it was to prevent
    /// ([RFC 9449 §7.2](https://www.rfc-editor.org/rfc/rfc9449#section-7.2), SC-6/4).
    #[error("The token is bound to a key and cannot be used as a bearer token")]
    SenderConstrained,
}
