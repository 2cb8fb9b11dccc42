//! `/api/v2/roles/{id}/permissions`: what a role allows.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::routing;
use serde_json::{Value, json};

use super::{READ, UPDATE};
use crate::management::error::ManagementError;
use crate::management::operation::Operation;
use crate::management::page::{self, Listing, PageQuery};
use crate::management::payload::Body;
use crate::management::permissions::{self, BODY, COLLECTION, REQUIRED};
use crate::tenant::State as Tenant;

pub(super) fn operations() -> Vec<Operation> {
    let path = "/roles/{id}/permissions";
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

/// `GET /api/v2/roles/{id}/permissions`.
async fn list(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
    page: PageQuery,
) -> Result<Listing, ManagementError> {
    let mut shown = Vec::new();
    for permission in &super::find(&tenant, &id).await?.permissions {
        shown.push(permissions::show(&tenant, permission).await);
    }
    Ok(page.answer_from_offset(&COLLECTION, shown))
}

/// `POST /api/v2/roles/{id}/permissions`: who has the role may do this from now on.
async fn post(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
    Body(given): Body,
) -> Result<(StatusCode, Json<Value>), ManagementError> {
    super::find(&tenant, &id).await?;
    let new = permissions::read(given)?;
    permissions::check_exist(&tenant, &new).await?;
    super::change(&tenant, &id, |role| role.allow(new)).await?;
    Ok((StatusCode::CREATED, Json(json!({}))))
}

/// `DELETE /api/v2/roles/{id}/permissions`: the role need not have them.
async fn delete(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
    Body(given): Body,
) -> Result<StatusCode, ManagementError> {
    let old = permissions::read(given)?;
    super::change(&tenant, &id, |role| role.permissions.retain(|own| !old.contains(own))).await?;
    Ok(StatusCode::NO_CONTENT)
}
