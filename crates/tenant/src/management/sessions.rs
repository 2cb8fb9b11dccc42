//! `/api/v2/sessions` and `/api/v2/users/{id}/sessions` (MG-8/8): who is logged in.

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
use super::payload::{self, Body, Kind, Property, property};
use super::{moment, users};
use crate::store::sessions::Session;
use crate::tenant::State as Tenant;

const READ: &[&str] = &["read:sessions"];
const DELETE: &[&str] = &["delete:sessions"];
const REVOKE: &[&str] = &["delete:sessions", "delete:refresh_tokens"];

const COLLECTION: Collection = Collection::new("sessions", "id");

const ACCESS: &[Property] = &[
    property("session_id", Kind::Name, "ID of the session to revoke"),
    property(
        "preserve_refresh_tokens",
        Kind::Flag,
        "Whether to preserve the refresh tokens associated with the session",
    ),
];

pub(crate) fn operations() -> Vec<Operation> {
    let (one, of_user) = ("/sessions/{id}", "/users/{id}/sessions");
    vec![
        Operation::new(Method::GET, one, READ, routing::get(get)),
        Operation::new(Method::DELETE, one, DELETE, routing::delete(delete))
            .answers(StatusCode::ACCEPTED),
        Operation::new(Method::GET, of_user, READ, routing::get(list)).query(page::CHECKPOINT),
        Operation::new(Method::DELETE, of_user, DELETE, routing::delete(delete_all))
            .answers(StatusCode::ACCEPTED),
        Operation::new(Method::POST, "/users/{id}/revoke-access", REVOKE, routing::post(revoke))
            .body(ACCESS, &[])
            .answers(StatusCode::NO_CONTENT),
    ]
}

/// `GET /api/v2/sessions/{id}`.
async fn get(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ManagementError> {
    let session = tenant.sessions.find(&id, tenant.clock.now()).await;
    session.map(|session| Json(show(&session))).ok_or(ManagementError::UnknownSession)
}

/// `DELETE /api/v2/sessions/{id}`: the browser is logged out. What clients got by the session stays theirs.
async fn delete(State(tenant): State<Tenant>, Path(id): Path<String>) -> StatusCode {
    tenant.sessions.end_by_id(&id).await;
    StatusCode::ACCEPTED
}

/// `GET /api/v2/users/{id}/sessions`.
async fn list(
    State(tenant): State<Tenant>,
    Path(id): Path<UserId>,
    page: PageQuery,
) -> Result<Listing, ManagementError> {
    users::find(&tenant, &id).await?;
    let sessions = tenant.sessions.of_user(&id, tenant.clock.now()).await;
    page.answer_from_checkpoint(&COLLECTION, sessions.iter().map(show).collect())
}

/// `DELETE /api/v2/users/{id}/sessions`: the person is logged out everywhere.
async fn delete_all(
    State(tenant): State<Tenant>,
    Path(id): Path<UserId>,
) -> Result<StatusCode, ManagementError> {
    users::find(&tenant, &id).await?;
    tenant.sessions.end_of_user(&id).await;
    Ok(StatusCode::ACCEPTED)
}

/// `POST /api/v2/users/{id}/revoke-access`: ends one session or all, with the refresh tokens that began there unless
/// those are spared (MG-8/11).
async fn revoke(
    State(tenant): State<Tenant>,
    Path(id): Path<UserId>,
    Body(given): Body,
) -> Result<StatusCode, ManagementError> {
    #[derive(Deserialize)]
    struct Access {
        session_id: Option<String>,
        #[serde(default)]
        preserve_refresh_tokens: bool,
    }
    users::find(&tenant, &id).await?;
    payload::check(&given, ACCESS, &[])?;
    let Access { session_id, preserve_refresh_tokens } = payload::typed(given)?;
    if let Some(session_id) = session_id {
        let own = tenant.sessions.of_user(&id, tenant.clock.now()).await;
        if !own.iter().any(|session| session.id == session_id) {
            return Err(ManagementError::UnknownSession);
        }
        tenant.sessions.end_by_id(&session_id).await;
        if !preserve_refresh_tokens {
            tenant.refresh_tokens.remove_of_session(&session_id).await;
        }
    } else {
        tenant.sessions.end_of_user(&id).await;
        if !preserve_refresh_tokens {
            tenant.refresh_tokens.remove_of_user(&id).await;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The session without the secret that is in the browser's cookie.
fn show(session: &Session) -> Value {
    let began = moment::iso8601(session.auth_time);
    let used = moment::iso8601(session.used_at);
    let clients = session.clients.iter().map(|client_id| json!({ "client_id": client_id }));
    json!({
        "id": session.id,
        "user_id": session.user_id,
        "created_at": began,
        "updated_at": used,
        "authenticated_at": began,
        "last_interacted_at": used,
        "idle_expires_at": moment::iso8601(session.idle_end()),
        "expires_at": moment::iso8601(session.end()),
        "device": {
            "initial_ip": session.device.ip,
            "initial_user_agent": session.device.user_agent,
        },
        "clients": clients.collect::<Vec<_>>(),
    })
}
