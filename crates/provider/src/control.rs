//! `POST /control/…`: the developer's hand on the provider, while it runs on loopback. Requests are JSON, and no page of
//! another site may send one: a browser says where a request comes from, and asks before it sends JSON elsewhere.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::header::{CONTENT_TYPE, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::ApiError;
use crate::issuer::Issuer;
use crate::router::App;
use crate::trouble::{Endpoint, Failure};

/// Every route of the control surface.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/control/fail", post(fail))
        .route("/control/delay", post(delay))
        .route("/control/revoke", post(revoke))
        .route("/control/expire-refresh-tokens", post(expire_refresh_tokens))
        .route("/control/advance", post(advance))
        .route("/control/reset", post(reset))
}

/// A JSON body of somebody at this machine.
struct Command<T>(T);

impl<T: DeserializeOwned> FromRequest<App> for Command<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        if !is_local(request.headers(), &app.issuer) {
            return Err(ApiError::CrossSite);
        }
        let body = Bytes::from_request(request, app).await.map_err(|_| ApiError::NotJson)?;
        let command = serde_json::from_slice(&body);
        command.map(Self).map_err(|error| ApiError::Control(error.to_string()))
    }
}

/// Whether no other site can have sent the request.
fn is_local(headers: &HeaderMap, issuer: &Issuer) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let is_json = text(CONTENT_TYPE.as_str()).is_some_and(|value| {
        value.split(';').next().unwrap_or_default().trim() == "application/json"
    });
    let same_site =
        text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    let own_origin = text(ORIGIN.as_str()).is_none_or(|origin| origin == issuer.as_str());
    is_json && same_site && own_origin
}

#[derive(Deserialize)]
struct Fail {
    endpoint: Endpoint,
    #[serde(flatten)]
    failure: Failure,
    #[serde(default = "once")]
    times: u64,
}

const fn once() -> u64 {
    1
}

async fn fail(State(app): State<App>, Command(fail): Command<Fail>) -> StatusCode {
    app.troubles.fail_next(fail.endpoint, fail.failure, fail.times);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Delay {
    endpoint: Endpoint,
    milliseconds: u64,
}

async fn delay(State(app): State<App>, Command(delay): Command<Delay>) -> StatusCode {
    app.troubles.delay(delay.endpoint, Duration::from_millis(delay.milliseconds));
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoke {
    email: String,
}

async fn revoke(
    State(app): State<App>,
    Command(Revoke { email }): Command<Revoke>,
) -> Result<StatusCode, ApiError> {
    let Some(person) = app.people.find_by_email(&email).await else {
        return Err(ApiError::NoSuchPerson(email));
    };
    app.revocation().of_person(&person.id).await;
    Ok(StatusCode::NO_CONTENT)
}

/// An object without members.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

async fn expire_refresh_tokens(
    State(app): State<App>,
    Command(Nothing {}): Command<Nothing>,
) -> StatusCode {
    app.refresh_tokens.expire_all().await;
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: u64,
}

async fn advance(State(app): State<App>, Command(advance): Command<Advance>) -> StatusCode {
    app.clock.advance(advance.seconds);
    StatusCode::NO_CONTENT
}

async fn reset(State(app): State<App>, Command(Nothing {}): Command<Nothing>) -> StatusCode {
    app.troubles.end();
    StatusCode::NO_CONTENT
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};
    use url::Url;

    use super::*;

    fn from(headers: &[(&'static str, &'static str)]) -> bool {
        let pairs = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let issuer = Issuer::new(&Url::parse("http://localhost:4402").unwrap());
        is_local(&pairs.collect(), &issuer)
    }

    #[test]
    fn other_sites_are_told_by_what_their_browser_says() {
        const JSON: (&str, &str) = ("content-type", "application/json");
        assert!(from(&[JSON]));
        assert!(from(&[("content-type", "application/json; charset=utf-8")]));
        assert!(from(&[
            JSON,
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://localhost:4402")
        ]));
        assert!(!from(&[]));
        assert!(!from(&[("content-type", "text/plain")]));
        for site in ["cross-site", "same-site", "", "whatever"] {
            assert!(!from(&[JSON, ("sec-fetch-site", site)]), "{site}");
        }
        for origin in
            ["http://localhost:8080", "https://evil.example", "null", "http://localhost:44020"]
        {
            assert!(!from(&[JSON, ("origin", origin)]), "{origin}");
        }
    }
}
