//! `GET` and `POST /u/login`: the person says who they are (authorize.md §7).

pub(crate) mod connections;
mod page;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use url::form_urlencoded;
use wire::ids::ConnectionName;
use wire::parameters::Parameters;

use self::page::login_page;
pub(crate) use self::page::{Person, people};
use crate::authorize::error::{AuthorizeError, Refusal};
use crate::authorize::{self, AcceptedRequest, redirect};
use crate::caller::Caller;
use crate::log::LogKind;
use crate::management::moment;
use crate::rate_limit::retry_after;
use crate::remote::Remote;
use crate::store::connections::DATABASE;
use crate::store::failed_attempts::Blocked;
use crate::store::password;
use crate::store::sessions::Session;
use crate::store::transactions::Question;
use crate::store::users::User;
use crate::tenant::State as Tenant;
use crate::{organization, session, signup, social_login, transaction};

/// What is said to who has tried too many passwords, whether or not there is such a person.
const BLOCKED: &str = "Your account has been blocked after multiple consecutive login attempts.";

/// The query of the pages under `/u/`.
#[derive(Deserialize)]
pub(crate) struct PageQuery {
    #[serde(default)]
    pub(crate) state: String,
}

/// Sends the browser to where the person says who they are: straight to the provider, if the request names one
/// (AZ-1/15), or to the page to sign up, if it would rather have that (AZ-1/19).
pub(crate) async fn ask(
    tenant: &Tenant,
    request: AcceptedRequest,
    session: Option<&Session>,
    headers: &HeaderMap,
) -> Result<Response, AuthorizeError> {
    let social = request.connection.clone().filter(|connection| connection.strategy != DATABASE);
    let signs_up =
        request.login.prefers_signup && signup::connection(tenant, &request).await.is_some();
    let begun =
        transaction::begin(tenant, Question::Login, request.clone(), session, headers).await;
    if let Some(connection) = social {
        let left = social_login::leave(tenant, begun.state.expose(), &request, &connection).await;
        let left = left.map_err(|refusal| transaction::refuse(&request, refusal))?;
        return Ok(begun.remember_in(tenant, left));
    }
    Ok(begun.ask(tenant, if signs_up { "u/signup" } else { Question::Login.path() }))
}

/// `GET /u/login`.
pub(crate) async fn get(
    State(tenant): State<Tenant>,
    Query(PageQuery { state }): Query<PageQuery>,
    headers: HeaderMap,
) -> Result<Response, AuthorizeError> {
    let request = transaction::find(&tenant, &state, &headers).await?.request;
    let username = request.login.login_hint.clone().unwrap_or_default();
    Ok(login_page(&tenant, &request, &state, username, None).await.into_response())
}

/// `POST /u/login`: `user` from a person's button, `connection` from a provider's, or `username` and `password` from
/// the form.
pub(crate) async fn post(
    State(tenant): State<Tenant>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, AuthorizeError> {
    let form = transaction::form(&tenant, &body)?;
    let state = form.get("state").unwrap_or_default();
    let request = transaction::find(&tenant, state, &headers).await?.request;

    if let Some(name) = form.parse::<ConnectionName>("connection") {
        let connection = connections::social(&tenant, &request, &name).await;
        let connection = connection.ok_or(Refusal::ConnectionDisabled);
        let left = match connection {
            Ok(connection) => social_login::leave(&tenant, state, &request, &connection).await,
            Err(refusal) => Err(refusal),
        };
        return left.map_err(|refusal| transaction::refuse(&request, refusal));
    }
    let again = async |kind, words| {
        tenant.log.entry(kind).client(&request.client.client_id).description(words).write();
        let username = form.get("username").unwrap_or_default().to_owned();
        login_page(&tenant, &request, state, username, Some(words)).await
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
    let request = transaction::take(&tenant, state).await?;
    finish(&tenant, request, &user, &headers).await
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
    let connections = connections::with_passwords(tenant, request).await;
    let connections: Vec<_> = connections.into_iter().map(|own| own.name).collect();
    if let Some(user_id) = form.parse("user") {
        let user = tenant.users.find(&user_id).await?;
        return (user.has_button && connections.contains(&user.connection)).then_some(user);
    }
    let user = tenant.users.find_in(&connections, form.get("username")?).await;
    password::check(user, form.get("password")?)
}

/// The login page, in place of another that the request cannot have.
pub(crate) fn instead(tenant: &Tenant, state: &str) -> Response {
    let query =
        form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish();
    redirect(&tenant.issuer.at(&format!("u/login?{query}")))
}

/// Begins a session for somebody who has just proved who they are, and goes on with the request. A browser has one
/// session: the previous one ends, and the limits of the new one begin (AZ-4/5).
pub(crate) async fn finish(
    tenant: &Tenant,
    request: AcceptedRequest,
    user: &User,
    headers: &HeaderMap,
) -> Result<Response, AuthorizeError> {
    if user.blocked {
        return Err(transaction::refuse(&request, Refusal::UserBlocked));
    }
    if let Some(organization) = &request.organization {
        let joined = organization::join(tenant, organization, user).await;
        joined.map_err(|refusal| transaction::refuse(&request, refusal))?;
    }
    if let Some(previous) = session::cookie(headers, session::SESSION) {
        tenant.sessions.end(previous).await;
    }
    let now = tenant.clock.now();
    let remote = Remote::current();
    let moment = moment::iso8601(now);
    tenant.users.count_login(&user.user_id, moment, remote.ip).await;
    let (cookie, session) = tenant.sessions.create(user.user_id.clone(), remote, now).await;
    let entry = tenant.log.entry(LogKind::S).client(&request.client.client_id);
    entry.user(&user.user_id).connection(user.connection.as_str()).write();
    // The rest of the way is long, and not every login takes it: its future is kept apart.
    let finished =
        Box::pin(authorize::finish(tenant, request.after_login(), Some(&session), headers, now))
            .await;
    let mut response = finished.into_response();
    session::set(response.headers_mut(), &tenant.issuer, session::SESSION, &cookie);
    Ok(response)
}
