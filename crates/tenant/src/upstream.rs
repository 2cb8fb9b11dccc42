//! The tenant as an OAuth client of external providers.

use url::Url;
use wire::oauth_error::OAuthError;
use wire::secret::Secret;
use wire::token::{TokenRequest, TokenResponse};

use crate::store::connections::{Connection, GOOGLE};

/// Google's token endpoint ([discovery document](https://accounts.google.com/.well-known/openid-configuration)).
const GOOGLE_TOKEN_ENDPOINT: &str = "https://oauth2.googleapis.com/token";

/// Calls providers.
#[derive(Clone)]
pub(crate) struct Upstream {
    http: reqwest::Client,
    /// Where social connections go instead of the real services.
    provider: Option<Url>,
}

impl Upstream {
    pub(crate) const fn new(http: reqwest::Client, provider: Option<Url>) -> Self {
        Self { http, provider }
    }

    /// Buys a new access token with a stored refresh token (RFC 6749 §6).
    pub(crate) async fn refresh(
        &self,
        connection: &Connection,
        refresh_token: &Secret,
    ) -> Result<TokenResponse, UpstreamError> {
        let options = &connection.options;
        let (Some(client_id), Some(client_secret)) = (&options.client_id, &options.client_secret)
        else {
            return Err(UpstreamError::NotConfigured);
        };
        let endpoint = self.token_endpoint(&connection.strategy)?;
        let grant = TokenRequest::RefreshToken { refresh_token: refresh_token.clone() };
        let request = RefreshRequest {
            grant: &grant,
            client_id: client_id.as_str(),
            client_secret: client_secret.expose(),
        };
        let response = self.http.post(endpoint).form(&request).send().await?;
        let status = response.status();
        if status.is_success() {
            return Ok(response.json().await?);
        }
        let refusal = response.json::<OAuthError>().await;
        match refusal {
            Ok(refusal) if status.is_client_error() => Err(UpstreamError::Refused(refusal)),
            _ => Err(UpstreamError::Status(status.as_u16())),
        }
    }

    fn token_endpoint(&self, strategy: &str) -> Result<Url, UpstreamError> {
        if strategy != GOOGLE {
            return Err(UpstreamError::NotConfigured);
        }
        match &self.provider {
            Some(provider) => provider.join("token"),
            None => Url::parse(GOOGLE_TOKEN_ENDPOINT),
        }
        .map_err(|_| UpstreamError::NotConfigured)
    }
}

#[derive(serde::Serialize)]
struct RefreshRequest<'a> {
    #[serde(flatten)]
    grant: &'a TokenRequest,
    client_id: &'a str,
    client_secret: &'a str,
}

/// Why a provider gave no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UpstreamError {
    #[error("the connection has no client at the provider")]
    NotConfigured,
    #[error("the provider answered {0}")]
    Refused(OAuthError),
    #[error("the provider answered with status {0}")]
    Status(u16),
    #[error("the provider did not answer")]
    Unreachable,
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
