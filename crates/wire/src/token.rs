//! The token endpoint ([RFC 6749 §4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3), §5.1).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::claims::Confirmation;
use crate::ids::{Audience, ClientId, ConnectionName};
use crate::pkce::CodeVerifier;
use crate::scope::ScopeSet;
use crate::secret::Secret;
use crate::token_exchange::{
    ACCESS_TOKEN_TYPE, FEDERATED_CONNECTION_ACCESS_TOKEN, TOKEN_VAULT_GRANT,
};

/// A request as a client sends it, one variant per grant type. Client authentication travels beside it.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "grant_type")]
pub enum TokenRequest {
    /// Redeems a code (TK-2).
    #[serde(rename = "authorization_code")]
    AuthorizationCode {
        /// The client that asked for the code.
        client_id: ClientId,
        /// The code from the redirect.
        code: Secret,
        /// The proof that this browser asked for it.
        code_verifier: CodeVerifier,
        /// The same text as in the authorization request.
        redirect_uri: String,
    },
    /// Issues a token for the client itself (TK-4).
    #[serde(rename = "client_credentials")]
    ClientCredentials {
        /// The API that the token is for.
        audience: Audience,
    },
    /// Renews tokens at a provider (RFC 6749 §6).
    #[serde(rename = "refresh_token")]
    RefreshToken {
        /// What the provider issued for renewal.
        refresh_token: Secret,
    },
    /// Buys a provider's access token for the subject of an access token (TV-2.1).
    #[serde(
        rename = "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token"
    )]
    TokenVault(TokenVaultRequest),
}

impl TokenRequest {
    /// The Token Vault access token exchange for `connection`, on behalf of the subject of `subject_token`.
    #[must_use]
    pub fn token_vault(subject_token: Secret, connection: ConnectionName) -> Self {
        Self::TokenVault(TokenVaultRequest {
            subject_token,
            subject_token_type: ACCESS_TOKEN_TYPE.to_owned(),
            requested_token_type: FEDERATED_CONNECTION_ACCESS_TOKEN.to_owned(),
            connection,
            login_hint: None,
        })
    }

    /// The `grant_type` parameter.
    #[must_use]
    pub const fn grant_type(&self) -> &'static str {
        match self {
            Self::AuthorizationCode { .. } => "authorization_code",
            Self::ClientCredentials { .. } => "client_credentials",
            Self::RefreshToken { .. } => "refresh_token",
            Self::TokenVault(_) => TOKEN_VAULT_GRANT,
        }
    }
}

/// Parameters of the access token exchange with Token Vault (TV-2.1).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenVaultRequest {
    /// The access token whose subject's account is meant.
    pub subject_token: Secret,
    /// Its kind.
    pub subject_token_type: String,
    /// The kind wanted in return.
    pub requested_token_type: String,
    /// Which provider.
    pub connection: ConnectionName,
    /// Which account of several: the person's id at the provider, or their email there (TV-2.1/8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<String>,
}

/// A successful answer; its members stand in the order that Auth0 writes (TK-1/6).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenResponse {
    /// The token that was asked for.
    pub access_token: Secret,
    /// For renewal, where the grant and the client's settings allow it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<Secret>,
    /// Who logged in, where `openid` was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<Secret>,
    /// What was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<ScopeSet>,
    /// Seconds that the access token has left.
    pub expires_in: u64,
    /// The kind of `access_token`, in token exchanges (RFC 8693 §2.2.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_token_type: Option<String>,
    /// How the access token is to be sent.
    pub token_type: TokenType,
}

/// How an access token is presented ([RFC 6749 §7.1](https://www.rfc-editor.org/rfc/rfc6749#section-7.1)); read without
/// regard to case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub enum TokenType {
    /// Whoever holds the token may use it (RFC 6750).
    Bearer,
    /// Who uses the token proves to hold a key ([RFC 9449 §5](https://www.rfc-editor.org/rfc/rfc9449#section-5)).
    DPoP,
}

impl TokenType {
    /// How a token is presented that is bound to this key, or to none.
    #[must_use]
    pub const fn of(cnf: Option<&Confirmation>) -> Self {
        match cnf {
            Some(_) => Self::DPoP,
            None => Self::Bearer,
        }
    }
}

impl TryFrom<String> for TokenType {
    type Error = UnknownTokenType;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text {
            text if text.eq_ignore_ascii_case("bearer") => Ok(Self::Bearer),
            text if text.eq_ignore_ascii_case("dpop") => Ok(Self::DPoP),
            _ => Err(UnknownTokenType),
        }
    }
}

impl fmt::Display for TokenType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bearer => "Bearer",
            Self::DPoP => "DPoP",
        })
    }
}

/// An access token on a request ([RFC 6750 §2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1),
/// [RFC 9449 §7.1](https://www.rfc-editor.org/rfc/rfc9449#section-7.1)).
///
/// ```
/// # use wire::token::{PresentedToken, TokenType};
/// let presented = PresentedToken::in_header("DPoP Kz~8mXK1EalYznwH-LC-1fBAo").unwrap();
/// assert_eq!(presented.token_type, TokenType::DPoP);
/// assert_eq!(presented.token.expose(), "Kz~8mXK1EalYznwH-LC-1fBAo");
/// assert!(PresentedToken::in_header("Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW").is_none());
/// assert!(PresentedToken::in_header("Bearer ").is_none());
/// ```
#[derive(Clone, Debug)]
pub struct PresentedToken {
    /// By which scheme.
    pub token_type: TokenType,
    /// Which token.
    pub token: Secret,
}

impl PresentedToken {
    /// The token in an `Authorization` header value; `None` for another scheme or an empty token.
    #[must_use]
    pub fn in_header(authorization: &str) -> Option<Self> {
        let (scheme, token) = authorization.split_once(' ')?;
        let token_type = TokenType::try_from(scheme.to_owned()).ok()?;
        let token = token.trim();
        (!token.is_empty()).then(|| Self { token_type, token: token.into() })
    }
}

/// The answer names a `token_type` that its reader cannot present.
#[derive(Debug, thiserror::Error)]
#[error("unknown token_type")]
pub struct UnknownTokenType;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_a_response_stand_in_auth0s_order() {
        let response = TokenResponse {
            access_token: "a".into(),
            refresh_token: None,
            id_token: Some("i".into()),
            scope: Some("openid".into()),
            expires_in: 86400,
            issued_token_type: None,
            token_type: TokenType::Bearer,
        };
        assert_eq!(
            serde_json::to_string(&response).unwrap(),
            r#"{"access_token":"a","id_token":"i","scope":"openid","expires_in":86400,"token_type":"Bearer"}"#
        );
    }

    #[test]
    fn token_type_is_read_without_regard_to_case() {
        let response: TokenResponse =
            serde_json::from_str(r#"{"access_token":"a","expires_in":60,"token_type":"bearer"}"#)
                .unwrap();
        assert_eq!(response.token_type, TokenType::Bearer);
    }

    #[test]
    fn the_exchange_names_its_grant_type() {
        let request = TokenRequest::token_vault("subject".into(), "google-oauth2".into());
        let json = serde_json::to_value(&request).unwrap();
        assert_eq!(json["grant_type"], TOKEN_VAULT_GRANT);
        assert_eq!(json["grant_type"], request.grant_type());
        assert_eq!(json["connection"], "google-oauth2");
    }
}
