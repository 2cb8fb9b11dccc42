//! Values that are found by an unguessable key, and only until they expire.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use service::random;
use tokio::sync::Mutex;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

/// How many values a store holds when it says nothing else.
const CAPACITY: usize = 100_000;

/// A map from a random key to a value with an end, of bounded size: where it is full, the value that would end first
/// gives way to the new one. To refuse the new one instead would let a stranger who fills the store lock everybody out.
pub(crate) struct Expiring<T> {
    entries: Arc<Mutex<Entries<T>>>,
    capacity: usize,
}

struct Entries<T> {
    by_key: HashMap<String, Entry<T>>,
    /// Keys, the next to expire first.
    by_end: BTreeMap<End, String>,
    inserted: u64,
}

struct Entry<T> {
    value: T,
    end: End,
}

/// When a value expires; of those that expire together, the older goes first.
type End = (Timestamp, u64);

impl<T: Clone> Expiring<T> {
    pub(crate) fn new() -> Self {
        Self::of_at_most(CAPACITY)
    }

    /// A store of at most that many values.
    pub(crate) fn of_at_most(capacity: usize) -> Self {
        let entries = Entries { by_key: HashMap::new(), by_end: BTreeMap::new(), inserted: 0 };
        Self { entries: Arc::new(Mutex::new(entries)), capacity }
    }

    /// Keeps the value for `lifetime` seconds under a new key. What has expired by now is dropped on the way.
    pub(crate) async fn insert(&self, value: T, lifetime: u64, now: Timestamp) -> Secret {
        let key = random::token();
        let mut entries = self.entries.lock().await;
        entries.make_room(self.capacity, now);
        entries.inserted += 1;
        let end = (now.plus(lifetime), entries.inserted);
        entries.by_end.insert(end, key.clone());
        entries.by_key.insert(key.clone(), Entry { value, end });
        key.into()
    }

    /// The value, if it has not expired.
    pub(crate) async fn get(&self, key: &str, now: Timestamp) -> Option<T> {
        let entries = self.entries.lock().await;
        let entry = entries.by_key.get(key).filter(|entry| now < entry.end.0)?;
        Some(entry.value.clone())
    }

    /// Changes the value in one step, if it has not expired.
    pub(crate) async fn change<R>(
        &self,
        key: &str,
        now: Timestamp,
        change: impl FnOnce(&mut T) -> R,
    ) -> Option<R> {
        let mut entries = self.entries.lock().await;
        let entry = entries.by_key.get_mut(key).filter(|entry| now < entry.end.0)?;
        Some(change(&mut entry.value))
    }

    /// The value, if it has not expired; nobody gets it a second time.
    pub(crate) async fn take(&self, key: &str, now: Timestamp) -> Option<T> {
        let mut entries = self.entries.lock().await;
        let entry = entries.by_key.remove(key)?;
        entries.by_end.remove(&entry.end);
        (now < entry.end.0).then_some(entry.value)
    }
}

impl<T> Entries<T> {
    /// Drops what has expired, and what would expire next until there is room for one more.
    fn make_room(&mut self, capacity: usize, now: Timestamp) {
        while let Some(first) = self.by_end.first_entry()
            && (first.key().0 <= now || self.by_key.len() >= capacity)
        {
            self.by_key.remove(&first.remove());
        }
    }
}

impl<T> Clone for Expiring<T> {
    fn clone(&self) -> Self {
        Self { entries: Arc::clone(&self.entries), capacity: self.capacity }
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
        assert_eq!(values.take(key.expose(), NOW.plus(60)).await, None);
    }

    #[tokio::test]
    async fn a_full_store_drops_what_would_end_first() {
        let values = Expiring::of_at_most(2);
        let long = values.insert("long", 600, NOW).await;
        let short = values.insert("short", 60, NOW).await;
        let new = values.insert("new", 60, NOW).await;

        assert_eq!(values.get(short.expose(), NOW).await, None);
        assert_eq!(values.get(long.expose(), NOW).await, Some("long"));
        assert_eq!(values.get(new.expose(), NOW).await, Some("new"));
    }

    #[tokio::test]
    async fn what_was_taken_or_has_expired_takes_no_room() {
        let values = Expiring::of_at_most(2);
        for age in 0..100 {
            let key = values.insert("value", 60, NOW).await;
            values.take(key.expose(), NOW).await;
            values.insert("forgotten", 1, NOW.plus(age)).await;
        }

        let entries = values.entries.lock().await;
        assert_eq!((entries.by_key.len(), entries.by_end.len()), (1, 1));
    }
}
