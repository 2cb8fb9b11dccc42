//! Client assertions that came already (TK-1/13, SC-7/6; RFC 7523 §3).

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use service::digest::sha256;
use tokio::sync::Mutex;
use wire::ids::ClientId;
use wire::timestamp::Timestamp;

/// How many are remembered. Each is good for minutes and comes from a client that signed it; should there be more, the
/// one that ends first is forgotten.
const AT_MOST: usize = 100_000;

/// The names of assertions, for as long as those are good. Clones share the memory.
#[derive(Clone, Default)]
pub(crate) struct UsedAssertions(Arc<Mutex<Used>>);

#[derive(Default)]
struct Used {
    by_name: HashMap<Name, Timestamp>,
    /// The next to end first.
    by_end: BTreeSet<(Timestamp, Name)>,
}

/// SHA-256 of the client and of the name that it gave.
type Name = [u8; 32];

impl UsedAssertions {
    /// Takes the assertion of that name, which is good until `end`; `false` when it was taken before.
    pub(crate) async fn take(
        &self,
        client_id: &ClientId,
        jti: &str,
        end: Timestamp,
        now: Timestamp,
    ) -> bool {
        // Neither digest says where one text ends and the other begins, but they have the same length.
        let name =
            sha256(&[sha256(client_id.as_str().as_bytes()), sha256(jti.as_bytes())].concat());
        self.0.lock().await.take(name, end, now, AT_MOST)
    }
}

impl Used {
    fn take(&mut self, name: Name, end: Timestamp, now: Timestamp, at_most: usize) -> bool {
        while let Some((first, _)) = self.by_end.first()
            && (*first <= now || self.by_end.len() >= at_most)
            && let Some((_, name)) = self.by_end.pop_first()
        {
            self.by_name.remove(&name);
        }
        if self.by_name.contains_key(&name) {
            return false;
        }
        self.by_name.insert(name, end);
        self.by_end.insert((end, name));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_epoch(1000);

    #[tokio::test]
    async fn a_name_is_taken_once_by_each_client_until_it_ends() {
        let used = UsedAssertions::default();
        let take = async |client: &str, jti: &str, now| {
            used.take(&client.into(), jti, NOW.plus(60), now).await
        };
        assert!(take("one", "a", NOW).await);
        assert!(!take("one", "a", NOW.plus(59)).await);
        assert!(take("other", "a", NOW).await);
        assert!(take("one", "b", NOW).await);
        assert!(take("one", "a", NOW.plus(60)).await, "it has ended, and is no use to anybody");
    }

    #[test]
    fn a_flood_makes_it_forget_what_ends_first_and_nothing_else() {
        let mut used = Used::default();
        for number in 0..10_u8 {
            assert!(used.take([number; 32], NOW.plus(60 + u64::from(number)), NOW, 5));
        }
        assert_eq!((used.by_name.len(), used.by_end.len()), (5, 5));
        assert!(!used.take([9; 32], NOW.plus(69), NOW, 6));
        assert!(used.take([0; 32], NOW.plus(60), NOW, 6));
    }
}
