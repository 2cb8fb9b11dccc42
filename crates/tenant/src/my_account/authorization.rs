//! The token of a request to the My Account API (CA-1/6): whose account it is about, and which client asks.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use wire::claims::AccessTokenClaims;
use wire::ids::UserId;
use wire::my_account;
use wire::token::PresentedToken;

use super::PATH;
use super::error::{InvalidToken, MyAccountError};
use crate::dpop::ApiRequest;
use crate::store::clients::Client;
use crate::tenant::State as Tenant;

/// What a token allows.
pub(super) trait Permission {
    const SCOPE: &'static str;
}

/// To connect accounts.
pub(super) struct Create;

/// To list accounts and connections.
pub(super) struct Read;

/// To remove accounts.
pub(super) struct Delete;

impl Permission for Create {
    const SCOPE: &'static str = my_account::CREATE;
}

impl Permission for Read {
    const SCOPE: &'static str = my_account::READ;
}

impl Permission for Delete {
    const SCOPE: &'static str = my_account::DELETE;
}

/// A person, and the client that may do this in their name.
pub(super) struct Authorized<P> {
    pub(super) user_id: UserId,
    pub(super) client: Client,
    permission: PhantomData<P>,
}

impl<P: Permission> FromRequestParts<Tenant> for Authorized<P> {
    type Rejection = MyAccountError;

    async fn from_request_parts(
        parts: &mut Parts,
        tenant: &Tenant,
    ) -> Result<Self, Self::Rejection> {
        let header = parts.headers.get(header::AUTHORIZATION);
        let presented = header.and_then(|value| PresentedToken::in_header(value.to_str().ok()?));
        let presented = presented.ok_or(MyAccountError::MissingToken)?;
        let (claims, client) = verified(tenant, &presented, parts).await.map_err(|cause| {
            MyAccountError::InvalidToken { cause, token_type: presented.token_type }
        })?;
        if !claims.scope.contains(P::SCOPE) {
            let token_type = presented.token_type;
            return Err(MyAccountError::InsufficientScope { needed: P::SCOPE, token_type });
        }
        Ok(Self { user_id: claims.sub, client, permission: PhantomData })
    }
}

/// The claims of a token that is good here, in the hands of who sent it, and the client that it was issued to. A person
/// who is no more, or is blocked, has no account to look after.
async fn verified(
    tenant: &Tenant,
    presented: &PresentedToken,
    parts: &Parts,
) -> Result<(AccessTokenClaims, Client), InvalidToken> {
    let now = tenant.clock.now();
    let claims = tenant.access_tokens.verify(&presented.token, now).await?;
    if !claims.aud.contains(tenant.issuer.my_account().as_str()) {
        return Err(InvalidToken::Audience);
    }
    let bound_to = claims.cnf.as_ref().map(|cnf| &cnf.jkt);
    // The router has taken its own part of the path away.
    let path = &format!("{}{}", PATH.trim_start_matches('/'), parts.uri.path());
    let Parts { method, headers, .. } = parts;
    let request = ApiRequest { method, headers, path, needs_nonce: true };
    tenant.proofs.take_token(presented, bound_to, &request, now).await?;
    let user = tenant.users.find(&claims.sub).await.filter(|user| !user.blocked);
    user.ok_or(InvalidToken::Person)?;
    let client = match claims.client() {
        Some(client_id) => tenant.clients.find(client_id).await,
        None => None,
    };
    Ok((claims, client.ok_or(InvalidToken::Client)?))
}
