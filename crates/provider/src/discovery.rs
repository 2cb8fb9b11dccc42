//! `GET /.well-known/openid-configuration`
//! ([OpenID Connect Discovery §3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata)): what is
//! served here, and nothing else. There are no ID tokens, and so there are no keys.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use wire::pkce::S256;

use crate::router::App;
use crate::{authorize, scope};

/// The document.
#[derive(Serialize)]
pub(crate) struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    revocation_endpoint: String,
    userinfo_endpoint: String,
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 1],
    grant_types_supported: [&'static str; 2],
    scopes_supported: [&'static str; 5],
    claims_supported: [&'static str; 4],
    subject_types_supported: [&'static str; 1],
    code_challenge_methods_supported: [&'static str; 1],
    token_endpoint_auth_methods_supported: [&'static str; 2],
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
}

/// `GET /.well-known/openid-configuration`.
pub(crate) async fn get(State(App { issuer, .. }): State<App>) -> Json<Metadata> {
    let at = |path: &str| format!("{}{path}", issuer.as_str());
    Json(Metadata {
        issuer: issuer.as_str().to_owned(),
        authorization_endpoint: at(authorize::PATH),
        token_endpoint: at("/token"),
        revocation_endpoint: at("/revoke"),
        userinfo_endpoint: at("/v1/userinfo"),
        response_types_supported: ["code"],
        response_modes_supported: ["query"],
        grant_types_supported: ["authorization_code", "refresh_token"],
        scopes_supported: scope::ALL,
        claims_supported: ["sub", "name", "email", "email_verified"],
        subject_types_supported: ["public"],
        code_challenge_methods_supported: [S256],
        token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
    })
}
