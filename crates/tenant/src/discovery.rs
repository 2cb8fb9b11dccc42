//! The well-known documents (discovery-and-tokens.md §1, §2). They list what is served, and nothing else.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use wire::discovery::ProviderMetadata;
use wire::dpop::ALGORITHM;

use crate::tenant::State as Tenant;

/// How long clients may keep either document.
const CACHEABLE: [(axum::http::HeaderName, &str); 1] =
    [(CACHE_CONTROL, "public, max-age=15, must-revalidate")];

/// `GET /.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`.
pub(crate) async fn metadata(State(tenant): State<Tenant>) -> impl IntoResponse {
    let issuer = &tenant.issuer;
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    let metadata = ProviderMetadata {
        issuer: issuer.to_string(),
        authorization_endpoint: issuer.at("authorize"),
        token_endpoint: issuer.at("oauth/token"),
        pushed_authorization_request_endpoint: tenant
            .settings
            .pushed_authorization_requests_supported
            .then(|| issuer.at("oauth/par")),
        revocation_endpoint: Some(issuer.at("oauth/revoke")),
        userinfo_endpoint: issuer.userinfo(),
        jwks_uri: issuer.at(".well-known/jwks.json"),
        scopes_supported: texts(&[
            "openid",
            "profile",
            "offline_access",
            "email",
            "address",
            "phone",
        ]),
        response_types_supported: texts(&[
            "code",
            "token",
            "id_token",
            "code token",
            "code id_token",
            "token id_token",
            "code token id_token",
        ]),
        response_modes_supported: texts(&["query", "fragment", "form_post"]),
        code_challenge_methods_supported: texts(&["S256"]),
        subject_types_supported: texts(&["public"]),
        id_token_signing_alg_values_supported: texts(&["RS256"]),
        token_endpoint_auth_methods_supported: texts(&[
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
            "none",
        ]),
        token_endpoint_auth_signing_alg_values_supported: texts(&["RS256", "RS384", "PS256"]),
        dpop_signing_alg_values_supported: texts(&[ALGORITHM]),
        claims_supported: texts(&[
            "aud",
            "email",
            "email_verified",
            "exp",
            "iat",
            "iss",
            "name",
            "nickname",
            "picture",
            "sub",
        ]),
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
    };
    (CACHEABLE, Json(metadata))
}

/// `GET /health`: 200 once the signing keys are made, for without them nobody can log in.
pub(crate) async fn health(State(tenant): State<Tenant>) -> StatusCode {
    match tenant.keys.jwks().await {
        Ok(_) => StatusCode::OK,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// `GET /.well-known/jwks.json`.
pub(crate) async fn jwks(State(tenant): State<Tenant>) -> Result<impl IntoResponse, StatusCode> {
    let keys = tenant.keys.jwks().await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok((CACHEABLE, Json(keys)))
}
