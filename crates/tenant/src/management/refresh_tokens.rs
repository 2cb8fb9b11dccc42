//! `/api/v2/refresh-tokens` and `/api/v2/users/{id}/refresh-tokens` (MG-8/6, MG-8/7, MG-8/12). What is shown and ended is
//! a family: the tokens of one login, of which one is good at a time.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::routing;
use serde_json::{Value, json};
use wire::ids::UserId;

use super::error::ManagementError;
use super::operation::Operation;
use super::page::{self, Collection, Listing, PageQuery};
use super::{moment, users};
use crate::store::refresh_tokens::Overview;
use crate::tenant::State as Tenant;

const READ: &[&str] = &["read:refresh_tokens"];
const DELETE: &[&str] = &["delete:refresh_tokens"];

const COLLECTION: Collection = Collection::new("tokens", "id");

pub(crate) fn operations() -> Vec<Operation> {
    let (one, of_user) = ("/refresh-tokens/{id}", "/users/{id}/refresh-tokens");
    vec![
        Operation::new(Method::GET, one, READ, routing::get(get)),
        Operation::new(Method::DELETE, one, DELETE, routing::delete(delete))
            .answers(StatusCode::ACCEPTED),
        Operation::new(Method::GET, of_user, READ, routing::get(list)).query(page::CHECKPOINT),
        Operation::new(Method::DELETE, of_user, DELETE, routing::delete(delete_all))
            .answers(StatusCode::ACCEPTED),
    ]
}

/// `GET /api/v2/refresh-tokens/{id}`.
async fn get(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ManagementError> {
    let found = tenant.refresh_tokens.overview(|own| own.id == id, tenant.clock.now()).await;
    found.first().map(|own| Json(show(own))).ok_or(ManagementError::UnknownRefreshToken)
}

/// `DELETE /api/v2/refresh-tokens/{id}`.
async fn delete(State(tenant): State<Tenant>, Path(id): Path<String>) -> StatusCode {
    tenant.refresh_tokens.remove(&id).await;
    StatusCode::ACCEPTED
}

/// `GET /api/v2/users/{id}/refresh-tokens`.
async fn list(
    State(tenant): State<Tenant>,
    Path(id): Path<UserId>,
    page: PageQuery,
) -> Result<Listing, ManagementError> {
    users::find(&tenant, &id).await?;
    let is_own = |own: &Overview| own.authorization.user_id == id;
    let own = tenant.refresh_tokens.overview(is_own, tenant.clock.now()).await;
    page.answer_from_checkpoint(&COLLECTION, own.iter().map(show).collect())
}

/// `DELETE /api/v2/users/{id}/refresh-tokens`.
async fn delete_all(
    State(tenant): State<Tenant>,
    Path(id): Path<UserId>,
) -> Result<StatusCode, ManagementError> {
    users::find(&tenant, &id).await?;
    tenant.refresh_tokens.remove_of_user(&id).await;
    Ok(StatusCode::ACCEPTED)
}

/// The family, with nothing that leads to its tokens.
fn show(own: &Overview) -> Value {
    let authorization = &own.authorization;
    let scopes: Vec<&str> = authorization.scope.iter().collect();
    let audience = authorization.audience.iter();
    let resource_servers =
        audience.map(|audience| json!({ "audience": audience, "scopes": scopes }));
    json!({
        "id": own.id,
        "user_id": authorization.user_id,
        "client_id": authorization.client_id,
        "session_id": authorization.session_id,
        "created_at": moment::iso8601(own.created_at),
        "expires_at": own.expires_at.map(moment::iso8601),
        "idle_expires_at": own.idle_expires_at.map(moment::iso8601),
        "last_exchanged_at": own.exchanged_at.map(moment::iso8601),
        "rotating": own.rotates,
        "resource_servers": resource_servers.collect::<Vec<_>>(),
    })
}
