//! Access tokens: issued here, and verified here when they come back (discovery-and-tokens.md §3).

use serde::Serialize;
use service::jwt::{self, JwtError};
use wire::claims::{AccessTokenClaims, ClaimError, OneOrMany};
use wire::ids::{Audience, ClientId, UserId};
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use crate::issuer::Issuer;
use crate::keys::{KeyError, SigningKeys};

/// Issues and verifies the tenant's JSON Web Tokens.
#[derive(Clone)]
pub(crate) struct AccessTokens {
    issuer: Issuer,
    keys: SigningKeys,
}

/// What an access token is to say.
pub(crate) struct Grant {
    pub(crate) subject: UserId,
    pub(crate) client_id: ClientId,
    pub(crate) audience: Audience,
    pub(crate) scope: ScopeSet,
    /// Seconds.
    pub(crate) lifetime: u64,
    /// The grant type, where Auth0 writes it (DT-3/9).
    pub(crate) gty: Option<&'static str>,
}

impl AccessTokens {
    pub(crate) const fn new(issuer: Issuer, keys: SigningKeys) -> Self {
        Self { issuer, keys }
    }

    /// A token in Auth0's dialect. With `openid` it is good for `/userinfo` too, and `aud` is a list (DT-3/3).
    pub(crate) fn issue(&self, grant: Grant, now: Timestamp) -> Result<Secret, KeyError> {
        let aud = if grant.scope.contains("openid") {
            OneOrMany::Many(vec![grant.audience.to_string(), self.issuer.userinfo()])
        } else {
            OneOrMany::One(grant.audience.to_string())
        };
        self.sign(&AccessTokenClaims {
            iss: self.issuer.to_string(),
            sub: grant.subject,
            aud,
            iat: now,
            exp: now.plus(grant.lifetime),
            scope: grant.scope,
            azp: grant.client_id,
            gty: grant.gty.map(str::to_owned),
        })
    }

    pub(crate) fn sign(&self, claims: &impl Serialize) -> Result<Secret, KeyError> {
        self.keys.sign(claims)
    }

    /// The claims of a token of ours that is signed and has not expired. Whom it is for is the caller's to check.
    pub(crate) fn verify(
        &self,
        token: &Secret,
        now: Timestamp,
    ) -> Result<AccessTokenClaims, AccessTokenError> {
        // An ID token lacks `azp`, which every access token of ours has: it is not taken for one (SC-9/3).
        let claims: AccessTokenClaims = jwt::verify(token.expose(), |kid| self.keys.find(kid))?;
        if claims.iss != self.issuer.as_str() {
            return Err(ClaimError::Issuer.into());
        }
        if now >= claims.exp {
            return Err(ClaimError::Expired.into());
        }
        Ok(claims)
    }
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AccessTokenError {
    #[error(transparent)]
    Jwt(#[from] JwtError),
    #[error(transparent)]
    Claim(#[from] ClaimError),
}
