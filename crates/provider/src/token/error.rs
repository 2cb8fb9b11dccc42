//! Refusals of the token and revocation endpoints ([RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)) in
//! Google's words.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use service::reply::NoStore;
use wire::oauth_error::{ErrorCode, OAuthError};
use wire::parameters::ParameterError;

/// One variant per cause; its text is the `error_description`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenError {
    #[error("The request is a form: application/x-www-form-urlencoded.")]
    NotAForm,
    #[error("The request is too large.")]
    TooLarge,
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    #[error("Required parameter is missing: {0}")]
    Missing(&'static str),
    #[error("Could not determine client ID from request.")]
    NoClient,
    #[error("The client authenticates in one way.")]
    TwoClients,
    #[error("The Authorization header could not be read.")]
    AuthorizationHeader,
    #[error("The OAuth client was not found.")]
    UnknownClient {
        /// Whether it came by the `Authorization` header.
        basic: bool,
    },
    #[error("The provided client secret is invalid.")]
    ClientSecret {
        /// Whether it came by the `Authorization` header.
        basic: bool,
    },
    #[error("Invalid grant_type: {0}")]
    UnsupportedGrantType(String),
    #[error("Malformed auth code.")]
    Code,
    #[error("Bad Request")]
    RedirectUriMismatch,
    #[error("Missing code verifier.")]
    NoVerifier,
    #[error("Invalid code verifier.")]
    Verifier,
    #[error("Token has been expired or revoked.")]
    RefreshToken,
    #[error("Some requested scopes were invalid.")]
    Scope,
    #[error("Token expired or revoked")]
    InvalidToken,
}

impl TokenError {
    /// The one table of statuses and codes: RFC 6749 §5.2, or Google's word where it differs.
    fn answer(&self) -> (StatusCode, ErrorCode) {
        match self {
            Self::NotAForm
            | Self::Parameters(_)
            | Self::Missing(_)
            | Self::NoClient
            | Self::TwoClients => (StatusCode::BAD_REQUEST, ErrorCode::InvalidRequest),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::InvalidRequest),
            Self::AuthorizationHeader | Self::UnknownClient { .. } | Self::ClientSecret { .. } => {
                (StatusCode::UNAUTHORIZED, ErrorCode::InvalidClient)
            }
            Self::UnsupportedGrantType(_) => {
                (StatusCode::BAD_REQUEST, ErrorCode::UnsupportedGrantType)
            }
            Self::Code | Self::NoVerifier | Self::Verifier | Self::RefreshToken => {
                (StatusCode::BAD_REQUEST, ErrorCode::InvalidGrant)
            }
            Self::RedirectUriMismatch => {
                (StatusCode::BAD_REQUEST, ErrorCode::Other("redirect_uri_mismatch".to_owned()))
            }
            Self::Scope => (StatusCode::BAD_REQUEST, ErrorCode::Other("invalid_scope".to_owned())),
            Self::InvalidToken => {
                (StatusCode::BAD_REQUEST, ErrorCode::Other("invalid_token".to_owned()))
            }
        }
    }

    /// A client that tried the header is told how (SC-1/12).
    const fn tried_header(&self) -> bool {
        matches!(
            self,
            Self::AuthorizationHeader
                | Self::UnknownClient { basic: true }
                | Self::ClientSecret { basic: true }
        )
    }
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        let (status, error) = self.answer();
        let body = OAuthError::new(error, &self);
        let mut response = NoStore((status, Json(body))).into_response();
        if self.tried_header() {
            let challenge = HeaderValue::from_static("Basic realm=\"provider\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
