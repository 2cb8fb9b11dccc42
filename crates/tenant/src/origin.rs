//! Which pages of the web may read the tenant's answers (TK-1/7, SC-8/2).

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

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
