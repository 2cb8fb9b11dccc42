//! `GET /me/v1/connected-accounts/connections`: where accounts can be connected (CA-2.4/1).

use axum::Json;
use axum::extract::State;
use wire::ids::{ClientId, ConnectionName};
use wire::my_account::{AvailableConnection, AvailableConnections};

use super::authorization::{Authorized, Read};
use super::error::MyAccountError;
use super::page::ListQuery;
use crate::store::connections::{Connection, DATABASE};
use crate::tenant::State as Tenant;
use crate::upstream::strategy;

/// A page of the connections whose accounts the client's people can connect, by name.
pub(super) async fn list(
    State(tenant): State<Tenant>,
    Authorized { client, .. }: Authorized<Read>,
    query: ListQuery,
) -> Result<Json<AvailableConnections>, MyAccountError> {
    let enabled = tenant.connections.enabled_for(&client.client_id).await;
    let shown = enabled.into_iter().filter(is_active).map(|connection| {
        let scopes = strategy::own_scope(&connection).iter().map(str::to_owned).collect();
        let shown = AvailableConnection {
            name: connection.name.clone(),
            strategy: connection.strategy,
            scopes,
        };
        (connection.name.to_string(), shown)
    });
    let (connections, next) = query.page_of(shown.collect());
    Ok(Json(AvailableConnections { connections, next }))
}

/// The connection of that name, if the client's people can connect accounts of it (CA-4/7).
pub(crate) async fn available(
    tenant: &Tenant,
    client_id: &ClientId,
    name: &ConnectionName,
) -> Option<Connection> {
    let connection = tenant.connections.find(name).await?;
    (is_active(&connection) && connection.is_enabled_for(client_id)).then_some(connection)
}

fn is_active(connection: &Connection) -> bool {
    connection.connected_accounts.active && connection.strategy != DATABASE
}
