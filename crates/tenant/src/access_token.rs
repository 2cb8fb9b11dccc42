//! Access tokens: issued here, and verified here when they come back (discovery-and-tokens.md §3).

use serde::Serialize;
use service::jwt::{self, ACCESS_TOKEN_TYPES, Accepted, Algorithm, JwtError, VerifyingKey};
use wire::claims::{AccessTokenClaims, Actor, ClaimError, Confirmation, OneOrMany};
use wire::ids::{ClientId, UserId};
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use crate::issuer::Issuer;
use crate::keys::{KeyError, SigningKeys};
use crate::store::resource_servers::ResourceServer;

/// What is taken for an access token of ours.
const ACCEPTED: Accepted<'_> =
    Accepted { algorithms: &[Algorithm::RS256], types: ACCESS_TOKEN_TYPES };

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
    pub(crate) scope: ScopeSet,
    /// Seconds.
    pub(crate) lifetime: u64,
    /// The grant type, where Auth0 writes it (DT-3/9).
    pub(crate) gty: Option<&'static str>,
    /// Who acts for the subject (DT-3/12).
    pub(crate) act: Option<Actor>,
    /// The key that the token is bound to (DT-3/13).
    pub(crate) cnf: Option<Confirmation>,
}

impl AccessTokens {
    pub(crate) const fn new(issuer: Issuer, keys: SigningKeys) -> Self {
        Self { issuer, keys }
    }

    /// A token for `api`, in Auth0's dialect. With `openid` it is good for `/userinfo` too, and `aud` is a list (DT-3/3).
    pub(crate) fn issue(
        &self,
        api: &ResourceServer,
        grant: Grant,
        now: Timestamp,
    ) -> Result<Secret, KeyError> {
        let aud = if grant.scope.contains("openid") {
            OneOrMany::Many(vec![api.identifier.to_string(), self.issuer.userinfo()])
        } else {
            OneOrMany::One(api.identifier.to_string())
        };
        self.sign(&AccessTokenClaims {
            iss: self.issuer.to_string(),
            sub: grant.subject,
            aud,
            iat: now,
            exp: now.plus(grant.lifetime),
            scope: grant.scope,
            azp: Some(grant.client_id),
            client_id: None,
            jti: None,
            gty: grant.gty.map(str::to_owned),
            permissions: None,
            org_id: None,
            org_name: None,
            act: grant.act,
            cnf: grant.cnf,
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
        let claims: AccessTokenClaims = jwt::verify(token.expose(), &ACCEPTED, |header| {
            self.keys.find(header.kid.as_deref()?).map(VerifyingKey::Rsa)
        })?;
        if claims.client().is_none() {
            return Err(ClaimError::NotAnAccessToken.into());
        }
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
