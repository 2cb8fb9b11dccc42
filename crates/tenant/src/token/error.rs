//! Refusals of the token endpoint (RFC 6749 §5.2; token.md, token-vault.md §2.4).

use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use service::dpop::ProofError;
use wire::ids::{Audience, ClientId};
use wire::oauth_error::{ErrorCode, OAuthError};
use wire::parameters::ParameterError;
use wire::scope::ScopeSet;
use wire::secret::Secret;

use crate::access::MalformedResource;
use crate::access_token::AccessTokenError;
use crate::client_request::assertion::AssertionError;
use crate::dpop::binding::ProofRequired;
use crate::issue::IssueError;
use crate::keys::KeyError;
use crate::rate_limit::retry_after;
use crate::store::failed_attempts::Blocked;
use crate::token::token_vault::refresh::RefreshError;
use crate::token::token_vault::worker::WorkersTokenError;

/// Where Auth0 explains grant types (TK-1/20).
const GRANT_TYPES_DOCUMENTATION: &str = "https://auth0.com/docs/clients/client-grant-types";

/// What Auth0 sends with a refusal (TK-1/5).
const NEVER_STORED: HeaderValue = HeaderValue::from_static(
    "private, no-store, no-cache, must-revalidate, post-check=0, pre-check=0, no-transform",
);

/// One variant per cause; its text is the `error_description`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    #[error("Missing required parameter: {0}")]
    Missing(&'static str),
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    #[error("Missing client_id")]
    MissingClientId,
    #[error("Unauthorized")]
    ClientAuthentication,
    #[error(transparent)]
    ClientAssertion(#[from] AssertionError),
    #[error("Only one client authentication method may be used")]
    TwoAuthenticationMethods,
    #[error(transparent)]
    TooManyAttempts(#[from] Blocked),
    #[error("Unsupported grant type: {0}")]
    UnsupportedGrantType(String),
    #[error("Grant type '{0}' not allowed for the client.")]
    GrantNotAllowed(String),

    #[error("Invalid authorization code")]
    InvalidCode,
    #[error("Failed to verify code verifier")]
    CodeVerifier,
    #[error("The redirect URI is wrong. You sent {sent}, and we expected {expected}")]
    RedirectUri { sent: String, expected: String },
    #[error("user is blocked")]
    UserBlocked,
    /// The My Account API wants more than an old login (TK-3.4/7).
    #[error("The authentication requirements of the resource server are not met")]
    UnmetAuthenticationRequirements,
    #[error("The API that this was granted for does not exist any more")]
    ApiGone,

    #[error("Unknown or invalid refresh token.")]
    RefreshToken,
    #[error("The refresh_token was generated for a user who doesn't exist anymore.")]
    PersonGone,
    #[error("Service not found: {0}")]
    ServiceNotFound(Audience),
    #[error("Client \"{client_id}\" is not authorized to access resource server \"{audience}\".")]
    NotInPolicy { client_id: ClientId, audience: Audience },
    #[error("The refresh token was issued to another client")]
    TokenOfAnotherClient,

    #[error("Non-global clients are not allowed access to APIv1")]
    MissingAudience,
    #[error("Service not enabled within domain: {0}")]
    UnknownAudience(Audience),
    #[error(
        "Client is not authorized to access \"{0}\". You need to create a \"client-grant\" associated to this API."
    )]
    NoClientGrant(Audience),
    #[error("Client has not been granted scopes: {0}")]
    ScopesNotGranted(ScopeSet),

    #[error(transparent)]
    MalformedResource(#[from] MalformedResource),
    #[error("parameter organization is invalid: {0}")]
    Organization(String),

    #[error("The client is not allowed to exchange such tokens")]
    ExchangeNotAllowed,
    #[error("Delegation chain (`act` claim) depth exceeds the maximum allowed limit of 4")]
    TooManyActors,
    #[error("The subject token is not valid")]
    InvalidSubjectToken,
    #[error("The actor token is not valid")]
    InvalidActorToken,

    #[error("{0} is required")]
    Required(&'static str),
    #[error("Unknown {0}")]
    UnknownTokenType(&'static str),
    #[error("Invalid subject_token_type and requested_token_type combination")]
    TokenTypeCombination,
    #[error("The client must be confidential, first-party and OIDC conformant")]
    NotEligibleForTokenVault,
    #[error("This client is not a resource server and cannot exchange access tokens.")]
    NotAResourceServer,
    #[error("The subject token is not valid: {0}")]
    SubjectToken(#[from] AccessTokenError),
    #[error("The subject token speaks of nobody here")]
    UnknownSubject,
    #[error("The subject token is not for the API of this client, \"{0}\"")]
    NotItsApi(Audience),
    #[error("connection is not enabled for token vault")]
    ConnectionNotEnabled,
    #[error("Federated connection Refresh Token not found.")]
    NotConnected,
    #[error("Identity User not found.")]
    NoAccountForHint,
    #[error("Refresh Token flow for the Federated Connection failed: {0}")]
    Refresh(Arc<RefreshError>),
    #[error("Rotating refresh token not supported")]
    RotatingRefreshToken,
    #[error("The subject token is not valid: {0}")]
    WorkersToken(#[from] WorkersTokenError),
    #[error("The client may not call from here")]
    AddressNotAllowed,
    #[error("The client was not granted this")]
    NotPrivileged,
    #[error("The account is not connected for this scope")]
    ScopeNotHeld,
    #[error("Multifactor authentication required")]
    MfaRequired(Secret),

    #[error(transparent)]
    Proof(#[from] ProofError),
    #[error(transparent)]
    ProofRequired(#[from] ProofRequired),

    #[error("Internal error")]
    Key(#[from] KeyError),
}

impl From<IssueError> for TokenError {
    fn from(error: IssueError) -> Self {
        match error {
            // What the grant was for is gone, and the grant with it.
            IssueError::ApiGone => Self::ApiGone,
            IssueError::ProofRequired(error) => Self::ProofRequired(error),
            IssueError::Key(error) => Self::Key(error),
        }
    }
}

/// An account that has nothing to refresh with is as good as none (TV-5/5).
impl From<Arc<RefreshError>> for TokenError {
    fn from(error: Arc<RefreshError>) -> Self {
        if matches!(*error, RefreshError::NoToken) {
            Self::NotConnected
        } else {
            Self::Refresh(error)
        }
    }
}

impl TokenError {
    /// The one table of statuses and codes.
    fn answer(&self) -> (StatusCode, ErrorCode) {
        use ErrorCode as Code;
        match self {
            Self::Missing(_)
            | Self::Parameters(_)
            | Self::TwoAuthenticationMethods
            | Self::Required(_)
            | Self::UnknownTokenType(_)
            | Self::TokenTypeCombination
            | Self::NotInPolicy { .. }
            | Self::Organization(_)
            | Self::TooManyActors
            | Self::InvalidActorToken
            | Self::ConnectionNotEnabled
            | Self::ProofRequired(_) => (StatusCode::BAD_REQUEST, Code::InvalidRequest),
            Self::UnsupportedGrantType(_) => (StatusCode::BAD_REQUEST, Code::UnsupportedGrantType),
            Self::MissingClientId | Self::ClientAssertion(_) => {
                (StatusCode::UNAUTHORIZED, Code::InvalidClient)
            }
            Self::ClientAuthentication => (StatusCode::UNAUTHORIZED, Code::AccessDenied),
            Self::MalformedResource(_) => {
                (StatusCode::BAD_REQUEST, Code::Other("invalid_target".to_owned()))
            }
            Self::SubjectToken(_)
            | Self::WorkersToken(_)
            | Self::UnknownSubject
            | Self::InvalidSubjectToken => (StatusCode::UNAUTHORIZED, Code::InvalidGrant),
            Self::NotConnected => (StatusCode::UNAUTHORIZED, Code::VaultTokenNotFound),
            Self::NoAccountForHint => (StatusCode::UNAUTHORIZED, Code::UserNotFound),
            Self::Refresh(_) => (StatusCode::UNAUTHORIZED, Code::VaultRefreshFailed),
            Self::InvalidCode
            | Self::CodeVerifier
            | Self::ApiGone
            | Self::RefreshToken
            | Self::RotatingRefreshToken
            | Self::PersonGone => (StatusCode::FORBIDDEN, Code::InvalidGrant),
            Self::TokenOfAnotherClient => (StatusCode::BAD_REQUEST, Code::InvalidGrant),
            Self::GrantNotAllowed(_)
            | Self::RedirectUri { .. }
            | Self::ExchangeNotAllowed
            | Self::NotEligibleForTokenVault
            | Self::NotAResourceServer => (StatusCode::FORBIDDEN, Code::UnauthorizedClient),
            Self::MissingAudience
            | Self::UnknownAudience(_)
            | Self::NoClientGrant(_)
            | Self::ScopesNotGranted(_)
            | Self::NotItsApi(_)
            | Self::AddressNotAllowed
            | Self::NotPrivileged
            | Self::ScopeNotHeld
            | Self::ServiceNotFound(_) => (StatusCode::FORBIDDEN, Code::AccessDenied),
            Self::Proof(error) => (StatusCode::BAD_REQUEST, Code::Other(error.code().to_owned())),
            Self::MfaRequired(_) => (StatusCode::FORBIDDEN, Code::Other("mfa_required".to_owned())),
            Self::UserBlocked => (StatusCode::FORBIDDEN, Code::Other("unauthorized".to_owned())),
            Self::UnmetAuthenticationRequirements => {
                (StatusCode::FORBIDDEN, Code::Other("unmet_authentication_requirements".to_owned()))
            }
            Self::TooManyAttempts(_) => {
                (StatusCode::TOO_MANY_REQUESTS, Code::Other("too_many_attempts".to_owned()))
            }
            Self::Key(_) => (StatusCode::INTERNAL_SERVER_ERROR, Code::ServerError),
        }
    }
}

/// The body of a refusal.
#[derive(Serialize)]
struct Body {
    #[serde(flatten)]
    error: OAuthError,
    /// What to present with the second factor that is missing (TV-2.4/17).
    #[serde(skip_serializing_if = "Option::is_none")]
    mfa_token: Option<Secret>,
}

/// A refusal, and whether the client used HTTP Basic.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) error: TokenError,
    pub(crate) uses_basic: bool,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self { error, uses_basic } = self;
        tracing::info!(%error, "token request refused");
        let (status, code) = error.answer();
        let error_uri = matches!(error, TokenError::GrantNotAllowed(_))
            .then(|| GRANT_TYPES_DOCUMENTATION.to_owned());
        let mfa_token = match &error {
            TokenError::MfaRequired(token) => Some(token.clone()),
            _ => None,
        };
        let error_body = OAuthError { error_uri, ..OAuthError::new(code, &error) };
        let body = Body { error: error_body, mfa_token };
        let mut response =
            (status, [(header::CACHE_CONTROL, NEVER_STORED)], Json(body)).into_response();
        // Some clients read a challenge instead of the body, so it comes only where RFC 6749 §5.2 demands it.
        if uses_basic && status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"Users\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let TokenError::TooManyAttempts(Blocked { seconds }) = error {
            return retry_after(response, seconds);
        }
        response
    }
}
