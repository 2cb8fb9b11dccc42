//! Grant `urn:ietf:params:oauth:grant-type:token-exchange` ([RFC 8693 §2](https://www.rfc-editor.org/rfc/rfc8693#section-2);
//! token.md §5, §6): a token becomes another, by what kind of token it is.

mod custom;
mod on_behalf_of;
mod subject_rule;

use wire::claims::Actor;
use wire::parameters::Parameters;
use wire::secret::Secret;
use wire::token::TokenResponse;
use wire::token_exchange::ACCESS_TOKEN_TYPE;

use super::GrantRequest;
use super::error::TokenError;
use super::token_vault;

/// Exchanges an access token of ours on somebody's behalf, and others as their profile says.
pub(super) async fn exchange(request: &GrantRequest<'_>) -> Result<TokenResponse, TokenError> {
    let parameters = request.parameters;
    if parameters.get("requested_token_type").is_some_and(token_vault::issues) {
        return Err(TokenError::TokenTypeCombination);
    }
    let subject = Presented::subject(parameters)?;
    match subject.token_type {
        ACCESS_TOKEN_TYPE => on_behalf_of::exchange(request, &subject.token).await,
        uri => match request.tenant.token_exchange_profiles.find(uri).await {
            Some(profile) => custom::exchange(request, &profile, &subject.token).await,
            None => Err(TokenError::UnknownTokenType("subject_token_type")),
        },
    }
}

/// A token with its kind; neither means anything without the other (SC-3/7).
struct Presented<'a> {
    token: Secret,
    token_type: &'a str,
}

impl<'a> Presented<'a> {
    fn subject(parameters: &'a Parameters) -> Result<Self, TokenError> {
        let token = parameters.get("subject_token").ok_or(TokenError::Missing("subject_token"))?;
        let token_type = parameters.get("subject_token_type");
        let token_type = token_type.ok_or(TokenError::Missing("subject_token_type"))?;
        Ok(Self { token: token.into(), token_type })
    }

    /// Who acts for the subject, where somebody does.
    fn actor(parameters: &'a Parameters) -> Result<Option<Self>, TokenError> {
        match (parameters.get("actor_token"), parameters.get("actor_token_type")) {
            (None, None) => Ok(None),
            (Some(token), Some(token_type)) => Ok(Some(Self { token: token.into(), token_type })),
            (Some(_), None) => Err(TokenError::Missing("actor_token_type")),
            (None, Some(_)) => Err(TokenError::Missing("actor_token")),
        }
    }
}

/// An actor who acts for nobody but the subject.
const fn actor(sub: String) -> Actor {
    Actor { sub, act: None }
}
