//! `/api/v2/logs`: what happened, in Auth0's words.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use axum::routing;
use serde_json::{Map, Value, json};

use super::error::ManagementError;
use super::lucene::{self, Fields};
use super::operation::Operation;
use super::page::{self, Collection, PageQuery};
use super::payload::Kind;
use super::query::{Parameter, Query};
use super::sort::Order;
use super::{moment, users};
use crate::log::LogEntry;
use crate::tenant::State as Tenant;

const READ: &[&str] = &["read:logs"];

const COLLECTION: Collection = Collection::new("logs", "log_id");

const PARAMETERS: &[Parameter] = &[
    Parameter::once("q", Kind::Text, "Query in Lucene query string syntax"),
    Parameter::once("sort", Kind::Text, "Field to use for sorting appended with :1 or :-1"),
];

/// How many entries a page from a checkpoint has unless told.
const USUAL: usize = 50;

const FIELDS: Fields = Fields {
    usual: &["description", "type", "user_name", "client_name", "connection"],
    folded: &["description", "user_name", "client_name"],
};

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(Method::GET, "/logs", READ, routing::get(list))
            .query(page::PARAMETERS)
            .query(page::FIELDS)
            .query(PARAMETERS),
        Operation::new(Method::GET, "/logs/{id}", READ, routing::get(get)),
        Operation::new(Method::GET, "/users/{id}/logs", READ, routing::get(list_of_user))
            .query(page::OFFSET)
            .query(PARAMETERS),
    ]
}

/// `GET /api/v2/logs`: the newest first, unless `sort` says otherwise. With `from`, an entry's identifier, or `take`, what
/// came after it, the oldest first, as a bare list: who follows the log asks again from the last that they have.
async fn list(State(tenant): State<Tenant>, page: PageQuery) -> Result<Response, ManagementError> {
    let query = page.query();
    if query.text("from").is_none() && query.text("take").is_none() {
        users::search::check_reach(query)?;
        let found = find(&tenant, query).await?;
        return Ok(page.answer_from_offset(&COLLECTION, found).into_response());
    }
    let from = query.text("from").unwrap_or_default();
    let take = query.number("take").unwrap_or(USUAL);
    let mut after = Vec::new();
    for entry in tenant.log.entries().iter().filter(|entry| entry.log_id.as_str() > from).take(take)
    {
        after.push(query.select(&COLLECTION, show(&tenant, entry).await));
    }
    Ok(Json(after).into_response())
}

/// `GET /api/v2/logs/{id}`.
async fn get(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ManagementError> {
    let entries = tenant.log.entries();
    let entry = entries.iter().find(|entry| entry.log_id == id);
    let entry = entry.ok_or(ManagementError::UnknownLogEntry)?;
    Ok(Json(show(&tenant, entry).await))
}

/// `GET /api/v2/users/{id}/logs`.
async fn list_of_user(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
    page: PageQuery,
) -> Result<Response, ManagementError> {
    users::search::check_reach(page.query())?;
    let mut found = find(&tenant, page.query()).await?;
    found.retain(|entry| entry["user_id"] == id.as_str());
    Ok(page.answer_from_offset(&COLLECTION, found).into_response())
}

/// Those that `q` leaves, in the order of `sort`.
async fn find(tenant: &Tenant, query: &Query) -> Result<Vec<Value>, ManagementError> {
    let asked = query.text("q").filter(|q| !q.trim().is_empty()).map(lucene::parse).transpose()?;
    let order = query.text("sort").map(Order::read).transpose()?;
    let mut found = Vec::new();
    for entry in tenant.log.entries().iter().rev() {
        let entry = show(tenant, entry).await;
        let matches = |entry: &Map<String, Value>| {
            asked.as_ref().is_none_or(|asked| asked.matches(entry, &FIELDS))
        };
        if entry.as_object().is_some_and(matches) {
            found.push(entry);
        }
    }
    if let Some(order) = order {
        found.sort_by(|a, b| order.compare(a, b));
    }
    Ok(found)
}

/// The entry, with the names that client, connection and person have now.
async fn show(tenant: &Tenant, entry: &LogEntry) -> Value {
    let client = match &entry.client_id {
        Some(client_id) => tenant.clients.find(client_id).await,
        None => None,
    };
    let user = match &entry.user_id {
        Some(user_id) => tenant.users.find(user_id).await,
        None => None,
    };
    let connection = match &entry.connection {
        Some(name) => tenant.connections.find(&name.as_str().into()).await,
        None => None,
    };
    let user_name = user.map(|user| if user.email.is_empty() { user.name } else { user.email });
    let shown = [
        ("log_id", json!(entry.log_id)),
        ("_id", json!(entry.log_id)),
        ("date", json!(moment::iso8601(entry.date))),
        ("type", json!(entry.kind)),
        ("description", json!(Some(&entry.description).filter(|text| !text.is_empty()))),
        ("client_id", json!(entry.client_id)),
        ("client_name", json!(client.map(|client| client.name))),
        ("connection", json!(entry.connection)),
        ("connection_id", json!(connection.as_ref().map(|connection| &connection.id))),
        ("strategy", json!(connection.as_ref().map(|connection| &connection.strategy))),
        ("user_id", json!(entry.user_id)),
        ("user_name", json!(user_name)),
        ("ip", json!(entry.ip)),
        ("user_agent", json!(entry.user_agent)),
        ("hostname", json!(tenant.issuer.domain())),
        ("audience", json!(entry.audience)),
        ("scope", json!(entry.scope)),
        ("details", details(entry)),
    ];
    let shown = shown.into_iter().filter(|(_, value)| !value.is_null());
    shown.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
}

/// What is to be known beyond that, of whichever kind.
fn details(entry: &LogEntry) -> Value {
    match &entry.operation {
        Some(operation) => json!(operation),
        None => json!(entry.details),
    }
}
