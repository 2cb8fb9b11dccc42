//! Why a request is not answered: one variant per cause, answered once, as a problem
//! ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) and, where the token is at fault, with challenges
//! ([RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3),
//! [RFC 9449 §7.1](https://www.rfc-editor.org/rfc/rfc9449#section-7.1)).

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use wire::bearer::Challenge;
use wire::calendar::{Problem, ProblemCode};
use wire::oauth_error::ErrorCode;
use wire::parameters::ParameterError;
use wire::token::TokenType;

use crate::access_token::InvalidToken;
use crate::outgoing::Unreachable;

/// What the challenges say is protected.
const REALM: &str = "calendar";

/// One variant per cause; its text is the problem's `detail`.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("The request has no access token: send `Authorization: Bearer` and the token")]
    MissingToken,
    #[error("{cause}")]
    InvalidToken { cause: InvalidToken, token_type: TokenType },
    #[error("The access token does not have the scope {scope}")]
    InsufficientScope { scope: &'static str, token_type: TokenType },
    #[error("`{name}` {rule}")]
    InvalidField { name: &'static str, rule: &'static str },
    #[error(transparent)]
    UnreadableQuery(#[from] ParameterError),
    #[error("{text}")]
    UnreadableBody { status: StatusCode, text: String },
    #[error("There is nothing at this path")]
    NotFound,
    #[error("The path exists, but not for this method")]
    MethodNotAllowed,
    #[error(
        "No account of the provider is connected, or its tokens are gone: connect it and try again"
    )]
    AccountNotConnected(ErrorCode),
    #[error("The tenant refused to exchange the access token")]
    TenantRefused(Refusal),
    #[error("The tenant cannot be asked: {0}")]
    TenantUnreachable(Unreachable),
    #[error("The provider refused the request")]
    ProviderRefused(Refusal),
    #[error("The provider cannot be asked: {0}")]
    ProviderUnreachable(Unreachable),
}

/// A neighbour's refusal: the error code that it gave, if it gave one. Its further words are not passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: Option<String>,
}

impl ApiError {
    /// The one table of statuses, codes and titles.
    fn answer(&self) -> (StatusCode, ProblemCode, &'static str) {
        use ProblemCode as Code;
        match self {
            Self::MissingToken => {
                (StatusCode::UNAUTHORIZED, Code::MissingToken, "Access token missing")
            }
            Self::InvalidToken { .. } => {
                (StatusCode::UNAUTHORIZED, Code::InvalidToken, "Access token not valid")
            }
            Self::InsufficientScope { .. } => {
                (StatusCode::FORBIDDEN, Code::InsufficientScope, "Scope missing")
            }
            Self::InvalidField { .. } | Self::UnreadableQuery(_) => {
                (StatusCode::BAD_REQUEST, Code::InvalidRequest, "Request not valid")
            }
            Self::UnreadableBody { status, .. } => {
                (*status, Code::InvalidRequest, "Request body not valid")
            }
            Self::NotFound => (StatusCode::NOT_FOUND, Code::NotFound, "Not found"),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, Code::MethodNotAllowed, "Method not allowed")
            }
            Self::AccountNotConnected(_) => {
                (StatusCode::CONFLICT, Code::AccountNotConnected, "Account not connected")
            }
            Self::TenantRefused(_) => {
                (StatusCode::BAD_GATEWAY, Code::TenantRefused, "Tenant refused")
            }
            Self::TenantUnreachable(_) => {
                (StatusCode::GATEWAY_TIMEOUT, Code::TenantUnreachable, "Tenant unreachable")
            }
            Self::ProviderRefused(_) => {
                (StatusCode::BAD_GATEWAY, Code::ProviderRefused, "Provider refused")
            }
            Self::ProviderUnreachable(_) => {
                (StatusCode::GATEWAY_TIMEOUT, Code::ProviderUnreachable, "Provider unreachable")
            }
        }
    }

    /// The schemes that there are, and under the one that was used, what is wrong with the token: nothing where no
    /// token was sent (RFC 6750 §3.1, SC-4/15).
    fn challenges(&self) -> Vec<Challenge> {
        let (bearer, dpop) = (Challenge::new(REALM), Challenge::dpop());
        let (token_type, error, scope) = match self {
            Self::MissingToken => return vec![bearer, dpop],
            Self::InvalidToken { cause, token_type } => (*token_type, cause.code(), None),
            Self::InsufficientScope { scope, token_type } => {
                (*token_type, "insufficient_scope", Some(*scope))
            }
            _ => return Vec::new(),
        };
        let at_fault = |challenge: Challenge| {
            let challenge = challenge.error(error, self.to_string());
            scope.into_iter().fold(challenge, |challenge, scope| challenge.scope(scope.into()))
        };
        match token_type {
            TokenType::Bearer => vec![at_fault(bearer), dpop],
            TokenType::DPoP => vec![bearer, at_fault(dpop)],
        }
    }

    fn upstream_error(&self) -> Option<String> {
        match self {
            Self::AccountNotConnected(code) => Some(code.to_string()),
            Self::TenantRefused(refusal) | Self::ProviderRefused(refusal) => refusal.code.clone(),
            _ => None,
        }
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        let status = match rejection.status() {
            status @ (StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNSUPPORTED_MEDIA_TYPE) => status,
            _ => StatusCode::BAD_REQUEST,
        };
        Self::UnreadableBody { status, text: rejection.body_text() }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code, title) = self.answer();
        let upstream_error = self.upstream_error();
        if status.is_server_error() {
            tracing::warn!(%code, upstream_error, cause = %self, "a request could not be answered");
        } else {
            tracing::debug!(%code, cause = %self, "a request was refused");
        }

        let problem = Problem {
            kind: format!("urn:strongroom:problem:{code}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: self.to_string(),
            code,
            upstream_error,
        };
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        for challenge in self.challenges() {
            if let Ok(challenge) = HeaderValue::try_from(challenge.to_string()) {
                headers.append(header::WWW_AUTHENTICATE, challenge);
            }
        }
        response
    }
}
