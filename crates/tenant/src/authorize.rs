//! `GET` and `POST /authorize`: a browser asks for a code (authorize.md).

pub(crate) mod error;
pub(crate) mod policy;
pub(crate) mod request;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use service::random;
use service::reply::NoStore;
use url::Url;
use wire::authorize::RedirectAnswer;
use wire::ids::Audience;
use wire::oauth_error::OAuthError;
use wire::parameters::{ParameterError, Parameters};
use wire::pkce::CodeChallenge;
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use self::error::{AuthorizeError, Refusal};
use self::request::{Prompt, Trusted};
use crate::authorization::Authorization;
use crate::session;
use crate::store::clients::Client;
use crate::store::codes::{self, Code};
use crate::store::pending_logins::{self, PendingLogin};
use crate::store::sessions::Session;
use crate::tenant::State as Tenant;

/// Where a code or an error is sent, once the client and the address are found to belong together.
#[derive(Clone, Debug)]
pub(crate) struct ReturnAddress {
    pub(crate) redirect_uri: String,
    pub(crate) url: Url,
    pub(crate) was_sent: bool,
    pub(crate) state: Option<String>,
}

/// An authorization request that lacks nothing but a person.
#[derive(Clone)]
pub(crate) struct AcceptedRequest {
    pub(crate) client: Client,
    pub(crate) return_address: ReturnAddress,
    pub(crate) audience: Option<Audience>,
    /// What will be granted.
    pub(crate) scope: ScopeSet,
    pub(crate) nonce: Option<String>,
    pub(crate) code_challenge: Option<CodeChallenge>,
    pub(crate) login_hint: Option<String>,
}

impl ReturnAddress {
    /// Sends the browser back with an answer (AZ-2/1).
    pub(crate) fn answer(&self, result: Result<Secret, OAuthError>) -> Response {
        let state = self.state.clone();
        let answer = match result {
            Ok(code) => RedirectAnswer::Code { code, state },
            Err(error) => RedirectAnswer::Refused { error, state },
        };
        // 302 after a form post too: the method becomes GET, never 307, which would repeat the password (SC-7/10).
        redirect(answer.append_to(&self.url).as_str())
    }
}

/// A redirect that no cache keeps.
pub(crate) fn redirect(location: &str) -> Response {
    NoStore((StatusCode::FOUND, [(header::LOCATION, location.to_owned())])).into_response()
}

/// `GET /authorize`.
pub(crate) async fn get(
    State(tenant): State<Tenant>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, AuthorizeError> {
    let parameters = Parameters::from_form(query.unwrap_or_default().as_bytes());
    authorize(&tenant, parameters, &headers).await
}

/// `POST /authorize`, which OpenID Connect Core §3.1.2.1 demands beside `GET`.
pub(crate) async fn post(
    State(tenant): State<Tenant>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, AuthorizeError> {
    authorize(&tenant, Parameters::from_form(&body), &headers).await
}

async fn authorize(
    tenant: &Tenant,
    parameters: Result<Parameters, ParameterError>,
    headers: &HeaderMap,
) -> Result<Response, AuthorizeError> {
    let now = tenant.clock.now();
    let page = |error| AuthorizeError::Page(Box::new(error), tenant.error_page_context());
    let parameters = parameters.map_err(|error| page(error.into()))?;
    let Trusted { client, return_address } =
        request::trust(&parameters, &tenant.clients).await.map_err(page)?;

    let refuse =
        |refusal: Refusal| AuthorizeError::Redirect(refusal, Box::new(return_address.clone()));
    let asked = request::read(&parameters, &client).map_err(refuse)?;
    let prompt = asked.prompt;
    let request =
        policy::accept(tenant, asked, client, return_address.clone()).await.map_err(refuse)?;

    let session = match session::cookie(headers, session::SESSION) {
        Some(cookie) => tenant.sessions.resume(cookie, now).await,
        None => None,
    };
    match (session, prompt) {
        (Some(session), Prompt::Default | Prompt::None) => {
            issue_code(tenant, &request, &session, now).await.map_err(refuse)
        }
        (None, Prompt::None) => Err(refuse(Refusal::LoginRequired)),
        (_, Prompt::Default | Prompt::Login) => {
            Ok(ask_to_log_in(tenant, request, headers, now).await)
        }
    }
}

/// Sends the browser to the login page, which finds the request again by `state`.
async fn ask_to_log_in(
    tenant: &Tenant,
    request: AcceptedRequest,
    headers: &HeaderMap,
    now: Timestamp,
) -> Response {
    let known = session::cookie(headers, session::BROWSER).map(Secret::from);
    let browser = known.unwrap_or_else(|| random::token().into());
    let pending = PendingLogin { request, browser: browser.expose().to_owned() };
    let state = tenant.pending_logins.insert(pending, pending_logins::LIFETIME, now).await;
    let mut response = redirect(&tenant.issuer.at(&format!("u/login?state={}", state.expose())));
    session::set(response.headers_mut(), &tenant.issuer, session::BROWSER, &browser);
    response
}

/// The end of every successful authorization: a code, on its way to the application.
pub(crate) async fn issue_code(
    tenant: &Tenant,
    request: &AcceptedRequest,
    session: &Session,
    now: Timestamp,
) -> Result<Response, Refusal> {
    let user = tenant.users.find(&session.user_id).await.ok_or(Refusal::LoginRequired)?;
    if user.blocked {
        return Err(Refusal::UserBlocked);
    }
    let AcceptedRequest { client, return_address, .. } = request;
    let authorization = Authorization {
        client_id: client.client_id.clone(),
        user_id: session.user_id.clone(),
        audience: request.audience.clone(),
        scope: request.scope.clone(),
        session_id: session.id.clone(),
        auth_time: session.auth_time,
        tells_auth_time: false,
    };
    let code = Code {
        authorization,
        redirect_uri: return_address.redirect_uri.clone(),
        redirect_uri_was_sent: return_address.was_sent,
        code_challenge: request.code_challenge.clone(),
        nonce: request.nonce.clone(),
    };
    let code = tenant.codes.insert(code, codes::LIFETIME, now).await;
    Ok(return_address.answer(Ok(code)))
}
