//! Refresh tokens: as long-lived as their grant, and not rotated, as Google has it.

use std::collections::HashMap;
use std::sync::Arc;

use service::random;
use tokio::sync::Mutex;
use wire::secret::Secret;

use super::grants::GrantId;

/// The collection.
#[derive(Clone, Default)]
pub(crate) struct RefreshTokens(Arc<Mutex<HashMap<Secret, GrantId>>>);

impl RefreshTokens {
    pub(crate) async fn issue(&self, grant: GrantId) -> Secret {
        // Google's refresh tokens begin like this.
        let text = Secret::from(format!("1//{}", random::token()));
        self.keep(text.clone(), grant).await;
        text
    }

    /// Keeps a token that exists already.
    pub(crate) async fn keep(&self, text: Secret, grant: GrantId) {
        self.0.lock().await.insert(text, grant);
    }

    /// The token's grant. Whether it still stands is the grant's to say.
    pub(crate) async fn find(&self, text: &Secret) -> Option<GrantId> {
        self.0.lock().await.get(text).cloned()
    }
}
