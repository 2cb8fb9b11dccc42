//! `/api/v2/roles/{id}/users` and `/api/v2/users/{id}/roles` (MG-8/10): who has a role.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::routing;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::ids::UserId;

use super::{COLLECTION, show_all};
use crate::management::error::ManagementError;
use crate::management::operation::Operation;
use crate::management::page::{self, Collection, Listing, PageQuery};
use crate::management::payload::{self, Body, Kind, Object, Property, property};
use crate::management::users;
use crate::tenant::State as Tenant;

const READ: &[&str] = &["read:users"];
const UPDATE: &[&str] = &["update:users"];
const READ_MEMBERS: &[&str] = &["read:users", "read:roles", "read:role_members"];
const CREATE_MEMBERS: &[&str] = &["update:roles", "create:role_members"];

const USERS: Collection = Collection::new("users", "user_id");

const ROLES_BODY: &[Property] =
    &[property("roles", Kind::Texts, "List of roles IDs to associated with the user")];
const USERS_BODY: &[Property] =
    &[property("users", Kind::Texts, "user_id's of the users to assign the role to")];

pub(super) fn operations() -> Vec<Operation> {
    let (of_role, of_user) = ("/roles/{id}/users", "/users/{id}/roles");
    vec![
        Operation::new(Method::GET, of_role, READ_MEMBERS, routing::get(users_of_role))
            .query(page::PARAMETERS),
        Operation::new(Method::POST, of_role, CREATE_MEMBERS, routing::post(assign_to_users))
            .body(USERS_BODY, &["users"]),
        Operation::new(Method::GET, of_user, READ, routing::get(roles_of_user)).query(page::OFFSET),
        Operation::new(Method::POST, of_user, UPDATE, routing::post(assign_to_user))
            .body(ROLES_BODY, &["roles"])
            .answers(StatusCode::NO_CONTENT),
        Operation::new(Method::DELETE, of_user, UPDATE, routing::delete(take_from_user))
            .body(ROLES_BODY, &["roles"])
            .answers(StatusCode::NO_CONTENT),
    ]
}

/// `GET /api/v2/roles/{id}/users`.
async fn users_of_role(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
    page: PageQuery,
) -> Result<Listing, ManagementError> {
    let mut members = Vec::new();
    for user_id in super::find(&tenant, &id).await?.members {
        if let Some(user) = tenant.users.find(&user_id).await {
            members.push(json!({
                "user_id": user.user_id, "email": user.email, "name": user.name, "picture": user.picture,
            }));
        }
    }
    page.answer(&USERS, members)
}

/// `POST /api/v2/roles/{id}/users`.
async fn assign_to_users(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
    Body(given): Body,
) -> Result<Json<Value>, ManagementError> {
    #[derive(Deserialize)]
    struct Given {
        users: Vec<UserId>,
    }
    payload::check(&given, USERS_BODY, &["users"])?;
    let Given { users } = payload::typed(given)?;
    for user in &users {
        users::find(&tenant, user).await?;
    }
    super::change(&tenant, &id, |role| role.admit(users)).await?;
    Ok(Json(json!({})))
}

/// `GET /api/v2/users/{id}/roles`.
async fn roles_of_user(
    State(tenant): State<Tenant>,
    Path(id): Path<UserId>,
    page: PageQuery,
) -> Result<Listing, ManagementError> {
    users::find(&tenant, &id).await?;
    let roles = tenant.roles.of_user(&id).await;
    Ok(page.answer_from_offset(&COLLECTION, show_all(&roles)?))
}

/// `POST /api/v2/users/{id}/roles`.
async fn assign_to_user(
    State(tenant): State<Tenant>,
    Path(id): Path<UserId>,
    Body(given): Body,
) -> Result<StatusCode, ManagementError> {
    users::find(&tenant, &id).await?;
    let roles = read_roles(given)?;
    for role in &roles {
        super::find(&tenant, role).await?;
    }
    for role in &roles {
        super::change(&tenant, role, |role| role.admit(vec![id.clone()])).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/v2/users/{id}/roles`: the person need not have them.
async fn take_from_user(
    State(tenant): State<Tenant>,
    Path(id): Path<UserId>,
    Body(given): Body,
) -> Result<StatusCode, ManagementError> {
    users::find(&tenant, &id).await?;
    for role in read_roles(given)? {
        super::change(&tenant, &role, |role| role.members.retain(|member| *member != id)).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

fn read_roles(given: Object) -> Result<Vec<String>, ManagementError> {
    #[derive(Deserialize)]
    struct Given {
        roles: Vec<String>,
    }
    payload::check(&given, ROLES_BODY, &["roles"])?;
    payload::typed::<Given>(given).map(|given| given.roles)
}
