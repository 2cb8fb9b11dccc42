//! `request_uri`: a request that its client pushed before (AZ-1/23, AZ-6/6; RFC 9126 §4).

use wire::ids::ClientId;
use wire::parameters::Parameters;
use wire::timestamp::Timestamp;

use super::error::{PageError, Refusal};
use crate::store::clients::Client;
use crate::tenant::State as Tenant;

/// What the address of a pushed request begins with.
pub(crate) const REQUEST_URI: &str = "urn:ietf:params:oauth:request_uri:";

/// By which way a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    /// Through the browser, which may have changed it.
    Front,
    /// From the client itself.
    Back,
}

/// The request that is meant, and how it came. Beside a `request_uri` the browser's own parameters count for nothing, but
/// the client that it names must be the one which pushed (SC-5/2, SC-5/4).
pub(super) async fn resolve(
    tenant: &Tenant,
    parameters: Parameters,
    now: Timestamp,
) -> Result<(Parameters, Channel), PageError> {
    let Some(request_uri) = parameters.get("request_uri") else {
        return Ok((parameters, Channel::Front));
    };
    let client_id: ClientId = parameters.parse("client_id").ok_or(PageError::MissingClientId)?;
    let key = request_uri.strip_prefix(REQUEST_URI).ok_or(PageError::UnknownRequestUri)?;
    let known = tenant.pushed_requests.get(key, now).await;
    if known.is_none_or(|pushed| pushed.client_id != client_id) {
        return Err(PageError::UnknownRequestUri);
    }
    // Two browsers at once: the first takes it, the second finds nothing.
    let pushed = tenant.pushed_requests.take(key, now).await;
    Ok((pushed.ok_or(PageError::UnknownRequestUri)?.parameters, Channel::Back))
}

/// AZ-3/26.
pub(super) fn check_required(
    tenant: &Tenant,
    client: &Client,
    channel: Channel,
) -> Result<(), Refusal> {
    let required = client.require_pushed_authorization_requests
        || tenant.settings().require_pushed_authorization_requests;
    if required && channel == Channel::Front {
        return Err(Refusal::PushedRequestRequired);
    }
    Ok(())
}
