//! A running tenant, and what its handlers share.

pub(crate) mod error_page;
mod settings;
#[cfg(test)]
mod tests;
mod vault_policy;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use service::clock::Clock;
use service::http;
use service::random;
use service::running::{Bound, Running, StartError};
use service::tls::Authority;
use url::Url;
use wire::claims::Confirmation;
use wire::dpop::Thumbprint;
use wire::ids::{Audience, ClientId};
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::token::TokenType;

use self::error_page::ErrorPageContext;
pub(crate) use self::settings::{CurrentSettings, ResourceParameterProfile, Settings};
pub(crate) use self::vault_policy::{MfaPolicy, VaultPolicy};
use crate::access_token::AccessTokens;
use crate::authorization::Authorization;
use crate::config::Config;
use crate::dpop::Proofs;
use crate::https::Https;
use crate::import::Import;
use crate::issue::{self, AccessToken, Manner};
use crate::issuer::Issuer;
use crate::keys::SigningKeys;
use crate::log::{Log, LogEntry};
use crate::router::{self, Pages};
use crate::store::auth_sessions::AuthSessions;
use crate::store::client_grants::ClientGrants;
use crate::store::clients::Clients;
use crate::store::codes::Codes;
use crate::store::connections::Connections;
use crate::store::consents::Consents;
use crate::store::failed_attempts::{self, FailedAttempts};
use crate::store::opaque_tokens::OpaqueTokens;
use crate::store::organizations::Organizations;
use crate::store::pending_logouts::{self, PendingLogouts};
use crate::store::permissions::Permissions;
use crate::store::pushed_requests::{self, PushedRequests};
use crate::store::rate_limits::RateLimits;
use crate::store::refresh_tokens::RefreshTokens;
use crate::store::resource_servers::ResourceServers;
use crate::store::roles::Roles;
use crate::store::sessions::Sessions;
use crate::store::token_exchange_profiles::TokenExchangeProfiles;
use crate::store::transactions::{self, Transactions};
use crate::store::trips::Trips;
use crate::store::used_assertions::UsedAssertions;
use crate::store::users::Users;
use crate::store::vault::Vault;
use crate::token::token_vault::refresh::Refreshes;
use crate::upstream::Upstream;

/// The server's name in messages.
pub(crate) const NAME: &str = "tenant";

/// What handlers pick their stores from; a clone shares them.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) issuer: Issuer,
    pub(crate) clock: Clock,
    settings: CurrentSettings,
    pub(crate) keys: SigningKeys,
    pub(crate) access_tokens: AccessTokens,
    pub(crate) proofs: Proofs,
    pub(crate) clients: Clients,
    pub(crate) resource_servers: ResourceServers,
    pub(crate) client_grants: ClientGrants,
    pub(crate) connections: Connections,
    pub(crate) users: Users,
    pub(crate) permissions: Permissions,
    pub(crate) roles: Roles,
    pub(crate) sessions: Sessions,
    pub(crate) pending_logouts: PendingLogouts,
    pub(crate) pushed_requests: PushedRequests,
    pub(crate) organizations: Organizations,
    pub(crate) transactions: Transactions,
    pub(crate) trips: Trips,
    pub(crate) auth_sessions: AuthSessions,
    pub(crate) consents: Consents,
    pub(crate) codes: Codes,
    pub(crate) refresh_tokens: RefreshTokens,
    pub(crate) opaque_tokens: OpaqueTokens,
    pub(crate) vault: Vault,
    pub(crate) vault_policy: VaultPolicy,
    pub(crate) refreshes: Refreshes,
    pub(crate) rate_limits: RateLimits,
    pub(crate) token_exchange_profiles: TokenExchangeProfiles,
    pub(crate) used_assertions: UsedAssertions,
    /// Likewise, of those by which privileged workers name people.
    pub(crate) used_subject_tokens: UsedAssertions,
    pub(crate) failed_logins: FailedAttempts,
    pub(crate) failed_client_secrets: FailedAttempts,
    pub(crate) failed_exchanges: FailedAttempts,
    pub(crate) upstream: Upstream,
    pub(crate) log: Log,
}

impl State {
    /// The tenant's settings at this moment.
    pub(crate) fn settings(&self) -> Arc<Settings> {
        self.settings.get()
    }

    /// Puts other settings in their place, in one step.
    pub(crate) fn change_settings<E>(
        &self,
        change: impl FnOnce(&Settings) -> Result<Settings, E>,
    ) -> Result<Arc<Settings>, E> {
        self.settings.update(change)
    }

    pub(crate) fn error_page_context(&self) -> Box<ErrorPageContext> {
        let settings = self.settings();
        Box::new(ErrorPageContext {
            issuer: self.issuer.clone(),
            clock: self.clock.clone(),
            url: settings.error_page.url.clone(),
            lang: settings.language(""),
        })
    }
}

/// A tenant that answers until it is stopped or dropped.
pub struct Tenant {
    running: Running,
    state: State,
    authority: Option<Authority>,
}

/// Starts a tenant: reads the tenant file, binds, and serves in the background. Signing keys are made meanwhile: nobody
/// waits for them but who needs them.
///
/// # Errors
///
/// When the address cannot be bound or the tenant file cannot be used; the message says what to change.
pub async fn start(config: Config) -> Result<Tenant, StartError> {
    let tenant = start_without_keys(config).await?;
    let State { keys, issuer, clock, .. } = &tenant.state;
    keys.make(issuer.domain(), clock.now());
    Ok(tenant)
}

async fn start_without_keys(config: Config) -> Result<Tenant, StartError> {
    let plain = Bound::to(NAME, config.listen).await?;
    if !config.https {
        let state = set_up(&config, plain.url()).await?;
        let running = plain.serve(router::router(state.clone(), Pages::Here));
        return Ok(Tenant { running, state, authority: None });
    }
    let https = Https::bind(&config).await?;
    let state = set_up(&config, https.url()).await?;
    let (running, authority) = https.serve(plain, &state);
    Ok(Tenant { running, state, authority: Some(authority) })
}

async fn set_up(config: &Config, url: &str) -> Result<State, StartError> {
    let own_url = || Url::parse(url).map_err(|error| wrong(error.to_string()));
    let issuer = config.issuer.clone().map_or_else(own_url, Ok)?;
    let issuer = Issuer::new(issuer).ok_or_else(|| {
        wrong("--issuer is an http or https URL that ends in a slash, without query".to_owned())
    })?;
    let import = Import::read(&config.import, &issuer).map_err(|error| wrong(error.to_string()))?;
    let http = http::client(http::CALL_TIMEOUT).map_err(|error| wrong(error.to_string()))?;
    let clock = Clock::system();
    let keys = SigningKeys::unmade();
    let resource_servers = ResourceServers::default();
    let state = State {
        settings: CurrentSettings::new(
            import.settings().map_err(|error| wrong(error.to_string()))?,
        ),
        proofs: Proofs::new(issuer.clone()),
        access_tokens: AccessTokens::new(issuer.clone(), keys.clone(), resource_servers.clone()),
        log: Log::new(clock.clone()),
        upstream: Upstream::new(http, config.provider.clone()),
        issuer,
        clock,
        keys,
        clients: Clients::default(),
        resource_servers,
        client_grants: ClientGrants::default(),
        connections: Connections::default(),
        users: Users::default(),
        permissions: Permissions::default(),
        roles: Roles::default(),
        sessions: Sessions::default(),
        pending_logouts: PendingLogouts::of_at_most(pending_logouts::AT_MOST),
        pushed_requests: PushedRequests::of_at_most(pushed_requests::AT_MOST),
        organizations: Organizations::default(),
        transactions: Transactions::of_at_most(transactions::AT_MOST),
        trips: Trips::of_at_most(transactions::AT_MOST),
        auth_sessions: AuthSessions::new(),
        consents: Consents::default(),
        codes: Codes::new(),
        refresh_tokens: RefreshTokens::default(),
        opaque_tokens: OpaqueTokens::new(),
        vault: Vault::default(),
        vault_policy: import.vault_policy().map_err(|error| wrong(error.to_string()))?,
        refreshes: Refreshes::default(),
        rate_limits: RateLimits::new(config.rate_limit),
        token_exchange_profiles: TokenExchangeProfiles::default(),
        used_assertions: UsedAssertions::default(),
        used_subject_tokens: UsedAssertions::default(),
        failed_logins: FailedAttempts::new(failed_attempts::OF_LOGINS),
        failed_client_secrets: FailedAttempts::new(failed_attempts::OF_CLIENTS),
        failed_exchanges: FailedAttempts::new(failed_attempts::OF_EXCHANGES),
    };
    import.apply(&state).await.map_err(|error| wrong(error.to_string()))?;
    Ok(state)
}

pub(crate) fn wrong(message: String) -> StartError {
    StartError::Configuration { name: NAME, message }
}

impl Tenant {
    /// Where the tenant answers, without a trailing slash: over TLS if it does so.
    #[must_use]
    pub fn url(&self) -> &str {
        self.running.tls_url().unwrap_or(self.plain_url())
    }

    /// Where it answers by plain HTTP, which it does in any case.
    #[must_use]
    pub fn plain_url(&self) -> &str {
        self.running.url()
    }

    /// Who vouches for [`Tenant::url`], when that is over TLS.
    #[must_use]
    pub const fn authority(&self) -> Option<&Authority> {
        self.authority.as_ref()
    }

    /// The file with the certificate that clients must trust then.
    #[must_use]
    pub fn ca_file(&self) -> Option<&Path> {
        self.authority().map(Authority::path)
    }

    /// The tenant's name in tokens, with a trailing slash.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.state.issuer.as_str()
    }

    /// The tenant's clock, which tests advance.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.state.clock
    }

    /// What happened so far, the oldest first.
    #[must_use]
    pub fn log(&self) -> Vec<LogEntry> {
        self.state.log.entries()
    }

    /// An access token as if the person with that email address had logged in with the client: for tests of APIs.
    /// `None` when the tenant has no such person, client or API.
    pub async fn access_token(
        &self,
        email: &str,
        client_id: &str,
        audience: &str,
        scope: &str,
    ) -> Option<Secret> {
        self.issue(email, client_id, audience, scope, None).await.map(|issued| issued.token)
    }

    /// The same, bound to the key with that thumbprint: whoever uses it has to prove that they hold the key. `None` also
    /// when the API takes no proofs.
    pub async fn bound_access_token(
        &self,
        email: &str,
        client_id: &str,
        audience: &str,
        scope: &str,
        jkt: Thumbprint,
    ) -> Option<Secret> {
        let cnf = Some(Confirmation { jkt });
        let issued = self.issue(email, client_id, audience, scope, cnf).await?;
        (issued.token_type == TokenType::DPoP).then_some(issued.token)
    }

    async fn issue(
        &self,
        email: &str,
        client_id: &str,
        audience: &str,
        scope: &str,
        cnf: Option<Confirmation>,
    ) -> Option<AccessToken> {
        let State { users, clients, clock, .. } = &self.state;
        let now = clock.now();
        let client = clients.find(&ClientId::from(client_id)).await?;
        let authorization = Authorization {
            client_id: client.client_id.clone(),
            user_id: users.find_by_email(email).await?.user_id,
            audience: Some(Audience::from(audience)),
            scope: ScopeSet::from(scope),
            session_id: random::identifier(32),
            auth_time: now,
            tells_auth_time: false,
            organization: None,
        };
        let manner = Manner { cnf, ..Manner::default() };
        issue::access_token(&self.state, &client, &authorization, manner, now).await.ok()
    }

    /// Puts the next signing key to use. Tokens that the key before it signed stay good until they expire.
    ///
    /// # Errors
    ///
    /// When no key could be made.
    pub async fn rotate_signing_keys(&self) -> Result<(), impl Error + use<>> {
        let State { keys, issuer, clock, .. } = &self.state;
        keys.rotate(issuer.domain(), clock.now()).await
    }

    /// How many tokens were signed so far.
    #[must_use]
    pub fn signatures(&self) -> usize {
        self.state.keys.signatures()
    }

    /// Stops taking requests and returns when those in flight are answered.
    pub async fn stop(&self) {
        self.running.stop().await;
    }

    /// Returns when the server has ended, for whatever reason.
    pub async fn finished(&self) {
        self.running.finished().await;
    }
}

impl AsRef<Running> for Tenant {
    fn as_ref(&self) -> &Running {
        &self.running
    }
}
