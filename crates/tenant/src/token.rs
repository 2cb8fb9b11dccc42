//! `POST /oauth/token`: authenticates the client and hands over to its grant (token.md).

mod authorization_code;
mod client_credentials;
pub(crate) mod error;
mod token_vault;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use service::reply::NoStore;
use wire::claims::Confirmation;
use wire::parameters::Parameters;
use wire::timestamp::Timestamp;
use wire::token::TokenResponse;
use wire::token_exchange::{
    FEDERATED_CONNECTION_ACCESS_TOKEN, TOKEN_EXCHANGE_GRANT, TOKEN_VAULT_GRANT,
};

use self::error::{Refused, TokenError};
use crate::caller::Caller;
use crate::client_request;
use crate::store::clients::Client;
use crate::tenant::State as Tenant;

/// What every grant works on: a client that is who it says, and its request.
pub(crate) struct GrantRequest<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) client: &'a Client,
    pub(crate) parameters: &'a Parameters,
    /// The key that the request proved to hold, to which its tokens are to be bound.
    pub(crate) cnf: Option<Confirmation>,
    pub(crate) now: Timestamp,
}

/// `POST /oauth/token`.
pub(crate) async fn post(
    State(tenant): State<Tenant>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refused> {
    let uses_basic = client_request::uses_basic(&headers);
    answer(&tenant, caller, &headers, &body)
        .await
        .map(|response| NoStore(Json(response)).into_response())
        .map_err(|error| Refused { error, uses_basic })
}

async fn answer(
    tenant: &Tenant,
    caller: Caller,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<TokenResponse, TokenError> {
    let now = tenant.clock.now();
    let parameters = client_request::parameters(headers, body)?;
    let grant_type = parameters.get("grant_type").ok_or(TokenError::Missing("grant_type"))?;
    let client = client_request::authenticate(tenant, caller, headers, &parameters).await?;

    let request = GrantRequest { tenant, client: &client, parameters: &parameters, cnf: None, now };
    let allowed = || {
        let not_allowed = TokenError::GrantNotAllowed(grant_type.to_owned());
        client.allows_grant(grant_type).then_some(()).ok_or(not_allowed)
    };
    match grant_type {
        "authorization_code" => {
            allowed()?;
            authorization_code::redeem(&request).await
        }
        "client_credentials" => {
            allowed()?;
            client_credentials::issue(&request).await
        }
        TOKEN_VAULT_GRANT => {
            allowed()?;
            token_vault::exchange(&request).await
        }
        TOKEN_EXCHANGE_GRANT
            if parameters.get("requested_token_type")
                == Some(FEDERATED_CONNECTION_ACCESS_TOKEN) =>
        {
            Err(TokenError::GenericExchangeForVault)
        }
        _ => Err(TokenError::UnsupportedGrantType(grant_type.to_owned())),
    }
}
