//! `POST /login/oauth/access_token`
//! ([GitHub](https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#2-users-are-redirected-back-to-your-site-by-github)).
//!
//! As at GitHub, a refusal has status 200, scopes are separated by commas, and who does not ask for JSON gets a form.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use service::reply::NoStore;
use url::form_urlencoded;

use crate::dialect::Dialect;
use crate::router::App;
use crate::token::authorization_code::{self, CodeRequest};
use crate::token::error::TokenError;
use crate::token::{ClientRequest, Issuance, Tokens};

/// GitHub's path.
pub(crate) const PATH: &str = "/login/oauth/access_token";

#[derive(Serialize)]
struct Issued {
    access_token: String,
    scope: String,
    token_type: &'static str,
}

#[derive(Serialize)]
struct Refused {
    error: &'static str,
    error_description: String,
    error_uri: &'static str,
}

/// `POST /login/oauth/access_token`.
pub(crate) async fn post(
    State(app): State<App>,
    headers: HeaderMap,
    request: Result<ClientRequest, TokenError>,
) -> NoStore<Response> {
    let asks_for_json = headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("application/json"));
    NoStore(match redeem(&app, request).await {
        Ok(tokens) => answer(asks_for_json, &Issued::from(tokens)),
        Err(error) => answer(asks_for_json, &Refused::from(error)),
    })
}

async fn redeem(
    app: &App,
    request: Result<ClientRequest, TokenError>,
) -> Result<Tokens, TokenError> {
    let ClientRequest { client, parameters } = request?;
    let request = CodeRequest::of_github(&parameters)?;
    let issuance = Issuance { dialect: Dialect::GitHub, lifetime: None, ..app.issuance() };
    authorization_code::redeem(&client, &request, &app.codes, &issuance, app.clock.now()).await
}

fn answer(as_json: bool, answer: &(impl Serialize + Pairs)) -> Response {
    if as_json {
        return Json(answer).into_response();
    }
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(answer.pairs());
    let content_type = "application/x-www-form-urlencoded; charset=utf-8";
    ([(CONTENT_TYPE, content_type)], form.finish()).into_response()
}

/// What a form says of an answer.
trait Pairs {
    fn pairs(&self) -> [(&'static str, &str); 3];
}

impl Pairs for Issued {
    fn pairs(&self) -> [(&'static str, &str); 3] {
        let Self { access_token, scope, token_type } = self;
        [("access_token", access_token), ("scope", scope), ("token_type", token_type)]
    }
}

impl Pairs for Refused {
    fn pairs(&self) -> [(&'static str, &str); 3] {
        let Self { error, error_description, error_uri } = self;
        [("error", error), ("error_description", error_description), ("error_uri", error_uri)]
    }
}

impl From<Tokens> for Issued {
    fn from(tokens: Tokens) -> Self {
        let scopes: Vec<&str> = tokens.scope.iter().collect();
        Self {
            access_token: tokens.access_token.expose().to_owned(),
            scope: scopes.join(","),
            token_type: "bearer",
        }
    }
}

impl From<TokenError> for Refused {
    fn from(error: TokenError) -> Self {
        Self {
            error: code(&error),
            error_description: error.to_string(),
            error_uri: "https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors",
        }
    }
}

/// GitHub's words.
const fn code(error: &TokenError) -> &'static str {
    match error {
        TokenError::NoClient
        | TokenError::TwoClients
        | TokenError::AuthorizationHeader
        | TokenError::UnknownClient { .. }
        | TokenError::ClientSecret { .. } => "incorrect_client_credentials",
        TokenError::RedirectUriMismatch => "redirect_uri_mismatch",
        TokenError::Code | TokenError::NoVerifier | TokenError::Verifier => "bad_verification_code",
        _ => "invalid_request",
    }
}
