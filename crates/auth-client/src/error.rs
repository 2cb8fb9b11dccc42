//! What can go wrong, in terms that an app can act on.

use wire::oauth_error::{ErrorCode, OAuthError};
use wire::scope::ScopeSet;

use crate::callback::CallbackStep;
use crate::id_token::IdTokenError;
use crate::platform::PlatformError;

/// Why there is no login or no token. No variant holds a token, a code or a code verifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// Nobody is signed in, or no token of this audience and scope is left.
    #[error("nobody is signed in")]
    LoginRequired,
    /// There is a token for this audience, asked with this scope, but the tenant granted less.
    #[error("the tenant did not grant: {missing}")]
    ScopeNotGranted {
        /// The scopes that were asked for and are not in the token.
        missing: ScopeSet,
    },
    /// The page's address holds no answer of a tenant.
    #[error("this address holds no answer to a login")]
    NoCallback,
    /// The answer repeats a parameter ([RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)).
    #[error("the answer to the login cannot be read")]
    MalformedCallback,
    /// The answer has no `state`, so that it cannot be told whom it is for.
    #[error("the answer to the login has no state")]
    StateMissing,
    /// The answer's `state` is of no login that this tab began, and it waits for none: the answer was used before, or
    /// the login began in another tab.
    #[error("this tab is waiting for no login")]
    NoTransaction,
    /// This tab waits for an answer, but its `state` is another: somebody else's, or altered on the way.
    #[error("the answer is to another login than this tab began")]
    StateMismatch,
    /// The login began more than ten minutes ago.
    #[error("the login took too long")]
    TransactionExpired,
    /// What was kept about the login cannot be read.
    #[error("what was kept about the login cannot be read")]
    TransactionMalformed,
    /// The answer names another issuer ([RFC 9207 §2.4](https://www.rfc-editor.org/rfc/rfc9207#section-2.4)).
    #[error("the answer is from another issuer: expected {expected}, got {actual}")]
    IssuerMismatch {
        /// The tenant of this client.
        expected: String,
        /// Who answered.
        actual: String,
    },
    /// The tenant answered the login with an error (authorize.md §3).
    #[error("the tenant refused the login: {0}")]
    Refused(OAuthError),
    /// The token endpoint refused the code (token.md §2).
    #[error("the tenant refused the code: {0}")]
    TokenEndpoint(OAuthError),
    /// The token endpoint answered with something else than RFC 6749's JSON: not a tenant, or a proxy before it.
    #[error("the token endpoint answered with status {status} and no JSON of a tenant")]
    UnexpectedAnswer {
        /// The HTTP status of that answer.
        status: u16,
    },
    /// The ID token is not the answer to this login.
    #[error("the ID token is refused: {0}")]
    IdToken(IdTokenError),
    /// No answer from the tenant: no connection, no permission (CORS), or no time left.
    #[error("the tenant could not be reached")]
    Network,
    /// The browser does not let the app keep anything across the redirect.
    #[error("the browser's session storage cannot be used")]
    Storage,
    /// The browser has no secure random numbers.
    #[error("the browser has no source of secure random numbers")]
    Randomness,
    /// The browser did not let the page's address be read or changed.
    #[error("the browser refused to change the page's address")]
    Navigation,
}

impl AuthError {
    /// A name that stays the same between versions, for logs and tests.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::LoginRequired => "login_required",
            Self::ScopeNotGranted { .. } => "scope_not_granted",
            Self::NoCallback => "no_callback",
            Self::MalformedCallback => "malformed_callback",
            Self::StateMissing => "state_missing",
            Self::NoTransaction => "no_transaction",
            Self::StateMismatch => "state_mismatch",
            Self::TransactionExpired => "transaction_expired",
            Self::TransactionMalformed => "transaction_malformed",
            Self::IssuerMismatch { .. } => "issuer_mismatch",
            Self::Refused(_) => "refused",
            Self::TokenEndpoint(_) => "token_endpoint",
            Self::UnexpectedAnswer { .. } => "unexpected_answer",
            Self::IdToken(_) => "id_token",
            Self::Network => "network",
            Self::Storage => "storage",
            Self::Randomness => "randomness",
            Self::Navigation => "navigation",
        }
    }

    /// What the person in front of the page can do, in a sentence.
    #[must_use]
    pub const fn next_step(&self) -> &'static str {
        match self {
            Self::LoginRequired => "Log in.",
            Self::ScopeNotGranted { .. } => {
                "Ask whoever runs the tenant to grant the missing permission, then log in again."
            }
            Self::NoCallback => "Start at the home page and log in from there.",
            Self::NoTransaction => {
                "Log in again. Usually the page was reloaded, or the login began in another tab or window."
            }
            Self::MalformedCallback
            | Self::StateMissing
            | Self::StateMismatch
            | Self::TransactionMalformed => {
                "Log in again from this app. If you came here by a link, do not trust that link."
            }
            Self::TransactionExpired => "Log in again, and finish within ten minutes.",
            Self::IssuerMismatch { .. } => {
                "Check the domain in the app's configuration: another tenant answered."
            }
            Self::Refused(error) if by_the_person(&error.error) => {
                "If you declined, log in again and allow the access. Otherwise the tenant's words name the setting to change."
            }
            Self::Refused(_) => {
                "Check the application's settings at the tenant: it refuses this login."
            }
            Self::TokenEndpoint(OAuthError { error: ErrorCode::InvalidGrant, .. }) => {
                "Log in again. A code works once, and only for a short time."
            }
            Self::TokenEndpoint(_) => {
                "Check the application's settings at the tenant: it refuses to issue tokens."
            }
            Self::UnexpectedAnswer { .. } => {
                "Check the domain in the app's configuration, and try again in a while."
            }
            Self::IdToken(error) => error.next_step(),
            Self::Network => {
                "Check the connection, and that the tenant runs and allows this page's origin; then log in again."
            }
            Self::Storage => {
                "Allow this site to store data, or leave the private window; then log in again."
            }
            Self::Randomness => "Use a current browser.",
            Self::Navigation => "Reload the page, and log in again.",
        }
    }

    /// Whether logging in once more may help, with nothing changed at the tenant or in the app.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Refused(error) => {
                by_the_person(&error.error) || matches!(error.error, ErrorCode::ServerError)
            }
            Self::TokenEndpoint(error) => {
                matches!(error.error, ErrorCode::InvalidGrant | ErrorCode::ServerError)
            }
            Self::ScopeNotGranted { .. }
            | Self::IssuerMismatch { .. }
            | Self::IdToken(_)
            | Self::Storage
            | Self::Randomness => false,
            _ => true,
        }
    }

    /// The check of the callback that failed; `None` when this is about something else than a callback.
    ///
    /// A tenant that answers with an error is *received* and *checked*; what fails then is the exchange, for lack of a
    /// code.
    #[must_use]
    pub const fn failed_step(&self) -> Option<CallbackStep> {
        Some(match self {
            Self::NoCallback | Self::MalformedCallback | Self::Navigation => {
                CallbackStep::ResponseReceived
            }
            Self::StateMissing
            | Self::NoTransaction
            | Self::StateMismatch
            | Self::TransactionExpired
            | Self::TransactionMalformed
            | Self::IssuerMismatch { .. }
            | Self::Storage => CallbackStep::StateChecked,
            Self::Refused(_)
            | Self::TokenEndpoint(_)
            | Self::UnexpectedAnswer { .. }
            | Self::Network => CallbackStep::CodeExchanged,
            Self::IdToken(_) => CallbackStep::IdTokenChecked,
            Self::LoginRequired | Self::ScopeNotGranted { .. } | Self::Randomness => return None,
        })
    }

    /// What the tenant said, where it is the tenant that refused.
    #[must_use]
    pub const fn oauth_error(&self) -> Option<&OAuthError> {
        match self {
            Self::Refused(error) | Self::TokenEndpoint(error) => Some(error),
            _ => None,
        }
    }
}

/// Whether the person, rather than the tenant's settings, decides on this refusal.
const fn by_the_person(code: &ErrorCode) -> bool {
    matches!(code, ErrorCode::AccessDenied | ErrorCode::LoginRequired)
}

impl From<PlatformError> for AuthError {
    fn from(error: PlatformError) -> Self {
        match error {
            PlatformError::Randomness => Self::Randomness,
            PlatformError::Storage => Self::Storage,
            PlatformError::Network => Self::Network,
            PlatformError::Navigation => Self::Navigation,
        }
    }
}

impl From<IdTokenError> for AuthError {
    fn from(error: IdTokenError) -> Self {
        Self::IdToken(error)
    }
}
