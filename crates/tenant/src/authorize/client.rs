//! Who asks, and where the answer goes: until both are known and belong together, nothing is sent anywhere
//! (RFC 6749 §4.1.2.1, SC-1/4).

use url::Url;
use wire::ids::ClientId;
use wire::parameters::Parameters;

use super::error::PageError;
use super::response_mode::{ResponseMode, ReturnAddress};
use crate::redirect_uri;
use crate::store::clients::{Client, Clients};

/// The client that the request names.
pub(super) async fn find(parameters: &Parameters, clients: &Clients) -> Result<Client, PageError> {
    let client_id: ClientId = parameters.parse("client_id").ok_or(PageError::MissingClientId)?;
    clients.find(&client_id).await.ok_or(PageError::UnknownClient(client_id))
}

/// An address of the client's own: the one that the request names, or the first one.
pub(super) fn return_address(
    parameters: &Parameters,
    client: &Client,
) -> Result<ReturnAddress, PageError> {
    let sent = parameters.get("redirect_uri");
    let redirect_uri = match sent {
        Some(uri) if client.allows_callback(uri) => uri,
        Some(uri) => {
            return Err(PageError::CallbackMismatch {
                asked: uri.to_owned(),
                client: Box::new(client.clone()),
            });
        }
        None => redirect_uri::first_address(&client.callbacks).ok_or(PageError::NoCallback)?,
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
