//! `/api/v2/keys/signing`: the tenant's signing keys, their rotation and the end of those out of use.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::routing;
use serde_json::{Value, json};

use super::error::ManagementError;
use super::moment::iso8601;
use super::operation::Operation;
use crate::keys::{KeyFacts, KeyPlace};
use crate::tenant::State as Tenant;

const READ: &[&str] = &["read:signing_keys"];
const CHANGE: &[&str] = &["create:signing_keys", "update:signing_keys"];

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(Method::GET, "/keys/signing", READ, routing::get(list)),
        Operation::new(Method::POST, "/keys/signing/rotate", CHANGE, routing::post(rotate))
            .answers(StatusCode::CREATED),
        Operation::new(Method::PUT, "/keys/signing/{kid}/revoke", CHANGE, routing::put(revoke)),
    ]
}

/// `GET /api/v2/keys/signing`.
async fn list(State(tenant): State<Tenant>) -> Result<Json<Vec<Value>>, ManagementError> {
    Ok(Json(tenant.keys.facts().await?.iter().map(show).collect()))
}

/// `POST /api/v2/keys/signing/rotate`: the next key is put to use, and answered.
async fn rotate(
    State(tenant): State<Tenant>,
) -> Result<(StatusCode, Json<Value>), ManagementError> {
    tenant.keys.rotate(tenant.issuer.domain(), tenant.clock.now()).await?;
    let keys = tenant.keys.facts().await?;
    let current = keys.iter().find(|key| matches!(key.place, KeyPlace::Current { .. }));
    let current = current.map(|key| json!({ "cert": key.certificate, "kid": key.kid }));
    Ok((StatusCode::CREATED, Json(current.unwrap_or_default())))
}

/// `PUT /api/v2/keys/signing/{kid}/revoke`: what a previous key signed is worth nothing from now on.
async fn revoke(
    State(tenant): State<Tenant>,
    Path(kid): Path<String>,
) -> Result<Json<Value>, ManagementError> {
    let keys = tenant.keys.facts().await?;
    let key = keys.iter().find(|key| key.kid == kid && tenant.keys.revoke(&kid));
    let key = key.ok_or(ManagementError::UnknownSigningKey)?;
    Ok(Json(json!({ "cert": key.certificate, "kid": key.kid })))
}

/// The key as it is answered, with dates as far as it has them.
fn show(key: &KeyFacts) -> Value {
    let mut shown = json!({
        "kid": key.kid,
        "cert": key.certificate,
        "fingerprint": key.fingerprint,
        "thumbprint": key.fingerprint.replace(':', ""),
        "current": matches!(key.place, KeyPlace::Current { .. }),
        "next": key.place == KeyPlace::Next,
        "previous": matches!(key.place, KeyPlace::Previous { .. }),
        "revoked": false,
    });
    if let KeyPlace::Current { since } | KeyPlace::Previous { since, .. } = key.place {
        shown["current_since"] = iso8601(since).into();
    }
    if let KeyPlace::Previous { until, .. } = key.place {
        shown["current_until"] = iso8601(until).into();
    }
    shown
}
