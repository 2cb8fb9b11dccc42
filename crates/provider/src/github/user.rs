//! `GET /user` ([GitHub](https://docs.github.com/en/rest/users/users#get-the-authenticated-user)).

use axum::Json;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use service::reply::NoStore;
use wire::bearer::token_in;
use wire::secret::Secret;

use crate::dialect::Dialect;
use crate::router::App;
use crate::scope;

/// GitHub's path.
pub(crate) const PATH: &str = "/user";

/// Who the token speaks for. GitHub has many more members; a client of who somebody is needs these.
#[derive(Serialize)]
struct User {
    login: String,
    id: u64,
    avatar_url: String,
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    email: Option<String>,
}

/// A refusal, in GitHub's body.
#[derive(Serialize)]
pub(crate) struct Refused {
    message: &'static str,
    documentation_url: &'static str,
    status: String,
}

impl Refused {
    pub(crate) fn answer(status: StatusCode, message: &'static str) -> Response {
        let documentation_url = "https://docs.github.com/rest";
        let status_text = status.as_str().to_owned();
        (status, Json(Self { message, documentation_url, status: status_text })).into_response()
    }
}

/// `GET /user`: any token of GitHub's will do; the email address takes a scope.
pub(crate) async fn get(State(app): State<App>, headers: HeaderMap) -> NoStore<Response> {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return NoStore(Refused::answer(StatusCode::UNAUTHORIZED, "Requires authentication"));
    };
    let token = header.to_str().ok().and_then(token);
    NoStore(match find(&app, token).await {
        Some(reply) => reply,
        None => Refused::answer(StatusCode::UNAUTHORIZED, "Bad credentials"),
    })
}

async fn find(app: &App, token: Option<Secret>) -> Option<Response> {
    let token = app.access_tokens.find(&token?, app.clock.now()).await?;
    let grant = app.grants.find(&token.grant).await;
    let grant = grant.filter(|grant| grant.dialect == Dialect::GitHub)?;
    let person = app.people.find(&grant.person).await?;
    let user = User {
        login: person.login,
        id: person.number,
        avatar_url: format!("{}/assets/mark.svg", app.issuer.as_str()),
        kind: "User",
        name: person.name,
        email: scope::shows_email(&token.scope).then_some(person.email),
    };
    let scopes: Vec<&str> = token.scope.iter().collect();
    Some(([("x-oauth-scopes", scopes.join(", "))], Json(user)).into_response())
}

/// GitHub takes its own word for the scheme, too.
fn token(header: &str) -> Option<Secret> {
    token_in(header).or_else(|| {
        let (scheme, token) = header.split_once(' ')?;
        (scheme.eq_ignore_ascii_case("token") && !token.is_empty()).then(|| token.into())
    })
}
