//! Which pages of the web may read the tenant's answers (TK-1/7, SC-8/2).

use axum::http::{HeaderName, HeaderValue, Method, header};
use service::jwt;
use tower_http::cors::{AllowOrigin, CorsLayer};
use wire::claims::AccessTokenClaims;
use wire::ids::ClientId;
use wire::token::PresentedToken;

use crate::rate_limit;
use crate::store::clients::Clients;

/// CORS for endpoints that single-page apps call: for the origins of the tenant's clients alone. Credentials are never
/// allowed: these endpoints read no cookie.
pub(crate) fn of_clients(clients: &Clients) -> CorsLayer {
    let clients = clients.clone();
    let is_known = move |origin: HeaderValue, _: &axum::http::request::Parts| {
        let clients = clients.clone();
        async move {
            let Ok(origin) = origin.to_str() else {
                return false;
            };
            let clients = clients.all().await;
            clients.iter().any(|client| client.origins().any(|own| own == origin))
        }
    };
    layer(AllowOrigin::async_predicate(is_known))
}

/// CORS for the My Account API: for the origins of the client whose token comes with the request, or of any client where
/// none does, as when a browser asks beforehand (connected-accounts.md §3).
pub(crate) fn of_the_tokens_client(clients: &Clients) -> CorsLayer {
    let clients = clients.clone();
    let is_known = move |origin: HeaderValue, request: &axum::http::request::Parts| {
        let clients = clients.clone();
        let only = unverified_client(request);
        async move {
            let Ok(origin) = origin.to_str() else {
                return false;
            };
            let clients = clients.all().await;
            clients
                .iter()
                .filter(|client| only.as_ref().is_none_or(|only| client.client_id == *only))
                .any(|client| client.origins().any(|own| own == origin))
        }
    };
    layer(AllowOrigin::async_predicate(is_known)).allow_methods([
        Method::GET,
        Method::POST,
        Method::DELETE,
    ])
}

/// The client that the request's token says it was issued to. Nobody is let in by this: the token is verified before it
/// opens anything.
fn unverified_client(request: &axum::http::request::Parts) -> Option<ClientId> {
    let header = request.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let PresentedToken { token, .. } = PresentedToken::in_header(header)?;
    let claims: AccessTokenClaims = jwt::unverified_claims(token.expose()).ok()?;
    claims.client().cloned()
}

/// CORS for what everybody may read: keys and metadata, and `/userinfo`, where the token decides.
pub(crate) fn of_everybody() -> CorsLayer {
    layer(AllowOrigin::any())
}

fn layer(origin: AllowOrigin) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origin)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("auth0-client"),
            HeaderName::from_static("dpop"),
        ])
        .expose_headers([
            header::WWW_AUTHENTICATE,
            HeaderName::from_static("dpop-nonce"),
            header::DATE,
            header::RETRY_AFTER,
            rate_limit::LIMIT,
            rate_limit::REMAINING,
            rate_limit::RESET,
        ])
        // Answers differ by origin; by encoding they would behind Auth0's edge (TK-1/4).
        .vary([header::ACCEPT_ENCODING, header::ORIGIN])
        .max_age(std::time::Duration::from_secs(600))
}
