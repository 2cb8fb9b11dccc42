//! Access tokens: issued here, and verified here when they come back (discovery-and-tokens.md §3).

use serde::{Deserialize, Serialize};
use service::jwt::{self, ACCESS_TOKEN_TYPES, Accepted, Algorithm, JwtError, VerifyingKey};
use service::random;
use wire::claims::{AccessTokenClaims, Actor, ClaimError, Confirmation, OneOrMany};
use wire::ids::{ClientId, UserId};
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use crate::authorization::OrganizationClaims;
use crate::custom_claims::Claims;
use crate::issuer::Issuer;
use crate::keys::{KeyError, SigningAlg, SigningKeys, SigningMethod, TokenType};
use crate::store::resource_servers::{ResourceServer, ResourceServers};

/// Issues and verifies the tenant's JSON Web Tokens.
#[derive(Clone)]
pub(crate) struct AccessTokens {
    issuer: Issuer,
    keys: SigningKeys,
    resource_servers: ResourceServers,
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
    /// The organization that the token is for (DT-3/11).
    pub(crate) organization: Option<OrganizationClaims>,
    /// Who acts for the subject (DT-3/12).
    pub(crate) act: Option<Actor>,
    /// The key that the token is bound to (DT-3/13).
    pub(crate) cnf: Option<Confirmation>,
    /// What the subject may do at the API, whatever was asked for; told where the API wants it told (DT-3/10).
    pub(crate) permissions: Vec<String>,
    /// The claims that the tenant adds (DT-3/15).
    pub(crate) custom: Claims,
}

/// All claims of an access token.
#[derive(Serialize)]
struct WithCustom {
    #[serde(flatten)]
    standard: AccessTokenClaims,
    #[serde(flatten)]
    custom: Claims,
}

impl AccessTokens {
    pub(crate) const fn new(
        issuer: Issuer,
        keys: SigningKeys,
        resource_servers: ResourceServers,
    ) -> Self {
        Self { issuer, keys, resource_servers }
    }

    /// A token for `api`, in the dialect and with the signature that it wants.
    pub(crate) async fn issue(
        &self,
        api: &ResourceServer,
        grant: Grant,
        now: Timestamp,
    ) -> Result<Secret, KeyError> {
        let dialect = api.dialect();
        let (typ, azp, client_id, jti, gty) = if dialect.is_rfc9068() {
            (
                TokenType::AccessToken,
                None,
                Some(grant.client_id),
                Some(random::identifier(24)),
                None,
            )
        } else {
            (TokenType::Jwt, Some(grant.client_id), None, None, grant.gty.map(str::to_owned))
        };
        let (org_id, org_name) = organization_claims(grant.organization);
        let standard = AccessTokenClaims {
            iss: self.issuer.to_string(),
            sub: grant.subject,
            aud: self.audience(api, &grant.scope),
            iat: now,
            exp: now.plus(grant.lifetime),
            scope: grant.scope,
            azp,
            client_id,
            jti,
            gty,
            permissions: dialect.tells_permissions().then_some(grant.permissions),
            org_id,
            org_name,
            act: grant.act,
            cnf: grant.cnf,
        };
        let claims = WithCustom { standard, custom: grant.custom };
        self.keys.sign(&api.signing_method(), typ, &claims).await
    }

    /// With `openid` a token that everybody can verify is good for `/userinfo` too, and `aud` is a list (DT-3/3).
    fn audience(&self, api: &ResourceServer, scope: &ScopeSet) -> OneOrMany {
        let own = api.identifier.to_string();
        if scope.contains("openid") && api.signing_alg == SigningAlg::Rs256 {
            OneOrMany::Many(vec![own, self.issuer.userinfo()])
        } else {
            OneOrMany::One(own)
        }
    }

    /// The claims of a token of ours that is signed and has not expired. Whom it is for is the caller's to check.
    pub(crate) async fn verify(
        &self,
        token: &Secret,
        now: Timestamp,
    ) -> Result<AccessTokenClaims, AccessTokenError> {
        let claims = self.signed(token.expose()).await?;
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

    /// The claims, signed as the API has it that the token is for: the token's header chooses nothing (RFC 8725 §3.1).
    async fn signed(&self, token: &str) -> Result<AccessTokenClaims, JwtError> {
        let api = self.unverified_api(token).await?;
        let types = ACCESS_TOKEN_TYPES;
        match api.map(|api| api.signing_method()) {
            // Who knows the secret could write any token, but only for an API that shares it: see `unverified_api`.
            Some(SigningMethod::Shared(secret)) => {
                let algorithms = &[Algorithm::HS256];
                jwt::verify(token, &Accepted { algorithms, types }, |_| {
                    Some(VerifyingKey::Shared(secret))
                })
            }
            method => {
                let alg = match method {
                    Some(SigningMethod::Rsa(alg)) => alg,
                    _ => SigningAlg::Rs256,
                };
                let algorithms = &[alg.algorithm()];
                jwt::verify(token, &Accepted { algorithms, types }, |header| {
                    self.keys.find(header.kid.as_deref()?).map(VerifyingKey::Rsa)
                })
            }
        }
    }

    /// The API that a token claims to be for. One that names several is never taken for one of an API with a secret of
    /// its own: that API could have written it for the others.
    async fn unverified_api(&self, token: &str) -> Result<Option<ResourceServer>, JwtError> {
        #[derive(Deserialize)]
        struct Unverified {
            aud: OneOrMany,
        }
        let Unverified { aud } = jwt::unverified_claims(token)?;
        for audience in aud.iter() {
            let api = self.resource_servers.find(&audience.into()).await;
            let is_alone = matches!(aud, OneOrMany::One(_));
            if let Some(api) = api.filter(|api| is_alone || api.signing_secret.is_none()) {
                return Ok(Some(api));
            }
        }
        Ok(None)
    }
}

fn organization_claims(claims: Option<OrganizationClaims>) -> (Option<String>, Option<String>) {
    claims.map_or((None, None), |claims| (Some(claims.org_id), claims.org_name))
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AccessTokenError {
    #[error(transparent)]
    Jwt(#[from] JwtError),
    #[error(transparent)]
    Claim(#[from] ClaimError),
}
