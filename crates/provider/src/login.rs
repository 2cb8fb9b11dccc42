//! `GET` and `POST /signin`: who are you?

use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use service::reply::NoStore;
use wire::parameters::Parameters;
use wire::secret::Secret;

use crate::authorize::error::AuthorizeError;
use crate::authorize::flow;
use crate::authorize::request::AuthorizationRequest;
use crate::browser::Browser;
use crate::people::Person;
use crate::router::App;
use crate::store::people::People;

/// Where the page is.
pub(crate) const PATH: &str = "/signin";

/// What the page says after a password that does not fit; it does not tell whether there is such an account.
const WRONG: &str =
    "No account here has this email address and password. Check both, or choose a person above.";

/// A button that signs a person in.
struct Choice {
    user_id: String,
    name: String,
    note: String,
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    domain: &'a str,
    action: &'a str,
    state: &'a str,
    people: Vec<Choice>,
    username: &'a str,
    error: Option<&'a str>,
    client_name: &'a str,
    client_id: &'a str,
}

/// `GET /signin?state=…`: the page. From the consent page one comes back here to be somebody else.
pub(crate) async fn get(
    State(app): State<App>,
    Browser(browser): Browser,
    RawQuery(query): RawQuery,
) -> Response {
    let found = async {
        let parameters = Parameters::from_form(query.unwrap_or_default().as_bytes()).ok()?;
        let state: Secret = parameters.parse("state")?;
        let (_, request) = app.transactions.find(&state, &browser?, app.clock.now()).await?;
        Some((state, request))
    };
    match found.await {
        Some((state, request)) => {
            let hint = request.login_hint.as_deref().unwrap_or_default();
            page(&app, &state, &request, hint, None).await
        }
        None => AuthorizeError::NoTransaction.answer(&app.issuer),
    }
}

/// `POST /signin`: signs the person in and goes on.
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
    let taken = async {
        let state: Secret = parameters.parse("state")?;
        let browser = browser?;
        let (question, request) = app.transactions.take(&state, &browser, now).await?;
        Some((browser, question, request))
    };
    let Some((browser, question, request)) = taken.await else {
        return AuthorizeError::NoTransaction.answer(&app.issuer);
    };

    let Some(person) = person(&app.people, &parameters).await else {
        let username = parameters.get("username").unwrap_or_default();
        let state = app.transactions.open(browser, question, request.clone(), now).await;
        return page(&app, &state, &request, username, Some(WRONG)).await;
    };
    tracing::info!(sub = person.id.as_str(), "signed in");
    let browser = app.sessions.start(&browser, person.id.clone(), now).await;
    let next = app.flow().after_sign_in(browser.clone(), &person, request, now).await;
    browser.remember_in(NoStore(next), &app.issuer)
}

/// Who the form says one is: a person's button, or an email address with its password.
async fn person(people: &People, parameters: &Parameters) -> Option<Person> {
    if let Some(id) = parameters.get("user") {
        return people.all().await.into_iter().find(|person| person.id.as_str() == id);
    }
    let person = people.find_by_email(parameters.get("username")?.trim()).await?;
    person.has_password(parameters.get("password")?).then_some(person)
}

async fn page(
    app: &App,
    state: &Secret,
    request: &AuthorizationRequest,
    username: &str,
    error: Option<&str>,
) -> Response {
    let choice = |Person { id, name, email, .. }: Person| Choice {
        user_id: id.as_str().to_owned(),
        name,
        note: email,
    };
    let template = LoginPage {
        domain: app.issuer.domain(),
        action: PATH,
        state: state.expose(),
        people: app.people.all().await.into_iter().map(choice).collect(),
        username,
        error,
        client_name: &request.client.name,
        client_id: request.client.id.as_str(),
    };
    let status = if error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    flow::page(template).status(status).into_response()
}
