//! `GET /v2/logout` (discovery-and-tokens.md §6); [`oidc`] is the logout of OpenID Connect.
//!
//! A logout ends the session in the browser, for all clients at once. It takes back no token: refresh tokens are revoked at
//! `/oauth/revoke`.

pub(crate) mod oidc;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use service::page::Page;
use url::Url;
use wire::ids::ClientId;
use wire::oauth_error::ErrorCode;
use wire::parameters::Parameters;

use crate::authorize::redirect;
use crate::log::LogKind;
use crate::redirect_uri;
use crate::session;
use crate::store::clients::Client;
use crate::store::sessions::Session;
use crate::tenant::State as Tenant;
use crate::tenant::error_page::{ALLOWED, ASKED_FOR, ErrorPageFacts};

/// Shown when there is nowhere to return to.
#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOut {
    domain: String,
}

/// Where the browser goes after a logout.
#[derive(Clone)]
pub(crate) struct Destination {
    /// A listed address; a page of ours where there is none.
    pub(crate) target: Option<String>,
    /// Whether the person is to be logged out at the provider too (DT-6/3): then the browser goes there first, and comes
    /// back here, with the same request but for this wish.
    pub(crate) federated: Option<Url>,
}

impl Destination {
    fn new(
        tenant: &Tenant,
        path: &str,
        parameters: &Parameters,
        client: Option<&Client>,
        target: Option<String>,
    ) -> Self {
        let federated = parameters.has_flag("federated").then(|| {
            let mut back = Url::parse(&tenant.issuer.at(path)).ok()?;
            // What names a person or a session has done its part, and is nobody else's business.
            let mut again =
                parameters.clone().without(&["federated", "id_token_hint", "logout_hint"]);
            if let Some(client) = client {
                again = again.with("client_id", client.client_id.as_str());
            }
            back.query_pairs_mut().extend_pairs(again.iter());
            Some(back)
        });
        Self { target, federated: federated.flatten() }
    }

    /// The way by the provider, if the person logged in at one.
    async fn by_the_provider(&self, tenant: &Tenant, session: &Session) -> Option<Url> {
        let back = self.federated.as_ref()?;
        let user = tenant.users.find(&session.user_id).await?;
        let connection = tenant.connections.find(&user.connection).await?;
        tenant.upstream.logout_url(&connection, back)
    }
}

/// Ends the browser's session and sends it to `returnTo`, if that is a listed URL; a refused request ends nothing.
pub(crate) async fn get(
    State(tenant): State<Tenant>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let destination = destination(&tenant, query.as_deref().unwrap_or_default())
        .await
        .map_err(|facts| tenant.error_page_context().page(facts))?;
    Ok(end(&tenant, &headers, destination).await)
}

/// Ends the browser's session, if it has one, and sends it on; or says that it is over where there is no way to go. Of a
/// browser that sent no session no cookie is taken either: another site's form comes without, and ends nothing.
async fn end(tenant: &Tenant, headers: &HeaderMap, destination: Destination) -> Response {
    let cookie = session::cookie(headers, session::SESSION);
    let session = match cookie {
        Some(cookie) => tenant.sessions.end(cookie).await,
        None => None,
    };
    let mut provider = None;
    if let Some(session) = &session {
        tenant.log.entry(LogKind::Slo).user(&session.user_id).write();
        provider = destination.by_the_provider(tenant, session).await;
    }
    let mut response = match provider.map(String::from).or(destination.target) {
        Some(url) => redirect(&url),
        None => Page::new(SignedOut { domain: tenant.issuer.domain().to_owned() }).into_response(),
    };
    if cookie.is_some() {
        session::clear(response.headers_mut(), &tenant.issuer, session::SESSION);
    }
    response
}

/// Where the browser goes: `returnTo` when it is listed, else the client's first URL, else nowhere (DT-6/1, DT-6/2).
async fn destination(tenant: &Tenant, query: &str) -> Result<Destination, ErrorPageFacts> {
    let parameters = Parameters::from_form(query.as_bytes())
        .map_err(|error| refusal(&error.to_string(), Vec::new()))?;
    let client = match parameters.parse::<ClientId>("client_id") {
        None => None,
        Some(client_id) => {
            let client = tenant.clients.find(&client_id).await;
            Some(
                client
                    .ok_or_else(|| refusal(&format!("Unknown client: {client_id}"), Vec::new()))?,
            )
        }
    };
    let settings = tenant.settings();
    let listed = match &client {
        None => &settings.allowed_logout_urls,
        Some(client) => &client.allowed_logout_urls,
    };
    let target = match parameters.get("returnTo") {
        Some(url) if redirect_uri::is_allowed(listed, url) => Some(url.to_owned()),
        Some(url) => return Err(not_listed("returnTo", url, listed)),
        None if client.is_some() => redirect_uri::first_address(listed).cloned(),
        None => None,
    };
    Ok(Destination::new(tenant, "v2/logout", &parameters, client.as_ref(), target))
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
