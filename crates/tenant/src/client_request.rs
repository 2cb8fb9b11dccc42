//! Who asks, proved, and what for, at every endpoint that clients call themselves (token.md §1; RFC 6749 §2.3).

use axum::http::{HeaderMap, header};
use wire::basic::credentials_in;
use wire::ids::ClientId;
use wire::parameters::Parameters;
use wire::secret::Secret;

use crate::caller::Caller;
use crate::store::clients::Client;
use crate::tenant::State as Tenant;
use crate::token::error::TokenError;

/// The parameters of a form or a JSON body (TK-1/1).
pub(crate) fn parameters(headers: &HeaderMap, body: &[u8]) -> Result<Parameters, TokenError> {
    let parameters =
        if is_json(headers) { Parameters::from_json(body) } else { Parameters::from_form(body) };
    Ok(parameters?)
}

/// The client that the request names, once it has proved to be that one; a public client has nothing to prove it by.
pub(crate) async fn authenticate(
    tenant: &Tenant,
    caller: Caller,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Client, TokenError> {
    let Credentials { client_id, secret } = credentials(headers, parameters)?;
    let client = tenant.clients.find(&client_id).await.ok_or(TokenError::ClientAuthentication)?;
    if !client.is_public() {
        // What a public client sends as a secret is ignored (token.md §1).
        let own = client.client_secret.as_ref().ok_or(TokenError::ClientAuthentication)?;
        let sent = secret.ok_or(TokenError::ClientAuthentication)?;
        let proof = async { service::secret::equal(own.expose(), sent.expose()).then_some(()) };
        let attempt = (client_id.as_str(), caller);
        let proved =
            tenant.failed_client_secrets.attempt(attempt, tenant.clock.now(), proof).await?;
        proved.ok_or(TokenError::ClientAuthentication)?;
    }
    Ok(client)
}

struct Credentials {
    client_id: ClientId,
    secret: Option<Secret>,
}

/// By HTTP Basic or in the body, not by both (TK-1/11, TK-1/12, SC-1/2). A `client_id` in the body beside Basic is no
/// second method when it names the same client.
fn credentials(headers: &HeaderMap, parameters: &Parameters) -> Result<Credentials, TokenError> {
    let in_body: Option<ClientId> = parameters.parse("client_id");
    let secret = parameters.parse("client_secret");
    if !uses_basic(headers) {
        return Ok(Credentials { client_id: in_body.ok_or(TokenError::MissingClientId)?, secret });
    }
    if secret.is_some() {
        return Err(TokenError::TwoAuthenticationMethods);
    }
    let (client_id, secret) =
        authorization(headers).and_then(credentials_in).ok_or(TokenError::ClientAuthentication)?;
    if in_body.is_some_and(|in_body| in_body != client_id) {
        return Err(TokenError::ClientAuthentication);
    }
    Ok(Credentials { client_id, secret: Some(secret) })
}

/// Whether the request authenticates by HTTP Basic: only then may a refusal carry a challenge (TK-1/21).
pub(crate) fn uses_basic(headers: &HeaderMap) -> bool {
    authorization(headers).is_some_and(|value| {
        value.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic "))
    })
}

fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()
}

fn is_json(headers: &HeaderMap) -> bool {
    has_media_type(headers, "application/json")
}

/// Whether the body says that it is a form.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    has_media_type(headers, "application/x-www-form-urlencoded")
}

fn has_media_type(headers: &HeaderMap, expected: &str) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case(expected))
}
