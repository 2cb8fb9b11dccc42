//! Connections (management-api.md §7).

use service::random;

use super::error::ManagementError;
use super::payload::{self, Kind, Object, Property, property};
use crate::store::connections::Connection;
use crate::tenant::State as Tenant;

const OPTIONS: &[Property] = &[
    property("client_id", Kind::Text, "The tenant's client ID at the provider"),
    property("client_secret", Kind::Text, "The tenant's client secret at the provider"),
    property("scope", Kind::Texts, "Scopes that are asked for at the provider"),
    property("offline_access", Kind::Flag, "Whether a refresh token is asked for"),
    property("disable_signup", Kind::Flag, "Whether people cannot sign up"),
];

const CONNECTED_ACCOUNTS: &[Property] =
    &[property("active", Kind::Flag, "Whether accounts can be connected for Token Vault")];

/// What a connection can be created with.
pub(crate) const PROPERTIES: &[Property] = &[
    property("name", Kind::Name, "The name of the connection"),
    property(
        "strategy",
        Kind::Word(&["auth0", "google-oauth2"]),
        "The identity provider identifier for the connection",
    ),
    property("options", Kind::Object(OPTIONS), "The connection's options"),
    property("enabled_clients", Kind::Texts, "The clients for which the connection is enabled"),
    property(
        "connected_accounts",
        Kind::Object(CONNECTED_ACCOUNTS),
        "Configure the purpose of a connection to be used for connected accounts and Token Vault",
    ),
];

/// Creates a connection.
pub(crate) async fn create(tenant: &Tenant, given: Object) -> Result<Connection, ManagementError> {
    payload::check(&given, PROPERTIES, &["name", "strategy"])?;
    let mut object = given;
    object.insert("id".to_owned(), format!("con_{}", random::identifier(16)).into());
    let connection: Connection = payload::typed(object)?;
    let taken = |_| ManagementError::ConnectionExists;
    tenant.connections.insert(connection.clone()).await.map_err(taken)?;
    Ok(connection)
}
