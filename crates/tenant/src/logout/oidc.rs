//! `GET` and `POST /oidc/logout`
//! ([OpenID Connect RP-Initiated Logout §2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout);
//! contract: discovery-and-tokens.md §6).

use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use service::page::Page;
use url::Url;
use wire::ids::ClientId;
use wire::parameters::{ParameterError, Parameters};

use super::{Destination, end, not_listed, refusal};
use crate::id_token_hint::{self, Hint};
use crate::redirect_uri;
use crate::session;
use crate::store::clients::Client;
use crate::store::pending_logouts::{self, PendingLogout};
use crate::store::sessions::Session;
use crate::tenant::State as Tenant;
use crate::tenant::error_page::ErrorPageFacts;

/// Where the person's yes is posted.
pub(crate) const CONFIRM: &str = "/u/logout";

/// The question.
#[derive(Template)]
#[template(path = "logout.html")]
struct LogoutPage {
    domain: String,
    action: &'static str,
    ticket: String,
    client_name: Option<String>,
}

/// The answer to a no.
#[derive(Template)]
#[template(path = "still_logged_in.html")]
struct StillLoggedIn {
    domain: String,
}

/// `GET /oidc/logout`.
pub(crate) async fn get(
    State(tenant): State<Tenant>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let parameters = Parameters::from_form(query.unwrap_or_default().as_bytes());
    answer(&tenant, parameters, &headers).await
}

/// `POST /oidc/logout`, whose `id_token_hint` does not show in any address.
pub(crate) async fn post(
    State(tenant): State<Tenant>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&tenant, Parameters::from_form(&body), &headers).await
}

async fn answer(
    tenant: &Tenant,
    parameters: Result<Parameters, ParameterError>,
    headers: &HeaderMap,
) -> Response {
    match read(tenant, parameters).await {
        Ok(request) => carry_out(tenant, request, headers).await,
        Err(facts) => tenant.error_page_context().page(facts),
    }
}

/// A logout that is in order.
struct LogoutRequest {
    client: Option<Client>,
    /// Where the browser goes afterwards.
    destination: Destination,
    /// The session that the application means, if it says so.
    session_id: Option<String>,
}

/// Every check that needs no session. What is refused ends nothing and goes nowhere (SC-7/2).
async fn read(
    tenant: &Tenant,
    parameters: Result<Parameters, ParameterError>,
) -> Result<LogoutRequest, ErrorPageFacts> {
    let refuse = |description: &str| refusal(description, Vec::new());
    let parameters = parameters.map_err(|error| refuse(&error.to_string()))?;
    let hint = match parameters.get("id_token_hint") {
        Some(token) => Some(
            id_token_hint::of_any_client(tenant, token)
                .await
                .map_err(|_| refuse("The \"id_token_hint\" is no ID token of this tenant"))?,
        ),
        None => None,
    };
    let client_id: Option<ClientId> = parameters.parse("client_id");
    if let (Some((client, _)), Some(client_id)) = (&hint, &client_id)
        && client.client_id != *client_id
    {
        return Err(refuse("The \"id_token_hint\" was not issued to the client"));
    }
    let logout_hint: Option<String> = parameters.parse("logout_hint");
    if let (Some((_, Hint { sid, .. })), Some(_)) = (&hint, &logout_hint)
        && *sid != logout_hint
    {
        return Err(refuse("The \"logout_hint\" is not the session of the \"id_token_hint\""));
    }
    let client = match (&hint, client_id) {
        (Some((client, _)), _) => Some(client.clone()),
        (None, Some(client_id)) => {
            let client = tenant.clients.find(&client_id).await;
            Some(client.ok_or_else(|| refuse(&format!("Unknown client: {client_id}")))?)
        }
        (None, None) => None,
    };
    let target = target(tenant, &parameters, client.as_ref()).map_err(|facts| *facts)?;
    let session_id = hint.map_or(logout_hint, |(_, hint)| hint.sid);
    let destination = Destination::new(tenant, "oidc/logout", &parameters, client.as_ref(), target);
    Ok(LogoutRequest { client, destination, session_id })
}

/// A listed address with the request's `state`, else the client's first, else none (DT-6/7, DT-6/8, DT-6/9).
fn target(
    tenant: &Tenant,
    parameters: &Parameters,
    client: Option<&Client>,
) -> Result<Option<String>, Box<ErrorPageFacts>> {
    let settings = tenant.settings();
    let listed = client.map_or(&settings.allowed_logout_urls, |client| &client.allowed_logout_urls);
    let parameter = "post_logout_redirect_uri";
    let url = match parameters.get(parameter) {
        Some(url) if redirect_uri::is_allowed(listed, url) => url,
        Some(url) => return Err(Box::new(not_listed(parameter, url, listed))),
        None => match client.and_then(|_| redirect_uri::first_address(listed)) {
            Some(url) => url,
            None => return Ok(None),
        },
    };
    Ok(Some(with_state(url, parameters.get("state"))))
}

fn with_state(url: &str, state: Option<&str>) -> String {
    match (Url::parse(url), state) {
        (Ok(mut url), Some(state)) => {
            url.query_pairs_mut().append_pair("state", state);
            url.into()
        }
        _ => url.to_owned(),
    }
}

/// Ends the session that is meant; asks the person where that is not clear (SC-4/14).
async fn carry_out(tenant: &Tenant, request: LogoutRequest, headers: &HeaderMap) -> Response {
    let LogoutRequest { client, destination, session_id } = request;
    let is_meant = |session: &Session| session_id.as_deref() == Some(session.id.as_str());
    match session::current(tenant, headers).await {
        Some(session)
            if tenant.settings().sessions.oidc_logout_prompt_enabled && !is_meant(&session) =>
        {
            // The answer's redirects are held against the page's policy, the provider's among them.
            let provider = destination.by_the_provider(tenant, &session).await;
            let leads_to: Vec<String> =
                provider.map(String::from).into_iter().chain(destination.target.clone()).collect();
            let pending = PendingLogout { session_id: session.id, destination };
            let now = tenant.clock.now();
            let ticket =
                tenant.pending_logouts.insert(pending, pending_logouts::LIFETIME, now).await;
            Page::new(LogoutPage {
                domain: tenant.issuer.domain().to_owned(),
                action: CONFIRM,
                ticket: ticket.expose().to_owned(),
                client_name: client.map(|client| client.name),
            })
            .posts_to(&leads_to)
            .into_response()
        }
        _ => end(tenant, headers, destination).await,
    }
}

/// `POST /u/logout`: the person says yes, or `decision=deny`. Another site's form does not know the ticket, and one of
/// another session has no use of it, nor does it use it up.
pub(crate) async fn confirm(
    State(tenant): State<Tenant>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = Parameters::from_form(&body).unwrap_or_default();
    let ticket = form.get("ticket").unwrap_or_default();
    let now = tenant.clock.now();
    let session = session::current(&tenant, &headers).await;
    let is_asked =
        |pending: &PendingLogout| session.is_some_and(|own| own.id == pending.session_id);
    let pending = match tenant.pending_logouts.get(ticket, now).await {
        Some(pending) if is_asked(&pending) => tenant.pending_logouts.take(ticket, now).await,
        _ => None,
    };
    match pending {
        Some(_) if form.get("decision") == Some("deny") => {
            Page::new(StillLoggedIn { domain: tenant.issuer.domain().to_owned() }).into_response()
        }
        Some(pending) => end(&tenant, &headers, pending.destination).await,
        None => {
            let facts = ErrorPageFacts {
                status: StatusCode::BAD_REQUEST,
                heading: "This page is out of date",
                explanation: "Begin the logout again from the application.".to_owned(),
                ..refusal("The logout to confirm is not known", Vec::new())
            };
            tenant.error_page_context().page(facts)
        }
    }
}
