//! An authorization request that was found in order, as it waits for the person (authorize.md §1).

use std::collections::BTreeMap;

use wire::dpop::Thumbprint;
use wire::ids::{Audience, UserId};
use wire::parameters::Parameters;
use wire::pkce::CodeChallenge;
use wire::scope::ScopeSet;

use super::known_parameters::EXTENSION;
use super::prompt::{Prompt, Prompts};
use super::response_mode::ReturnAddress;
use super::response_type::ResponseType;
use crate::store::clients::Client;
use crate::store::connections::Connection;
use crate::store::organizations::Organization;

/// An authorization request that lacks nothing but a person.
#[derive(Clone)]
pub(crate) struct AcceptedRequest {
    pub(crate) client: Client,
    pub(crate) return_address: ReturnAddress,
    pub(crate) response_type: ResponseType,
    /// The API; `None` means `/userinfo` alone.
    pub(crate) audience: Option<Audience>,
    /// What was asked for and the client may have. The person's permissions can make it less.
    pub(crate) scope: ScopeSet,
    pub(crate) nonce: Option<String>,
    pub(crate) code_challenge: Option<CodeChallenge>,
    /// The key that the code is bound to (RFC 9449 §10).
    pub(crate) dpop_jkt: Option<Thumbprint>,
    /// What the person is still to be asked, whatever the session says; see [`Self::after_login`].
    pub(crate) prompts: Prompts,
    /// Seconds since the last login that the client puts up with; 0 means that it wants a new one.
    pub(crate) max_age: Option<u64>,
    /// Whether ID tokens are to tell when the person logged in: there was a `max_age` (DT-4/4).
    pub(crate) tells_auth_time: bool,
    /// Who the client thinks is there: the subject of its `id_token_hint`.
    pub(crate) expected_user: Option<UserId>,
    /// Whether `acr_values` asks for a second factor, which nobody here has.
    pub(crate) wants_second_factor: bool,
    /// The organization to log in to.
    pub(crate) organization: Option<Organization>,
    /// The one connection to log in with.
    pub(crate) connection: Option<Connection>,
    /// What is asked for at a provider beside the connection's own scopes (AZ-1/16).
    pub(crate) connection_scope: ScopeSet,
    pub(crate) login: LoginContext,
}

/// What the login page is told, and nothing depends on.
#[derive(Clone, Debug, Default)]
pub(crate) struct LoginContext {
    /// The identifier to begin with.
    pub(crate) login_hint: Option<String>,
    /// Whether the application would rather show the page to sign up (`screen_hint=signup`).
    pub(crate) prefers_signup: bool,
    /// The `ext-*` parameters, by their whole names.
    pub(crate) extensions: BTreeMap<String, String>,
}

impl LoginContext {
    pub(super) fn read(parameters: &Parameters) -> Self {
        let extensions = parameters.iter().filter(|(name, _)| name.starts_with(EXTENSION));
        Self {
            login_hint: parameters.parse("login_hint"),
            prefers_signup: parameters.get("screen_hint") == Some("signup"),
            extensions: extensions
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        }
    }
}

/// The words of a parameter that is a list with blanks between.
pub(super) fn words<'a>(
    parameters: &'a Parameters,
    name: &str,
) -> impl Iterator<Item = &'a str> + use<'a> {
    parameters.get(name).unwrap_or_default().split_ascii_whitespace()
}

impl AcceptedRequest {
    /// Whether that is a person whom the client can mean.
    pub(super) fn is_for(&self, user_id: &UserId) -> bool {
        self.expected_user.as_ref().is_none_or(|expected| expected == user_id)
    }

    /// The same request once the person has logged in: that is not asked for again.
    pub(crate) fn after_login(mut self) -> Self {
        self.prompts.remove(Prompt::Login);
        self.prompts.remove(Prompt::SelectAccount);
        self.max_age = None;
        self
    }

    /// The same request once the person has consented.
    pub(crate) fn after_consent(mut self) -> Self {
        self.prompts.remove(Prompt::Consent);
        self
    }
}
