//! Coming back from the tenant.

use std::rc::Rc;

use wire::my_account::CompleteRequest;
use wire::secret::Secret;

use super::{AuthClient, CallbackOutcome, Inner, LoggedIn, Login};
use crate::callback::{Answer, Callback, CallbackStep, CallbackUrl, Handled, Progress};
use crate::error::AuthError;
use crate::id_token::{self, Expected, IdTokenError};
use crate::platform::Platform;
use crate::token_endpoint;
use crate::token_store::Renewal;
use crate::transaction::{Purpose, Transaction, is_same_origin_path};

impl<P: Platform> AuthClient<P> {
    /// Reads the answer of the tenant from the page's address, signs the person in, and completes the connecting of an
    /// account where the answer is about one.
    ///
    /// The address is cleaned before anything is awaited, so that no code stays in it or in the history. Asked again
    /// for the same answer, also while it is being handled, it gives the same outcome: the code is redeemed once.
    /// An answer that nothing in this tab waits for changes nothing.
    ///
    /// # Errors
    ///
    /// [`AuthError::failed_step`] says which check failed; nobody is signed in by it then.
    pub async fn handle_redirect_callback(&self) -> Result<CallbackOutcome, AuthError> {
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
    ) -> Result<CallbackOutcome, AuthError> {
        self.handled()?.outcome(on_step).await
    }

    /// What the page's address asks for: the outcome that is known already, or a new answer's.
    fn handled(&self) -> Result<Handled, AuthError> {
        let Inner { platform, handled, .. } = &*self.0;
        let address = platform.url()?;
        let url = CallbackUrl::new(&address);
        let known = handled.borrow().as_ref().filter(|known| known.serves(&url)).cloned();
        // A login that has run out is not told again as if it were still good.
        let known = known.filter(|known| !known.succeeded() || self.user().is_some());
        let callback = url.callback().transpose();
        if known.is_some() || callback.is_some() {
            platform.replace_url(&url.page)?;
        }
        if let Some(known) = known {
            return Ok(known);
        }
        let callback = callback.ok_or(AuthError::NoCallback)?;
        let progress = Rc::<Progress>::default();
        let outcome = self.clone().take_up(callback, Rc::clone(&progress));
        let new = Handled::new(url, progress, outcome);
        handled.replace(Some(new.clone()));
        Ok(new)
    }

    /// Goes on from where the browser was sent away.
    async fn take_up(
        self,
        callback: Result<Callback, AuthError>,
        progress: Rc<Progress>,
    ) -> Result<CallbackOutcome, AuthError> {
        let callback = callback?;
        progress.pass(CallbackStep::ResponseReceived);
        let transaction = self.matching_transaction(&callback)?;
        progress.pass(CallbackStep::StateChecked);
        match (callback.answer, &transaction.purpose) {
            (answer, Purpose::Connect { auth_session }) => {
                let purpose = match answer {
                    Answer::Refused(refusal) => Purpose::LoginAfterRefusal(refusal),
                    Answer::Code(code) | Answer::ConnectCode(code) => {
                        Purpose::LoginToComplete(CompleteRequest {
                            auth_session: auth_session.clone(),
                            connect_code: code,
                            redirect_uri: transaction.redirect_uri,
                            code_verifier: Some(transaction.verifier),
                        })
                    }
                };
                let Transaction { audience, scope, return_to, .. } = transaction;
                self.leave_to_log_in(Login { audience, scope, return_to }, purpose)?;
                Ok(CallbackOutcome::Leaving)
            }
            (Answer::Refused(refusal), _) => Err(AuthError::Refused(refusal)),
            (Answer::Code(code) | Answer::ConnectCode(code), _) => {
                let logged_in = self.sign_in(code, &transaction, &progress).await?;
                self.go_on(logged_in, transaction.purpose).await
            }
        }
    }

    /// Redeems the code, checks who it is, and keeps their tokens.
    async fn sign_in(
        &self,
        code: Secret,
        transaction: &Transaction,
        progress: &Progress,
    ) -> Result<LoggedIn, AuthError> {
        let Inner { config, platform, .. } = &*self.0;
        let logouts = self.0.logouts.get();
        // Lifetimes count from before the request: no token lives longer for us than for the tenant.
        let asked_at = self.now();
        let tokens = token_endpoint::redeem(code, transaction, config, platform).await?;
        progress.pass(CallbackStep::CodeExchanged);

        let issuer = config.domain.issuer();
        let expected = Expected {
            issuer: &issuer,
            client_id: &config.client_id,
            nonce: Some(&transaction.nonce),
            now: self.now(),
        };
        let id_token = tokens.id_token.as_ref().ok_or_else(IdTokenError::missing)?;
        let user = id_token::check(id_token.expose(), &expected)?;
        if self.0.logouts.get() != logouts {
            return Err(AuthError::LoginRequired);
        }
        progress.pass(CallbackStep::IdTokenChecked);

        let Transaction { audience, scope, return_to, .. } = transaction;
        let renewal = tokens.refresh_token.clone().map(|refresh_token| Renewal {
            refresh_token,
            audience: audience.clone(),
            scope: scope.clone(),
        });
        let set = self.token_set(tokens, asked_at, audience.clone(), scope.clone());
        let granted = set.access_token.scope.clone();
        let mut store = self.0.tokens.borrow_mut();
        store.keep(user.clone(), set, self.now());
        if renewal.is_some() {
            store.keep_renewal(renewal);
        }
        Ok(LoggedIn {
            user,
            return_to: return_to.clone().filter(|path| is_same_origin_path(path)),
            missing_scope: scope.filtered(|scope| !granted.contains(scope)),
            scope: granted,
            connected: None,
        })
    }

    /// What the person logged in for, where that was an account to connect.
    async fn go_on(
        &self,
        mut logged_in: LoggedIn,
        purpose: Purpose,
    ) -> Result<CallbackOutcome, AuthError> {
        logged_in.connected = match purpose {
            Purpose::Login | Purpose::Connect { .. } => None,
            Purpose::LoginToConnect(wish) => match self.begin_to_connect(wish).await {
                Ok(()) => return Ok(CallbackOutcome::Leaving),
                Err(error) => Some(Err(error)),
            },
            Purpose::LoginToComplete(request) => Some(self.complete(&request).await),
            Purpose::LoginAfterRefusal(refusal) => Some(Err(AuthError::ConnectRefused(refusal))),
        };
        Ok(CallbackOutcome::LoggedIn(Box::new(logged_in)))
    }

    /// What this is the answer to, which is closed by it. Any other stays open (RFC 6749 §10.12).
    fn matching_transaction(&self, callback: &Callback) -> Result<Transaction, AuthError> {
        let state = callback.state.as_deref().ok_or(AuthError::StateMissing)?;
        let transactions = self.transactions();
        let transaction = transactions.find(state);
        let issuer = self.0.config.domain.issuer();
        match (transaction, &callback.iss) {
            (Ok(_), Some(actual)) if *actual != issuer => {
                Err(AuthError::IssuerMismatch { expected: issuer, actual: actual.clone() })
            }
            // A code of one kind does not end what waits for the other.
            (Ok(transaction), _) if !callback.answer.suits(&transaction.purpose) => {
                Err(AuthError::StateMismatch)
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
