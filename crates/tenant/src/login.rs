//! `GET` and `POST /u/login`: the person says who they are (authorize.md §7).

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use service::page::Page;
use wire::parameters::Parameters;

use crate::authorize::error::{AuthorizeError, PageError};
use crate::authorize::{self, AcceptedRequest};
use crate::caller::Caller;
use crate::log::LogKind;
use crate::rate_limit::retry_after;
use crate::session;
use crate::store::connections::{Connection, DATABASE};
use crate::store::failed_attempts::Blocked;
use crate::store::pending_logins::PendingLogin;
use crate::store::users::User;
use crate::tenant::State as Tenant;

/// What is said to who has tried too many passwords, whether or not there is such a person.
const BLOCKED: &str = "Your account has been blocked after multiple consecutive login attempts.";

/// The login page.
#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    domain: String,
    client_name: String,
    client_id: String,
    redirect_uri: String,
    audience: Option<String>,
    action: &'static str,
    state: String,
    people: Vec<Person>,
    username: String,
    error: Option<&'static str>,
}

/// A button of the login page.
struct Person {
    name: String,
    user_id: String,
    note: &'static str,
}

/// The query of `/u/login`.
#[derive(Deserialize)]
pub(crate) struct LoginQuery {
    #[serde(default)]
    state: String,
}

/// `GET /u/login`.
pub(crate) async fn get(
    State(tenant): State<Tenant>,
    Query(LoginQuery { state }): Query<LoginQuery>,
    headers: HeaderMap,
) -> Result<Response, AuthorizeError> {
    let pending = tenant.pending_logins.get(&state, tenant.clock.now()).await;
    let PendingLogin { request, .. } = of_this_browser(&tenant, pending, &headers)?;
    let username = request.login.login_hint.clone().unwrap_or_default();
    Ok(login_page(&tenant, &request, state, username, None).await.into_response())
}

/// `POST /u/login`: `user` from a person's button, or `username` and `password` from the form.
pub(crate) async fn post(
    State(tenant): State<Tenant>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, AuthorizeError> {
    let now = tenant.clock.now();
    let page = |error| AuthorizeError::Page(Box::new(error), tenant.error_page_context());
    let form = Parameters::from_form(&body).map_err(|error| page(error.into()))?;
    let state = form.get("state").unwrap_or_default();
    let pending = tenant.pending_logins.get(state, now).await;
    let PendingLogin { request, .. } = of_this_browser(&tenant, pending, &headers)?;
    let client_id = &request.client.client_id;

    let again = async |kind, words| {
        tenant.log.entry(kind).client(client_id).description(words).write();
        let username = form.get("username").unwrap_or_default().to_owned();
        login_page(&tenant, &request, state.to_owned(), username, Some(words)).await
    };
    let user = match attempt(&tenant, caller, &request, &form).await {
        Ok(Some(user)) => user,
        Ok(None) => {
            let page = again(LogKind::Fp, "Wrong email or password").await;
            return Ok(page.status(StatusCode::BAD_REQUEST).into_response());
        }
        Err(Blocked { seconds }) => {
            let page = again(LogKind::LimitWc, BLOCKED).await;
            let response = page.status(StatusCode::TOO_MANY_REQUESTS).into_response();
            return Ok(retry_after(response, seconds));
        }
    };
    // Two posts of one page: the first takes the request, the second finds nothing.
    if tenant.pending_logins.take(state, now).await.is_none() {
        return Err(page(PageError::UnknownTransaction));
    }
    if let Some(previous) = session::cookie(&headers, session::SESSION) {
        tenant.sessions.end(previous).await;
    }
    let (cookie, session) = tenant.sessions.create(user.user_id.clone(), now).await;
    tenant.log.entry(LogKind::S).client(client_id).user(&user.user_id).write();
    let mut response =
        authorize::finish(&tenant, request.after_login(), Some(&session), &headers, now).await?;
    session::set(response.headers_mut(), &tenant.issuer, session::SESSION, &cookie);
    Ok(response)
}

/// The waiting request, if the same browser asked for it.
fn of_this_browser(
    tenant: &Tenant,
    pending: Option<PendingLogin>,
    headers: &HeaderMap,
) -> Result<PendingLogin, AuthorizeError> {
    let browser = session::cookie(headers, session::BROWSER).unwrap_or_default();
    pending.filter(|pending| service::secret::equal(&pending.browser, browser)).ok_or_else(|| {
        AuthorizeError::Page(Box::new(PageError::UnknownTransaction), tenant.error_page_context())
    })
}

/// Who it is. Passwords can be guessed at, for a while; a person's button is no guess.
async fn attempt(
    tenant: &Tenant,
    caller: Caller,
    request: &AcceptedRequest,
    form: &Parameters,
) -> Result<Option<User>, Blocked> {
    let user = identify(tenant, request, form);
    match form.get("username") {
        Some(username) if form.get("user").is_none() => {
            tenant.failed_logins.attempt((username, caller), tenant.clock.now(), user).await
        }
        _ => Ok(user.await),
    }
}

/// Who the form says it is, if that is true.
async fn identify(tenant: &Tenant, request: &AcceptedRequest, form: &Parameters) -> Option<User> {
    let user = if let Some(user_id) = form.parse("user") {
        tenant.users.find(&user_id).await
    } else {
        let user = tenant.users.find_by_email(form.get("username")?).await?;
        user.password.matches(form.get("password")?).then_some(user)
    }?;
    let connections = login_connections(tenant, request).await;
    connections.iter().any(|connection| connection.name == user.connection).then_some(user)
}

async fn login_connections(tenant: &Tenant, request: &AcceptedRequest) -> Vec<Connection> {
    let mut connections = tenant.connections.enabled_for(&request.client.client_id).await;
    connections.retain(|connection| {
        connection.strategy == DATABASE
            && request.connection.as_ref().is_none_or(|only| only.name == connection.name)
    });
    connections
}

async fn login_page(
    tenant: &Tenant,
    request: &AcceptedRequest,
    state: String,
    username: String,
    error: Option<&'static str>,
) -> Page<LoginPage> {
    let connections = login_connections(tenant, request).await;
    let mut people = Vec::new();
    for user in tenant.users.all().await {
        if connections.iter().any(|connection| connection.name == user.connection) {
            let connected = tenant.vault.has_account(&user.user_id).await;
            people.push(Person {
                name: user.name,
                user_id: user.user_id.to_string(),
                note: if connected { "connected" } else { "not connected" },
            });
        }
    }
    let redirect_uri = &request.return_address.redirect_uri;
    Page::new(LoginPage {
        domain: tenant.issuer.domain().to_owned(),
        client_name: request.client.name.clone(),
        client_id: request.client.client_id.to_string(),
        redirect_uri: redirect_uri.clone(),
        audience: request.audience.as_ref().map(ToString::to_string),
        action: "/u/login",
        state,
        people,
        username,
        error,
    })
    .posts_to(&[redirect_uri])
}
