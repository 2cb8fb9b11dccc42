//! `GET /openapi.json`: what is served, described for tools
//! ([OpenAPI 3.1](https://spec.openapis.org/oas/v3.1.1.html)).
//!
//! The Management API's part is made of the table that its requests are routed by: what is not described is not served.

mod answers;
mod management;
mod schema;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use crate::discovery;
use crate::issuer::Issuer;
use crate::tenant::State as Tenant;

/// `GET /openapi.json`, for everybody, as at no tenant of Auth0's: there it is among the documentation.
pub(crate) async fn get(State(tenant): State<Tenant>, headers: HeaderMap) -> Response {
    discovery::document(&headers, &description(&tenant.issuer))
}

fn description(issuer: &Issuer) -> Value {
    let management = management::describe();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Strongroom's tenant",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The part of Auth0's Management API v2 that this tenant serves.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": issuer.as_str().trim_end_matches('/') }],
        "paths": management.paths,
        "components": {
            "schemas": management.schemas,
            "responses": management.responses,
            "securitySchemes": { management::SECURITY: management::security(issuer) },
        },
    })
}
