//! Guesses at passwords and client secrets: how often each caller was wrong about each name.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use service::digest::sha256;
use tokio::sync::Mutex;
use wire::timestamp::Timestamp;

use crate::caller::Caller;

/// When a caller is kept from guessing on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// Wrong guesses in a row.
    attempts: u32,
    /// Seconds after the last of them until all are forgotten.
    lapse: u64,
}

/// Auth0's brute-force protection: ten wrong passwords block a person's login from that address, for 30 days.
pub(crate) const OF_LOGINS: Rule = Rule { attempts: 10, lapse: 30 * 24 * 3600 };

/// The same for a client's secret, for a minute: ten guesses a minute are no way to a secret of 128 bits, and a server
/// that was given the right secret at last should not wait for long.
pub(crate) const OF_CLIENTS: Rule = Rule { attempts: 10, lapse: 60 };

/// The same for tokens of other issuers, as Auth0 has it: ten bad ones, and ten minutes until the next.
pub(crate) const OF_EXCHANGES: Rule = Rule { attempts: 10, lapse: 600 };

/// How many names and callers are remembered.
const ENTRIES: usize = 10_000;

/// The caller has guessed too often. What they say now is not even looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Too many failed attempts; the next is possible in {seconds} seconds")]
pub(crate) struct Blocked {
    pub(crate) seconds: u64,
}

/// Wrong guesses, by name and caller.
#[derive(Clone)]
pub(crate) struct FailedAttempts {
    rule: Rule,
    entries: Arc<Mutex<HashMap<Key, Entry>>>,
}

/// The name's SHA-256: strangers choose it, as long as they like.
type Key = ([u8; 32], Caller);

#[derive(Clone, Copy)]
struct Entry {
    failures: u32,
    last: Timestamp,
}

impl FailedAttempts {
    pub(crate) fn new(rule: Rule) -> Self {
        Self { rule, entries: Arc::default() }
    }

    /// Lets a caller prove to be `name`, whatever its case, unless they have been wrong too often. `None` from `proof`
    /// counts as wrong; what is right ends the count.
    ///
    /// Of guesses that are made at once, those which come out after the limit was reached are refused as well, right or
    /// wrong.
    pub(crate) async fn attempt<T>(
        &self,
        (name, caller): (&str, Caller),
        now: Timestamp,
        proof: impl Future<Output = Option<T>>,
    ) -> Result<Option<T>, Blocked> {
        let key = (sha256(name.to_lowercase().as_bytes()), caller);
        self.rule.admit(self.entries.lock().await.get(&key), now)?;
        let proved = proof.await;
        let mut entries = self.entries.lock().await;
        self.rule.admit(entries.get(&key), now)?;
        if proved.is_some() {
            entries.remove(&key);
        } else {
            self.rule.count(&mut entries, key, now);
        }
        Ok(proved)
    }
}

impl Rule {
    fn is_over(self, entry: Entry, now: Timestamp) -> bool {
        entry.last.plus(self.lapse) <= now
    }

    fn blocks(self, entry: Entry) -> bool {
        entry.failures >= self.attempts
    }

    fn admit(self, entry: Option<&Entry>, now: Timestamp) -> Result<(), Blocked> {
        match entry {
            Some(entry) if self.blocks(*entry) && !self.is_over(*entry, now) => {
                Err(Blocked { seconds: now.seconds_until(entry.last.plus(self.lapse)) })
            }
            _ => Ok(()),
        }
    }

    fn count(self, entries: &mut HashMap<Key, Entry>, key: Key, now: Timestamp) {
        if entries.len() >= ENTRIES && !entries.contains_key(&key) {
            entries.retain(|_, entry| !self.is_over(*entry, now));
            if entries.len() >= ENTRIES {
                self.drop_one(entries);
            }
        }
        let entry = entries.entry(key).or_insert(Entry { failures: 0, last: now });
        if self.is_over(*entry, now) {
            entry.failures = 0;
        }
        *entry = Entry { failures: entry.failures.saturating_add(1), last: now };
    }

    /// The oldest goes first, but blocks last: nobody talks their way out of one by guessing at other names.
    fn drop_one(self, entries: &mut HashMap<Key, Entry>) {
        let first =
            entries.iter().max_by_key(|(_, entry)| (!self.blocks(**entry), Reverse(entry.last)));
        if let Some(key) = first.map(|(key, _)| *key) {
            entries.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    const NOW: Timestamp = Timestamp::from_epoch(1_000_000);
    const RULE: Rule = Rule { attempts: 3, lapse: 60 };

    fn caller(number: u32) -> Caller {
        IpAddr::V4(Ipv4Addr::from_bits(number)).into()
    }

    struct Guesses(FailedAttempts);

    impl Guesses {
        fn new() -> Self {
            Self(FailedAttempts::new(RULE))
        }

        async fn wrong(&self, name: &str, number: u32, now: Timestamp) -> Result<(), Blocked> {
            let outcome = self.0.attempt((name, caller(number)), now, async { None::<()> }).await;
            outcome.map(|proved| assert!(proved.is_none()))
        }

        async fn right(&self, name: &str, number: u32, now: Timestamp) -> Result<(), Blocked> {
            let outcome = self.0.attempt((name, caller(number)), now, async { Some(()) }).await;
            outcome.map(|proved| assert!(proved.is_some()))
        }
    }

    #[tokio::test]
    async fn the_right_secret_is_refused_after_too_many_wrong_ones_until_they_are_forgotten() {
        let guesses = Guesses::new();
        for age in 0..3 {
            assert!(guesses.wrong("ada", 1, NOW.plus(age)).await.is_ok());
        }

        let later = NOW.plus(2 + 59);
        assert_eq!(guesses.right("ada", 1, later).await, Err(Blocked { seconds: 1 }));
        assert!(guesses.right("ADA", 1, later).await.is_err(), "the case makes no other person");
        assert!(guesses.right("ada", 2, later).await.is_ok(), "from elsewhere");
        assert!(guesses.right("grace", 1, later).await.is_ok(), "someone else");
        assert!(guesses.right("ada", 1, later.plus(1)).await.is_ok());
    }

    #[tokio::test]
    async fn a_right_secret_starts_the_count_anew_and_so_does_time() {
        let guesses = Guesses::new();
        for _ in 0..5 {
            assert!(guesses.wrong("ada", 1, NOW).await.is_ok());
            assert!(guesses.wrong("ada", 1, NOW).await.is_ok());
            assert!(guesses.right("ada", 1, NOW).await.is_ok());
        }
        for pause in 0..5 {
            assert!(guesses.wrong("ada", 1, NOW.plus(60 * pause)).await.is_ok());
        }
    }

    #[tokio::test]
    async fn a_guess_that_comes_out_after_the_limit_is_refused_though_right() {
        let guesses = Guesses::new();
        let slow_and_right = async {
            for _ in 0..3 {
                assert!(guesses.wrong("ada", 1, NOW).await.is_ok());
            }
            Some(())
        };

        assert!(guesses.0.attempt(("ada", caller(1)), NOW, slow_and_right).await.is_err());
    }

    #[tokio::test]
    async fn a_block_outlasts_guesses_at_ever_other_names() {
        let guesses = Guesses::new();
        for _ in 0..3 {
            assert!(guesses.wrong("ada", 1, NOW).await.is_ok());
        }
        for number in 0..ENTRIES + 10 {
            assert!(guesses.wrong(&format!("stranger {number}"), 1, NOW).await.is_ok());
        }

        assert!(guesses.right("ada", 1, NOW).await.is_err());
        assert_eq!(guesses.0.entries.lock().await.len(), ENTRIES);
    }
}
