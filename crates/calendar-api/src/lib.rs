//! The backend API: a resource server that acts as its Custom API Client at the Token Vault.
//!
//! It reads as a sample for your own backend. A request to `/events` walks through it like this:
//!
//! 1. `authorized`: takes the token out of the request and asks for a scope
//!    ([RFC 6750 §2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1)).
//! 2. `access_token` with `jwks`: verifies it with the tenant's published keys, and by a DPoP proof that the sender
//!    holds its key, if it has one ([RFC 9449 §7](https://www.rfc-editor.org/rfc/rfc9449#section-7)). Nothing is
//!    exchanged before that (contract: token-vault.md §2.5).
//! 3. `token_vault`: buys the person's provider token with it, as Custom API Client, and keeps it until shortly before
//!    it expires.
//! 4. `provider_calendar`: calls the provider, in the words of Google Calendar API v3.
//! 5. `events`: answers in the app's own words; `error` says what went wrong, as an
//!    [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem.
//!
//! Beside it, `callback` sends logins that landed here on to the app (contract: token-vault.md §6).
//!
//! Neither the person's access token nor the provider's token ever reaches an answer or a log.
//!
//! To take it for your own API: keep `access_token`, `authorized`, `discovery`, `error`, `jwks`, `outgoing` and
//! `token_vault` as they are, name your scopes in `authorized`, and put your provider's calls in the place of
//! `provider_calendar` and your routes in that of `events`.

mod access_token;
mod authorized;
mod callback;
mod config;
mod discovery;
mod error;
mod events;
mod jwks;
mod moment;
mod outgoing;
mod provider_calendar;
mod router;
mod token_vault;

use std::sync::Arc;

use service::clock::Clock;
use service::http;
use service::running::{Bound, Running, StartError};

use crate::access_token::AccessTokens;
use crate::callback::AppCallback;
use crate::discovery::Discovery;
use crate::jwks::TenantKeys;
use crate::provider_calendar::ProviderCalendar;
use crate::router::Api;
use crate::token_vault::TokenVault;

pub use crate::config::Config;

/// The server's name in messages.
const NAME: &str = "calendar-api";

/// Starts the calendar API; it answers in the background until it is stopped or dropped.
///
/// The tenant need not answer yet: it is asked when the first request comes.
///
/// # Errors
///
/// When the address cannot be bound, or the configuration makes no sense.
pub async fn start(config: Config) -> Result<Running, StartError> {
    start_with_clock(config, Clock::system()).await
}

/// The same by a clock of the caller's, which a test can move.
///
/// # Errors
///
/// As of [`start`].
pub async fn start_with_clock(config: Config, clock: Clock) -> Result<Running, StartError> {
    let bound = Bound::to(NAME, config.listen).await?;
    let router = assemble(config, bound.url(), clock)
        .map_err(|message| StartError::Configuration { name: NAME, message })?;
    Ok(bound.serve(router))
}

/// Gives each part what it needs of the configuration, and nothing more.
fn assemble(config: Config, bound: &str, clock: Clock) -> Result<axum::Router, String> {
    config.check()?;
    let origins = config.origins()?;
    let http = http::client_trusting(config.ca_file.as_deref(), config.upstream_timeout)
        .map_err(|error| format!("{error} (flag --ca-file)"))?;
    let discovery = Arc::new(Discovery::new(http.clone(), &config.issuer));
    let keys = TenantKeys::new(http.clone(), discovery.clone(), clock.clone());
    let api = Api {
        access_tokens: Arc::new(AccessTokens::new(
            &config.issuer,
            (config.audience.clone(), config.url(bound)),
            keys,
            clock.clone(),
        )),
        app: AppCallback::new(config.app_callback),
        calendar: Arc::new(ProviderCalendar::new(http.clone(), &config.provider)),
        token_vault: Arc::new(TokenVault::new(
            http,
            discovery,
            (config.client_id, config.client_secret),
            config.connection,
            clock,
        )),
    };
    Ok(router::router(api, origins))
}
