//! Error answers of the authorization server ([RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2),
//! §4.1.2.1), in Auth0's words where they differ.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The `error` member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// A parameter is missing, malformed or repeated.
    InvalidRequest,
    /// The client assertion is not valid, or no client is named.
    InvalidClient,
    /// The code, token or assertion that was presented is not valid.
    InvalidGrant,
    /// The client may not do this.
    UnauthorizedClient,
    /// No such grant type.
    UnsupportedGrantType,
    /// No such response type.
    UnsupportedResponseType,
    /// Refused: by the person, by a policy, or (Auth0's word) because the client did not authenticate.
    AccessDenied,
    /// The server cannot answer.
    ServerError,
    /// `prompt=none`, and nobody is logged in.
    LoginRequired,
    /// The vault holds no provider token for this person and connection (TV-2.4/13).
    #[serde(rename = "federated_connection_refresh_token_not_found")]
    VaultTokenNotFound,
    /// The provider refused to refresh the stored token (TV-2.4/15).
    #[serde(rename = "federated_connection_refresh_token_flow_failed")]
    VaultRefreshFailed,
    /// No account of the connection matches `login_hint` (TV-2.4/14).
    UserNotFound,
    /// Any other code: what we read is tolerant.
    #[serde(untagged)]
    Other(String),
}

/// The code as it stands on the wire.
impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// The body of a refusal.
///
/// ```
/// use wire::oauth_error::{ErrorCode, OAuthError};
///
/// let error: OAuthError =
///     serde_json::from_str(r#"{"error":"access_denied","error_description":"Unauthorized"}"#)?;
/// assert_eq!(error.error, ErrorCode::AccessDenied);
/// let other: OAuthError = serde_json::from_str(r#"{"error":"slow_down"}"#)?;
/// assert_eq!(other.error.to_string(), "slow_down");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuthError {
    /// Which kind of refusal.
    pub error: ErrorCode,
    /// The cause, for a developer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
    /// Where to read more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_uri: Option<String>,
}

impl OAuthError {
    /// A refusal with its cause in words.
    #[must_use]
    pub fn new(error: ErrorCode, cause: &impl fmt::Display) -> Self {
        Self { error, error_description: Some(cause.to_string()), error_uri: None }
    }
}

impl fmt::Display for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.error_description {
            Some(description) => write!(f, "{}: {description}", self.error),
            None => self.error.fmt(f),
        }
    }
}
