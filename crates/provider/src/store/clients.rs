//! Applications that were registered with the provider.

use std::sync::Arc;

use tokio::sync::RwLock;
use url::Origin;
use wire::ids::ClientId;
use wire::secret::Secret;

use crate::config::RedirectUri;

/// The client of the tenant.
const TENANT: &str = "strongroom-tenant";
const TENANT_SECRET: &str = "strongroom-tenant-secret";

/// An application.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: ClientId,
    /// As people see it.
    pub(crate) name: String,
    pub(crate) secret: Secret,
    pub(crate) redirect_uris: Vec<RedirectUri>,
}

impl Client {
    /// The registered redirect URI that is this very text (RFC 9700 §2.1, SC-7/1).
    pub(crate) fn redirect_uri(&self, text: &str) -> Option<&RedirectUri> {
        self.redirect_uris.iter().find(|registered| registered.as_str() == text)
    }
}

/// The collection.
#[derive(Clone)]
pub(crate) struct Clients(Arc<RwLock<Vec<Client>>>);

impl Clients {
    /// The one client that there is.
    pub(crate) fn with_tenant(redirect_uris: Vec<RedirectUri>) -> Self {
        let tenant = Client {
            id: TENANT.into(),
            name: "Strongroom".to_owned(),
            secret: TENANT_SECRET.into(),
            redirect_uris,
        };
        Self(Arc::new(RwLock::new(vec![tenant])))
    }

    pub(crate) async fn find(&self, id: &ClientId) -> Option<Client> {
        self.0.read().await.iter().find(|client| client.id == *id).cloned()
    }

    /// Registers a further redirect URI of the tenant's client.
    pub(crate) async fn allow_redirect_uri(&self, redirect_uri: RedirectUri) {
        let mut clients = self.0.write().await;
        for client in clients.iter_mut().filter(|client| client.id.as_str() == TENANT) {
            client.redirect_uris.push(redirect_uri.clone());
        }
    }

    /// Where applications are.
    pub(crate) async fn origins(&self) -> Vec<Origin> {
        let clients = self.0.read().await;
        let redirect_uris = clients.iter().flat_map(|client| &client.redirect_uris);
        redirect_uris.map(|redirect_uri| redirect_uri.url().origin()).collect()
    }

    /// The client of the tenant.
    pub(crate) async fn tenant(&self) -> Option<Client> {
        self.find(&TENANT.into()).await
    }
}
