//! The My Account API, `/me/v1`: what people do with their own accounts, by an app (connected-accounts.md).

mod accounts;
mod authorization;
mod body;
mod complete;
mod connect;
mod connections;
mod error;
mod page;
pub(crate) mod policy;
mod schema;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use service::reply::NoStore;

pub(crate) use self::connections::available;
pub(crate) use self::error::MyAccountError;
use crate::tenant::State as Tenant;
use crate::{origin, rate_limit};

/// Where the API is below the issuer.
pub(crate) const PATH: &str = "/me/v1";

/// Bytes of a body: a hundred scopes, and the longest of the rest.
const BODY_LIMIT: usize = 64 * 1024;

/// Routes below [`PATH`].
pub(crate) fn router(state: &Tenant) -> Router<Tenant> {
    Router::new()
        .route("/connected-accounts/connect", post(connect::post))
        .route("/connected-accounts/complete", post(complete::post))
        .route("/connected-accounts/connections", get(connections::list))
        .route("/connected-accounts/accounts", get(accounts::list))
        .route("/connected-accounts/accounts/{id}", delete(accounts::remove))
        .method_not_allowed_fallback(unknown_operation)
        .fallback(unknown_operation)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(state.clone(), rate_limit::of_my_account))
        .layer(from_fn_with_state(state.clone(), with_headers))
        .layer(origin::of_the_tokens_client(&state.clients))
}

/// A path or method that is not served: so is what Auth0 has not provisioned (CA-4/13).
async fn unknown_operation() -> MyAccountError {
    MyAccountError::UnknownOperation
}

/// What every answer carries: it is about one person, and has the nonce of the next proof (CA-4/14).
async fn with_headers(State(tenant): State<Tenant>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let mut response = NoStore(next.run(request).await).into_response();
    tenant.proofs.offer_nonce(&headers, response.headers_mut(), tenant.clock.now());
    response
}
