//! Calls to the tenant and to the provider: an answer that is read whole, or the reason why there is none.

use axum::body::Bytes;
use axum::http::StatusCode;
use reqwest::RequestBuilder;
use serde::de::DeserializeOwned;

/// Sends the request and reads the answer, within the client's timeout.
pub(crate) async fn answer(request: RequestBuilder) -> Result<Answer, Unreachable> {
    let response = request.send().await?;
    Ok(Answer { status: response.status(), body: response.bytes().await? })
}

/// Asks for a document, and takes nothing but that document.
pub(crate) async fn document<T: DeserializeOwned>(
    request: RequestBuilder,
) -> Result<T, Unreachable> {
    let answer = answer(request).await?;
    if answer.status != StatusCode::OK {
        return Err(Unreachable::Status(answer.status.as_u16()));
    }
    answer.json().ok_or(Unreachable::NotUnderstood)
}

/// A whole answer of whatever status.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    body: Bytes,
}

impl Answer {
    /// The body; `None` when it is not what we expect. The parser's own words are dropped: they may quote a token.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// Why a neighbour could not be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreachable {
    #[error("it did not answer in time")]
    TimedOut,
    #[error("no connection could be made")]
    NoConnection,
    #[error("the connection broke before the answer was whole")]
    BrokenOff,
    #[error("it answered with status {0}")]
    Status(u16),
    #[error("its answer could not be read")]
    NotUnderstood,
    #[error("its metadata names another issuer than the configured one")]
    OtherIssuer,
}

impl From<reqwest::Error> for Unreachable {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::TimedOut
        } else if error.is_connect() || error.is_builder() {
            Self::NoConnection
        } else {
            Self::BrokenOff
        }
    }
}
