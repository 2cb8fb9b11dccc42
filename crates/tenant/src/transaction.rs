//! What the pages under `/u/` have in common: each is about one authorization request, which is found again by `state`
//! and by the cookie of the browser that made it.

use axum::http::HeaderMap;
use axum::response::Response;
use service::page::Page;
use service::random;
use wire::parameters::Parameters;
use wire::secret::Secret;

use crate::authorize::error::{AuthorizeError, PageError, Refusal};
use crate::authorize::{AcceptedRequest, redirect};
use crate::session;
use crate::store::sessions::Session;
use crate::store::transactions::{self, Question, Transaction};
use crate::tenant::State as Tenant;

impl Question {
    /// The page that asks it.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Login => "u/login",
            Self::Account => "u/account",
            Self::Organization => "u/organization",
            Self::Consent => "u/consent",
        }
    }
}

/// A transaction that has begun, and the browser that is to come back with it.
pub(crate) struct Begun {
    pub(crate) state: Secret,
    browser: Secret,
}

/// Keeps the request until the person has answered.
pub(crate) async fn begin(
    tenant: &Tenant,
    question: Question,
    request: AcceptedRequest,
    session: Option<&Session>,
    headers: &HeaderMap,
) -> Begun {
    let known = session::cookie(headers, session::BROWSER).map(Secret::from);
    let browser = known.unwrap_or_else(|| random::token().into());
    let transaction = Transaction {
        request,
        question,
        session_id: session.map(|session| session.id.clone()),
        browser: browser.expose().to_owned(),
    };
    let now = tenant.clock.now();
    let state = tenant.transactions.insert(transaction, transactions::LIFETIME, now).await;
    Begun { state, browser }
}

impl Begun {
    /// Sends the browser to the page that asks.
    pub(crate) fn ask(&self, tenant: &Tenant, path: &str) -> Response {
        let path = format!("{path}?state={}", self.state.expose());
        self.remember_in(tenant, redirect(&tenant.issuer.at(&path)))
    }

    /// The response, with the cookie that the browser is known by.
    pub(crate) fn remember_in(&self, tenant: &Tenant, mut response: Response) -> Response {
        session::set(response.headers_mut(), &tenant.issuer, session::BROWSER, &self.browser);
        response
    }
}

/// The request that waits under `state`, if it was made by the same browser.
pub(crate) async fn find(
    tenant: &Tenant,
    state: &str,
    headers: &HeaderMap,
) -> Result<Transaction, AuthorizeError> {
    let transaction = tenant.transactions.get(state, tenant.clock.now()).await;
    let browser = session::cookie(headers, session::BROWSER).unwrap_or_default();
    transaction
        .filter(|transaction| service::secret::equal(&transaction.browser, browser))
        .ok_or_else(|| unknown(tenant))
}

/// The same for a question to somebody who is logged in: it is theirs to answer, in the session in which it was put.
pub(crate) async fn find_in_session(
    tenant: &Tenant,
    question: Question,
    state: &str,
    headers: &HeaderMap,
) -> Result<(Transaction, Session), AuthorizeError> {
    let transaction = find(tenant, state, headers).await?;
    let session = session::current(tenant, headers).await.filter(|session| {
        transaction.question == question
            && transaction.session_id.as_deref() == Some(session.id.as_str())
    });
    Ok((transaction, session.ok_or_else(|| unknown(tenant))?))
}

/// Takes the request out: of two posts of one page, the first finds it and the second does not.
pub(crate) async fn take(tenant: &Tenant, state: &str) -> Result<AcceptedRequest, AuthorizeError> {
    let transaction = tenant.transactions.take(state, tenant.clock.now()).await;
    transaction.map(|transaction| transaction.request).ok_or_else(|| unknown(tenant))
}

/// A page about a request. Its forms may end where the request's answer goes, and at the providers of social
/// connections on the way, because Chromium holds every redirect after a post against the page's policy.
pub(crate) async fn page<T: askama::Template>(
    tenant: &Tenant,
    request: &AcceptedRequest,
    template: T,
) -> Page<T> {
    let mut addresses = vec![request.return_address.redirect_uri.clone()];
    addresses.extend(tenant.settings().error_page.url.as_ref().map(ToString::to_string));
    for connection in tenant.connections.enabled_for(&request.client.client_id).await {
        addresses.extend(tenant.upstream.address(&connection).map(|url| url.to_string()));
    }
    Page::new(template).posts_to(&addresses)
}

/// The fields of a page's form.
pub(crate) fn form(tenant: &Tenant, body: &[u8]) -> Result<Parameters, AuthorizeError> {
    Parameters::from_form(body)
        .map_err(|error| AuthorizeError::Page(Box::new(error.into()), tenant.error_page_context()))
}

/// The refusal that the application is told.
pub(crate) fn refuse(request: &AcceptedRequest, refusal: Refusal) -> AuthorizeError {
    AuthorizeError::Redirect(refusal, Box::new(request.return_address.clone()))
}

/// The page for a state that stands for nothing here.
pub(crate) fn unknown(tenant: &Tenant) -> AuthorizeError {
    let error = Box::new(PageError::UnknownTransaction);
    AuthorizeError::Page(error, tenant.error_page_context())
}
