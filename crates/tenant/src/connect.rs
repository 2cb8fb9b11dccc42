//! `GET /connected-accounts/connect`: the browser's part of connecting an account (CA-2.2). It brings the ticket, is
//! sent to the provider, and comes back with a code for the app.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use service::random;
use wire::parameters::Parameters;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use crate::authorize::error::{AuthorizeError, PageError, Refusal};
use crate::authorize::response_mode::Answer;
use crate::log::LogKind;
use crate::my_account;
use crate::session;
use crate::store::auth_sessions::{AuthSession, Consented};
use crate::store::connections::Connection;
use crate::store::trips::Errand;
use crate::store::vault::{NewAccount, TokenSet};
use crate::tenant::State as Tenant;
use crate::trip::{self, Arrival};

/// Where the browser goes.
pub(crate) const PATH: &str = "/connected-accounts/connect";

/// The parameter that it brings.
pub(crate) const TICKET: &str = "ticket";

/// The parameter that the app gets in the end.
const CONNECT_CODE: &str = "connect_code";

/// `GET /connected-accounts/connect`: on to the provider. A ticket in the wrong hands uses nothing up.
pub(crate) async fn get(
    State(tenant): State<Tenant>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, AuthorizeError> {
    let query = Parameters::from_form(query.unwrap_or_default().as_bytes());
    let query = query.map_err(|error| page(&tenant, error.into()))?;
    let ticket = query.get(TICKET).unwrap_or_default();
    let now = tenant.clock.now();
    let auth_session = tenant.auth_sessions.find(ticket, now).await;
    let auth_session = auth_session.ok_or_else(|| unknown(&tenant))?;
    check_session(&tenant, &auth_session, &headers).await?;
    let taken = tenant.auth_sessions.take(ticket, now).await;
    let auth_session = taken.ok_or_else(|| unknown(&tenant))?;
    let left = leave(&tenant, &auth_session, &headers).await;
    left.map_err(|refusal| refuse(&tenant, auth_session, refusal))
}

async fn leave(
    tenant: &Tenant,
    auth_session: &AuthSession,
    headers: &HeaderMap,
) -> Result<Response, Refusal> {
    let connection = connection(tenant, auth_session).await?;
    let known = session::cookie(headers, session::BROWSER).map(Secret::from);
    let browser = known.unwrap_or_else(|| random::token().into());
    let errand =
        Errand::Connect { auth_session: Box::new(auth_session.clone()), browser: browser.clone() };
    let mut response = trip::leave(tenant, errand, &connection, &auth_session.wish).await?;
    session::set(response.headers_mut(), &tenant.issuer, session::BROWSER, &browser);
    Ok(response)
}

/// Back from the provider: on to the app, with a code or with the cause that there is none.
pub(crate) async fn back(
    tenant: &Tenant,
    auth_session: AuthSession,
    arrival: Arrival,
) -> Result<Response, AuthorizeError> {
    let now = tenant.clock.now();
    match account(tenant, &auth_session, arrival, now).await {
        Ok(account) => {
            let return_address = auth_session.return_address.clone();
            let consented = Consented { auth_session, account };
            let code = tenant.auth_sessions.consent(consented, now).await;
            let mut answer = Answer::default();
            answer.push(CONNECT_CODE, Some(code));
            Ok(return_address.answer(Ok(answer)))
        }
        Err(refusal) => Err(refuse(tenant, auth_session, refusal)),
    }
}

/// What the provider says of the account, and issues for it. Nothing is kept of it until the app brings the code.
async fn account(
    tenant: &Tenant,
    auth_session: &AuthSession,
    arrival: Arrival,
    now: Timestamp,
) -> Result<NewAccount, Refusal> {
    let connection = connection(tenant, auth_session).await?;
    let (granted, profile) = arrival.redeem(tenant, &connection).await?;
    Ok(NewAccount {
        user_id: auth_session.user_id.clone(),
        connection: connection.name,
        provider_user_id: profile.sub,
        provider_email: profile.email,
        tokens: TokenSet::granted(granted, &auth_session.wish.scope, now),
    })
}

/// The connection, if an account of it can still be connected, by a person who may still have one.
async fn connection(tenant: &Tenant, auth_session: &AuthSession) -> Result<Connection, Refusal> {
    let AuthSession { user_id, client_id, connection, .. } = auth_session;
    let user = tenant.users.find(user_id).await;
    user.filter(|user| !user.blocked).ok_or(Refusal::UserBlocked)?;
    let connection = my_account::available(tenant, client_id, connection).await;
    connection.ok_or(Refusal::ConnectionDisabled)
}

/// Refuses the browser in which somebody else is logged in: nobody connects an account to another person's (CA-2.2/3).
/// Where nobody is, the ticket is all there is to go by: apps log people in without the tenant remembering it.
async fn check_session(
    tenant: &Tenant,
    auth_session: &AuthSession,
    headers: &HeaderMap,
) -> Result<(), AuthorizeError> {
    match session::current(tenant, headers).await {
        Some(session) if session.user_id != auth_session.user_id => Err(unknown(tenant)),
        _ => Ok(()),
    }
}

/// The same on the way back, which must end in the browser in which it began.
pub(crate) async fn check_browser(
    tenant: &Tenant,
    auth_session: &AuthSession,
    browser: &Secret,
    headers: &HeaderMap,
) -> Result<(), AuthorizeError> {
    let cookie = session::cookie(headers, session::BROWSER).unwrap_or_default();
    if !service::secret::equal(browser.expose(), cookie) {
        return Err(unknown(tenant));
    }
    check_session(tenant, auth_session, headers).await
}

/// The refusal that the app is told (CA-2.2/2).
fn refuse(tenant: &Tenant, auth_session: AuthSession, refusal: Refusal) -> AuthorizeError {
    let AuthSession { user_id, client_id, connection, return_address, .. } = auth_session;
    let entry = tenant.log.entry(LogKind::ConnectedAccountsConnectionFailed).client(&client_id);
    let entry = entry.user(&user_id).connection(connection.as_str());
    entry.description(refusal.to_string()).write();
    AuthorizeError::Redirect(refusal, Box::new(return_address))
}

/// The page for a ticket or an answer that is of no use here (CA-2.2/3).
fn unknown(tenant: &Tenant) -> AuthorizeError {
    page(tenant, PageError::UnknownTicket)
}

fn page(tenant: &Tenant, error: PageError) -> AuthorizeError {
    AuthorizeError::Page(Box::new(error), tenant.error_page_context())
}
