//! Tokens for a person, as an authorization allows: the end of every flow in which somebody logged in
//! (discovery-and-tokens.md §3, §4).

use wire::claims::{Actor, Confirmation};
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::timestamp::Timestamp;
use wire::token::TokenType;

use crate::access;
use crate::access_token::Grant;
use crate::authorization::Authorization;
use crate::dpop::binding::{self, ProofRequired};
use crate::id_token;
use crate::keys::{self, KeyError};
use crate::store::clients::Client;
use crate::store::opaque_tokens::{self, OpaqueToken};
use crate::store::users::User;
use crate::tenant::State as Tenant;

/// An access token, and what an answer says beside it.
pub(crate) struct AccessToken {
    pub(crate) token: Secret,
    pub(crate) token_type: TokenType,
    /// Seconds.
    pub(crate) expires_in: u64,
    /// What the token allows: no more than was granted, and than the person may do (SC-1/6).
    pub(crate) scope: ScopeSet,
}

/// How an access token comes about.
#[derive(Default)]
pub(crate) struct Manner {
    /// From the authorization endpoint, without a code: it lives for `token_lifetime_for_web` (DT-3/17).
    pub(crate) for_web: bool,
    /// The grant type, where Auth0 writes it (DT-3/9).
    pub(crate) gty: Option<&'static str>,
    /// Who acts for the person.
    pub(crate) act: Option<Actor>,
    /// The key that the client proved to hold. Whether the token is bound to it is for the API to say.
    pub(crate) cnf: Option<Confirmation>,
}

/// An access token for the API of the authorization: a JSON Web Token, or an opaque one where there is no API.
pub(crate) async fn access_token(
    tenant: &Tenant,
    client: &Client,
    authorization: &Authorization,
    manner: Manner,
    now: Timestamp,
) -> Result<AccessToken, IssueError> {
    let Manner { for_web, gty, act, cnf } = manner;
    let Authorization { client_id, user_id, audience, scope, .. } = authorization;
    let Some(audience) = audience else {
        let cnf = binding::confirmation(client, None, cnf)?;
        let token_type = TokenType::of(cnf.as_ref());
        let opaque = OpaqueToken { user_id: user_id.clone(), scope: scope.clone(), cnf };
        let expires_in = opaque_tokens::LIFETIME;
        let token = tenant.opaque_tokens.insert(opaque, expires_in, now).await;
        return Ok(AccessToken { token, token_type, expires_in, scope: scope.clone() });
    };
    let api = tenant.resource_servers.find(audience).await.ok_or(IssueError::ApiGone)?;
    let expires_in = if for_web { api.token_lifetime_for_web } else { api.token_lifetime };
    let cnf = binding::confirmation(client, Some(&api), cnf)?;
    let token_type = TokenType::of(cnf.as_ref());
    let (permissions, scope) = access::permitted(tenant, user_id, &api, scope).await;
    let user = tenant.users.find(user_id).await;
    let settings = tenant.settings();
    let custom = &settings.custom_claims.access_token;
    let grant = Grant {
        subject: user_id.clone(),
        client_id: client_id.clone(),
        scope: scope.clone(),
        lifetime: expires_in,
        gty,
        organization: authorization.organization.clone(),
        act,
        cnf,
        permissions,
        custom: user.as_ref().map(|user| custom.about(user)).unwrap_or_default(),
    };
    let token = tenant.access_tokens.issue(&api, grant, now).await?;
    Ok(AccessToken { token, token_type, expires_in, scope })
}

/// What an ID token says beside the authorization.
#[derive(Default)]
pub(crate) struct IdTokenFacts {
    /// The request's nonce; a refreshed ID token has none (SC-4/12).
    pub(crate) nonce: Option<String>,
    /// The access token that the same answer of the authorization endpoint carries (DT-4/5).
    pub(crate) access_token: Option<Secret>,
    /// The code that the same answer carries.
    pub(crate) code: Option<Secret>,
}

/// An ID token for the client.
pub(crate) async fn id_token(
    tenant: &Tenant,
    client: &Client,
    user: &User,
    authorization: &Authorization,
    facts: IdTokenFacts,
    now: Timestamp,
) -> Result<Secret, IssueError> {
    let custom = tenant.settings().custom_claims.id_token.about(user);
    let mut claims = id_token::claims(&tenant.issuer, client, user, authorization, facts, now);
    claims.custom = custom;
    Ok(tenant.keys.sign(&client.signing_method(), keys::TokenType::Jwt, &claims).await?)
}

/// A refresh token, where `offline_access` was granted. That of a public client is bound to the key that it proved to
/// hold; others prove themselves by their own means at each use (RFC 9449 §5).
pub(crate) async fn refresh_token(
    tenant: &Tenant,
    client: &Client,
    authorization: &Authorization,
    cnf: Option<&Confirmation>,
    now: Timestamp,
) -> Option<Secret> {
    if !authorization.scope.contains(access::OFFLINE_ACCESS) {
        return None;
    }
    let jkt = cnf.filter(|_| client.is_public()).map(|cnf| cnf.jkt.clone());
    Some(tenant.refresh_tokens.issue(client, authorization.clone(), jkt, now).await)
}

/// Why no token was issued.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(crate) enum IssueError {
    /// The API was deleted since.
    #[error("the API does not exist any more")]
    ApiGone,
    #[error(transparent)]
    ProofRequired(#[from] ProofRequired),
    #[error(transparent)]
    Key(#[from] KeyError),
}
