//! The tenant's public keys ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5), contract:
//! discovery-and-tokens.md §2): fetched when first needed, kept, and fetched again when a token names one that is not
//! among them, because tenants rotate their keys.

use std::sync::Arc;

use reqwest::Client;
use service::clock::Clock;
use tokio::sync::{Mutex, RwLock};
use wire::discovery::Jwks;
use wire::timestamp::Timestamp;

use crate::discovery::Discovery;
use crate::outgoing::{self, Unreachable};

/// How long keys are used before the tenant is asked whether they still hold, so that a withdrawn key dies out.
const MAX_AGE: u64 = 600;

/// Between two requests for newer keys. Anybody can send tokens with made-up key ids; without this each would make us
/// call the tenant.
const PAUSE: u64 = 30;

/// After a request that failed. Short, since nothing works meanwhile; long enough that those who waited for the failed
/// one do not all try in turn.
const PAUSE_AFTER_FAILURE: u64 = 2;

/// The keys that the tenant signs with.
pub(crate) struct TenantKeys {
    http: Client,
    discovery: Arc<Discovery>,
    clock: Clock,
    known: RwLock<Option<Known>>,
    /// Held by the one who asks the tenant; the others wait and share the outcome.
    last: Mutex<Option<Asked>>,
}

#[derive(Clone)]
struct Known {
    keys: Arc<Jwks>,
    since: Timestamp,
}

/// The last request to the tenant.
struct Asked {
    outcome: Result<Arc<Jwks>, Unreachable>,
    not_again_before: Timestamp,
}

impl TenantKeys {
    pub(crate) fn new(http: Client, discovery: Arc<Discovery>, clock: Clock) -> Self {
        Self { http, discovery, clock, known: RwLock::default(), last: Mutex::default() }
    }

    /// The keys as we know them. Old ones go on being used while the tenant does not answer.
    pub(crate) async fn current(&self) -> Result<Arc<Jwks>, Unreachable> {
        let known = self.known.read().await.clone();
        match known {
            Some(Known { keys, since }) if since.seconds_until(self.clock.now()) < MAX_AGE => {
                Ok(keys)
            }
            Some(Known { keys, .. }) => Ok(self.newer_than(Some(&keys)).await.unwrap_or(keys)),
            None => self.newer_than(None).await,
        }
    }

    /// The keys after `old`, in which a key was not found; `old` again when the tenant was asked only just now.
    pub(crate) async fn newer_than(
        &self,
        old: Option<&Arc<Jwks>>,
    ) -> Result<Arc<Jwks>, Unreachable> {
        let mut last = self.last.lock().await;
        if let Some(last) = &*last {
            let newer = |keys| old.is_none_or(|old| !Arc::ptr_eq(old, keys));
            let came_while_we_waited = last.outcome.as_ref().is_ok_and(newer);
            if came_while_we_waited || self.clock.now() < last.not_again_before {
                return last.outcome.clone();
            }
        }

        let outcome = self.fetch().await;
        let now = self.clock.now();
        let pause = match (&outcome, &*last) {
            (Err(_), _) => PAUSE_AFTER_FAILURE,
            // A key that is new right after our start is found at once.
            (Ok(_), None) => 0,
            (Ok(_), Some(_)) => PAUSE,
        };
        match &outcome {
            Ok(keys) => {
                let keys = keys.clone();
                *self.known.write().await = Some(Known { keys, since: now });
            }
            Err(error) => tracing::warn!(%error, "the tenant's keys could not be fetched"),
        }
        *last = Some(Asked { outcome: outcome.clone(), not_again_before: now.plus(pause) });
        outcome
    }

    async fn fetch(&self) -> Result<Arc<Jwks>, Unreachable> {
        let metadata = self.discovery.metadata().await?;
        outgoing::document(self.http.get(&metadata.jwks_uri)).await.map(Arc::new)
    }
}
