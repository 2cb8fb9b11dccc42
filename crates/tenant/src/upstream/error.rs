//! Why a provider gave nothing.

use wire::oauth_error::{ErrorCode, OAuthError};

/// One variant per cause.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UpstreamError {
    /// The connection lacks a client, an endpoint, or both.
    #[error("the connection has no client at the provider")]
    NotConfigured,
    /// The provider refused in OAuth's words.
    #[error("the provider answered {0}")]
    Refused(OAuthError),
    /// The provider cannot answer now: its own fault, or too many requests.
    #[error("the provider answered with status {0}")]
    Status(u16),
    /// An answer that says nothing: no JSON and no form, too long, or without what was asked for.
    #[error("the provider's answer could not be read")]
    Unreadable,
    /// No connection, or no answer in time.
    #[error("the provider did not answer")]
    Unreachable,
}

impl UpstreamError {
    /// Whether the provider has ended the refresh token that it was sent (RFC 6749 §5.2).
    pub(crate) fn ends_the_refresh_token(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.error == ErrorCode::InvalidGrant)
    }

    /// Whether the provider may have acted on the request all the same: it failed over it, or its answer got lost.
    pub(crate) const fn leaves_the_outcome_open(&self) -> bool {
        match self {
            Self::NotConfigured | Self::Refused(_) => false,
            Self::Status(status) => *status >= 500,
            Self::Unreadable | Self::Unreachable => true,
        }
    }
}

/// What reqwest says may hold a URL with a secret in it; the log gets its kind only.
impl From<reqwest::Error> for UpstreamError {
    fn from(error: reqwest::Error) -> Self {
        tracing::warn!(
            timeout = error.is_timeout(),
            connect = error.is_connect(),
            "provider call failed"
        );
        Self::Unreachable
    }
}
