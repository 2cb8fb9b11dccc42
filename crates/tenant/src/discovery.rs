//! The well-known documents (discovery-and-tokens.md §1, §2). They list what is served, and nothing else.

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use wire::discovery::ProviderMetadata;
use wire::dpop::ALGORITHM;

use crate::access;
use crate::tenant::State as Tenant;

/// How long clients may keep either document: short, so that a rotation is seen soon.
const CACHEABLE: [(HeaderName, &str); 1] = [(CACHE_CONTROL, "public, max-age=15, must-revalidate")];

/// `GET /.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`.
pub(crate) async fn metadata(State(tenant): State<Tenant>, headers: HeaderMap) -> Response {
    document(&headers, &of(&tenant))
}

/// What the tenant serves (DT-1).
fn of(tenant: &Tenant) -> ProviderMetadata {
    let issuer = &tenant.issuer;
    let settings = tenant.settings();
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    ProviderMetadata {
        issuer: issuer.to_string(),
        authorization_endpoint: issuer.at("authorize"),
        token_endpoint: issuer.at("oauth/token"),
        pushed_authorization_request_endpoint: settings
            .pushed_authorization_requests_supported
            .then(|| issuer.at("oauth/par")),
        revocation_endpoint: Some(issuer.at("oauth/revoke")),
        userinfo_endpoint: issuer.userinfo(),
        jwks_uri: issuer.at(".well-known/jwks.json"),
        end_session_endpoint: settings
            .oidc_logout
            .rp_logout_end_session_endpoint_discovery
            .then(|| issuer.at("oidc/logout")),
        scopes_supported: texts(&access::SCOPES),
        response_types_supported: texts(RESPONSE_TYPES),
        // web_message works too, and is not named at Auth0 either (DT-1/10).
        response_modes_supported: texts(&["query", "fragment", "form_post"]),
        // Auth0 names plain though it refuses it (AZ-1/10).
        code_challenge_methods_supported: texts(&["S256", "plain"]),
        subject_types_supported: texts(&["public"]),
        id_token_signing_alg_values_supported: texts(&["HS256", "RS256", "PS256"]),
        token_endpoint_auth_methods_supported: texts(&[
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
        ]),
        token_endpoint_auth_signing_alg_values_supported: texts(&["RS256", "RS384", "PS256"]),
        dpop_signing_alg_values_supported: texts(&[ALGORITHM]),
        claims_supported: texts(CLAIMS),
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
    }
}

/// DT-1/9.
const RESPONSE_TYPES: &[&str] = &[
    "code",
    "token",
    "id_token",
    "code token",
    "code id_token",
    "token id_token",
    "code token id_token",
];

/// DT-1/16.
const CLAIMS: &[&str] = &[
    "aud",
    "auth_time",
    "created_at",
    "email",
    "email_verified",
    "exp",
    "family_name",
    "given_name",
    "iat",
    "identities",
    "iss",
    "name",
    "nickname",
    "phone_number",
    "picture",
    "sub",
];

/// `GET /.well-known/jwks.json`.
pub(crate) async fn jwks(
    State(tenant): State<Tenant>,
    headers: HeaderMap,
) -> Result<Response, StatusCode> {
    let keys = tenant.keys.jwks().await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(document(&headers, &keys))
}

/// A document with its name, under which who has it already asks for a newer one
/// ([RFC 9110 §13.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2)).
pub(crate) fn document(headers: &HeaderMap, document: &impl Serialize) -> Response {
    let Ok(json) = serde_json::to_vec(document) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(digest(&SHA256, &json)));
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let is_known = known.flat_map(|value| value.split(',')).any(|known| {
        let known = known.trim();
        known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag
    });
    let beside = (CACHEABLE, [(ETAG, tag)]);
    if is_known {
        return (StatusCode::NOT_MODIFIED, beside).into_response();
    }
    (beside.0, beside.1, [(CONTENT_TYPE, "application/json")], json).into_response()
}

/// `GET /health`: 200 once the signing keys are made, for without them nobody can log in.
pub(crate) async fn health(State(tenant): State<Tenant>) -> StatusCode {
    match tenant.keys.jwks().await {
        Ok(_) => StatusCode::OK,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
