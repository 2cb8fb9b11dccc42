//! `GET /login/oauth/authorize`
//! ([GitHub](https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#1-request-a-users-github-identity)).

use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::ask_or_answer;
use super::request::AuthorizationRequest;
use crate::browser::Browser;
use crate::router::App;

/// GitHub's path.
pub(crate) const PATH: &str = "/login/oauth/authorize";

/// `GET /login/oauth/authorize`: to the sign-in page, the consent page, or straight back to the client.
pub(crate) async fn get(
    State(app): State<App>,
    Browser(browser): Browser,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    match AuthorizationRequest::read_as_github(&query, &app.clients).await {
        Ok(request) => ask_or_answer(&app, browser, request).await,
        Err(error) => error.answer(&app.issuer),
    }
}
