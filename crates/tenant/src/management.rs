//! The Management API, `/api/v2` (management-api.md).
//!
//! Handlers read the request and hand over to functions that the importer of tenant files calls as well: there is no
//! other way to make or change an object.

pub(crate) mod authorization;
pub(crate) mod client_grants;
pub(crate) mod clients;
pub(crate) mod connections;
pub(crate) mod error;
pub(crate) mod moment;
pub(crate) mod organizations;
mod page;
pub(crate) mod payload;
pub(crate) mod permissions;
pub(crate) mod resource_servers;
pub(crate) mod signing_keys;
pub(crate) mod token_exchange_profiles;
pub(crate) mod users;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{get, post, put};

use self::error::ManagementError;
use crate::rate_limit;
use crate::tenant::State as Tenant;

/// Routes below `/api/v2`.
pub(crate) fn router(state: &Tenant) -> Router<Tenant> {
    Router::new()
        .route("/clients", get(clients::list).post(clients::post))
        .route("/clients/{id}", get(clients::get).patch(clients::patch).delete(clients::delete))
        .route("/clients/{id}/rotate-secret", post(clients::rotate_secret))
        .route("/resource-servers", get(resource_servers::list).post(resource_servers::post))
        .route(
            "/resource-servers/{id}",
            get(resource_servers::get)
                .patch(resource_servers::patch)
                .delete(resource_servers::delete),
        )
        .route("/keys/signing", get(signing_keys::list))
        .route("/keys/signing/rotate", post(signing_keys::rotate))
        .route("/keys/signing/{kid}/revoke", put(signing_keys::revoke))
        .method_not_allowed_fallback(unknown_operation)
        .fallback(unknown_operation)
        .layer(from_fn_with_state(state.clone(), rate_limit::of_management))
        .layer(map_response(with_headers))
}

/// Every scope that an operation of the API asks for.
pub(crate) fn scopes() -> impl Iterator<Item = &'static str> {
    [clients::SCOPES, resource_servers::SCOPES, signing_keys::SCOPES]
        .into_iter()
        .flatten()
        .flat_map(|any_of| any_of.iter().copied())
}

/// A path or method that is not served (MG-2/26).
async fn unknown_operation() -> ManagementError {
    ManagementError::UnknownOperation
}

/// What every answer carries (management-api.md §2).
async fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("origin,accept-encoding"));
    headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}
