//! `GET /v2/logout` (discovery-and-tokens.md §6); [`oidc`] is the logout of OpenID Connect.

pub(crate) mod oidc;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use service::page::Page;
use wire::ids::ClientId;
use wire::oauth_error::ErrorCode;
use wire::parameters::Parameters;

use crate::authorize::redirect;
use crate::log::LogKind;
use crate::redirect_uri;
use crate::session;
use crate::tenant::State as Tenant;
use crate::tenant::error_page::{ALLOWED, ASKED_FOR, ErrorPageFacts};

/// Shown when there is nowhere to return to.
#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOut {
    domain: String,
}

/// Ends the browser's session and sends it to `returnTo`, if that is a listed URL; a refused request ends nothing.
pub(crate) async fn get(
    State(tenant): State<Tenant>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let target = target(&tenant, query.as_deref().unwrap_or_default())
        .await
        .map_err(|facts| tenant.error_page_context().page(facts))?;
    Ok(end(&tenant, &headers, target).await)
}

/// Ends the browser's session, if it has one, and sends it on; or says that it is over where there is no way to go.
async fn end(tenant: &Tenant, headers: &HeaderMap, target: Option<String>) -> Response {
    if let Some(cookie) = session::cookie(headers, session::SESSION)
        && let Some(session) = tenant.sessions.end(cookie).await
    {
        tenant.log.entry(LogKind::Slo).user(&session.user_id).write();
    }
    let mut response = match target {
        Some(url) => redirect(&url),
        None => Page::new(SignedOut { domain: tenant.issuer.domain().to_owned() }).into_response(),
    };
    session::clear(response.headers_mut(), &tenant.issuer, session::SESSION);
    response
}

/// Where the browser goes: `returnTo` when it is listed, else the client's first URL, else nowhere (DT-6/1, DT-6/2).
async fn target(tenant: &Tenant, query: &str) -> Result<Option<String>, ErrorPageFacts> {
    let parameters = Parameters::from_form(query.as_bytes())
        .map_err(|error| refusal(&error.to_string(), Vec::new()))?;
    let listed = match parameters.parse::<ClientId>("client_id") {
        None => &tenant.settings.allowed_logout_urls,
        Some(client_id) => {
            let client = tenant.clients.find(&client_id).await;
            &client
                .ok_or_else(|| refusal(&format!("Unknown client: {client_id}"), Vec::new()))?
                .allowed_logout_urls
        }
    };
    match parameters.get("returnTo") {
        Some(url) if redirect_uri::is_allowed(listed, url) => Ok(Some(url.to_owned())),
        Some(url) => Err(not_listed("returnTo", url, listed)),
        None if parameters.get("client_id").is_some() => Ok(listed.first().cloned()),
        None => Ok(None),
    }
}

fn not_listed(parameter: &str, url: &str, listed: &[String]) -> ErrorPageFacts {
    let allowed = listed.iter().map(|allowed| (ALLOWED, allowed.clone()));
    let rows = std::iter::once((ASKED_FOR, url.to_owned())).chain(allowed).collect();
    let description = format!(
        "The \"{parameter}\" querystring parameter \"{url}\" is not defined as a valid URL in \"Allowed Logout URLs\"."
    );
    refusal(&description, rows)
}

fn refusal(description: &str, rows: Vec<(&'static str, String)>) -> ErrorPageFacts {
    ErrorPageFacts {
        status: StatusCode::BAD_REQUEST,
        heading: "This logout is not allowed",
        explanation: "The application asked for a logout in a way that it may not: to return to an address that is \
                      not on its list, for example. You are still logged in."
            .to_owned(),
        rows,
        error: ErrorCode::InvalidRequest,
        error_description: description.to_owned(),
        client_id: None,
    }
}
