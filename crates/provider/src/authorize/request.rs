//! The authorization request ([RFC 6749 §4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1)) with Google's
//! parameters.

use axum::response::Redirect;
use wire::authorize::RedirectAnswer;
use wire::ids::ClientId;
use wire::parameters::Parameters;
use wire::pkce::{CodeChallenge, S256};
use wire::scope::ScopeSet;

use super::error::{AuthorizeError, Refusal};
use crate::config::RedirectUri;
use crate::dialect::Dialect;
use crate::people::Person;
use crate::scope;
use crate::store::clients::{Client, Clients};

/// A request that can be answered.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizationRequest {
    pub(crate) client: Client,
    pub(crate) dialect: Dialect,
    /// One of the client's.
    pub(crate) redirect_uri: RedirectUri,
    pub(crate) state: Option<String>,
    /// Known ones only.
    pub(crate) scope: ScopeSet,
    /// Whether the client wants to work while the person is away.
    pub(crate) offline: bool,
    /// Whether the tokens are good for what the person allowed the client before, too: incremental authorization.
    pub(crate) include_granted_scopes: bool,
    pub(crate) interaction: Interaction,
    /// Whom the client means: an email address, a `sub`, or a name at GitHub.
    pub(crate) login_hint: Option<String>,
    pub(crate) challenge: Option<CodeChallenge>,
}

/// What may or must be shown (`prompt`, [OIDC Core §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interaction {
    /// `none`: answer at once, whatever the answer is.
    Forbidden,
    /// Pages may be shown; those named must be.
    Allowed {
        /// `login`, or Google's `select_account`: our sign-in page is where one selects.
        sign_in: bool,
        /// `consent`.
        consent: bool,
    },
}

impl Interaction {
    fn read(prompt: Option<&str>) -> Result<Self, Refusal> {
        let prompts = ScopeSet::from(prompt.unwrap_or_default());
        let known = ["login", "select_account", "consent"];
        if prompts == ScopeSet::from("none") {
            return Ok(Self::Forbidden);
        }
        if !prompts.iter().all(|prompt| known.contains(&prompt)) {
            return Err(Refusal::Prompt);
        }
        let sign_in = prompts.contains("login") || prompts.contains("select_account");
        Ok(Self::Allowed { sign_in, consent: prompts.contains("consent") })
    }
}

impl AuthorizationRequest {
    /// Reads a query. Until client and redirect URI are known to belong together, a refusal stays here (SC-1/4).
    pub(super) async fn read(query: &str, clients: &Clients) -> Result<Self, AuthorizeError> {
        let parameters = Parameters::from_form(query.as_bytes())?;
        let client_id: ClientId =
            parameters.parse("client_id").ok_or(AuthorizeError::Missing("client_id"))?;
        let redirect_uri =
            parameters.get("redirect_uri").ok_or(AuthorizeError::Missing("redirect_uri"))?;
        let client = clients.find(&client_id).await.ok_or(AuthorizeError::UnknownClient)?;
        let redirect_uri = client
            .redirect_uri(redirect_uri)
            .cloned()
            .ok_or(AuthorizeError::RedirectUriMismatch)?;

        let state = parameters.parse("state");
        Self::understand(&parameters, client, redirect_uri.clone())
            .map_err(|refusal| AuthorizeError::Redirect { redirect_uri, state, refusal })
    }

    fn understand(
        parameters: &Parameters,
        client: Client,
        redirect_uri: RedirectUri,
    ) -> Result<Self, Refusal> {
        match parameters.get("response_type") {
            Some("code") => {}
            Some(_) => return Err(Refusal::ResponseType),
            None => return Err(Refusal::Missing("response_type")),
        }
        if parameters.get("response_mode").is_some_and(|mode| mode != "query") {
            return Err(Refusal::ResponseMode);
        }
        let scope = ScopeSet::from(parameters.get("scope").ok_or(Refusal::Missing("scope"))?);
        if scope.is_empty() {
            return Err(Refusal::Missing("scope"));
        }
        if !scope.iter().all(|scope| scope::ALL.contains(&scope)) {
            return Err(Refusal::Scope);
        }
        let offline = match parameters.get("access_type") {
            None | Some("online") => false,
            Some("offline") => true,
            Some(_) => return Err(Refusal::AccessType),
        };
        let include_granted_scopes = match parameters.get("include_granted_scopes") {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err(Refusal::IncludeGrantedScopes),
        };
        Ok(Self {
            client,
            dialect: Dialect::Google,
            redirect_uri,
            state: parameters.parse("state"),
            scope,
            offline,
            include_granted_scopes,
            interaction: Interaction::read(parameters.get("prompt"))?,
            login_hint: parameters.parse("login_hint"),
            challenge: challenge(parameters)?,
        })
    }

    /// Reads a query in GitHub's words: the redirect URI may be left out where there is one to fall back on, scopes that
    /// it does not know are not granted, and nothing else is a fault.
    pub(super) async fn read_as_github(
        query: &str,
        clients: &Clients,
    ) -> Result<Self, AuthorizeError> {
        let parameters = Parameters::from_form(query.as_bytes())?;
        let client_id: ClientId =
            parameters.parse("client_id").ok_or(AuthorizeError::Missing("client_id"))?;
        let client = clients.find(&client_id).await.ok_or(AuthorizeError::UnknownClient)?;
        let redirect_uri = match parameters.get("redirect_uri") {
            Some(text) => client.redirect_uri(text),
            None => client.redirect_uris.first(),
        };
        let redirect_uri = redirect_uri.cloned().ok_or(AuthorizeError::RedirectUriMismatch)?;
        let state = parameters.parse("state");
        let challenge = challenge(&parameters).map_err(|refusal| AuthorizeError::Redirect {
            redirect_uri: redirect_uri.clone(),
            state: parameters.parse("state"),
            refusal,
        })?;
        let scope = parameters.get("scope").unwrap_or_default();
        let known = scope.split([' ', ',']).filter(|scope| scope::GITHUB.contains(scope));
        Ok(Self {
            client,
            dialect: Dialect::GitHub,
            redirect_uri,
            state,
            scope: known.collect(),
            offline: false,
            include_granted_scopes: false,
            interaction: Interaction::Allowed {
                sign_in: parameters.get("prompt") == Some("select_account"),
                consent: false,
            },
            login_hint: parameters.parse("login"),
            challenge,
        })
    }

    /// Whether the person can be the one whom the client means.
    pub(crate) fn may_mean(&self, person: &Person) -> bool {
        self.login_hint.as_deref().is_none_or(|hint| {
            hint.eq_ignore_ascii_case(&person.email)
                || hint.eq_ignore_ascii_case(&person.login)
                || hint == person.id.as_str()
        })
    }

    /// Whether the consent page is to be shown in any case.
    pub(super) const fn wants_consent(&self) -> bool {
        matches!(self.interaction, Interaction::Allowed { consent: true, .. })
    }

    /// Back to the client without a code.
    pub(crate) fn refused(self, refusal: Refusal) -> Redirect {
        let Self { redirect_uri, state, .. } = self;
        let answer = RedirectAnswer::Refused { error: refusal.into(), state };
        Redirect::to(answer.append_to(redirect_uri.url()).as_str())
    }
}

/// [RFC 7636 §4.3](https://www.rfc-editor.org/rfc/rfc7636#section-4.3), `S256` alone (SC-2/3): without a method the RFC
/// means `plain`.
fn challenge(parameters: &Parameters) -> Result<Option<CodeChallenge>, Refusal> {
    match (parameters.get("code_challenge"), parameters.get("code_challenge_method")) {
        (None, None) => Ok(None),
        (Some(challenge), Some(S256)) => {
            let challenge = CodeChallenge::try_from(challenge.to_owned());
            challenge.map(Some).map_err(|_| Refusal::CodeChallenge)
        }
        _ => Err(Refusal::CodeChallengeMethod),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_combine_but_none_stands_alone() {
        let read = |prompt| Interaction::read(Some(prompt)).ok();

        assert_eq!(read("none"), Some(Interaction::Forbidden));
        assert_eq!(
            read("login consent"),
            Some(Interaction::Allowed { sign_in: true, consent: true })
        );
        assert_eq!(
            read("select_account"),
            Some(Interaction::Allowed { sign_in: true, consent: false })
        );
        assert_eq!(read("none login"), None);
        assert_eq!(read("whatever"), None);
        assert_eq!(Interaction::read(None).ok(), read(""));
    }
}
