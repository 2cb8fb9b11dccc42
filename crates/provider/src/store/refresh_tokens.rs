//! Refresh tokens: as long-lived as their grant and not rotated, as Google has it, unless the provider is told otherwise.

use std::collections::HashMap;
use std::sync::Arc;

use service::random;
use tokio::sync::Mutex;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use super::grants::GrantId;

struct RefreshToken {
    grant: GrantId,
    expires_at: Option<Timestamp>,
}

/// The collection.
#[derive(Clone, Default)]
pub(crate) struct RefreshTokens(Arc<Mutex<HashMap<Secret, RefreshToken>>>);

impl RefreshTokens {
    pub(crate) async fn issue(&self, grant: GrantId, expires_at: Option<Timestamp>) -> Secret {
        let text = new_text();
        self.0.lock().await.insert(text.clone(), RefreshToken { grant, expires_at });
        text
    }

    /// Keeps a token that exists already, for as long as its grant.
    pub(crate) async fn keep(&self, text: Secret, grant: GrantId) {
        self.0.lock().await.insert(text, RefreshToken { grant, expires_at: None });
    }

    /// Puts a new token in the place of one that is used for the last time; `None` when somebody else was faster.
    pub(crate) async fn rotate(
        &self,
        old: &Secret,
        expires_at: Option<Timestamp>,
    ) -> Option<Secret> {
        let text = new_text();
        let mut tokens = self.0.lock().await;
        let RefreshToken { grant, .. } = tokens.remove(old)?;
        tokens.insert(text.clone(), RefreshToken { grant, expires_at });
        Some(text)
    }

    /// The token's grant, as long as the token has not expired. Whether the grant still stands is its own to say.
    pub(crate) async fn find(&self, text: &Secret, now: Timestamp) -> Option<GrantId> {
        let tokens = self.0.lock().await;
        let token = tokens.get(text)?;
        token.expires_at.is_none_or(|end| now < end).then(|| token.grant.clone())
    }

    /// Lets every token expire at once.
    pub(crate) async fn expire_all(&self) {
        self.0.lock().await.clear();
    }
}

/// Google's refresh tokens begin like this.
fn new_text() -> Secret {
    format!("1//{}", random::token()).into()
}
