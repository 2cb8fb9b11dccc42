//! The client and its request in one ([RFC 6749 §2.3](https://www.rfc-editor.org/rfc/rfc6749#section-2.3)).

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use service::secret;
use wire::basic::credentials_in;
use wire::ids::ClientId;
use wire::parameters::Parameters;
use wire::secret::Secret;

use super::error::TokenError;
use crate::router::App;
use crate::store::clients::Client;

/// A request whose client has proved who it is.
pub(crate) struct ClientRequest {
    pub(crate) client: Client,
    pub(crate) parameters: Parameters,
}

impl FromRequest<App> for ClientRequest {
    type Rejection = TokenError;

    async fn from_request(request: Request, app: &App) -> Result<Self, TokenError> {
        let headers = request.headers().clone();
        let is_form =
            headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| {
                let essence = value.split(';').next().unwrap_or_default().trim();
                essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
            });
        if !is_form {
            return Err(TokenError::NotAForm);
        }
        let body = Bytes::from_request(request, app).await?;
        let parameters = Parameters::from_form(&body)?;
        let (client_id, client_secret) = credentials(&headers, &parameters)?;

        let basic = headers.contains_key(AUTHORIZATION);
        let client =
            app.clients.find(&client_id).await.ok_or(TokenError::UnknownClient { basic })?;
        if !secret::equal(client.secret.expose(), client_secret.expose()) {
            return Err(TokenError::ClientSecret { basic });
        }
        Ok(Self { client, parameters })
    }
}

impl From<BytesRejection> for TokenError {
    fn from(rejection: BytesRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Self::TooLarge
        } else {
            Self::NotAForm
        }
    }
}

/// From the header or from the body, never from both (SC-1/2).
fn credentials(
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<(ClientId, Secret), TokenError> {
    let named: Option<ClientId> = parameters.parse("client_id");
    let secret: Option<Secret> = parameters.parse("client_secret");
    let Some(header) = headers.get(AUTHORIZATION) else {
        let client_id = named.ok_or(TokenError::NoClient)?;
        return Ok((client_id, secret.ok_or(TokenError::Missing("client_secret"))?));
    };
    let pair =
        header.to_str().ok().and_then(credentials_in).ok_or(TokenError::AuthorizationHeader)?;
    if secret.is_some() || named.is_some_and(|named| named != pair.0) {
        return Err(TokenError::TwoClients);
    }
    Ok(pair)
}
