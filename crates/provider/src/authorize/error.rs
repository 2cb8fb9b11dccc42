//! Refusals of the authorization endpoint
//! ([RFC 6749 §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1)): a page as long as nobody has vouched
//! for the redirect URI, a redirect afterwards.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::page::Page;
use service::reply::NoStore;
use wire::authorize::RedirectAnswer;
use wire::oauth_error::{ErrorCode, OAuthError};
use wire::parameters::ParameterError;

use crate::config::RedirectUri;
use crate::issuer::Issuer;

/// One variant per cause; its text is what the page says.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthorizeError {
    #[error("{0}.")]
    Parameters(#[from] ParameterError),
    #[error("The parameter {0} is missing.")]
    Missing(&'static str),
    #[error("No application is registered here under this client_id.")]
    UnknownClient,
    #[error("The redirect_uri is none of those registered for this application.")]
    RedirectUriMismatch,
    #[error(
        "This page was answered already, is too old, or was opened by another browser. Start again from the application."
    )]
    NoTransaction,
    #[error("{refusal}")]
    Redirect { redirect_uri: RedirectUri, state: Option<String>, refusal: Refusal },
}

/// What the client is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("Required parameter is missing: {0}")]
    Missing(&'static str),
    #[error("Only response_type=code is served.")]
    ResponseType,
    #[error("Only response_mode=query is served.")]
    ResponseMode,
    #[error("Some requested scopes were invalid.")]
    Scope,
    #[error("The access_type is online or offline.")]
    AccessType,
    #[error("include_granted_scopes is true or false.")]
    IncludeGrantedScopes,
    #[error("The prompt is none, or of login, consent and select_account.")]
    Prompt,
    #[error("The code_challenge is not a SHA-256 digest in base64url.")]
    CodeChallenge,
    #[error("A code_challenge comes with code_challenge_method=S256, and only so.")]
    CodeChallengeMethod,
    #[error("Nobody is signed in.")]
    LoginRequired,
    #[error("The person has not allowed this yet.")]
    ConsentRequired,
    #[error("The person did not allow it.")]
    Denied,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    domain: &'a str,
    error: &'a str,
    description: &'a str,
}

impl AuthorizeError {
    /// The one table of statuses and codes of the pages; the codes are Google's.
    const fn page(&self) -> (StatusCode, &'static str) {
        match self {
            Self::UnknownClient => (StatusCode::UNAUTHORIZED, "invalid_client"),
            Self::RedirectUriMismatch => (StatusCode::BAD_REQUEST, "redirect_uri_mismatch"),
            Self::NoTransaction
            | Self::Parameters(_)
            | Self::Missing(_)
            | Self::Redirect { .. } => (StatusCode::BAD_REQUEST, "invalid_request"),
        }
    }

    /// The refusal, where it belongs.
    pub(crate) fn answer(self, issuer: &Issuer) -> Response {
        if let Self::Redirect { redirect_uri, state, refusal } = self {
            let answer = RedirectAnswer::Refused { error: refusal.into(), state };
            let redirect = Redirect::to(answer.append_to(redirect_uri.url()).as_str());
            return NoStore(redirect).into_response();
        }
        let (status, error) = self.page();
        let description = self.to_string();
        let page = ErrorPage { domain: issuer.domain(), error, description: &description };
        Page::new(page).status(status).into_response()
    }
}

impl Refusal {
    /// The one table of codes of the redirects.
    fn code(self) -> ErrorCode {
        match self {
            Self::Missing(_)
            | Self::ResponseMode
            | Self::AccessType
            | Self::IncludeGrantedScopes
            | Self::Prompt
            | Self::CodeChallenge
            | Self::CodeChallengeMethod => ErrorCode::InvalidRequest,
            Self::ResponseType => ErrorCode::UnsupportedResponseType,
            Self::Scope => ErrorCode::Other("invalid_scope".to_owned()),
            Self::LoginRequired => ErrorCode::LoginRequired,
            Self::ConsentRequired => ErrorCode::Other("consent_required".to_owned()),
            Self::Denied => ErrorCode::AccessDenied,
        }
    }
}

impl From<Refusal> for OAuthError {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.code(), &refusal)
    }
}
