//! What a provider answers, read with patience: JSON or a form, refusals with any status, never without end.

use reqwest::header::CONTENT_TYPE;
use reqwest::{Response, StatusCode};
use serde_json::{Map, Value};
use url::form_urlencoded;
use wire::oauth_error::OAuthError;

use super::error::UpstreamError;

/// No answer of a provider comes near. One that does not end would fill the memory.
const LIMIT: usize = 256 * 1024;

/// An answer that arrived whole.
pub(super) struct Answer {
    status: StatusCode,
    is_form: bool,
    body: Vec<u8>,
}

impl Answer {
    pub(super) async fn of(mut response: Response) -> Result<Self, UpstreamError> {
        let content_type = response.headers().get(CONTENT_TYPE);
        let essence = content_type
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        // GitHub's answer to a client that does not ask for JSON, and the one of servers from before the RFC.
        let is_form =
            matches!(essence.as_str(), "application/x-www-form-urlencoded" | "text/plain");
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > LIMIT {
                return Err(UpstreamError::Unreadable);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Self { status, is_form, body })
    }

    /// The members of a success.
    pub(super) fn members(self) -> Result<Map<String, Value>, UpstreamError> {
        let members = self.parsed();
        // GitHub refuses with status 200.
        let may_refuse = self.status.is_success() || self.status.is_client_error();
        if may_refuse
            && self.status != StatusCode::TOO_MANY_REQUESTS
            && let Some(refusal) = members.as_ref().and_then(refusal)
        {
            return Err(UpstreamError::Refused(refusal));
        }
        if !self.status.is_success() {
            return Err(UpstreamError::Status(self.status.as_u16()));
        }
        members.ok_or(UpstreamError::Unreadable)
    }

    fn parsed(&self) -> Option<Map<String, Value>> {
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(members)) => Some(members),
            Err(_) if self.is_form => {
                let pairs = form_urlencoded::parse(&self.body);
                Some(pairs.map(|(name, value)| (name.into_owned(), value.into())).collect())
            }
            _ => None,
        }
    }
}

/// RFC 6749 §5.2; an `error` that is no text is something else, such as the body of Google's other APIs.
fn refusal(members: &Map<String, Value>) -> Option<OAuthError> {
    let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
    let error = serde_json::from_value(text("error")?.into()).ok()?;
    Some(OAuthError {
        error,
        error_description: text("error_description"),
        error_uri: text("error_uri"),
    })
}
