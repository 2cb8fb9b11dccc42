//! The request's parameters (authorize.md §1), read in two steps: first who asks and where the answer would go, since
//! until then nothing may be sent anywhere, then all the rest.

use url::Url;
use wire::ids::{Audience, ClientId};
use wire::parameters::Parameters;
use wire::pkce::{CodeChallenge, S256};
use wire::scope::ScopeSet;

use super::ReturnAddress;
use super::error::{PageError, Refusal};
use crate::store::clients::{Client, Clients};

/// A client, and an address of its own.
pub(super) struct Trusted {
    pub(super) client: Client,
    pub(super) return_address: ReturnAddress,
}

/// What the client asks for.
pub(super) struct Asked {
    pub(super) scope: ScopeSet,
    pub(super) audience: Option<Audience>,
    pub(super) nonce: Option<String>,
    pub(super) code_challenge: Option<CodeChallenge>,
    pub(super) prompt: Prompt,
    pub(super) login_hint: Option<String>,
}

/// What the person is to see (AZ-1/12).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Prompt {
    /// The login page, where nobody is logged in.
    Default,
    /// Nothing, ever.
    None,
    /// The login page, in any case.
    Login,
}

/// Finds the client and the address of the answer; what fails here is shown on a page (RFC 6749 §4.1.2.1, SC-1/4).
pub(super) async fn trust(
    parameters: &Parameters,
    clients: &Clients,
) -> Result<Trusted, PageError> {
    let client_id: ClientId = parameters.parse("client_id").ok_or(PageError::MissingClientId)?;
    let client = clients.find(&client_id).await.ok_or(PageError::UnknownClient(client_id))?;
    let sent = parameters.get("redirect_uri");
    let redirect_uri = match sent {
        Some(uri) if client.allows_callback(uri) => uri,
        Some(uri) => {
            return Err(PageError::CallbackMismatch {
                asked: uri.to_owned(),
                client: Box::new(client),
            });
        }
        None => client.callbacks.first().ok_or(PageError::NoCallback)?,
    };
    let url = Url::parse(redirect_uri).map_err(|_| PageError::NoCallback)?;
    let return_address = ReturnAddress {
        redirect_uri: redirect_uri.to_owned(),
        url,
        was_sent: sent.is_some(),
        state: parameters.parse("state"),
    };
    Ok(Trusted { client, return_address })
}

/// Reads what is asked, in the order of authorize.md §1: grant type, response type and mode, PKCE, and the rest.
pub(super) fn read(parameters: &Parameters, client: &Client) -> Result<Asked, Refusal> {
    let response_type = parameters.get("response_type").ok_or(Refusal::Missing("response_type"))?;
    if response_type != "code" {
        return Err(Refusal::UnsupportedResponseType(response_type.to_owned()));
    }
    if !client.allows_grant("authorization_code") {
        return Err(Refusal::GrantNotAllowed("authorization_code"));
    }
    if let Some(mode) = parameters.get("response_mode").filter(|mode| *mode != "query") {
        return Err(Refusal::UnsupportedResponseMode(mode.to_owned()));
    }
    let scope: ScopeSet = parameters.get("scope").unwrap_or_default().into();
    if scope.contains("online_access") && scope.contains("offline_access") {
        return Err(Refusal::OnlineAndOfflineAccess);
    }
    Ok(Asked {
        scope,
        audience: parameters.parse("audience"),
        nonce: parameters.parse("nonce"),
        code_challenge: code_challenge(parameters, client)?,
        prompt: prompt(parameters)?,
        login_hint: parameters.parse("login_hint"),
    })
}

/// PKCE: `S256` or nothing, and public clients not without it (SC-2/3, SC-2/6).
fn code_challenge(
    parameters: &Parameters,
    client: &Client,
) -> Result<Option<CodeChallenge>, Refusal> {
    let method = parameters.get("code_challenge_method");
    match (parameters.parse::<String>("code_challenge"), method) {
        (Some(challenge), Some(S256)) => CodeChallenge::try_from(challenge)
            .map(Some)
            .map_err(|_| Refusal::MalformedCodeChallenge),
        (Some(_), _) => Err(Refusal::CodeChallengeMethod),
        (None, Some(_)) => Err(Refusal::Missing("code_challenge")),
        (None, None) if client.is_public() => Err(Refusal::Missing("code_challenge")),
        (None, None) => Ok(None),
    }
}

fn prompt(parameters: &Parameters) -> Result<Prompt, Refusal> {
    let prompts: ScopeSet = parameters.get("prompt").unwrap_or_default().into();
    if prompts.contains("none") && prompts.iter().count() > 1 {
        return Err(Refusal::PromptNoneAndAnother);
    }
    if prompts.contains("none") {
        return Ok(Prompt::None);
    }
    // The login page is where an account is chosen: it names the people.
    if prompts.contains("login") || prompts.contains("select_account") {
        return Ok(Prompt::Login);
    }
    Ok(Prompt::Default)
}
