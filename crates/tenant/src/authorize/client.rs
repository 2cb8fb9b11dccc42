//! Who asks, and where the answer goes: until both are known and belong together, nothing is sent anywhere
//! (RFC 6749 §4.1.2.1, SC-1/4).

use url::Url;
use wire::ids::ClientId;
use wire::parameters::Parameters;

use super::error::PageError;
use super::response_mode::{ResponseMode, ReturnAddress};
use crate::access;
use crate::redirect_uri;
use crate::store::clients::{AppType, Client, Clients};
use crate::tenant::State as Tenant;

/// The client that the request names.
pub(super) async fn find(parameters: &Parameters, clients: &Clients) -> Result<Client, PageError> {
    let client_id: ClientId = parameters.parse("client_id").ok_or(PageError::MissingClientId)?;
    clients.find(&client_id).await.ok_or(PageError::UnknownClient(client_id))
}

/// An address of the client's own: the one that the request names, or the first one.
pub(super) async fn return_address(
    tenant: &Tenant,
    parameters: &Parameters,
    client: &Client,
) -> Result<ReturnAddress, PageError> {
    let landing = landing_callbacks(tenant, parameters, client).await;
    let sent = parameters.get("redirect_uri");
    let redirect_uri = match sent {
        Some(uri) if client.allows_callback(uri) => uri,
        Some(uri) if redirect_uri::is_allowed(&landing, uri) => uri,
        Some(uri) => {
            return Err(PageError::CallbackMismatch {
                asked: uri.to_owned(),
                allowed: client.callbacks.iter().chain(&landing).cloned().collect(),
                client: Box::new(client.clone()),
            });
        }
        None => redirect_uri::first_address(&landing)
            .or_else(|| redirect_uri::first_address(&client.callbacks))
            .ok_or(PageError::NoCallback)?,
    };
    let url = Url::parse(redirect_uri).map_err(|_| PageError::NoCallback)?;
    let origin = url.origin();
    let web_origin = origin.is_tuple().then(|| origin.ascii_serialization());
    Ok(ReturnAddress {
        web_origin: web_origin.filter(|origin| client.allows_web_origin(origin)),
        redirect_uri: redirect_uri.to_owned(),
        url,
        was_sent: sent.is_some(),
        state: parameters.parse("state"),
        mode: ResponseMode::effective(parameters),
    })
}

/// Where a login for an API may land instead of at the app: the callbacks of the API's own client, if it has some
/// (TV-6/1 to TV-6/3). The code is the app's all the same, and of no use to the API (TV-6/4).
async fn landing_callbacks(
    tenant: &Tenant,
    parameters: &Parameters,
    client: &Client,
) -> Vec<String> {
    if !client.is_first_party || client.app_type != Some(AppType::Spa) {
        return Vec::new();
    }
    // An audience that cannot be read is refused later, when there is an address to tell that to.
    let Ok(Some(audience)) = access::audience(tenant, parameters) else {
        return Vec::new();
    };
    tenant.clients.linked_to(&audience).await.map(|api| api.callbacks).unwrap_or_default()
}
