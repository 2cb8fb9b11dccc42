//! The Management API, `/api/v2` (management-api.md).
//!
//! Handlers read the request and hand over to functions that the importer of tenant files calls as well: there is no
//! other way to make or change an object.

mod actions;
mod audit;
pub(crate) mod authorization;
pub(crate) mod client_grants;
pub(crate) mod clients;
mod connected_accounts;
pub(crate) mod connections;
pub(crate) mod error;
pub(crate) mod format;
mod grants;
mod logs;
mod lucene;
pub(crate) mod moment;
pub(crate) mod operation;
pub(crate) mod organizations;
mod page;
pub(crate) mod payload;
pub(crate) mod permissions;
pub(crate) mod property;
pub(crate) mod query;
mod refresh_tokens;
pub(crate) mod resource_servers;
pub(crate) mod roles;
mod sessions;
pub(crate) mod signing_keys;
mod sort;
pub(crate) mod tenant_settings;
pub(crate) mod token_exchange_profiles;
pub(crate) mod users;

use std::collections::BTreeSet;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;

use self::error::ManagementError;
use self::operation::Operation;
use crate::rate_limit;
use crate::tenant::State as Tenant;

/// Routes below `/api/v2`.
pub(crate) fn router(state: &Tenant) -> Router<Tenant> {
    operation::routes(operations(), state)
        .method_not_allowed_fallback(unknown_operation)
        .fallback(unknown_operation)
        .layer(from_fn_with_state(state.clone(), rate_limit::of_management))
        .layer(map_response(with_headers))
}

/// Everything that the API serves.
pub(crate) fn operations() -> Vec<Operation> {
    [
        actions::operations(),
        clients::operations(),
        client_grants::operations(),
        connected_accounts::operations(),
        connections::operations(),
        grants::operations(),
        logs::operations(),
        organizations::operations(),
        permissions::operations(),
        refresh_tokens::operations(),
        resource_servers::operations(),
        roles::operations(),
        sessions::operations(),
        signing_keys::operations(),
        tenant_settings::operations(),
        users::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Every scope that an operation of the API asks for.
pub(crate) fn scopes() -> BTreeSet<&'static str> {
    let of_operations = operations().into_iter().flat_map(|operation| operation.scopes);
    of_operations.chain(users::SCOPES).copied().collect()
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
