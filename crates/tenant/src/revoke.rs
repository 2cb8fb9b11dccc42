//! `POST /oauth/revoke`: a client is done with a refresh token (token.md §7;
//! [RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use service::reply::NoStore;

use crate::caller::Caller;
use crate::client_request;
use crate::tenant::State as Tenant;
use crate::token::error::{Refused, TokenError};

/// `POST /oauth/revoke`, answered without a body. It succeeds for everything that is no token any more, or never was a
/// refresh token: access tokens for APIs cannot be revoked (TK-7/4, TK-7/8).
pub(crate) async fn post(
    State(tenant): State<Tenant>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<impl IntoResponse, Refused> {
    let uses_basic = client_request::uses_basic(&headers);
    revoke(&tenant, caller, &headers, &body)
        .await
        .map(|()| NoStore(StatusCode::OK))
        .map_err(|error| Refused { error, uses_basic })
}

/// Ends the token with those that it replaced, or all that the person has with the client for that API where the tenant
/// says so (TK-7/9). `token_type_hint` means nothing: there is one kind.
async fn revoke(
    tenant: &Tenant,
    caller: Caller,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), TokenError> {
    let parameters = client_request::parameters(headers, body)?;
    let client = client_request::authenticate(tenant, caller, headers, &parameters).await?;
    let token = parameters.get("token").ok_or(TokenError::Missing("token"))?;
    let found = tenant.refresh_tokens.find(token, &client, tenant.clock.now()).await;
    let Some(found) = found else {
        return Ok(());
    };
    if found.authorization.client_id != client.client_id {
        return Err(TokenError::TokenOfAnotherClient);
    }
    if tenant.settings().flags.revoke_refresh_token_grant {
        tenant.refresh_tokens.revoke_grant(&found.authorization).await;
        tenant.consents.remove(&found.authorization.parties()).await;
    } else {
        tenant.refresh_tokens.revoke(token).await;
    }
    Ok(())
}
