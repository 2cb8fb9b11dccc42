//! `GET` and `POST /consent`: may this client do that?

use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use service::reply::NoStore;
use wire::parameters::Parameters;
use wire::secret::Secret;

use crate::authorize::error::{AuthorizeError, Refusal};
use crate::authorize::flow;
use crate::authorize::request::AuthorizationRequest;
use crate::browser::{Browser, BrowserId};
use crate::people::Person;
use crate::router::App;
use crate::store::transactions::Question;
use crate::{login, scope};

/// Where the page is.
pub(crate) const PATH: &str = "/consent";

/// A scope with its meaning.
struct Asked<'a> {
    words: &'static str,
    scope: &'a str,
}

#[derive(Template)]
#[template(path = "consent.html")]
struct ConsentPage<'a> {
    domain: &'a str,
    action: &'a str,
    state: &'a str,
    client_name: &'a str,
    client_id: &'a str,
    redirect_uri: &'a str,
    name: &'a str,
    email: &'a str,
    not_you: &'a str,
    scopes: Vec<Asked<'a>>,
}

/// `GET /consent?state=…`: the page.
pub(crate) async fn get(
    State(app): State<App>,
    Browser(browser): Browser,
    RawQuery(query): RawQuery,
) -> Response {
    let found = async {
        let parameters = Parameters::from_form(query.unwrap_or_default().as_bytes()).ok()?;
        let state: Secret = parameters.parse("state")?;
        let browser = browser?;
        let waiting = app.transactions.find(&state, &browser, app.clock.now()).await;
        let (Question::Consent, request) = waiting? else {
            return None;
        };
        Some((state, request, signed_in(&app, &browser).await?))
    };
    match found.await {
        Some((state, request, person)) => page(&app, &state, &request, &person),
        None => AuthorizeError::NoTransaction.answer(&app.issuer),
    }
}

/// `POST /consent`: back to the client, with a code or without.
pub(crate) async fn post(
    State(app): State<App>,
    Browser(browser): Browser,
    body: Bytes,
) -> Response {
    let parameters = match Parameters::from_form(&body) {
        Ok(parameters) => parameters,
        Err(error) => return AuthorizeError::from(error).answer(&app.issuer),
    };
    let now = app.clock.now();
    let answered = async {
        let accepted = match parameters.get("decision")? {
            "accept" => true,
            "deny" => false,
            _ => return None,
        };
        let state: Secret = parameters.parse("state")?;
        let browser = browser?;
        // A page that asks to sign in cannot be answered with a consent.
        let (Question::Consent, request) = app.transactions.take(&state, &browser, now).await?
        else {
            return None;
        };
        Some((accepted, request, signed_in(&app, &browser).await?))
    };
    let Some((accepted, request, person)) = answered.await else {
        return AuthorizeError::NoTransaction.answer(&app.issuer);
    };

    let client = request.client.id.as_str();
    tracing::info!(sub = person.id.as_str(), client, accepted, "asked for consent");
    let redirect = if accepted {
        app.flow().accepted(&person, request, now).await
    } else {
        request.refused(Refusal::Denied)
    };
    NoStore(redirect).into_response()
}

/// Whoever signs in gets a new browser id, and transactions are bound to it: this is the person who was asked.
async fn signed_in(app: &App, browser: &BrowserId) -> Option<Person> {
    let id = app.sessions.person(browser, app.clock.now()).await?;
    app.people.find(&id).await
}

fn page(app: &App, state: &Secret, request: &AuthorizationRequest, person: &Person) -> Response {
    let state = state.expose();
    let asked = |scope| Some(Asked { words: scope::in_plain_words(scope)?, scope });
    let template = ConsentPage {
        domain: app.issuer.domain(),
        action: PATH,
        state,
        client_name: &request.client.name,
        client_id: request.client.id.as_str(),
        redirect_uri: request.redirect_uri.as_str(),
        name: &person.name,
        email: &person.email,
        not_you: &format!("{}?state={state}", login::PATH),
        scopes: request.scope.iter().filter_map(asked).collect(),
    };
    flow::page(template).into_response()
}
