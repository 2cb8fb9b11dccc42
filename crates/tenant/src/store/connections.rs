//! Where people come from (management-api.md §7).

mod options;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::Mutex;
use wire::ids::{ClientId, ConnectionName, UserId};

pub(crate) use self::options::ConnectionOptions;
use crate::access::OFFLINE_ACCESS;

/// Strategy of the connection with passwords of our own.
pub(crate) const DATABASE: &str = "auth0";

/// Strategy of the connection to Google.
pub(crate) const GOOGLE: &str = "google-oauth2";

/// Strategy of connections to any other OAuth server.
pub(crate) const CUSTOM: &str = "oauth2";

/// A connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Connection {
    pub(crate) id: String,
    pub(crate) name: ConnectionName,
    pub(crate) strategy: String,
    /// What the login page calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) display_name: Option<String>,
    #[serde(default)]
    pub(crate) options: ConnectionOptions,
    /// The names by which clients can ask for it; kept and shown, since none of our flows asks for a realm.
    #[serde(default)]
    pub(crate) realms: Vec<String>,
    /// Both of these are about enterprise connections, of which we have none: kept and shown.
    #[serde(default)]
    pub(crate) is_domain_connection: bool,
    #[serde(default)]
    pub(crate) show_as_button: bool,
    #[serde(default)]
    pub(crate) enabled_clients: Vec<ClientId>,
    #[serde(default)]
    pub(crate) authentication: AuthenticationSwitch,
    #[serde(default)]
    pub(crate) connected_accounts: ConnectedAccountsSwitch,
    /// What the tenant's owner has noted.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) metadata: Map<String, Value>,
}

/// Whether people can log in with the connection; one that is for connected accounts alone is on no login page.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct AuthenticationSwitch {
    pub(crate) active: bool,
}

impl Default for AuthenticationSwitch {
    fn default() -> Self {
        Self { active: true }
    }
}

/// Whether accounts of the connection can be kept in the vault.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct ConnectedAccountsSwitch {
    pub(crate) active: bool,
}

impl Connection {
    pub(crate) fn is_enabled_for(&self, client_id: &ClientId) -> bool {
        self.enabled_clients.contains(client_id)
    }

    /// The identifier here of a person of its provider: custom connections share a strategy, so their name stands in it.
    pub(crate) fn user_id(&self, sub: &str) -> UserId {
        let Self { strategy, name, .. } = self;
        if strategy == CUSTOM {
            format!("{strategy}|{name}|{sub}").into()
        } else {
            format!("{strategy}|{sub}").into()
        }
    }

    /// Whether an account of it is connected for the time when the person is away, by the option or by the scope of
    /// that name (CA-2.1/6).
    pub(crate) fn wants_offline_access(&self) -> bool {
        let ConnectionOptions { offline_access, scope, .. } = &self.options;
        *offline_access || scope.iter().any(|scope| scope == OFFLINE_ACCESS)
    }
}

/// All connections of the tenant.
#[derive(Clone, Default)]
pub(crate) struct Connections(Arc<Mutex<Vec<Connection>>>);

/// Another connection has that name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NameTaken;

impl Connections {
    pub(crate) async fn find(&self, name: &ConnectionName) -> Option<Connection> {
        self.0.lock().await.iter().find(|connection| connection.name == *name).cloned()
    }

    /// The connections that are enabled for the client, to log in or to connect accounts.
    pub(crate) async fn enabled_for(&self, client_id: &ClientId) -> Vec<Connection> {
        let connections = self.0.lock().await;
        connections.iter().filter(|own| own.is_enabled_for(client_id)).cloned().collect()
    }

    /// Those whose people may log in with the client.
    pub(crate) async fn for_login_with(&self, client_id: &ClientId) -> Vec<Connection> {
        let mut connections = self.enabled_for(client_id).await;
        connections.retain(|connection| connection.authentication.active);
        connections
    }

    /// All of them, in the order of their creation.
    pub(crate) async fn all(&self) -> Vec<Connection> {
        self.0.lock().await.clone()
    }

    pub(crate) async fn find_by_id(&self, id: &str) -> Option<Connection> {
        self.0.lock().await.iter().find(|connection| connection.id == id).cloned()
    }

    /// Puts another state in the place of a connection, in one step; `None` if there is no such connection. Its name
    /// stays: it is what others refer to.
    pub(crate) async fn update<E>(
        &self,
        id: &str,
        change: impl FnOnce(&Connection) -> Result<Connection, E>,
    ) -> Option<Result<Connection, E>> {
        let mut connections = self.0.lock().await;
        let connection = connections.iter_mut().find(|connection| connection.id == id)?;
        Some(change(connection).inspect(|changed| connection.clone_from(changed)))
    }

    /// Takes a connection out and hands it out one last time.
    pub(crate) async fn remove(&self, id: &str) -> Option<Connection> {
        let mut connections = self.0.lock().await;
        let index = connections.iter().position(|connection| connection.id == id)?;
        Some(connections.remove(index))
    }

    pub(crate) async fn insert(&self, connection: Connection) -> Result<(), NameTaken> {
        let mut connections = self.0.lock().await;
        if connections.iter().any(|other| other.name == connection.name) {
            return Err(NameTaken);
        }
        connections.push(connection);
        Ok(())
    }

    /// Takes a client that is no more off every list.
    pub(crate) async fn disable_for(&self, client_id: &ClientId) {
        for connection in self.0.lock().await.iter_mut() {
            connection.enabled_clients.retain(|enabled| enabled != client_id);
        }
    }
}
