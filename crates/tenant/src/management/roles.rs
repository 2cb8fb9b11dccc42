//! `/api/v2/roles` (management-api.md §8): permissions that go together.

mod members;
mod permissions;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::Method;
use axum::routing;
use serde::Deserialize;
use serde_json::{Value, json};
use service::random;

use super::error::ManagementError;
use super::operation::Operation;
use super::page::{self, Collection, Listing, PageQuery};
use super::payload::{self, Body, Kind, Object, Property, property};
use super::query::Parameter;
use crate::store::permissions::Permission;
use crate::store::roles::Role;
use crate::tenant::State as Tenant;

const READ: &[&str] = &["read:roles"];
const CREATE: &[&str] = &["create:roles"];
const UPDATE: &[&str] = &["update:roles"];
const DELETE: &[&str] = &["delete:roles"];

const COLLECTION: Collection = Collection::new("roles", "id");

/// What a role is not created without.
const REQUIRED: &[&str] = &["name"];

/// What a role can be created with.
pub(crate) const PROPERTIES: &[Property] = &[
    property("name", Kind::Name, "Name of the role"),
    property("description", Kind::Text, "Description of the role"),
];

const FILTER: &[Parameter] = &[
    Parameter::once("name_filter", Kind::Text, "Optional filter on name (case-insensitive)"),
    // There are no others: roles of organizations are not here.
    Parameter::once("type", Kind::Word(&["tenant"]), "The kind of roles"),
];

pub(crate) fn operations() -> Vec<Operation> {
    let (all, one) = ("/roles", "/roles/{id}");
    let mut operations = vec![
        Operation::new(Method::GET, all, READ, routing::get(list))
            .query(page::OFFSET)
            .query(FILTER),
        // Not 201, and a body where others have none: so they were recorded.
        Operation::new(Method::POST, all, CREATE, routing::post(post)).body(PROPERTIES, REQUIRED),
        Operation::new(Method::GET, one, READ, routing::get(get)),
        Operation::new(Method::PATCH, one, UPDATE, routing::patch(patch)).body(PROPERTIES, &[]),
        Operation::new(Method::DELETE, one, DELETE, routing::delete(delete)),
    ];
    operations.extend(permissions::operations());
    operations.extend(members::operations());
    operations
}

/// `GET /api/v2/roles`.
async fn list(State(tenant): State<Tenant>, page: PageQuery) -> Result<Listing, ManagementError> {
    let mut roles = tenant.roles.all().await;
    if let Some(part) = page.query().text("name_filter").map(str::to_lowercase) {
        roles.retain(|role| role.name.to_lowercase().contains(&part));
    }
    Ok(page.answer_from_offset(&COLLECTION, show_all(&roles)?))
}

/// `GET /api/v2/roles/{id}`.
async fn get(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ManagementError> {
    show(&find(&tenant, &id).await?).map(Json)
}

/// `POST /api/v2/roles`.
async fn post(
    State(tenant): State<Tenant>,
    Body(given): Body,
) -> Result<Json<Value>, ManagementError> {
    show(&create(&tenant, given, Vec::new()).await?).map(Json)
}

/// `PATCH /api/v2/roles/{id}`.
async fn patch(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
    Body(given): Body,
) -> Result<Json<Value>, ManagementError> {
    #[derive(Deserialize)]
    struct Changes {
        name: Option<String>,
        description: Option<String>,
    }
    payload::check(&given, PROPERTIES, &[])?;
    payload::check_not_empty(&given)?;
    let Changes { name, description } = payload::typed(given)?;
    let change = |role: &mut Role| {
        role.name = name.unwrap_or_else(|| role.name.clone());
        role.description = description.or_else(|| role.description.take());
    };
    let changed = tenant.roles.change(&id, change).await.ok_or(ManagementError::UnknownRole)?;
    show(&changed.map_err(|_| ManagementError::RoleExists)?).map(Json)
}

/// `DELETE /api/v2/roles/{id}`: a role that is not there cannot be deleted (MG-2/14).
async fn delete(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ManagementError> {
    let existed = tenant.roles.remove(&id).await;
    if existed { Ok(Json(json!({}))) } else { Err(ManagementError::UnknownRole) }
}

/// Creates a role that gives these permissions.
pub(crate) async fn create(
    tenant: &Tenant,
    given: Object,
    permissions: Vec<Permission>,
) -> Result<Role, ManagementError> {
    payload::check(&given, PROPERTIES, REQUIRED)?;
    super::permissions::check_exist(tenant, &permissions).await?;
    let mut object = given;
    object.insert("id".to_owned(), format!("rol_{}", random::identifier(16)).into());
    let mut role: Role = payload::typed(object)?;
    role.allow(permissions);
    tenant.roles.insert(role.clone()).await.map_err(|_| ManagementError::RoleExists)?;
    Ok(role)
}

async fn find(tenant: &Tenant, id: &str) -> Result<Role, ManagementError> {
    tenant.roles.find(id).await.ok_or(ManagementError::UnknownRole)
}

/// Changes what belongs to a role, its name aside.
async fn change(
    tenant: &Tenant,
    id: &str,
    change: impl FnOnce(&mut Role),
) -> Result<(), ManagementError> {
    tenant.roles.change(id, change).await.map(|_| ()).ok_or(ManagementError::UnknownRole)
}

fn show(role: &Role) -> Result<Value, ManagementError> {
    payload::object(role).map(Value::Object)
}

fn show_all(roles: &[Role]) -> Result<Vec<Value>, ManagementError> {
    roles.iter().map(show).collect()
}
