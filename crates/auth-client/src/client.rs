//! The client: a login, its answer, tokens, logout.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wire::authorize::AuthorizationResponse;
use wire::ids::Audience;
use wire::scope::ScopeSet;
use wire::timestamp::Timestamp;

use crate::authorize_url::authorize_url;
use crate::callback::{CallbackStep, CallbackUrl, Handled, Progress};
use crate::config::Config;
use crate::error::AuthError;
use crate::id_token::{self, Expected, IdTokenError, User};
use crate::platform::Platform;
use crate::token_endpoint;
use crate::token_store::{AccessToken, TokenSet, TokenStore};
use crate::transaction::{Transaction, Transactions, is_same_origin_path, random_text};

/// Seconds before its expiry that a token is no longer handed out.
const EXPIRY_LEEWAY: u64 = 60;

/// What an app wants of a login.
#[derive(Clone, Debug, Default)]
pub struct Login {
    /// The API that the access token is for; without one, the tenant issues a token for its own `/userinfo`.
    pub audience: Option<Audience>,
    /// What the app wants to be allowed; `openid` is always asked for besides.
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
        let Inner { config, platform, .. } = &*self.0;
        let state = random_text(platform)?;
        let transaction = Transaction::begin(login, config, platform)?;
        self.transactions().open(&state, &transaction)?;
        Ok(platform.leave_for(&authorize_url(config, &state, &transaction))?)
    }

    /// Reads the answer of the tenant from the page's address, and signs the person in.
    ///
    /// The address is cleaned before anything is awaited, so that no code stays in it or in the history. Asked again
    /// for the same answer, also while it is being handled, it gives the same outcome: the code is redeemed once.
    /// An answer that no login of this tab waits for changes nothing.
    ///
    /// # Errors
    ///
    /// [`AuthError::failed_step`] says which check failed; nobody is signed in by it then.
    pub async fn handle_redirect_callback(&self) -> Result<LoggedIn, AuthError> {
        self.handle_redirect_callback_with(|_| {}).await
    }

    /// [`handle_redirect_callback`](Self::handle_redirect_callback), telling `on_step` each check that passes.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn handle_redirect_callback_with(
        &self,
        on_step: impl Fn(CallbackStep) + 'static,
    ) -> Result<LoggedIn, AuthError> {
        self.handled()?.outcome(on_step).await
    }

    /// A token for `audience` that allows at least `scope`, from memory.
    ///
    /// # Errors
    ///
    /// [`AuthError::LoginRequired`] when there is none or it is about to expire; [`AuthError::ScopeNotGranted`] when
    /// one was asked for with this scope and the tenant granted less.
    #[expect(
        clippy::unused_async,
        reason = "callers wait for a token already as they must where one is fetched"
    )]
    pub async fn get_token(
        &self,
        audience: &Audience,
        scope: &ScopeSet,
    ) -> Result<AccessToken, AuthError> {
        self.0.tokens.borrow().find(audience, scope, self.now())
    }

    /// Who is signed in; nobody once their last token is about to expire.
    #[must_use]
    pub fn user(&self) -> Option<User> {
        self.0.tokens.borrow().user(self.now()).cloned()
    }

    /// When the newest token expires; `None` when nobody is signed in.
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
        let Inner { config, platform, tokens, handled, logouts, .. } = &*self.0;
        logouts.set(logouts.get().wrapping_add(1));
        tokens.borrow_mut().clear();
        handled.take();
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

    /// What the page's address asks for: the outcome that is known already, or a new answer's.
    fn handled(&self) -> Result<Handled, AuthError> {
        let Inner { platform, handled, .. } = &*self.0;
        let address = platform.url()?;
        let url = CallbackUrl::new(&address);
        let known = handled.borrow().as_ref().filter(|known| known.serves(&url)).cloned();
        // A login that has run out is not told again as if it were still good.
        let known = known.filter(|known| !known.succeeded() || self.user().is_some());
        let response = url.response().transpose();
        if known.is_some() || response.is_some() {
            platform.replace_url(&url.page)?;
        }
        if let Some(known) = known {
            return Ok(known);
        }
        let response = response.ok_or(AuthError::NoCallback)?;
        let progress = Rc::<Progress>::default();
        let outcome = self.clone().sign_in(response, Rc::clone(&progress));
        let new = Handled::new(url, progress, outcome);
        handled.replace(Some(new.clone()));
        Ok(new)
    }

    async fn sign_in(
        self,
        response: Result<AuthorizationResponse, AuthError>,
        progress: Rc<Progress>,
    ) -> Result<LoggedIn, AuthError> {
        let Inner { config, platform, .. } = &*self.0;
        let logouts = self.0.logouts.get();
        let response = response?;
        progress.pass(CallbackStep::ResponseReceived);

        let transaction = self.matching_transaction(&response)?;
        progress.pass(CallbackStep::StateChecked);

        let code = response.result.map_err(AuthError::Refused)?;
        // Lifetimes count from before the request: no token lives longer for us than for the tenant.
        let asked_at = self.now();
        let tokens = token_endpoint::redeem(code, &transaction, config, platform).await?;
        progress.pass(CallbackStep::CodeExchanged);

        let issuer = config.domain.issuer();
        let expected = Expected {
            issuer: &issuer,
            client_id: &config.client_id,
            nonce: &transaction.nonce,
            now: self.now(),
        };
        let id_token = tokens.id_token.as_ref().ok_or_else(IdTokenError::missing)?;
        let user = id_token::check(id_token.expose(), &expected)?;
        if self.0.logouts.get() != logouts {
            return Err(AuthError::LoginRequired);
        }
        progress.pass(CallbackStep::IdTokenChecked);

        // RFC 6749 §5.1: an answer without a scope grants what was asked for.
        let granted = tokens.scope.unwrap_or_else(|| transaction.scope.clone());
        let leeway = self.0.expiry_leeway.get().min(tokens.expires_in / 2);
        let set = TokenSet {
            audience: transaction.audience,
            asked: transaction.scope.clone(),
            access_token: AccessToken {
                token: tokens.access_token,
                scope: granted.clone(),
                expires_at: asked_at.plus(tokens.expires_in),
            },
            good_until: asked_at.plus(tokens.expires_in - leeway),
        };
        self.0.tokens.borrow_mut().keep(user.clone(), set, self.now());
        Ok(LoggedIn {
            user,
            return_to: transaction.return_to.filter(|path| is_same_origin_path(path)),
            missing_scope: transaction.scope.filtered(|scope| !granted.contains(scope)),
            scope: granted,
        })
    }

    /// The login that this is the answer to, which is closed by it. Any other stays open (RFC 6749 §10.12).
    fn matching_transaction(
        &self,
        response: &AuthorizationResponse,
    ) -> Result<Transaction, AuthError> {
        let state = response.state.as_deref().ok_or(AuthError::StateMissing)?;
        let transactions = self.transactions();
        let transaction = transactions.find(state);
        let issuer = self.0.config.domain.issuer();
        match (transaction, &response.iss) {
            (Ok(_), Some(actual)) if *actual != issuer => {
                Err(AuthError::IssuerMismatch { expected: issuer, actual: actual.clone() })
            }
            (Ok(transaction), _) => transactions.close(state).map(|()| transaction),
            // Useless from now on, and known to be ours by its state.
            (Err(error @ (AuthError::TransactionExpired | AuthError::TransactionMalformed)), _) => {
                transactions.close(state)?;
                Err(error)
            }
            (Err(error), _) => Err(error),
        }
    }
}
