//! Every route of the provider, and what its handlers work with.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Uri;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, patch, post};
use service::clock::Clock;
use service::page::assets;
use wire::google_calendar::EVENTS_PATH;
use wire::scope::ScopeSet;

use crate::authorize::flow::Flow;
use crate::config::Config;
use crate::dialect::Dialect;
use crate::error::ApiError;
use crate::issuer::Issuer;
use crate::people::{self, seed};
use crate::revoke::Revocation;
use crate::store::access_tokens::AccessTokens;
use crate::store::clients::Clients;
use crate::store::codes::Codes;
use crate::store::consents::Consents;
use crate::store::events::Events;
use crate::store::grants::{Grant, Grants};
use crate::store::page_tokens::PageTokens;
use crate::store::people::People;
use crate::store::refresh_tokens::RefreshTokens;
use crate::store::sessions::Sessions;
use crate::store::transactions::Transactions;
use crate::token::Issuance;
use crate::token::refresh_token::Refreshes;
use crate::trouble::{self, Troubles};
use crate::{
    authorize, calendar, consent, control, discovery, github, login, logout, revoke, token,
    userinfo,
};

/// No request of ours comes near; an event with a long description does not either.
const BODY_LIMIT: usize = 64 * 1024;

/// Every route.
pub(crate) fn router(app: App, is_controlled: bool) -> Router {
    let control = if is_controlled { control::router() } else { Router::new() };
    let event_path = format!("{EVENTS_PATH}/{{event_id}}");
    Router::new()
        .route("/health", get(async || "ok"))
        .route("/.well-known/openid-configuration", get(discovery::get))
        // Browsers.
        .route(authorize::PATH, get(authorize::get).post(authorize::post))
        .route(authorize::github::PATH, get(authorize::github::get))
        .route(login::PATH, get(login::get).post(login::post))
        .route(consent::PATH, get(consent::get).post(consent::post))
        .route(logout::PATH, get(logout::get))
        .merge(assets())
        // Clients.
        .route("/token", post(token::post))
        .route("/revoke", post(revoke::post))
        .route(github::token::PATH, post(github::token::post))
        // Holders of an access token.
        .route("/v1/userinfo", get(userinfo::get))
        .route(github::user::PATH, get(github::user::get))
        .route(EVENTS_PATH, get(calendar::list).post(calendar::insert))
        .route(&event_path, patch(calendar::patch).delete(calendar::delete))
        // Developers.
        .merge(control)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .fallback(async |uri: Uri| ApiError::NoSuchPath(uri.path().to_owned()))
        .layer(from_fn_with_state(app.clone(), trouble::meet))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(app)
}

/// What handlers choose from; clones share everything.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) clock: Clock,
    pub(crate) issuer: Issuer,
    pub(crate) token_lifetime: u64,
    pub(crate) refresh_token_lifetime: Option<u64>,
    pub(crate) rotate_refresh_tokens: bool,
    pub(crate) troubles: Troubles,
    pub(crate) refreshes: Refreshes,
    pub(crate) clients: Clients,
    pub(crate) people: People,
    pub(crate) sessions: Sessions,
    pub(crate) transactions: Transactions,
    pub(crate) consents: Consents,
    pub(crate) grants: Grants,
    pub(crate) codes: Codes,
    pub(crate) access_tokens: AccessTokens,
    pub(crate) refresh_tokens: RefreshTokens,
    pub(crate) events: Events,
    pub(crate) page_tokens: PageTokens,
}

impl App {
    /// A provider with its client, its people, their events, and the grant that Ada gave before the story begins.
    pub(crate) async fn seeded(config: &Config, issuer: Issuer, clock: Clock) -> Self {
        let app = Self {
            clients: Clients::with_tenant(config.registered_redirect_uris()),
            people: People::new(people::all()),
            events: Events::new(seed::events(clock.now())),
            clock,
            issuer,
            token_lifetime: config.token_lifetime,
            refresh_token_lifetime: config.refresh_token_lifetime,
            rotate_refresh_tokens: config.rotate_refresh_tokens,
            troubles: Troubles::default(),
            refreshes: Refreshes::default(),
            sessions: Sessions::default(),
            transactions: Transactions::default(),
            consents: Consents::default(),
            grants: Grants::default(),
            codes: Codes::default(),
            access_tokens: AccessTokens::default(),
            refresh_tokens: RefreshTokens::default(),
            page_tokens: PageTokens::default(),
        };
        if let Some(client) = app.clients.tenant().await {
            let scope = ScopeSet::from(seed::OFFLINE_SCOPE);
            let dialect = Dialect::Google;
            let grant = Grant { person: people::ada().id, client: client.id, scope, dialect };
            app.consents.remember(&grant).await;
            let grant = app.grants.open(grant).await;
            app.refresh_tokens.keep(seed::OFFLINE_REFRESH_TOKEN.into(), grant).await;
        }
        app
    }

    /// The stores between a request for authorization and its code.
    pub(crate) fn flow(&self) -> Flow {
        Flow {
            transactions: self.transactions.clone(),
            consents: self.consents.clone(),
            grants: self.grants.clone(),
            codes: self.codes.clone(),
        }
    }

    /// What Google's tokens come from.
    pub(crate) fn issuance(&self) -> Issuance {
        Issuance {
            dialect: Dialect::Google,
            grants: self.grants.clone(),
            access_tokens: self.access_tokens.clone(),
            refresh_tokens: self.refresh_tokens.clone(),
            lifetime: Some(self.token_lifetime),
            refresh_lifetime: self.refresh_token_lifetime,
            rotates: self.rotate_refresh_tokens,
        }
    }

    /// The stores that a revocation touches.
    pub(crate) fn revocation(&self) -> Revocation {
        Revocation {
            consents: self.consents.clone(),
            grants: self.grants.clone(),
            access_tokens: self.access_tokens.clone(),
            refresh_tokens: self.refresh_tokens.clone(),
        }
    }
}
