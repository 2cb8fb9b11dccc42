//! The connections that people can log in with: those of the client, of the organization, or the one that is asked for.

use wire::ids::{ClientId, ConnectionName};

use crate::authorize::AcceptedRequest;
use crate::store::connections::{Connection, DATABASE};
use crate::store::organizations::Organization;
use crate::tenant::State as Tenant;

/// All connections that the client's people can log in with, those of the organization alone where there is one.
pub(crate) async fn enabled(
    tenant: &Tenant,
    client_id: &ClientId,
    organization: Option<&Organization>,
) -> Vec<Connection> {
    let mut connections = tenant.connections.for_login_with(client_id).await;
    connections.retain(|connection| {
        organization.is_none_or(|organization| organization.connection(&connection.name).is_some())
    });
    connections
}

/// What the request leaves of them.
async fn of_request(tenant: &Tenant, request: &AcceptedRequest) -> Vec<Connection> {
    let organization = request.organization.as_ref();
    let mut connections = enabled(tenant, &request.client.client_id, organization).await;
    if let Some(only) = &request.connection {
        connections.retain(|connection| connection.name == only.name);
    }
    connections
}

/// Those with passwords of our own.
pub(crate) async fn with_passwords(tenant: &Tenant, request: &AcceptedRequest) -> Vec<Connection> {
    let mut connections = of_request(tenant, request).await;
    connections.retain(|connection| connection.strategy == DATABASE);
    connections
}

/// Those that lead to a provider and have a button.
pub(super) async fn with_buttons(tenant: &Tenant, request: &AcceptedRequest) -> Vec<Connection> {
    let mut connections = of_request(tenant, request).await;
    connections.retain(|connection| {
        let of_organization =
            request.organization.as_ref().and_then(|own| own.connection(&connection.name));
        connection.strategy != DATABASE && of_organization.is_none_or(|own| own.show_as_button)
    });
    connections
}

/// The connection of that name, if it leads to a provider and the request leaves it.
pub(crate) async fn social(
    tenant: &Tenant,
    request: &AcceptedRequest,
    name: &ConnectionName,
) -> Option<Connection> {
    let connections = of_request(tenant, request).await;
    connections
        .into_iter()
        .find(|connection| connection.name == *name && connection.strategy != DATABASE)
}
