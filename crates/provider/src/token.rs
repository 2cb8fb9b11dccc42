//! `POST /token` ([RFC 6749 §3.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.2)): hands an authenticated client to
//! its grant.

pub(crate) mod authorization_code;
mod client_request;
pub(crate) mod error;
pub(crate) mod refresh_token;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use service::reply::NoStore;
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use self::authorization_code::CodeRequest;
pub(crate) use self::client_request::ClientRequest;
use self::error::TokenError;
use self::refresh_token::RefreshRequest;
use crate::dialect::Dialect;
use crate::router::App;
use crate::store::access_tokens::AccessTokens;
use crate::store::grants::{GrantId, Grants};
use crate::store::refresh_tokens::RefreshTokens;

/// The stores that tokens come from, and how long they live.
pub(crate) struct Issuance {
    pub(crate) dialect: Dialect,
    pub(crate) grants: Grants,
    pub(crate) access_tokens: AccessTokens,
    pub(crate) refresh_tokens: RefreshTokens,
    /// Seconds that an access token lives.
    pub(crate) lifetime: Option<u64>,
    /// Seconds that a refresh token lives.
    pub(crate) refresh_lifetime: Option<u64>,
    /// Whether a refresh token is good once.
    pub(crate) rotates: bool,
}

/// An answer, as Google writes it.
#[derive(Debug, Serialize)]
pub(crate) struct Tokens {
    pub(crate) access_token: Secret,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<Secret>,
    /// Seconds that the refresh token lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token_expires_in: Option<u64>,
    pub(crate) scope: ScopeSet,
    token_type: &'static str,
}

/// `POST /token`.
pub(crate) async fn post(
    State(app): State<App>,
    ClientRequest { client, parameters }: ClientRequest,
) -> Result<NoStore<Json<Tokens>>, TokenError> {
    let issuance = app.issuance();
    let App { clock, codes, refreshes, .. } = app;
    let now = clock.now();
    let response = match parameters.get("grant_type") {
        Some("authorization_code") => {
            let request = CodeRequest::try_from(&parameters)?;
            authorization_code::redeem(&client, &request, &codes, &issuance, now).await?
        }
        Some("refresh_token") => {
            let request = RefreshRequest::try_from(&parameters)?;
            let response = refresh_token::renew(&client, &request, &issuance, now).await?;
            refreshes.count_one();
            response
        }
        Some(other) => return Err(TokenError::UnsupportedGrantType(other.to_owned())),
        None => return Err(TokenError::Missing("grant_type")),
    };
    Ok(NoStore(Json(response)))
}

impl Issuance {
    /// An access token for that scope of the grant.
    async fn issue(&self, grant: GrantId, scope: ScopeSet, now: Timestamp) -> Tokens {
        let expires_at = self.lifetime.map(|seconds| now.plus(seconds));
        let access_tokens = &self.access_tokens;
        Tokens {
            access_token: access_tokens
                .issue(self.dialect, grant, scope.clone(), expires_at, now)
                .await,
            expires_in: self.lifetime,
            refresh_token: None,
            refresh_token_expires_in: None,
            scope,
            token_type: "Bearer",
        }
    }

    /// When a refresh token of now expires.
    fn refresh_token_end(&self, now: Timestamp) -> Option<Timestamp> {
        self.refresh_lifetime.map(|seconds| now.plus(seconds))
    }

    /// For tests of one grant.
    #[cfg(test)]
    fn over(grants: Grants) -> Self {
        Self {
            dialect: Dialect::Google,
            grants,
            access_tokens: AccessTokens::default(),
            refresh_tokens: RefreshTokens::default(),
            lifetime: Some(3599),
            refresh_lifetime: None,
            rotates: false,
        }
    }
}

impl Tokens {
    /// The same, with a refresh token.
    fn with_refresh_token(self, refresh_token: Secret, issuance: &Issuance) -> Self {
        let refresh_token_expires_in = issuance.refresh_lifetime;
        Self { refresh_token: Some(refresh_token), refresh_token_expires_in, ..self }
    }
}
