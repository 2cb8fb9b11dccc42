//! A running provider, and what tests may ask of it.

use std::fmt;
use std::time::Duration;

use service::clock::Clock;
use service::running::{Bound, Running, StartError};
use url::Url;
use wire::scope::ScopeSet;
use wire::secret::Secret;

use crate::config::{Config, RedirectUri};
use crate::dialect::Dialect;
use crate::issuer::Issuer;
use crate::router::{self, App};
use crate::store::grants::Grant;
use crate::trouble::{Endpoint, Failure, Held};

/// A provider that answers until it is stopped or dropped.
pub struct Provider {
    running: Running,
    app: App,
}

/// Starts a provider.
///
/// # Errors
///
/// When the address cannot be bound, or the issuer is no address.
pub async fn start(config: Config) -> Result<Provider, StartError> {
    let bound = Bound::to("provider", config.listen).await?;
    let url = match &config.issuer {
        Some(issuer) => issuer.clone(),
        None => Url::parse(bound.url()).map_err(|error| not_an_issuer(&error.to_string()))?,
    };
    if !url.has_host() || url.query().is_some() || url.fragment().is_some() {
        return Err(not_an_issuer("it is a URL such as http://localhost:4402"));
    }
    let app = App::seeded(&config, Issuer::new(&url), Clock::system()).await;
    let is_controlled = config.listen.ip().is_loopback();
    Ok(Provider { running: bound.serve(router::router(app.clone(), is_controlled)), app })
}

fn not_an_issuer(reason: &str) -> StartError {
    StartError::Configuration {
        name: "provider",
        message: format!("--issuer cannot be used: {reason}"),
    }
}

impl Provider {
    /// Where the provider answers, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> &str {
        self.running.url()
    }

    /// The provider's clock, for tests to advance.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.app.clock
    }

    /// How many refresh requests were answered with a token so far.
    #[must_use]
    pub fn refreshes(&self) -> u64 {
        self.app.refreshes.count()
    }

    /// Ends what the person allowed with this refresh token, as they would on the provider's own account page: the
    /// token and every access token of its grant are dead at once, and the person will be asked again. False when the
    /// token was not valid any more.
    pub async fn revoke_refresh_token(&self, refresh_token: &str) -> bool {
        let now = self.app.clock.now();
        self.app.revocation().refresh_token(&refresh_token.into(), now).await
    }

    /// Takes back everything that the person has allowed, as they would on their account page. False when that was
    /// nothing, or nobody has that address.
    pub async fn revoke_consent(&self, email: &str) -> bool {
        match self.app.people.find_by_email(email).await {
            Some(person) => self.app.revocation().of_person(&person.id).await,
            None => false,
        }
    }

    /// Lets every refresh token expire, whatever lifetime it has; what people allowed stays allowed.
    pub async fn expire_refresh_tokens(&self) {
        self.app.refresh_tokens.expire_all().await;
    }

    /// Lets the next `times` requests to an endpoint fail; then it is as it was. Several calls add up, in their order.
    pub fn fail_next(&self, endpoint: Endpoint, failure: Failure, times: u64) {
        self.app.troubles.fail_next(endpoint, failure, times);
    }

    /// Lets requests to an endpoint wait until the guard is dropped: slowness without a clock.
    pub fn hold(&self, endpoint: Endpoint) -> Held {
        self.app.troubles.hold(endpoint)
    }

    /// Answers an endpoint's requests late from now on, for somebody to look at; zero ends it. A minute is the longest.
    pub fn delay(&self, endpoint: Endpoint, delay: Duration) {
        self.app.troubles.delay(endpoint, delay);
    }

    /// Lets the tenant's client take its answers at a further address: that of a tenant which found a free port.
    pub async fn allow_redirect_uri(&self, redirect_uri: RedirectUri) {
        self.app.clients.allow_redirect_uri(redirect_uri).await;
    }

    /// An access token as if that person had just allowed the tenant's client these scopes; `None` for somebody whom
    /// the provider does not know.
    pub async fn access_token(&self, email: &str, scope: impl Into<ScopeSet>) -> Option<Secret> {
        let App { clock, people, clients, grants, access_tokens, token_lifetime, .. } = &self.app;
        let person = people.find_by_email(email).await?;
        let client = clients.tenant().await?;
        let scope = scope.into();
        let dialect = Dialect::Google;
        let grant = Grant { person: person.id, client: client.id, scope: scope.clone(), dialect };
        let grant = grants.open(grant).await;
        let now = clock.now();
        let end = Some(now.plus(*token_lifetime));
        Some(access_tokens.issue(dialect, grant, scope, end, now).await)
    }

    /// Stops taking requests, lets those in flight finish, and returns when all is over.
    pub async fn stop(&self) {
        self.running.stop().await;
    }

    /// Returns when the server has ended, for whatever reason.
    pub async fn finished(&self) {
        self.running.finished().await;
    }
}

impl AsRef<Running> for Provider {
    fn as_ref(&self) -> &Running {
        &self.running
    }
}

/// Without what it stores.
impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Provider").field(&self.url()).finish()
    }
}
