//! Access tokens: opaque, alive no longer than their grant, Google's for an hour at most.

use std::collections::HashMap;
use std::sync::Arc;

use service::random;
use tokio::sync::Mutex;
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use super::grants::GrantId;
use crate::dialect::Dialect;

/// What a token is good for.
#[derive(Clone, Debug)]
pub(crate) struct AccessToken {
    pub(crate) grant: GrantId,
    /// All that the grant allows, or less where the client asked for less.
    pub(crate) scope: ScopeSet,
    expires_at: Option<Timestamp>,
}

impl AccessToken {
    fn is_alive(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

/// The collection.
#[derive(Clone, Default)]
pub(crate) struct AccessTokens(Arc<Mutex<HashMap<Secret, AccessToken>>>);

impl AccessTokens {
    pub(crate) async fn issue(
        &self,
        dialect: Dialect,
        grant: GrantId,
        scope: ScopeSet,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Secret {
        // Their access tokens begin like this.
        let prefix = match dialect {
            Dialect::Google => "ya29.",
            Dialect::GitHub => "gho_",
        };
        let text = Secret::from(format!("{prefix}{}", random::token()));
        let mut tokens = self.0.lock().await;
        tokens.retain(|_, token| token.is_alive(now));
        tokens.insert(text.clone(), AccessToken { grant, scope, expires_at });
        text
    }

    /// The token, as long as it has not expired. Whether its grant still stands is the grant's to say.
    pub(crate) async fn find(&self, text: &Secret, now: Timestamp) -> Option<AccessToken> {
        self.0.lock().await.get(text).filter(|token| token.is_alive(now)).cloned()
    }
}
