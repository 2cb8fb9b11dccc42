//! Accounts at providers: connect one, see what is connected and what can be, remove one (connected-accounts.md).

use wire::ids::{Audience, ConnectedAccountId};
use wire::my_account::{
    AvailableConnection, CompleteRequest, ConnectRequest, ConnectResponse, ConnectedAccount,
};
use wire::pkce::S256;

use super::{AuthClient, ConnectAccount, Inner, Login};
use crate::error::AuthError;
use crate::my_account::{self, MyAccount};
use crate::platform::Platform;
use crate::token_store::Renewal;
use crate::transaction::{Purpose, Transaction, random_text};

impl<P: Platform> AuthClient<P> {
    /// Leaves the page for the provider, where the person lets the tenant have a token for their account.
    ///
    /// Where no token for the My Account API can be had from memory or by renewal, the page is left for the tenant's
    /// login first, which then goes on to the provider.
    /// [`handle_redirect_callback`](Self::handle_redirect_callback) completes it, and tells how it ended by
    /// [`LoggedIn::connected`](super::LoggedIn::connected).
    ///
    /// # Errors
    ///
    /// [`AuthError::MyAccount`] when the tenant refuses, or what the browser refuses; the page is still there then.
    pub async fn connect_account(&self, wish: ConnectAccount) -> Result<(), AuthError> {
        match self.my_account().await {
            Ok(_) => self.begin_to_connect(wish).await,
            Err(AuthError::LoginRequired | AuthError::ScopeNotGranted { .. }) => {
                let login = self.my_account_login(wish.return_to.clone());
                self.leave_to_log_in(login, Purpose::LoginToConnect(wish))
            }
            Err(error) => Err(error),
        }
    }

    /// What the person has connected.
    ///
    /// # Errors
    ///
    /// [`AuthError::LoginRequired`] when there is no token for the My Account API: leave for
    /// [`my_account_login`](Self::my_account_login) then. [`AuthError::MyAccount`] when the tenant refuses.
    pub async fn connected_accounts(&self) -> Result<Vec<ConnectedAccount>, AuthError> {
        let accounts = self.my_account().await?.accounts().await;
        accounts.map_err(|error| self.heard(error))
    }

    /// What the person can connect.
    ///
    /// # Errors
    ///
    /// As [`connected_accounts`](Self::connected_accounts).
    pub async fn available_connections(&self) -> Result<Vec<AvailableConnection>, AuthError> {
        let connections = self.my_account().await?.connections().await;
        connections.map_err(|error| self.heard(error))
    }

    /// Has the tenant forget an account, and destroy the provider's tokens for it.
    ///
    /// # Errors
    ///
    /// As [`connected_accounts`](Self::connected_accounts).
    pub async fn disconnect_account(&self, id: &ConnectedAccountId) -> Result<(), AuthError> {
        let removed = self.my_account().await?.remove(id).await;
        removed.map_err(|error| self.heard(error))
    }

    /// The login that brings a token for the My Account API.
    #[must_use]
    pub fn my_account_login(&self, return_to: Option<String>) -> Login {
        let audience = Some(self.my_account_audience());
        Login { audience, scope: my_account::scope(), return_to }
    }

    /// Begins an attempt, with a token that is there already.
    pub(super) async fn begin_to_connect(&self, wish: ConnectAccount) -> Result<(), AuthError> {
        let Inner { config, platform, tokens, logouts, .. } = &*self.0;
        let state = random_text(platform)?;
        let login = match tokens.borrow().renewal() {
            Some(Renewal { audience, scope, .. }) => {
                Login { audience, scope, return_to: wish.return_to }
            }
            None => self.my_account_login(wish.return_to),
        };
        let mut transaction = Transaction::begin(login, Purpose::Login, config, platform)?;
        let scopes: Vec<String> = wish.scopes.iter().map(str::to_owned).collect();
        let request = ConnectRequest {
            connection: wish.connection,
            redirect_uri: transaction.redirect_uri.clone(),
            state: Some(state.clone()),
            code_challenge: Some(transaction.verifier.challenge()),
            code_challenge_method: Some(S256.to_owned()),
            scopes: (!scopes.is_empty()).then_some(scopes),
        };
        let before = logouts.get();
        let offer = self.my_account().await?.connect(&request).await;
        let offer = offer.map_err(|error| self.heard(error))?;
        if logouts.get() != before {
            return Err(AuthError::LoginRequired);
        }
        let address = self.address_of(&offer)?;
        transaction.purpose = Purpose::Connect { auth_session: offer.auth_session };
        self.transactions().open(&state, &transaction)?;
        Ok(platform.leave_for(&address)?)
    }

    /// Ends an attempt.
    pub(super) async fn complete(
        &self,
        request: &CompleteRequest,
    ) -> Result<ConnectedAccount, AuthError> {
        let account = self.my_account().await?.complete(request).await;
        account.map_err(|error| self.heard(error))
    }

    /// Where the browser goes to connect an account: a place of the tenant, and none of a script.
    fn address_of(&self, offer: &ConnectResponse) -> Result<String, AuthError> {
        let ConnectResponse { connect_uri, connect_params, .. } = offer;
        if !connect_uri.starts_with(&self.0.config.domain.endpoint("/")) {
            return Err(AuthError::UnexpectedAnswer { status: 201 });
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in connect_params {
            query.append_pair(name, value.expose());
        }
        Ok([connect_uri, "?", &query.finish()].concat())
    }

    /// The API, with a token from memory or by renewal.
    async fn my_account(&self) -> Result<MyAccount<'_, P>, AuthError> {
        let Inner { config, platform, .. } = &*self.0;
        let audience = self.my_account_audience();
        let token = self.get_token(&audience, &my_account::scope()).await?.token;
        Ok(MyAccount { domain: &config.domain, platform, token })
    }

    /// A token that the API takes no longer is not shown to it again.
    fn heard(&self, error: AuthError) -> AuthError {
        if matches!(&error, AuthError::MyAccount(problem) if problem.status == 401) {
            self.0.tokens.borrow_mut().forget(&self.my_account_audience());
        }
        error
    }

    /// The name of the API (CA-1/1).
    fn my_account_audience(&self) -> Audience {
        self.0.config.domain.endpoint("/me/").into()
    }
}
