//! Every route of the API, and what holds for all of them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::get;
use service::dpop;
use service::reply::NoStore;
use tower_http::cors::CorsLayer;

use crate::access_token::AccessTokens;
use crate::callback::{self, AppCallback};
use crate::error::ApiError;
use crate::events;
use crate::provider_calendar::ProviderCalendar;
use crate::token_vault::TokenVault;

/// An event has a title and a place; a longer body is no event.
const BODY_LIMIT: usize = 16 * 1024;

/// How long a browser may remember what it may ask for from another origin.
const PREFLIGHT_AGE: Duration = Duration::from_secs(600);

/// What handlers may use; each takes what it needs.
#[derive(Clone, FromRef)]
pub(crate) struct Api {
    pub(crate) access_tokens: Arc<AccessTokens>,
    pub(crate) token_vault: Arc<TokenVault>,
    pub(crate) calendar: Arc<ProviderCalendar>,
    pub(crate) app: AppCallback,
}

pub(crate) fn router(api: Api, allowed_origins: Vec<HeaderValue>) -> Router {
    Router::new()
        .route("/events", get(events::list).post(events::create))
        .route("/callback", get(callback::get))
        .route("/health", get(health))
        .fallback(async || ApiError::NotFound)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(map_response(kept_by_no_cache))
        .layer(cors(allowed_origins))
        .with_state(api)
}

/// `GET /health`: 200 once the tenant's keys are known, for without them no request can be answered; until then they
/// are asked for. A tenant that goes away later does not change it: what is cached goes on working.
async fn health(State(access_tokens): State<Arc<AccessTokens>>) -> Result<StatusCode, ApiError> {
    access_tokens.ready().await.map(|()| StatusCode::OK)
}

/// All answers speak about one person.
async fn kept_by_no_cache(response: Response) -> NoStore<Response> {
    NoStore(response)
}

/// Pages of the allowed origins may call with a token and its proof, and read the challenge; to others the browser shows nothing
/// ([Fetch §3.3](https://fetch.spec.whatwg.org/#http-cors-protocol)). No cookies are involved.
fn cors(allowed_origins: Vec<HeaderValue>) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(allowed_origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, dpop::PROOF])
        .expose_headers([header::WWW_AUTHENTICATE, dpop::NONCE])
        .max_age(PREFLIGHT_AGE)
}
