//! The refresh token grant ([RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)), without rotation as Google
//! has it, or with it where the provider is told so.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use wire::parameters::Parameters;
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use super::error::TokenError;
use super::{Issuance, Tokens};
use crate::store::clients::Client;

/// What the client sends.
pub(crate) struct RefreshRequest {
    refresh_token: Secret,
    scope: Option<ScopeSet>,
}

impl TryFrom<&Parameters> for RefreshRequest {
    type Error = TokenError;

    fn try_from(parameters: &Parameters) -> Result<Self, TokenError> {
        Ok(Self {
            refresh_token: parameters
                .parse("refresh_token")
                .ok_or(TokenError::Missing("refresh_token"))?,
            scope: parameters.parse("scope"),
        })
    }
}

/// Issues another access token, for all that was granted or for less, never for more (SC-1/13).
pub(super) async fn renew(
    client: &Client,
    request: &RefreshRequest,
    issuance: &Issuance,
    now: Timestamp,
) -> Result<Tokens, TokenError> {
    let Issuance { grants, refresh_tokens, .. } = issuance;
    let id = refresh_tokens.find(&request.refresh_token, now).await;
    let id = id.ok_or(TokenError::RefreshToken)?;
    let grant = grants.find(&id).await.ok_or(TokenError::RefreshToken)?;
    if grant.client != client.id {
        return Err(TokenError::RefreshToken);
    }
    let scope = request.scope.clone().unwrap_or_else(|| grant.scope.clone());
    if !grant.scope.contains_all(&scope) {
        return Err(TokenError::Scope);
    }
    tracing::info!(sub = grant.person.as_str(), client = client.id.as_str(), "token refreshed");
    if !issuance.rotates {
        return Ok(issuance.issue(id, scope, now).await);
    }
    let end = issuance.refresh_token_end(now);
    let next = refresh_tokens.rotate(&request.refresh_token, end).await;
    let next = next.ok_or(TokenError::RefreshToken)?;
    Ok(issuance.issue(id, scope, now).await.with_refresh_token(next, issuance))
}

/// How often a refresh was answered with a token.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refreshes(Arc<AtomicU64>);

impl Refreshes {
    pub(crate) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn count_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialect;
    use crate::people;
    use crate::store::grants::{Grant, Grants};

    #[tokio::test]
    async fn a_refresh_token_is_for_the_client_that_it_was_issued_to() {
        let grants = Grants::default();
        let scope = ScopeSet::from("openid");
        let (person, dialect) = (people::ada().id, Dialect::Google);
        let grant = grants.open(Grant { person, client: "owner".into(), scope, dialect }).await;
        let issuance = Issuance::over(grants);
        let refresh_token = issuance.refresh_tokens.issue(grant, None).await;
        let request = RefreshRequest { refresh_token, scope: None };
        let client = |id: &str| Client {
            id: id.into(),
            name: id.to_owned(),
            secret: "s".into(),
            redirect_uris: Vec::new(),
        };
        let now = Timestamp::from_epoch(1_000_000);

        assert!(renew(&client("owner"), &request, &issuance, now).await.is_ok());
        let refused = renew(&client("other"), &request, &issuance, now).await;
        assert_eq!(refused.err(), Some(TokenError::RefreshToken));
    }
}
