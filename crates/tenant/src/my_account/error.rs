//! Refusals of the My Account API (connected-accounts.md §4).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use service::dpop::TokenNotTaken;
use wire::bearer::Challenge;
use wire::claims::ClaimError;
use wire::ids::ConnectionName;
use wire::my_account::{Problem, ValidationError};
use wire::scope::ScopeSet;
use wire::token::TokenType;

use crate::access_token::AccessTokenError;

/// One variant per cause; its text is the `detail`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MyAccountError {
    #[error("No auth token provided.")]
    MissingToken,
    #[error("Invalid Token")]
    InvalidToken { cause: InvalidToken, token_type: TokenType },
    #[error("The token lacks the scope {needed}")]
    InsufficientScope { needed: &'static str, token_type: TokenType },
    #[error("There is no such operation")]
    UnknownOperation,
    #[error("The body must be application/json")]
    MediaType,
    #[error("The body is too large")]
    TooLarge,
    /// The body is no JSON object.
    #[error("The request is invalid.")]
    Malformed,
    #[error("The request does not match its schema")]
    Invalid(Vec<ValidationError>),
    #[error("The connection {0} is not available for connected accounts")]
    Connection(ConnectionName),
    /// Which of the two it is, and what is wrong with it, is told to nobody.
    #[error("The auth_session or the connect_code is not valid")]
    NotCompleted,
    /// The connection was switched off while the person was at the provider (CA-4/10, whose cause Auth0 leaves open).
    #[error("The connection {0} is no longer available for connected accounts")]
    ConnectionGone(ConnectionName),
    #[error("There is no such connected account")]
    UnknownAccount,
    #[error("The endpoint request limit has been exceeded.")]
    TooManyRequests,
}

/// What is wrong with a token. The body says no more than that something is; the challenge does.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(crate) enum InvalidToken {
    #[error("The token has expired")]
    Expired,
    #[error("The token is not one of this tenant's, or was changed")]
    Unverified,
    #[error("The token is for another API")]
    Audience,
    #[error("The person of the token is blocked or no more")]
    Person,
    #[error("The client of the token is no more")]
    Client,
    #[error(transparent)]
    NotTaken(#[from] TokenNotTaken),
}

impl From<AccessTokenError> for InvalidToken {
    fn from(error: AccessTokenError) -> Self {
        match error {
            AccessTokenError::Claim(ClaimError::Expired) => Self::Expired,
            _ => Self::Unverified,
        }
    }
}

impl InvalidToken {
    /// The `error` of the challenge.
    const fn code(self) -> &'static str {
        match self {
            Self::NotTaken(error) => error.code(),
            _ => "invalid_token",
        }
    }
}

/// Where the documentation of errors is; a `type` is its address and a code.
const TYPES: &str = "https://auth0.com/api-errors/";

/// What the challenges say is protected.
const REALM: &str = "My Account";

impl MyAccountError {
    /// The one table of statuses, codes and titles.
    const fn answer(&self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::MissingToken => (S::UNAUTHORIZED, "A0E-401-0002", "Missing Token"),
            Self::InvalidToken { .. } => (S::UNAUTHORIZED, "A0E-401-0003", "Invalid Token"),
            Self::InsufficientScope { .. } => (S::FORBIDDEN, "A0E-403-0002", "Insufficient Scope"),
            Self::UnknownOperation => (S::NOT_FOUND, "A0E-404-0001", "Not Found"),
            Self::UnknownAccount => (S::NOT_FOUND, "A0E-404-0002", "Not Found"),
            Self::MediaType => {
                (S::UNSUPPORTED_MEDIA_TYPE, "A0E-415-0001", "Unsupported Media Type")
            }
            Self::TooLarge => (S::PAYLOAD_TOO_LARGE, "A0E-413-0001", "Payload Too Large"),
            Self::Malformed | Self::Connection(_) | Self::NotCompleted => {
                (S::BAD_REQUEST, "A0E-400-0001", "Bad Request")
            }
            Self::Invalid(_) => (S::BAD_REQUEST, "A0E-400-0003", "Validation Error"),
            Self::ConnectionGone(_) => (S::CONFLICT, "A0E-409-0001", "Conflict"),
            Self::TooManyRequests => {
                (S::TOO_MANY_REQUESTS, "A0E-429-0003", "Endpoint Rate Limit Exceeded")
            }
        }
    }

    /// How to do better with the token (RFC 6750 §3, RFC 9449 §7.1). The challenge is of the scheme that the token came
    /// by, and of that which a bound token must come by.
    fn challenge(&self) -> Option<Challenge> {
        let of = |token_type| match token_type {
            TokenType::DPoP => Challenge::dpop(),
            TokenType::Bearer => Challenge::new(REALM),
        };
        match self {
            Self::MissingToken => Some(Challenge::new(REALM)),
            Self::InvalidToken { cause: cause @ InvalidToken::NotTaken(_), .. } => {
                Some(Challenge::dpop().error(cause.code(), cause.to_string()))
            }
            Self::InvalidToken { cause, token_type } => {
                Some(of(*token_type).error(cause.code(), cause.to_string()))
            }
            Self::InsufficientScope { needed, token_type } => {
                let challenge = of(*token_type).error("insufficient_scope", self.to_string());
                Some(challenge.scope(ScopeSet::from(*needed)))
            }
            _ => None,
        }
    }
}

impl IntoResponse for MyAccountError {
    fn into_response(self) -> Response {
        let (status, code, title) = self.answer();
        let challenge = self.challenge();
        let detail = self.to_string();
        let validation_errors = if let Self::Invalid(errors) = self { errors } else { Vec::new() };
        let problem = Problem {
            kind: format!("{TYPES}{code}"),
            status: status.as_u16(),
            title: title.to_owned(),
            detail,
            validation_errors,
        };
        let mut response = (status, Json(problem)).into_response();
        let challenge = challenge.and_then(|own| HeaderValue::try_from(own.to_string()).ok());
        if let Some(challenge) = challenge {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
