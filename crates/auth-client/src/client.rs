//! The client: a login, its answer, tokens, connected accounts, logout.

mod connected_accounts;
mod renewal;
mod returned;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use wire::ids::{Audience, ConnectionName};
use wire::my_account::ConnectedAccount;
use wire::scope::ScopeSet;
use wire::timestamp::Timestamp;

use crate::authorize_url::authorize_url;
use crate::callback::Handled;
use crate::config::Config;
use crate::error::AuthError;
use crate::id_token::User;
use crate::platform::Platform;
use crate::token_store::TokenStore;
use crate::transaction::{Purpose, Transaction, Transactions, random_text};

use renewal::Renewing;

/// Seconds before its expiry that a token is no longer handed out.
const EXPIRY_LEEWAY: u64 = 60;

/// What an app wants of a login.
#[derive(Clone, Debug, Default)]
pub struct Login {
    /// The API that the access token is for; without one, the tenant issues a token for its own `/userinfo`.
    pub audience: Option<Audience>,
    /// What the app wants to be allowed; `openid` is always asked for besides. With `offline_access`, tokens are renewed
    /// without the person from then on, those for other APIs included as far as the tenant's policies for this client
    /// allow (TK-3.3).
    pub scope: ScopeSet,
    /// Where the app wants to be afterwards, a path of its own origin. Anything else is dropped: an address from a
    /// link must not lead away from the app (SC-7/2).
    pub return_to: Option<String>,
}

/// What an app wants of a logout.
#[derive(Clone, Debug, Default)]
pub struct Logout {
    /// Where the tenant sends the browser afterwards, one of the application's Allowed Logout URLs; without one, the
    /// first of them (DT-6/2).
    pub return_to: Option<String>,
}

/// An account that a person wants to connect.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConnectAccount {
    /// Where the account is, e.g. `google-oauth2`.
    pub connection: ConnectionName,
    /// What to ask of the provider; when it is empty, what the connection says.
    pub scopes: ScopeSet,
    /// Where the app wants to be afterwards, as in [`Login::return_to`].
    pub return_to: Option<String>,
}

/// How coming back from the tenant ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallbackOutcome {
    /// Somebody is signed in.
    LoggedIn(Box<LoggedIn>),
    /// The page is being left again: connecting an account takes the browser to the tenant several times.
    Leaving,
}

/// A login that ended well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedIn {
    /// Who logged in.
    pub user: User,
    /// The path that [`Login::return_to`] named.
    pub return_to: Option<String>,
    /// What the tenant granted.
    pub scope: ScopeSet,
    /// What was asked for and is not in [`scope`](Self::scope): unknown to the API, or not for this person.
    pub missing_scope: ScopeSet,
    /// How connecting an account ended, where that is what the person came back from.
    pub connected: Option<Result<ConnectedAccount, AuthError>>,
}

/// An OAuth client in a page. Clones are handles to one and the same client.
pub struct AuthClient<P: Platform>(Rc<Inner<P>>);

impl<P: Platform> Clone for AuthClient<P> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

struct Inner<P> {
    config: Config,
    platform: P,
    expiry_leeway: Cell<u64>,
    tokens: RefCell<TokenStore>,
    handled: RefCell<Option<Handled>>,
    renewing: RefCell<Option<Renewing>>,
    /// Tells an exchange that is under way that somebody logged out meanwhile.
    logouts: Cell<u64>,
}

impl<P: Platform> AuthClient<P> {
    /// A client that nobody is signed in to. It touches nothing until it is asked to.
    #[must_use]
    pub fn new(config: Config, platform: P) -> Self {
        Self(Rc::new(Inner {
            config,
            platform,
            expiry_leeway: Cell::new(EXPIRY_LEEWAY),
            tokens: RefCell::default(),
            handled: RefCell::default(),
            renewing: RefCell::default(),
            logouts: Cell::default(),
        }))
    }

    /// The same client, which stops handing out a token so many seconds before it expires; 60 unless told otherwise,
    /// and never more than half of a token's life. Counts for tokens that are issued from now on.
    #[must_use]
    pub fn with_expiry_leeway(self, seconds: u64) -> Self {
        self.0.expiry_leeway.set(seconds);
        self
    }

    /// Leaves the page for the tenant's login, and keeps in this tab what its answer must match.
    ///
    /// # Errors
    ///
    /// When the browser refuses storage, randomness or navigation; the page is still there then.
    #[expect(
        clippy::unused_async,
        reason = "leaving a page is a task for apps, which they spawn; others of its kind do wait"
    )]
    pub async fn login_with_redirect(&self, login: Login) -> Result<(), AuthError> {
        self.leave_to_log_in(login, Purpose::Login)
    }

    /// Who is signed in; nobody once their last token is about to expire.
    #[must_use]
    pub fn user(&self) -> Option<User> {
        self.0.tokens.borrow().user(self.now()).cloned()
    }

    /// When the last of the tokens expires; `None` when nobody is signed in.
    #[must_use]
    pub fn session_expires_at(&self) -> Option<Timestamp> {
        self.0.tokens.borrow().expires_at(self.now())
    }

    /// Forgets tokens, person and logins under way, then leaves the page for the tenant's logout (DT-6).
    ///
    /// # Errors
    ///
    /// When the browser refuses; the tokens are forgotten even so.
    pub fn logout(&self, logout: Logout) -> Result<(), AuthError> {
        let Inner { config, platform, tokens, handled, renewing, logouts, .. } = &*self.0;
        logouts.set(logouts.get().wrapping_add(1));
        tokens.borrow_mut().clear();
        handled.take();
        renewing.take();
        let forgotten = self.transactions().close_all();

        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("client_id", config.client_id.as_str());
        if let Some(return_to) = logout.return_to {
            query.append_pair("returnTo", &return_to);
        }
        platform.leave_for(
            &[&config.domain.endpoint("/v2/logout?"), query.finish().as_str()].concat(),
        )?;
        forgotten
    }

    fn now(&self) -> Timestamp {
        self.0.platform.now()
    }

    fn transactions(&self) -> Transactions<'_, P> {
        Transactions::new(&self.0.platform, &self.0.config.client_id)
    }

    /// Leaves the page for the tenant's login, whatever that is for.
    fn leave_to_log_in(&self, login: Login, purpose: Purpose) -> Result<(), AuthError> {
        let Inner { config, platform, .. } = &*self.0;
        let state = random_text(platform)?;
        let transaction = Transaction::begin(login, purpose, config, platform)?;
        self.transactions().open(&state, &transaction)?;
        Ok(platform.leave_for(&authorize_url(config, &state, &transaction))?)
    }
}
