//! The My Account API, `/me/v1/connected-accounts` (connected-accounts.md §2).

use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::ids::ConnectedAccountId;
use wire::my_account::{
    AvailableConnection, AvailableConnections, CREATE, CompleteRequest, ConnectRequest,
    ConnectResponse, ConnectedAccount, ConnectedAccounts, DELETE, PATH, Problem, READ,
};
use wire::scope::ScopeSet;
use wire::secret::Secret;

use crate::config::Domain;
use crate::error::AuthError;
use crate::platform::{ApiCall, HttpAnswer, Method, Platform};

/// As many as the API gives at once (CA-2.4).
const FIRST_PAGE: &str = "?take=20";

/// What we ask for: to connect accounts, to list and to remove them (CA-1/2).
pub(crate) fn scope() -> ScopeSet {
    [CREATE, READ, DELETE].into_iter().collect()
}

/// The API, called with one token.
pub(crate) struct MyAccount<'a, P> {
    pub(crate) domain: &'a Domain,
    pub(crate) platform: &'a P,
    pub(crate) token: Secret,
}

impl<P: Platform> MyAccount<'_, P> {
    /// Begins an attempt to connect an account.
    pub(crate) async fn connect(
        &self,
        request: &ConnectRequest,
    ) -> Result<ConnectResponse, AuthError> {
        read(&self.call(Method::Post, "/connect", json(request)).await?)
    }

    /// Ends an attempt with the code that the browser brought back.
    pub(crate) async fn complete(
        &self,
        request: &CompleteRequest,
    ) -> Result<ConnectedAccount, AuthError> {
        read(&self.call(Method::Post, "/complete", json(request)).await?)
    }

    /// What is connected, from all pages.
    pub(crate) async fn accounts(&self) -> Result<Vec<ConnectedAccount>, AuthError> {
        let (mut accounts, mut query) = (Vec::new(), FIRST_PAGE.to_owned());
        loop {
            let path = ["/accounts", &query].concat();
            let page: ConnectedAccounts = read(&self.call(Method::Get, &path, None).await?)?;
            let is_empty = page.accounts.is_empty();
            accounts.extend(page.accounts);
            match page.next {
                Some(from) if !is_empty => query = next_page(&from),
                _ => return Ok(accounts),
            }
        }
    }

    /// What can be connected, from all pages.
    pub(crate) async fn connections(&self) -> Result<Vec<AvailableConnection>, AuthError> {
        let (mut connections, mut query) = (Vec::new(), FIRST_PAGE.to_owned());
        loop {
            let path = ["/connections", &query].concat();
            let page: AvailableConnections = read(&self.call(Method::Get, &path, None).await?)?;
            let is_empty = page.connections.is_empty();
            connections.extend(page.connections);
            match page.next {
                Some(from) if !is_empty => query = next_page(&from),
                _ => return Ok(connections),
            }
        }
    }

    /// Has the tenant forget an account and its tokens.
    pub(crate) async fn remove(&self, id: &ConnectedAccountId) -> Result<(), AuthError> {
        let id: String = form_urlencoded::byte_serialize(id.as_str().as_bytes()).collect();
        self.call(Method::Delete, &["/accounts/", &id].concat(), None).await.map(drop)
    }

    /// One call, answered with success or else with the reason.
    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Secret>,
    ) -> Result<HttpAnswer, AuthError> {
        let url = self.domain.endpoint(&["/", PATH, path].concat());
        let call = ApiCall { method, url, token: self.token.clone(), body };
        let answer = self.platform.call(call).await?;
        if matches!(answer.status, 200..300) {
            return Ok(answer);
        }
        Err(AuthError::MyAccount(Box::new(read::<Problem>(&answer)?)))
    }
}

/// A request as JSON. One that could not be written has no body, and the API says so.
fn json(request: &impl Serialize) -> Option<Secret> {
    serde_json::to_string(request).ok().map(Secret::from)
}

/// A body that is not what it should be says no more than its status: it may hold anything.
fn read<T: DeserializeOwned>(answer: &HttpAnswer) -> Result<T, AuthError> {
    wire::json::from_str(&answer.body)
        .map_err(|_| AuthError::UnexpectedAnswer { status: answer.status })
}

/// The query of the page that `next` names.
fn next_page(from: &str) -> String {
    [FIRST_PAGE, "&from=", &*form_urlencoded::byte_serialize(from.as_bytes()).collect::<String>()]
        .concat()
}
