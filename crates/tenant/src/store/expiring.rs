//! Values that are found by an unguessable key, and only until they expire.

use std::collections::HashMap;
use std::sync::Arc;

use service::random;
use tokio::sync::Mutex;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

/// A map from a random key to a value with an end.
pub(crate) struct Expiring<T>(Arc<Mutex<HashMap<String, Entry<T>>>>);

struct Entry<T> {
    value: T,
    expires_at: Timestamp,
}

impl<T: Clone> Expiring<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    /// Keeps the value for `lifetime` seconds under a new key. What has expired by now is dropped on the way.
    pub(crate) async fn insert(&self, value: T, lifetime: u64, now: Timestamp) -> Secret {
        let key = random::token();
        let mut entries = self.0.lock().await;
        entries.retain(|_, entry| now < entry.expires_at);
        entries.insert(key.clone(), Entry { value, expires_at: now.plus(lifetime) });
        key.into()
    }

    /// The value, if it has not expired.
    pub(crate) async fn get(&self, key: &str, now: Timestamp) -> Option<T> {
        let entries = self.0.lock().await;
        entries.get(key).filter(|entry| now < entry.expires_at).map(|entry| entry.value.clone())
    }

    /// The value, if it has not expired; nobody gets it a second time.
    pub(crate) async fn take(&self, key: &str, now: Timestamp) -> Option<T> {
        let entry = self.0.lock().await.remove(key)?;
        (now < entry.expires_at).then_some(entry.value)
    }
}

impl<T> Clone for Expiring<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_epoch(1000);

    #[tokio::test]
    async fn a_value_is_taken_once() {
        let values = Expiring::new();
        let key = values.insert("value", 60, NOW).await;

        assert_eq!(values.take(key.expose(), NOW).await, Some("value"));
        assert_eq!(values.take(key.expose(), NOW).await, None);
    }

    #[tokio::test]
    async fn a_value_ends_with_its_lifetime() {
        let values = Expiring::new();
        let key = values.insert("value", 60, NOW).await;

        assert_eq!(values.get(key.expose(), NOW.plus(59)).await, Some("value"));
        assert_eq!(values.get(key.expose(), NOW.plus(60)).await, None);
    }
}
