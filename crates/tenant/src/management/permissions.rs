//! `/api/v2/users/{id}/permissions` (MG-8/9), and permissions as bodies name them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::routing;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::ids::UserId;

use super::error::ManagementError;
use super::operation::Operation;
use super::page::{self, Collection, Listing, PageQuery};
use super::payload::{self, Body, Kind, Object, Property, property};
use super::users;
use crate::store::permissions::Permission;
use crate::store::roles::Role;
use crate::tenant::State as Tenant;

const READ: &[&str] = &["read:users"];
const UPDATE: &[&str] = &["update:users"];

pub(super) const COLLECTION: Collection = Collection::new("permissions", "permission_name");

const PERMISSION: &[Property] = &[
    property("resource_server_identifier", Kind::Name, "Resource server (API) identifier")
        .required(),
    property("permission_name", Kind::Name, "Name of this permission").required(),
];

/// A body that names permissions.
pub(super) const BODY: &[Property] =
    &[property("permissions", Kind::Objects(PERMISSION), "List of permissions")];
pub(super) const REQUIRED: &[&str] = &["permissions"];

pub(crate) fn operations() -> Vec<Operation> {
    let path = "/users/{id}/permissions";
    vec![
        Operation::new(Method::GET, path, READ, routing::get(list)).query(page::OFFSET),
        Operation::new(Method::POST, path, UPDATE, routing::post(post))
            .body(BODY, REQUIRED)
            .answers(StatusCode::CREATED),
        Operation::new(Method::DELETE, path, UPDATE, routing::delete(delete))
            .body(BODY, REQUIRED)
            .answers(StatusCode::NO_CONTENT),
    ]
}

/// `GET /api/v2/users/{id}/permissions`: each with where the person has it from.
async fn list(
    State(tenant): State<Tenant>,
    Path(id): Path<UserId>,
    page: PageQuery,
) -> Result<Listing, ManagementError> {
    users::find(&tenant, &id).await?;
    let own = tenant.permissions.all_of(&id).await;
    let roles = tenant.roles.of_user(&id).await;
    let of_roles = roles.iter().flat_map(|role| role.permissions.iter());
    let mut all: Vec<&Permission> = Vec::new();
    for permission in own.iter().chain(of_roles) {
        if !all.contains(&permission) {
            all.push(permission);
        }
    }
    let mut shown = Vec::new();
    for permission in all {
        let mut object = show(&tenant, permission).await;
        object["sources"] = sources(permission, &own, &roles).into();
        shown.push(object);
    }
    Ok(page.answer_from_offset(&COLLECTION, shown))
}

/// Where a permission comes from: the person's own, and their roles.
fn sources(permission: &Permission, own: &[Permission], roles: &[Role]) -> Vec<Value> {
    let direct = own.contains(permission);
    let direct =
        direct.then(|| json!({ "source_id": "", "source_name": "", "source_type": "DIRECT" }));
    let roles = roles.iter().filter(|role| role.permissions.contains(permission));
    let roles = roles.map(
        |role| json!({ "source_id": role.id, "source_name": role.name, "source_type": "ROLE" }),
    );
    direct.into_iter().chain(roles).collect()
}

/// `POST /api/v2/users/{id}/permissions`.
async fn post(
    State(tenant): State<Tenant>,
    Path(id): Path<UserId>,
    Body(given): Body,
) -> Result<(StatusCode, Json<Value>), ManagementError> {
    users::find(&tenant, &id).await?;
    assign(&tenant, &id, read(given)?).await?;
    Ok((StatusCode::CREATED, Json(json!({}))))
}

/// `DELETE /api/v2/users/{id}/permissions`: the person need not have them.
async fn delete(
    State(tenant): State<Tenant>,
    Path(id): Path<UserId>,
    Body(given): Body,
) -> Result<StatusCode, ManagementError> {
    users::find(&tenant, &id).await?;
    tenant.permissions.withdraw(&id, &read(given)?).await;
    Ok(StatusCode::NO_CONTENT)
}

/// The permissions that a body names.
pub(super) fn read(given: Object) -> Result<Vec<Permission>, ManagementError> {
    #[derive(Deserialize)]
    struct Given {
        permissions: Vec<Permission>,
    }
    payload::check(&given, BODY, REQUIRED)?;
    payload::typed::<Given>(given).map(|given| given.permissions)
}

/// The permission, with what its API says of it.
pub(super) async fn show(tenant: &Tenant, permission: &Permission) -> Value {
    let Permission { resource_server_identifier, permission_name } = permission;
    let api = tenant.resource_servers.find(resource_server_identifier).await;
    let scopes = api.iter().flat_map(|api| &api.scopes);
    let description = scopes
        .filter(|scope| scope.value == *permission_name)
        .find_map(|scope| scope.description.clone());
    json!({
        "resource_server_identifier": resource_server_identifier,
        "permission_name": permission_name,
        "resource_server_name": api.as_ref().and_then(|api| api.name.clone()),
        "description": description,
    })
}

/// Assigns permissions to a person.
pub(crate) async fn assign(
    tenant: &Tenant,
    user: &UserId,
    permissions: Vec<Permission>,
) -> Result<(), ManagementError> {
    check_exist(tenant, &permissions).await?;
    tenant.permissions.assign(user, permissions).await;
    Ok(())
}

/// Each permission is a scope that an API defines (MG-2/15).
pub(super) async fn check_exist(
    tenant: &Tenant,
    permissions: &[Permission],
) -> Result<(), ManagementError> {
    for permission in permissions {
        let api = tenant.resource_servers.find(&permission.resource_server_identifier).await;
        if !api.is_some_and(|api| api.defines(&permission.permission_name)) {
            return Err(ManagementError::UnknownPermission(permission.clone()));
        }
    }
    Ok(())
}
