//! Failures in the words of whoever fails.

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;

use super::{Endpoint, Failure};
use crate::error::ApiError;
use crate::github::user::Refused;
use crate::token::error::TokenError;

/// The answer that stands in for the real one.
pub(super) fn answer(endpoint: Endpoint, failure: Failure, is_github: bool) -> Response {
    let status = failure.status();
    let mut response = match (failure, endpoint) {
        (Failure::Garbage, _) => Html("<h1>Please sign in to the network</h1>").into_response(),
        (Failure::Revoked, Endpoint::Token) if is_github => {
            Json(json!({ "error": "bad_verification_code" })).into_response()
        }
        (Failure::Revoked, Endpoint::Token) => TokenError::RefreshToken.into_response(),
        (Failure::Revoked, _) if is_github => Refused::answer(status, "Bad credentials"),
        (Failure::Revoked, _) => ApiError::InvalidToken.into_response(),
        (Failure::ServerError, _) if is_github => Refused::answer(status, "Server Error"),
        (Failure::ServerError, Endpoint::Token) => {
            (status, Json(json!({ "error": "internal_failure" }))).into_response()
        }
        (Failure::ServerError, _) => ApiError::Internal.into_response(),
        (Failure::RateLimited { .. }, _) if is_github => {
            Refused::answer(status, "You have exceeded a secondary rate limit.")
        }
        (Failure::RateLimited { .. }, Endpoint::Token) => {
            (status, Json(json!({ "error": "rate_limit_exceeded" }))).into_response()
        }
        (Failure::RateLimited { .. }, _) => ApiError::RateLimited.into_response(),
    };
    if let Failure::RateLimited { retry_after } = failure {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
    }
    response
}
