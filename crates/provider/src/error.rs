//! Refusals of the calendar, of userinfo and of unknown paths, in
//! [Google's body](https://developers.google.com/workspace/calendar/api/guides/errors).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use service::reply::NoStore;
use wire::bearer::Challenge;
use wire::google_calendar::{GoogleError, GoogleErrorBody};
use wire::parameters::ParameterError;
use wire::scope::ScopeSet;

use crate::calendar::event::InvalidEvent;
use crate::calendar::query::InvalidQuery;

/// One variant per cause; its text is the `message`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error(
        "Request is missing required authentication credential. Expected OAuth 2 access token."
    )]
    MissingToken,
    #[error("Request had invalid authentication credentials. Expected OAuth 2 access token.")]
    InvalidToken,
    #[error("Request had insufficient authentication scopes.")]
    InsufficientScope {
        /// The scope to ask for.
        needed: &'static str,
    },
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    #[error(transparent)]
    Query(#[from] InvalidQuery),
    #[error("Parse Error")]
    NotJson,
    #[error(transparent)]
    Event(#[from] InvalidEvent),
    #[error("The requested identifier already exists.")]
    IdTaken,
    #[error("Not Found")]
    NoSuchEvent,
    #[error("Resource has been deleted")]
    EventGone,
    #[error("The requested URL {0} was not found on this server.")]
    NoSuchPath(String),
    #[error("Internal error encountered.")]
    Internal,
    #[error("Quota exceeded.")]
    RateLimited,
    #[error("Only this machine's developers may ask for this: no other site, and in JSON.")]
    CrossSite,
    #[error("{0}")]
    Control(String),
    #[error("Nobody here has the email address {0}.")]
    NoSuchPerson(String),
    #[error("The request method is not known at this URL.")]
    MethodNotAllowed,
}

impl ApiError {
    /// The one table of statuses and Google's names for them.
    const fn answer(&self) -> (StatusCode, Option<&'static str>) {
        match self {
            Self::MissingToken | Self::InvalidToken => {
                (StatusCode::UNAUTHORIZED, Some("UNAUTHENTICATED"))
            }
            Self::InsufficientScope { .. } | Self::CrossSite => {
                (StatusCode::FORBIDDEN, Some("PERMISSION_DENIED"))
            }
            Self::Parameters(_)
            | Self::Query(_)
            | Self::NotJson
            | Self::Event(_)
            | Self::Control(_) => (StatusCode::BAD_REQUEST, Some("INVALID_ARGUMENT")),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, Some("INTERNAL")),
            Self::RateLimited => (StatusCode::TOO_MANY_REQUESTS, Some("RESOURCE_EXHAUSTED")),
            Self::IdTaken => (StatusCode::CONFLICT, Some("ALREADY_EXISTS")),
            Self::NoSuchEvent | Self::NoSuchPath(_) | Self::NoSuchPerson(_) => {
                (StatusCode::NOT_FOUND, Some("NOT_FOUND"))
            }
            // Google has no name for it.
            Self::EventGone => (StatusCode::GONE, None),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, None),
        }
    }

    /// What the caller is asked for ([RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3), SC-4/15).
    fn challenge(&self) -> Option<Challenge> {
        let challenge = Challenge::new("provider");
        match self {
            Self::MissingToken => Some(challenge),
            Self::InvalidToken => Some(challenge.error("invalid_token", self.to_string())),
            Self::InsufficientScope { needed } => {
                let challenge = challenge.error("insufficient_scope", self.to_string());
                Some(challenge.scope(ScopeSet::from(*needed)))
            }
            _ => None,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, name) = self.answer();
        let body = GoogleError {
            error: GoogleErrorBody {
                code: status.as_u16(),
                message: self.to_string(),
                status: name.map(str::to_owned),
            },
        };
        let mut response = NoStore((status, Json(body))).into_response();
        let challenge = self
            .challenge()
            .and_then(|challenge| HeaderValue::try_from(challenge.to_string()).ok());
        if let Some(challenge) = challenge {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
