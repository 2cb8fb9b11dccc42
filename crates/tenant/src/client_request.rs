//! Who asks, proved, and what for, at every endpoint that clients call themselves (token.md §1; RFC 6749 §2.3).

pub(crate) mod assertion;

use axum::http::{HeaderMap, header};
use wire::basic::credentials_in;
use wire::ids::ClientId;
use wire::parameters::Parameters;
use wire::secret::Secret;

use self::assertion::{AssertionError, JWT_BEARER};
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
    let Credentials { client_id, proof } = credentials(headers, parameters)?;
    let client = tenant.clients.find(&client_id).await.ok_or(TokenError::ClientAuthentication)?;
    if client.is_public() {
        // What a public client sends as a proof is ignored (token.md §1).
        return Ok(client);
    }
    match proof {
        Proof::Nothing => return Err(TokenError::ClientAuthentication),
        Proof::Secret(secret) => check_secret(tenant, caller, &client, &secret).await?,
        Proof::Assertion(assertion) if client.uses_private_key_jwt() => {
            let Tenant { issuer, used_assertions, clock, .. } = tenant;
            assertion::check(&assertion, &client, issuer, used_assertions, clock.now()).await?;
        }
        Proof::Assertion(_) => return Err(AssertionError::NoKeys.into()),
    }
    Ok(client)
}

async fn check_secret(
    tenant: &Tenant,
    caller: Caller,
    client: &Client,
    sent: &Secret,
) -> Result<(), TokenError> {
    let own = client.client_secret.as_ref().ok_or(TokenError::ClientAuthentication)?;
    let proof = async { service::secret::equal(own.expose(), sent.expose()).then_some(()) };
    let attempt = (client.client_id.as_str(), caller);
    let proved = tenant.failed_client_secrets.attempt(attempt, tenant.clock.now(), proof).await?;
    proved.ok_or(TokenError::ClientAuthentication)
}

struct Credentials {
    client_id: ClientId,
    proof: Proof,
}

enum Proof {
    Nothing,
    Secret(Secret),
    Assertion(Secret),
}

/// By HTTP Basic, by a secret in the body or by an assertion, not by two of them (TK-1/11 to TK-1/13, SC-1/2). A
/// `client_id` in the body beside Basic or an assertion is no second method, and names the same client.
fn credentials(headers: &HeaderMap, parameters: &Parameters) -> Result<Credentials, TokenError> {
    let in_body: Option<ClientId> = parameters.parse("client_id");
    let secret: Option<Secret> = parameters.parse("client_secret");
    let assertion = assertion(parameters)?;
    let methods = [uses_basic(headers), secret.is_some(), assertion.is_some()]
        .into_iter()
        .filter(|used| *used);
    if methods.count() > 1 {
        return Err(TokenError::TwoAuthenticationMethods);
    }
    let (named, proof) = if uses_basic(headers) {
        let credentials = authorization(headers).and_then(credentials_in);
        let (client_id, secret) = credentials.ok_or(TokenError::ClientAuthentication)?;
        (Some(client_id), Proof::Secret(secret))
    } else if let Some(assertion) = assertion {
        // An assertion that is signed as it says is checked against the client that is found by this.
        let named = match &in_body {
            Some(client_id) => client_id.clone(),
            None => assertion::unverified_client(&assertion)?,
        };
        (Some(named), Proof::Assertion(assertion))
    } else {
        (in_body.clone(), secret.map_or(Proof::Nothing, Proof::Secret))
    };
    let client_id = named.ok_or(TokenError::MissingClientId)?;
    if in_body.is_some_and(|in_body| in_body != client_id) {
        return Err(TokenError::ClientAuthentication);
    }
    Ok(Credentials { client_id, proof })
}

/// Both parameters of an assertion go together (RFC 7521 §4.2).
fn assertion(parameters: &Parameters) -> Result<Option<Secret>, TokenError> {
    match (parameters.get("client_assertion"), parameters.get("client_assertion_type")) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(TokenError::Missing("client_assertion")),
        (Some(assertion), Some(JWT_BEARER)) => Ok(Some(assertion.into())),
        (Some(_), _) => Err(AssertionError::Type.into()),
    }
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
