//! `/api/v2/connections/{id}/clients` and `/api/v2/clients/{id}/connections`: whose people can log in with what.

use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::routing;
use serde::Deserialize;
use serde_json::json;
use wire::ids::ClientId;

use super::{COLLECTION, READ, UPDATE, show_all};
use crate::management::error::ManagementError;
use crate::management::operation::Operation;
use crate::management::page::{self, Collection, Listing, PageQuery};
use crate::management::payload::{self, BodyList, Kind, Property, property};
use crate::store::connections::Connection;
use crate::tenant::State as Tenant;

const CLIENTS: Collection = Collection::new("clients", "client_id");

/// Clients that one request switches.
const AT_MOST: usize = 50;

const SWITCH: &[Property] = &[
    property("client_id", Kind::Name, "The client_id of the client to be the subject"),
    property("status", Kind::Flag, "Whether the connection is enabled or not for this client_id"),
];

const REQUIRED: &[&str] = &["client_id", "status"];

pub(super) fn operations() -> Vec<Operation> {
    let clients = "/connections/{id}/clients";
    vec![
        Operation::new(Method::GET, clients, READ, routing::get(list)).query(page::CHECKPOINT),
        Operation::new(Method::PATCH, clients, UPDATE, routing::patch(patch))
            .body_list(SWITCH, REQUIRED)
            .answers(StatusCode::NO_CONTENT),
        Operation::new(
            Method::GET,
            "/clients/{id}/connections",
            READ,
            routing::get(connections_of_client),
        )
        .query(page::CHECKPOINT),
    ]
}

/// `GET /api/v2/connections/{id}/clients` (MG-7/5).
async fn list(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
    page: PageQuery,
) -> Result<Listing, ManagementError> {
    let connection = tenant.connections.find_by_id(&id).await;
    let connection = connection.ok_or(ManagementError::UnknownConnection)?;
    let clients = connection.enabled_clients.iter();
    let clients = clients.map(|client_id| json!({ "client_id": client_id })).collect();
    page.answer_from_checkpoint(&CLIENTS, clients)
}

/// A client and whether its people can log in with the connection.
#[derive(Deserialize)]
struct Switch {
    client_id: ClientId,
    status: bool,
}

/// `PATCH /api/v2/connections/{id}/clients`: clients that are not named stay as they are (MG-7/6).
async fn patch(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
    BodyList(given): BodyList,
) -> Result<StatusCode, ManagementError> {
    payload::check_list(&given, SWITCH, REQUIRED, AT_MOST)?;
    let mut switches = Vec::new();
    for object in given {
        let switch: Switch = payload::typed(object)?;
        if switch.status && tenant.clients.find(&switch.client_id).await.is_none() {
            return Err(ManagementError::UnknownClient);
        }
        switches.push(switch);
    }
    let change = |connection: &Connection| -> Result<Connection, ManagementError> {
        let mut enabled = connection.enabled_clients.clone();
        for Switch { client_id, status } in switches {
            enabled.retain(|own| *own != client_id);
            if status {
                enabled.push(client_id);
            }
        }
        Ok(Connection { enabled_clients: enabled, ..connection.clone() })
    };
    let changed = tenant.connections.update(&id, change).await;
    changed.ok_or(ManagementError::UnknownConnection)??;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/v2/clients/{id}/connections` (MG-7/7).
async fn connections_of_client(
    State(tenant): State<Tenant>,
    Path(id): Path<ClientId>,
    page: PageQuery,
) -> Result<Listing, ManagementError> {
    tenant.clients.find(&id).await.ok_or(ManagementError::UnknownClient)?;
    let connections = tenant.connections.enabled_for(&id).await;
    page.answer_from_checkpoint(&COLLECTION, show_all(&connections)?)
}
