//! Proofs that came already ([RFC 9449 §11.1](https://www.rfc-editor.org/rfc/rfc9449#section-11.1), SC-6/7).

use std::collections::HashSet;
use std::mem;
use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use tokio::sync::Mutex;
use wire::timestamp::Timestamp;

use super::{LEEWAY, LIFETIME, Proof, ProofError};

/// Seconds after which no proof that came today is good any more: one may come before it is made.
const WINDOW: u64 = LIFETIME + LEEWAY + 1;

/// Proofs in one generation, of which there are two: some 5 MB in all.
const CAPACITY: usize = 1 << 16;

/// Remembers proofs for as long as they are good. Clones share the memory.
///
/// It cannot be made to grow: it holds the last 65,536 proofs at least, twice as many at most. Should more than that be
/// taken within five and a half minutes, the oldest are forgotten first, and could come once more: to go on answering
/// is worth more than the rest of their window. Ask it only about proofs that come with something good (a token, a
/// code, a client's secret), so that this is in nobody else's hands.
#[derive(Clone, Debug)]
pub struct Replays(Arc<Mutex<Seen>>);

#[derive(Debug)]
struct Seen {
    capacity: usize,
    since: Timestamp,
    young: HashSet<[u8; 32]>,
    old: HashSet<[u8; 32]>,
}

impl Default for Replays {
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl Replays {
    fn with_capacity(capacity: usize) -> Self {
        let since = Timestamp::from_epoch(0);
        let (young, old) = (HashSet::new(), HashSet::new());
        Self(Arc::new(Mutex::new(Seen { capacity, since, young, old })))
    }

    /// Takes the proof, once.
    ///
    /// # Errors
    ///
    /// [`ProofError::Replayed`] when it was taken before.
    pub async fn take(&self, proof: &Proof, now: Timestamp) -> Result<(), ProofError> {
        // Not the text of the proof: its signature can be written in two ways.
        let mut name = Context::new(&SHA256);
        name.update(proof.thumbprint.as_str().as_bytes());
        name.update(proof.jti.as_bytes());
        let digest = name.finish();
        let name = digest.as_ref().try_into().map_err(|_| ProofError::Malformed)?;
        let is_new = self.0.lock().await.insert(name, now);
        is_new.then_some(()).ok_or(ProofError::Replayed)
    }
}

impl Seen {
    fn insert(&mut self, name: [u8; 32], now: Timestamp) -> bool {
        if self.since.seconds_until(now) >= WINDOW || self.young.len() >= self.capacity {
            self.old = mem::take(&mut self.young);
            self.since = now;
        }
        !self.old.contains(&name) && self.young.insert(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_epoch(1000);

    fn proof(jti: &str) -> Proof {
        let thumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I".to_owned().try_into();
        Proof { thumbprint: thumbprint.unwrap(), jti: jti.to_owned(), iat: NOW, nonce: None }
    }

    /// SC-6/7.
    #[tokio::test]
    async fn a_proof_is_taken_once_as_long_as_it_is_good() {
        let replays = Replays::default();
        for moment in [NOW, NOW.plus(1), NOW.plus(WINDOW - 1)] {
            let expected = if moment == NOW { Ok(()) } else { Err(ProofError::Replayed) };
            assert_eq!(replays.take(&proof("a"), moment).await, expected, "{moment}");
        }
    }

    /// The generations change in between; nothing is forgotten by it.
    #[tokio::test]
    async fn a_proof_that_came_late_in_a_generation_is_remembered_as_long() {
        let replays = Replays::default();
        replays.take(&proof("first"), NOW).await.unwrap();
        let late = NOW.plus(WINDOW - 1);
        replays.take(&proof("late"), late).await.unwrap();

        for (jti, moment) in [("x", NOW.plus(WINDOW)), ("y", late.plus(WINDOW - 1))] {
            replays.take(&proof(jti), moment).await.unwrap();
            let again = replays.take(&proof("late"), moment).await;
            assert_eq!(again, Err(ProofError::Replayed), "{moment}");
        }
    }

    #[tokio::test]
    async fn another_key_may_use_the_same_name() {
        let replays = Replays::default();
        let other = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs".to_owned();
        let other = Proof { thumbprint: other.try_into().unwrap(), ..proof("a") };

        replays.take(&proof("a"), NOW).await.unwrap();

        assert_eq!(replays.take(&other, NOW).await, Ok(()));
    }

    #[tokio::test]
    async fn a_flood_makes_it_forget_the_oldest_and_nothing_else() {
        let replays = Replays::with_capacity(100);
        for number in 0..1_000 {
            replays.take(&proof(&number.to_string()), NOW).await.unwrap();
        }

        let seen = replays.0.lock().await;
        assert!(seen.young.len() + seen.old.len() <= 200);
        drop(seen);
        for recent in 900..1_000 {
            let again = replays.take(&proof(&recent.to_string()), NOW).await;
            assert_eq!(again, Err(ProofError::Replayed), "{recent}");
        }
    }
}
