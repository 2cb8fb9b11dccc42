//! Access tokens: opaque, short-lived, alive as long as their grant.

use std::collections::HashMap;
use std::sync::Arc;

use service::random;
use tokio::sync::Mutex;
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use super::grants::GrantId;

/// What a token is good for.
#[derive(Clone, Debug)]
pub(crate) struct AccessToken {
    pub(crate) grant: GrantId,
    /// All that the grant allows, or less where the client asked for less.
    pub(crate) scope: ScopeSet,
    expires_at: Timestamp,
}

/// The collection.
#[derive(Clone, Default)]
pub(crate) struct AccessTokens(Arc<Mutex<HashMap<Secret, AccessToken>>>);

impl AccessTokens {
    pub(crate) async fn issue(
        &self,
        grant: GrantId,
        scope: ScopeSet,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Secret {
        // Google's access tokens begin like this.
        let text = Secret::from(format!("ya29.{}", random::token()));
        let mut tokens = self.0.lock().await;
        tokens.retain(|_, token| now < token.expires_at);
        tokens.insert(text.clone(), AccessToken { grant, scope, expires_at });
        text
    }

    /// The token, as long as it has not expired. Whether its grant still stands is the grant's to say.
    pub(crate) async fn find(&self, text: &Secret, now: Timestamp) -> Option<AccessToken> {
        self.0.lock().await.get(text).filter(|token| now < token.expires_at).cloned()
    }
}
