//! `POST /oauth/token`: authenticates the client and hands over to its grant (token.md).

mod authorization_code;
mod client_credentials;
mod client_request;
mod error;
mod token_vault;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use service::reply::NoStore;
use wire::token::TokenResponse;
use wire::token_exchange::{
    FEDERATED_CONNECTION_ACCESS_TOKEN, TOKEN_EXCHANGE_GRANT, TOKEN_VAULT_GRANT,
};

use self::client_request::ClientRequest;
use self::error::{Refused, TokenError};
use crate::tenant::State as Tenant;

/// `POST /oauth/token`.
pub(crate) async fn post(
    State(tenant): State<Tenant>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refused> {
    let uses_basic = client_request::uses_basic(&headers);
    answer(&tenant, &headers, &body)
        .await
        .map(|response| NoStore(Json(response)).into_response())
        .map_err(|error| Refused { error, uses_basic })
}

async fn answer(
    tenant: &Tenant,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<TokenResponse, TokenError> {
    let ClientRequest { client, grant_type, parameters } =
        client_request::read(headers, body, &tenant.clients).await?;
    let allowed = || {
        let not_allowed = TokenError::GrantNotAllowed(grant_type.clone());
        client.allows_grant(&grant_type).then_some(()).ok_or(not_allowed)
    };
    match grant_type.as_str() {
        "authorization_code" => {
            allowed()?;
            authorization_code::redeem(tenant, &client, &parameters).await
        }
        "client_credentials" => {
            allowed()?;
            client_credentials::issue(tenant, &client, &parameters).await
        }
        TOKEN_VAULT_GRANT => {
            allowed()?;
            token_vault::exchange(tenant, &client, &parameters).await
        }
        TOKEN_EXCHANGE_GRANT
            if parameters.get("requested_token_type")
                == Some(FEDERATED_CONNECTION_ACCESS_TOKEN) =>
        {
            Err(TokenError::GenericExchangeForVault)
        }
        _ => Err(TokenError::UnsupportedGrantType(grant_type)),
    }
}
