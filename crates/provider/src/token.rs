//! `POST /token` ([RFC 6749 §3.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.2)): hands an authenticated client to
//! its grant.

pub(crate) mod authorization_code;
mod client_request;
pub(crate) mod error;
pub(crate) mod refresh_token;

use axum::Json;
use axum::extract::State;
use service::reply::NoStore;
use wire::scope::ScopeSet;
use wire::timestamp::Timestamp;
use wire::token::{TokenResponse, TokenType};

use self::authorization_code::CodeRequest;
use self::client_request::ClientRequest;
use self::error::TokenError;
use self::refresh_token::RefreshRequest;
use crate::router::App;
use crate::store::access_tokens::AccessTokens;
use crate::store::grants::{GrantId, Grants};
use crate::store::refresh_tokens::RefreshTokens;

/// The stores that tokens come from.
pub(crate) struct Issuance {
    grants: Grants,
    access_tokens: AccessTokens,
    refresh_tokens: RefreshTokens,
    /// Seconds that an access token lives.
    lifetime: u64,
}

/// `POST /token`.
pub(crate) async fn post(
    State(app): State<App>,
    ClientRequest { client, parameters }: ClientRequest,
) -> Result<NoStore<Json<TokenResponse>>, TokenError> {
    let App { clock, codes, refreshes, grants, access_tokens, refresh_tokens, .. } = app;
    let issuance = Issuance { grants, access_tokens, refresh_tokens, lifetime: app.token_lifetime };
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
    async fn issue(&self, grant: GrantId, scope: ScopeSet, now: Timestamp) -> TokenResponse {
        let expires_at = now.plus(self.lifetime);
        TokenResponse {
            access_token: self.access_tokens.issue(grant, scope.clone(), expires_at, now).await,
            refresh_token: None,
            id_token: None,
            scope: Some(scope),
            expires_in: self.lifetime,
            issued_token_type: None,
            token_type: TokenType::Bearer,
        }
    }

    /// For tests of one grant.
    #[cfg(test)]
    fn over(grants: Grants) -> Self {
        Self {
            grants,
            access_tokens: AccessTokens::default(),
            refresh_tokens: RefreshTokens::default(),
            lifetime: 3599,
        }
    }
}
