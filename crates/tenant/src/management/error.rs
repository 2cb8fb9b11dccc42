//! Refusals of the Management API (management-api.md §2).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use wire::ids::{Audience, ConnectionName};
use wire::management::{Attributes, ErrorBody};

use super::lucene::NotUnderstood;
use crate::access_token::AccessTokenError;
use crate::keys::KeyError;
use crate::store::permissions::Permission;

/// One variant per cause; its text is the `message`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ManagementError {
    #[error("Missing authentication")]
    MissingAuthentication,
    #[error("Bad HTTP authentication header format")]
    MalformedAuthentication,
    #[error("Expired token received for JSON Web Token validation")]
    ExpiredToken,
    #[error("Invalid signature received for JSON Web Token validation")]
    InvalidSignature,
    #[error("Invalid token")]
    InvalidToken,
    #[error("Bad audience: {0}")]
    BadAudience(String),
    #[error("Insufficient scope, expected any of: {}", .0.join(","))]
    InsufficientScope(&'static [&'static str]),
    #[error("You cannot read the following fields: {0}")]
    UnreadableFields(String),

    #[error("Not Found")]
    UnknownOperation,
    #[error("The client does not exist")]
    UnknownClient,
    #[error("The resource server does not exist")]
    UnknownResourceServer,
    #[error("The connection does not exist")]
    UnknownConnection,
    #[error("The user does not exist.")]
    UnknownUser,
    #[error("The role does not exist.")]
    UnknownRole,
    #[error("The session does not exist")]
    UnknownSession,
    #[error("The refresh token does not exist")]
    UnknownRefreshToken,
    #[error("The log entry does not exist")]
    UnknownLogEntry,
    #[error("There is no previous signing key of that id")]
    UnknownSigningKey,
    #[error(
        "This permission does not exist: '{} - {}'",
        .0.resource_server_identifier,
        .0.permission_name
    )]
    UnknownPermission(Permission),
    #[error("The credential does not exist")]
    UnknownCredential,
    #[error("The grant does not exist.")]
    UnknownClientGrant,
    #[error("Client not found")]
    UnknownClientOfGrant,
    #[error("No resource with identifier {0}")]
    UnknownApiOfGrant(Audience),

    /// The body is not as its schema says, or makes no sense.
    #[error("{0}")]
    InvalidBody(String),
    #[error("Query validation error: {0}")]
    InvalidQuery(String),
    #[error("Path validation error: {0}")]
    InvalidUri(String),
    #[error("Payload content length greater than maximum allowed")]
    PayloadTooLarge,
    #[error("Query validation error: {0}")]
    SearchNotUnderstood(#[from] NotUnderstood),
    #[error("You can only page through the first {0} records.")]
    TooFarBack(usize),
    #[error("PasswordStrengthError: Password is too weak")]
    WeakPassword,
    #[error("The specified new email already exists")]
    EmailTaken,
    #[error(
        "The following user attributes cannot be updated: {}. The connection ({connection}) must be a database \
         connection (using the Auth0 store)",
        .fixed.join(", ")
    )]
    FixedByProvider { fixed: Vec<String>, connection: ConnectionName },

    #[error("A client with the same identifier already exists")]
    ClientExists,
    #[error("The resource server has a client already")]
    ApiHasClient,
    #[error("The resource server is linked to a client, which has to be deleted first")]
    ApiIsLinked,
    #[error("A resource server with the same identifier already exists")]
    ResourceServerExists,
    #[error("A connection with the same name already exists")]
    ConnectionExists,
    #[error("An organization with the same name or identifier already exists")]
    OrganizationExists,
    #[error("A client grant already exists between {0} and {1}")]
    GrantExists(String, Audience),
    #[error("A token exchange profile with the same name or token type already exists")]
    ProfileExists,
    #[error("A role with the same name already exists")]
    RoleExists,
    #[error("The user already exists.")]
    UserExists,

    #[error("Global limit has been reached")]
    TooManyRequests,
    #[error("An internal error occurred")]
    Key(#[from] KeyError),
    #[error("The tenant cannot be exported: {0}")]
    Unexportable(String),
}

impl ManagementError {
    /// The one table of statuses and codes.
    fn answer(&self) -> (StatusCode, Option<&'static str>) {
        match self {
            Self::MissingAuthentication
            | Self::ExpiredToken
            | Self::InvalidSignature
            | Self::InvalidToken
            | Self::BadAudience(_) => (StatusCode::UNAUTHORIZED, None),
            Self::MalformedAuthentication => (StatusCode::BAD_REQUEST, Some("Bearer")),
            Self::InsufficientScope(_) | Self::UnreadableFields(_) => {
                (StatusCode::FORBIDDEN, Some("insufficient_scope"))
            }
            Self::UnknownOperation
            | Self::UnknownRole
            | Self::UnknownSession
            | Self::UnknownRefreshToken
            | Self::UnknownSigningKey
            | Self::UnknownClientOfGrant
            | Self::UnknownApiOfGrant(_) => (StatusCode::NOT_FOUND, None),
            Self::UnknownCredential => (StatusCode::NOT_FOUND, Some("inexistent_credential")),
            Self::UnknownClientGrant => (StatusCode::NOT_FOUND, Some("inexistent_client_grant")),
            Self::UnknownClient => (StatusCode::NOT_FOUND, Some("inexistent_client")),
            Self::UnknownResourceServer => {
                (StatusCode::NOT_FOUND, Some("inexistent_resource_server"))
            }
            Self::UnknownConnection => (StatusCode::NOT_FOUND, Some("inexistent_connection")),
            Self::UnknownLogEntry => (StatusCode::NOT_FOUND, Some("inexistent_log")),
            Self::UnknownUser => (StatusCode::NOT_FOUND, Some("inexistent_user")),
            Self::UnknownPermission(_) => {
                (StatusCode::NOT_FOUND, Some("inexistent_resource_server_permission"))
            }
            Self::InvalidBody(_) => (StatusCode::BAD_REQUEST, Some("invalid_body")),
            Self::InvalidUri(_) => (StatusCode::BAD_REQUEST, Some("invalid_uri")),
            Self::PayloadTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, None),
            Self::InvalidQuery(_) | Self::SearchNotUnderstood(_) => {
                (StatusCode::BAD_REQUEST, Some("invalid_query_string"))
            }
            Self::TooFarBack(_) => (StatusCode::BAD_REQUEST, Some("invalid_paging")),
            Self::WeakPassword | Self::EmailTaken => {
                (StatusCode::BAD_REQUEST, Some("auth0_idp_error"))
            }
            Self::FixedByProvider { .. } => {
                (StatusCode::BAD_REQUEST, Some("operation_not_supported"))
            }
            Self::ClientExists | Self::ApiHasClient => {
                (StatusCode::CONFLICT, Some("client_conflict"))
            }
            Self::ResourceServerExists | Self::ApiIsLinked => {
                (StatusCode::CONFLICT, Some("resource_server_conflict"))
            }
            Self::ConnectionExists => (StatusCode::CONFLICT, Some("connection_conflict")),
            Self::OrganizationExists => (StatusCode::CONFLICT, Some("organization_conflict")),
            Self::GrantExists(..) => (StatusCode::CONFLICT, Some("client_grant_conflict")),
            Self::ProfileExists => (StatusCode::CONFLICT, Some("token_exchange_profile_conflict")),
            Self::RoleExists => (StatusCode::CONFLICT, Some("role_conflict")),
            Self::UserExists => (StatusCode::CONFLICT, Some("auth0_idp_error")),
            Self::TooManyRequests => (StatusCode::TOO_MANY_REQUESTS, Some("too_many_requests")),
            Self::Key(_) | Self::Unexportable(_) => (StatusCode::INTERNAL_SERVER_ERROR, None),
        }
    }
}

impl From<AccessTokenError> for ManagementError {
    fn from(error: AccessTokenError) -> Self {
        use service::jwt::JwtError;
        use wire::claims::ClaimError;
        match error {
            AccessTokenError::Claim(ClaimError::Expired) => Self::ExpiredToken,
            AccessTokenError::Jwt(JwtError::Signature) => Self::InvalidSignature,
            _ => Self::InvalidToken,
        }
    }
}

impl IntoResponse for ManagementError {
    fn into_response(self) -> Response {
        let (status, error_code) = self.answer();
        let message = self.to_string();
        let attributes =
            matches!(self, Self::ExpiredToken).then(|| Attributes { error: message.clone() });
        let body = ErrorBody {
            status_code: status.as_u16(),
            error: status.canonical_reason().unwrap_or_default().to_owned(),
            message,
            error_code: error_code.map(str::to_owned),
            attributes,
        };
        let mut response = (status, Json(body)).into_response();
        if matches!(self, Self::MissingAuthentication) {
            let challenge = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
