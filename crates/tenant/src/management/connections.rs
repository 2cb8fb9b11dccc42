//! `/api/v2/connections` (management-api.md §7).

mod clients;
pub(crate) mod options;
mod rules;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::routing;
use serde_json::{Value, json};
use service::random;

use super::error::ManagementError;
use super::operation::Operation;
use super::page::{self, Collection, Listing, PageQuery};
use super::payload::{self, Body, Kind, Object, Property, property};
use super::query::{Parameter, Query};
use super::{moment, users};
use crate::store::connections::Connection;
use crate::tenant::State as Tenant;

const READ: &[&str] = &["read:connections"];
const CREATE: &[&str] = &["create:connections"];
const UPDATE: &[&str] = &["update:connections"];
const DELETE: &[&str] = &["delete:connections"];

const COLLECTION: Collection =
    Collection::new("connections", "id").always(&["is_domain_connection"]);

const FILTERS: &[Parameter] = &[
    Parameter::repeated("strategy", Kind::Name, 20, "Provide strategies to only retrieve such"),
    Parameter::once("name", Kind::Name, "Provide the name of the connection to retrieve"),
];

/// What a connection is not created without.
const REQUIRED: &[&str] = &["name", "strategy"];

pub(crate) fn operations() -> Vec<Operation> {
    let (all, one) = ("/connections", "/connections/{id}");
    let mut operations = vec![
        Operation::new(Method::GET, all, READ, routing::get(list))
            .query(page::PARAMETERS)
            .query(page::FIELDS)
            .query(FILTERS),
        Operation::new(Method::POST, all, CREATE, routing::post(post))
            .body(PROPERTIES, REQUIRED)
            .answers(StatusCode::CREATED),
        Operation::new(Method::GET, one, READ, routing::get(get)).query(page::FIELDS),
        Operation::new(Method::PATCH, one, UPDATE, routing::patch(patch)).body(patchable(), &[]),
        Operation::new(Method::DELETE, one, DELETE, routing::delete(delete))
            .answers(StatusCode::ACCEPTED),
    ];
    operations.extend(clients::operations());
    operations
}

const AUTHENTICATION: &[Property] =
    &[property("active", Kind::Flag, "Whether people can log in with the connection").required()];

const CONNECTED_ACCOUNTS: &[Property] =
    &[property("active", Kind::Flag, "Whether accounts can be connected for Token Vault")
        .required()];

const METADATA: Kind = Kind::TextMap { most: 10, longest: 255 };

/// What a connection can be created with; the first two are never changed.
pub(crate) const PROPERTIES: &[Property] = &[
    property("name", Kind::Name, "The name of the connection"),
    property(
        "strategy",
        Kind::Word(&["auth0", "google-oauth2", "github", "oauth2"]),
        "The identity provider identifier for the connection",
    ),
    property("display_name", Kind::Name, "Connection name used in the login screen"),
    options::PROPERTY,
    property("enabled_clients", Kind::Texts, "The clients for which the connection is enabled"),
    property("realms", Kind::Texts, "The realms for which the connection is used"),
    property("is_domain_connection", Kind::Flag, "Whether the connection is domain level"),
    property("show_as_button", Kind::Flag, "Whether an enterprise connection has a button"),
    property("metadata", METADATA, "Metadata associated with the connection"),
    property(
        "authentication",
        Kind::Object(AUTHENTICATION),
        "Configure the purpose of a connection to be used for authentication during login",
    ),
    property(
        "connected_accounts",
        Kind::Object(CONNECTED_ACCOUNTS),
        "Configure the purpose of a connection to be used for connected accounts and Token Vault",
    ),
];

fn patchable() -> &'static [Property] {
    &PROPERTIES[REQUIRED.len()..]
}

/// `GET /api/v2/connections`.
async fn list(State(tenant): State<Tenant>, page: PageQuery) -> Result<Listing, ManagementError> {
    let query = page.query();
    let mut connections = tenant.connections.all().await;
    connections.retain(|Connection { name, strategy, .. }| {
        let mut strategies = query.texts("strategy").peekable();
        let is_of_strategy =
            strategies.peek().is_none() || strategies.any(|asked| asked == strategy);
        is_of_strategy && query.text("name").is_none_or(|asked| asked == name.as_str())
    });
    page.answer(&COLLECTION, show_all(&connections)?)
}

/// `GET /api/v2/connections/{id}`.
async fn get(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, ManagementError> {
    let connection = tenant.connections.find_by_id(&id).await;
    let connection = show(&connection.ok_or(ManagementError::UnknownConnection)?)?;
    Ok(Json(query.select(&COLLECTION, connection)))
}

/// `POST /api/v2/connections`.
async fn post(
    State(tenant): State<Tenant>,
    Body(given): Body,
) -> Result<(StatusCode, Json<Value>), ManagementError> {
    let connection = create(&tenant, given).await?;
    Ok((StatusCode::CREATED, Json(show(&connection)?)))
}

/// `PATCH /api/v2/connections/{id}`.
async fn patch(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
    Body(given): Body,
) -> Result<Json<Value>, ManagementError> {
    show(&update(&tenant, &id, given).await?).map(Json)
}

/// `DELETE /api/v2/connections/{id}`; a connection that is not there is gone already (MG-7/4).
async fn delete(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Value>), ManagementError> {
    remove(&tenant, &id).await;
    let deleted_at = moment::iso8601(tenant.clock.now());
    Ok((StatusCode::ACCEPTED, Json(json!({ "deleted_at": deleted_at }))))
}

/// Creates a connection.
pub(crate) async fn create(tenant: &Tenant, given: Object) -> Result<Connection, ManagementError> {
    payload::check(&given, PROPERTIES, REQUIRED)?;
    options::check_new(&given)?;
    let mut object = given;
    object.insert("id".to_owned(), format!("con_{}", random::identifier(16)).into());
    let mut connection: Connection = payload::typed(object)?;
    if connection.realms.is_empty() {
        connection.realms = vec![connection.name.to_string()];
    }
    rules::check(&connection)?;
    let taken = |_| ManagementError::ConnectionExists;
    tenant.connections.insert(connection.clone()).await.map_err(taken)?;
    options::warn_of_scripts(&connection);
    Ok(connection)
}

/// Changes a connection. What is given replaces what there was, the options as a whole (MG-7/3).
async fn update(tenant: &Tenant, id: &str, given: Object) -> Result<Connection, ManagementError> {
    let change = |connection: &Connection| {
        payload::check(&given, patchable(), &[])?;
        payload::check_not_empty(&given)?;
        options::check(&connection.strategy, &given)?;
        let changed = payload::overlay(&payload::object(connection)?, given);
        let changed: Connection = payload::typed(changed)?;
        rules::check(&changed)?;
        Ok(changed)
    };
    tenant.connections.update(id, change).await.ok_or(ManagementError::UnknownConnection)?
}

/// Removes a connection, its people with all that they have, and the accounts that others connected by it. It goes
/// first: nobody comes in by it from now on.
async fn remove(tenant: &Tenant, id: &str) {
    let Some(Connection { name, .. }) = tenant.connections.remove(id).await else { return };
    for user_id in tenant.users.of_connection(&name).await {
        users::remove(tenant, &user_id).await;
    }
    tenant.vault.remove_of_connection(&name).await;
    tenant.organizations.remove_connection(&name).await;
}

/// The connection as it is answered.
fn show(connection: &Connection) -> Result<Value, ManagementError> {
    payload::object(connection).map(Value::Object)
}

fn show_all(connections: &[Connection]) -> Result<Vec<Value>, ManagementError> {
    connections.iter().map(show).collect()
}
