//! Every route on one screen, by audience.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state, map_request};
use axum::routing::{get, post};
use service::page;
use tower_http::trace::TraceLayer;

use crate::tenant::State;
use crate::{
    account, authorize, connect, consent, discovery, export, https, login, logout, management,
    my_account, openapi, organization, origin, par, rate_limit, remote, revoke, signup, token,
    trip, userinfo,
};

/// Bytes of a request body at the Management API (management-api.md).
const BODY_LIMIT: usize = 1024 * 1024;

/// Bytes of a form or a token request: room for some tokens.
const FORM_LIMIT: usize = 64 * 1024;

/// Bytes of a query. What it says is kept while a login is under way.
const QUERY_LIMIT: usize = 16 * 1024;

/// Where the pages are that a browser's cookies go with.
#[derive(Clone, Copy)]
pub(crate) enum Pages {
    Here,
    /// Not here, where requests come by plain HTTP though the issuer has TLS.
    AtTheIssuer,
}

/// The whole tenant.
pub(crate) fn router(state: State, pages: Pages) -> Router {
    let counted = from_fn_with_state(state.clone(), rate_limit::of_authentication);
    let browsers = Router::new()
        .route("/authorize", get(authorize::get).post(authorize::post))
        .route("/u/login", get(login::get).post(login::post))
        .route("/u/signup", get(signup::get).post(signup::post))
        .route(trip::CALLBACK, get(trip::callback))
        .route(connect::PATH, get(connect::get))
        .route("/u/account", get(account::get).post(account::post))
        .route("/u/organization", get(organization::get).post(organization::post))
        .route("/u/consent", get(consent::get).post(consent::post))
        .route("/v2/logout", get(logout::get))
        .route("/oidc/logout", get(logout::oidc::get).post(logout::oidc::post))
        .route(logout::oidc::CONFIRM, post(logout::oidc::confirm));
    let browsers = match pages {
        Pages::Here => browsers,
        Pages::AtTheIssuer => {
            browsers.route_layer(from_fn_with_state(state.issuer.clone(), https::to_the_issuer))
        }
    };
    let clients = Router::new()
        .route("/oauth/token", post(token::post))
        .route("/oauth/revoke", post(revoke::post))
        .layer(counted.clone())
        .layer(origin::of_clients(&state.clients));
    let servers = Router::new()
        .route("/oauth/par", post(par::post).layer(DefaultBodyLimit::max(par::BODY_LIMIT)))
        .layer(counted.clone());
    let everybody = Router::new()
        .route("/userinfo", get(userinfo::answer).post(userinfo::answer))
        .route_layer(counted)
        .route("/.well-known/openid-configuration", get(discovery::metadata))
        .route("/.well-known/oauth-authorization-server", get(discovery::metadata))
        .route("/.well-known/jwks.json", get(discovery::jwks))
        .route("/openapi.json", get(openapi::get))
        .layer(origin::of_everybody());
    Router::new()
        .merge(browsers)
        .merge(clients)
        .merge(servers)
        .merge(everybody)
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .nest_service("/api/v2", management::router(&state).with_state(state.clone()))
        .nest(my_account::PATH, my_account::router(&state))
        .merge(page::assets())
        .merge(authorize::response_mode::pages::scripts())
        .route("/tenant.yaml", get(export::get))
        .route("/health", get(discovery::health))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(map_request(with_short_query))
        .layer(from_fn(remote::remember))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .with_state(state)
}

/// What is logged of a request: its query may hold codes and tokens, which no log is to have (SC-10/9).
fn span(request: &Request) -> tracing::Span {
    tracing::debug_span!("request", method = %request.method(), path = request.uri().path())
}

async fn with_short_query(request: Request) -> Result<Request, StatusCode> {
    let query = request.uri().query().unwrap_or_default();
    if query.len() > QUERY_LIMIT { Err(StatusCode::URI_TOO_LONG) } else { Ok(request) }
}
