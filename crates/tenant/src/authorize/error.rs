//! Why an authorization request is refused (authorize.md §3), and how that is delivered: to the application when its
//! address is known to be its own, otherwise on a page.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use wire::ids::{Audience, ClientId, UserId};
use wire::oauth_error::{ErrorCode, OAuthError};
use wire::parameters::ParameterError;

use super::response_mode::ReturnAddress;
use crate::issue::IssueError;
use crate::store::clients::Client;
use crate::tenant::error_page::{ALLOWED, ASKED_FOR, ErrorPageContext, ErrorPageFacts};
use crate::upstream::UpstreamError;

/// A refusal with its delivery.
#[derive(Debug)]
pub(crate) enum AuthorizeError {
    /// Shown to the person.
    Page(Box<PageError>, Box<ErrorPageContext>),
    /// Sent to the application.
    Redirect(Refusal, Box<ReturnAddress>),
}

impl IntoResponse for AuthorizeError {
    fn into_response(self) -> Response {
        match self {
            Self::Page(error, context) => context.page(error.facts()),
            Self::Redirect(refusal, return_address) => {
                tracing::info!(%refusal, "authorization refused");
                return_address.answer(Err(refusal.into()))
            }
        }
    }
}

/// As it is told to a client that asked without a browser (AZ-6/9).
impl From<AuthorizeError> for OAuthError {
    fn from(error: AuthorizeError) -> Self {
        match error {
            AuthorizeError::Page(error, _) => Self::new(ErrorCode::InvalidRequest, &error),
            AuthorizeError::Redirect(refusal, _) => refusal.into(),
        }
    }
}

/// Refusals from before the application's address is trusted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PageError {
    #[error("Missing required parameter: client_id")]
    MissingClientId,
    #[error("Unknown client: {0}")]
    UnknownClient(ClientId),
    #[error("Callback URL mismatch. {asked} is not in the list of allowed callback URLs")]
    CallbackMismatch { asked: String, allowed: Vec<String>, client: Box<Client> },
    #[error("Unable to issue redirect for OAuth 2.0 transaction")]
    NoCallback,
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    #[error("The request_uri is unknown, was used before or has expired")]
    UnknownRequestUri,
    #[error("The login page has expired or belongs to another browser")]
    UnknownTransaction,
    #[error("The ticket is unknown, was used before or has expired, or is somebody else's")]
    UnknownTicket,
}

impl PageError {
    /// The one table of statuses and codes, and what the person reads.
    fn facts(&self) -> ErrorPageFacts {
        let (status, error, heading, explanation) = match self {
            Self::MissingClientId | Self::Parameters(_) => (
                StatusCode::BAD_REQUEST,
                ErrorCode::InvalidRequest,
                "This login request is not complete",
                "The application sent a request that cannot be read.".to_owned(),
            ),
            Self::UnknownClient(_) => (
                StatusCode::BAD_REQUEST,
                ErrorCode::InvalidRequest,
                "No such application",
                "The login was asked for by an application that this tenant does not know."
                    .to_owned(),
            ),
            Self::CallbackMismatch { client, .. } => (
                StatusCode::FORBIDDEN,
                ErrorCode::UnauthorizedClient,
                "Callback URL mismatch.",
                format!(
                    "The provided redirect_uri is not in the list of allowed callback URLs. \
                     {} asked to return there, so the login stopped here.",
                    client.name
                ),
            ),
            Self::NoCallback => (
                StatusCode::BAD_REQUEST,
                ErrorCode::ServerError,
                "Nowhere to return to",
                "The application has no callback URL, and the request named none.".to_owned(),
            ),
            Self::UnknownRequestUri => (
                StatusCode::BAD_REQUEST,
                ErrorCode::Other("invalid_request_uri".to_owned()),
                "This login request is no longer good",
                "It has expired, or was used already. Go back to the application and log in again."
                    .to_owned(),
            ),
            Self::UnknownTicket => (
                StatusCode::BAD_REQUEST,
                ErrorCode::InvalidRequest,
                "This link is no longer good",
                "It has expired, was used already, or was opened in another browser or by another person. \
                 Go back to the application and connect the account again."
                    .to_owned(),
            ),
            Self::UnknownTransaction => (
                StatusCode::BAD_REQUEST,
                ErrorCode::InvalidRequest,
                "This login page is no longer good",
                "It has expired, was used already, or was opened in another browser. \
                 Go back to the application and log in again."
                    .to_owned(),
            ),
        };
        let (client_id, rows) = match self {
            Self::UnknownClient(client_id) => (Some(client_id.to_string()), Vec::new()),
            Self::CallbackMismatch { asked, allowed, client } => {
                let asked = (ASKED_FOR, asked.clone());
                let allowed = allowed.iter().map(|url| (ALLOWED, url.clone()));
                (
                    Some(client.client_id.to_string()),
                    std::iter::once(asked).chain(allowed).collect(),
                )
            }
            _ => (None, Vec::new()),
        };
        ErrorPageFacts {
            status,
            heading,
            explanation,
            rows,
            error,
            error_description: self.to_string(),
            client_id,
        }
    }
}

/// Refusals that the application is told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("Missing required parameter: {0}")]
    Missing(&'static str),
    #[error("Parameter {0} has a value that is not allowed")]
    Malformed(&'static str),
    #[error("Parameter {0} is not allowed")]
    UnknownParameter(String),
    #[error("Pushed Authorization Requests are required")]
    PushedRequestRequired,
    #[error("Unsupported response type: {0}")]
    UnsupportedResponseType(String),
    #[error("Unsupported response mode: {0}")]
    UnsupportedResponseMode(String),
    #[error("response_mode=query is not allowed for tokens")]
    TokensInQuery,
    #[error("Grant type '{0}' not allowed for the client.")]
    GrantNotAllowed(&'static str),
    #[error("code_challenge_method must be S256")]
    CodeChallengeMethod,
    #[error("resource must be an absolute URI without a fragment")]
    MalformedResource,
    #[error("Service not found: {0}")]
    UnknownAudience(Audience),
    #[error("Client \"{}\" is not authorized to access resource server \"{audience}\".", client.client_id)]
    NotAuthorizedForApi { client: Box<Client>, audience: Audience },
    #[error("Login required")]
    LoginRequired,
    #[error("Multifactor authentication required")]
    SecondFactorRequired,
    #[error("The authentication requirements of the resource server are not met")]
    UnmetAuthenticationRequirements,
    #[error("Consent required")]
    ConsentRequired,
    #[error("prompt=none must stand alone")]
    PromptNoneAndAnother,
    #[error("Cannot request both online_access and offline_access scopes")]
    OnlineAndOfflineAccess,
    #[error("the connection was disabled")]
    ConnectionDisabled,
    #[error("no connections enabled for the client")]
    NoConnection,
    #[error("parameter organization is invalid: {0}")]
    InvalidOrganization(String),
    #[error("parameter organization is required for this client")]
    OrganizationRequired,
    #[error("user {user} is not part of the {organization} organization")]
    NotAMember { user: UserId, organization: String },
    #[error(
        "client requires organization membership, but user does not belong to any organization"
    )]
    NoOrganization,
    #[error("the specified account is not associated with this invitation")]
    UnknownInvitation,
    #[error("Interaction required")]
    InteractionRequired,
    #[error("User has canceled the interaction.")]
    Canceled,
    #[error("User did not authorize the request")]
    ConsentDenied,
    #[error("the connection could not be used: {0}")]
    Upstream(#[from] UpstreamError),
    #[error("user is blocked")]
    UserBlocked,
    #[error("Internal error")]
    Issue(#[from] IssueError),
}

impl Refusal {
    /// The one table of codes.
    fn code(&self) -> ErrorCode {
        let other = |code: &str| ErrorCode::Other(code.to_owned());
        match self {
            Self::Missing(_)
            | Self::Malformed(_)
            | Self::UnknownParameter(_)
            | Self::PushedRequestRequired
            | Self::UnsupportedResponseMode(_)
            | Self::TokensInQuery
            | Self::CodeChallengeMethod
            | Self::PromptNoneAndAnother
            | Self::OnlineAndOfflineAccess
            | Self::ConnectionDisabled
            | Self::NoConnection
            | Self::InvalidOrganization(_)
            | Self::OrganizationRequired
            | Self::UnknownInvitation
            | Self::Issue(IssueError::ProofRequired(_)) => ErrorCode::InvalidRequest,
            Self::NotAuthorizedForApi { client, .. } if client.is_first_party => {
                ErrorCode::InvalidRequest
            }
            Self::NotAuthorizedForApi { .. } | Self::GrantNotAllowed(_) => {
                ErrorCode::UnauthorizedClient
            }
            Self::UnsupportedResponseType(_) => ErrorCode::UnsupportedResponseType,
            Self::MalformedResource => other("invalid_target"),
            Self::UnknownAudience(_)
            | Self::NotAMember { .. }
            | Self::NoOrganization
            | Self::Canceled
            | Self::ConsentDenied => ErrorCode::AccessDenied,
            Self::LoginRequired | Self::SecondFactorRequired => ErrorCode::LoginRequired,
            Self::UnmetAuthenticationRequirements => other("unmet_authentication_requirements"),
            Self::ConsentRequired => other("consent_required"),
            Self::InteractionRequired => other("interaction_required"),
            Self::UserBlocked => other("unauthorized"),
            Self::Issue(_) | Self::Upstream(_) => ErrorCode::ServerError,
        }
    }
}

impl From<Refusal> for OAuthError {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.code(), &refusal)
    }
}
