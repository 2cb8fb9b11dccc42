//! `POST /oauth/par`: a client pushes its authorization request ahead of the browser (RFC 9126; authorize.md §6).

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use service::dpop::ProofError;
use service::reply::NoStore;
use wire::dpop::Thumbprint;
use wire::oauth_error::{ErrorCode, OAuthError};
use wire::parameters::Parameters;
use wire::timestamp::Timestamp;

use crate::authorize;
use crate::authorize::error::AuthorizeError;
use crate::authorize::known_parameters::EXTENSION;
use crate::authorize::pushed::{Channel, REQUEST_URI};
use crate::caller::Caller;
use crate::client_request;
use crate::store::clients::Client;
use crate::store::pushed_requests::{self, PushedRequest};
use crate::tenant::State as Tenant;
use crate::token::error::{Refused, TokenError};

/// Bytes of a body; a longer one is answered with 413 (AZ-6/11).
pub(crate) const BODY_LIMIT: usize = 10 * 1024;

/// How many `ext-*` parameters a request may have (AZ-6/3).
const EXTENSIONS: usize = 10;

/// What proves the client, and is of no use to the request that it makes.
const CREDENTIALS: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

/// Where the browser may name the request.
#[derive(Serialize)]
struct Pushed {
    request_uri: String,
    /// Seconds.
    expires_in: u64,
}

/// `POST /oauth/par`.
pub(crate) async fn post(
    State(tenant): State<Tenant>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let now = tenant.clock.now();
    let mut response = match push(&tenant, caller, &headers, &body, now).await {
        Ok(pushed) => NoStore((StatusCode::CREATED, Json(pushed))).into_response(),
        Err(ParError::Token(error)) => {
            Refused { error, uses_basic: client_request::uses_basic(&headers) }.into_response()
        }
        Err(error) => NoStore(error).into_response(),
    };
    tenant.proofs.offer_nonce(&headers, response.headers_mut(), now);
    response
}

/// Everything that `/authorize` would check is checked now, so that a mistake shows where the client can read it
/// (RFC 9126 §2.1).
async fn push(
    tenant: &Tenant,
    caller: Caller,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<Pushed, ParError> {
    if !tenant.settings().pushed_authorization_requests_supported {
        return Err(ParError::NotEnabled);
    }
    if !client_request::is_form(headers) {
        return Err(ParError::NotAForm);
    }
    let sent = client_request::parameters(headers, body)?;
    let client = client_request::authenticate(tenant, caller, headers, &sent).await?;
    if client.is_public() {
        return Err(ParError::PublicClient);
    }
    if sent.get("request_uri").is_some() {
        return Err(ParError::RequestUri);
    }
    if sent.iter().filter(|(name, _)| name.starts_with(EXTENSION)).count() > EXTENSIONS {
        return Err(ParError::TooManyExtensions);
    }
    let mut parameters = sent.without(&CREDENTIALS).with("client_id", client.client_id.as_str());
    if let Some(thumbprint) = proved_key(tenant, &client, headers, &parameters, now).await? {
        parameters = parameters.with("dpop_jkt", thumbprint.as_str());
    }
    authorize::check(tenant, &parameters, Channel::Back).await?;

    let expires_in = client.par_request_expiry.unwrap_or(pushed_requests::LIFETIME);
    let pushed = PushedRequest { client_id: client.client_id, parameters };
    let key = tenant.pushed_requests.insert(pushed, expires_in, now).await;
    Ok(Pushed { request_uri: format!("{REQUEST_URI}{}", key.expose()), expires_in })
}

/// A proof that comes with the request binds the code as `dpop_jkt` would, and does not contradict it (RFC 9449 §10.1).
async fn proved_key(
    tenant: &Tenant,
    client: &Client,
    headers: &HeaderMap,
    parameters: &Parameters,
    now: Timestamp,
) -> Result<Option<Thumbprint>, TokenError> {
    let Some(proof) = tenant.proofs.of_client(client, headers, "oauth/par", now)? else {
        return Ok(None);
    };
    if parameters.get("dpop_jkt").is_some_and(|jkt| jkt != proof.thumbprint.as_str()) {
        return Err(ProofError::OtherKey.into());
    }
    tenant.proofs.take(&proof, now).await?;
    Ok(Some(proof.thumbprint))
}

/// One variant per cause; its text is the `error_description`.
#[derive(Debug, thiserror::Error)]
enum ParError {
    #[error("Pushed Authorization Requests are not enabled")]
    NotEnabled,
    #[error("The body must be application/x-www-form-urlencoded")]
    NotAForm,
    /// What the token endpoint would refuse as well.
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error("Public clients cannot push authorization requests")]
    PublicClient,
    #[error("request_uri cannot be pushed")]
    RequestUri,
    #[error("There are more than {EXTENSIONS} ext- parameters")]
    TooManyExtensions,
    /// What `/authorize` would refuse.
    #[error("{0}")]
    Authorize(OAuthError),
}

impl From<AuthorizeError> for ParError {
    fn from(error: AuthorizeError) -> Self {
        Self::Authorize(error.into())
    }
}

impl IntoResponse for ParError {
    fn into_response(self) -> Response {
        tracing::info!(error = %self, "pushed authorization request refused");
        let (status, code) = match self {
            Self::Token(error) => return Refused { error, uses_basic: false }.into_response(),
            Self::Authorize(error) => {
                return (StatusCode::BAD_REQUEST, Json(error)).into_response();
            }
            Self::NotEnabled => (StatusCode::NOT_FOUND, ErrorCode::InvalidRequest),
            Self::PublicClient => (StatusCode::FORBIDDEN, ErrorCode::UnauthorizedClient),
            Self::NotAForm | Self::RequestUri | Self::TooManyExtensions => {
                (StatusCode::BAD_REQUEST, ErrorCode::InvalidRequest)
            }
        };
        (status, Json(OAuthError::new(code, &self))).into_response()
    }
}
