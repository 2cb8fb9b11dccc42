//! The keys that tokens are signed with, and their public face, `/.well-known/jwks.json` (discovery-and-tokens.md §2).
//!
//! Keys are made in the background while the tenant answers already; who signs, or asks for the public keys, waits for
//! them. No lock is held while a token is signed: signers share the keys and run side by side.

mod jws;
mod signing_key;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use wire::discovery::{Jwk, Jwks};
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use self::jws::Header;
pub(crate) use self::jws::{SigningAlg, TokenType};
use self::signing_key::SigningKey;

/// Seconds after which a key that is out of use has nothing left to verify: the longest lifetime of a token (DT-3/16).
const LONGEST_LIFETIME: u64 = 2_592_000;

/// How many keys are kept that are out of use.
const MOST_PREVIOUS: usize = 16;

/// The tenant's keys. Clones share them.
#[derive(Clone)]
pub(crate) struct SigningKeys {
    /// `None` while they are being made.
    made: watch::Sender<Option<Result<Arc<KeyRing>, KeyError>>>,
    signatures: Arc<AtomicUsize>,
}

/// The key in use, the one that comes next, and those that were in use: all are published, so that a rotation finds the
/// new key known and leaves the old tokens good.
#[derive(Clone)]
struct KeyRing {
    current: InUse,
    next: Arc<SigningKey>,
    /// The newest first.
    previous: Vec<Previous>,
}

#[derive(Clone)]
struct InUse {
    key: Arc<SigningKey>,
    since: Timestamp,
}

#[derive(Clone)]
struct Previous {
    used: InUse,
    until: Timestamp,
}

/// How a token is signed.
#[derive(Clone)]
pub(crate) enum SigningMethod {
    /// With the tenant's current key.
    Rsa(SigningAlg),
    /// HS256 with a secret that the reader knows too.
    Shared(Secret),
}

/// A key as the Management API shows it.
pub(crate) struct KeyFacts {
    pub(crate) kid: String,
    /// PEM.
    pub(crate) certificate: String,
    pub(crate) fingerprint: String,
    pub(crate) place: KeyPlace,
}

/// Where in its life a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyPlace {
    Current { since: Timestamp },
    Next,
    Previous { since: Timestamp, until: Timestamp },
}

impl SigningKeys {
    /// No keys yet; [`SigningKeys::make`] makes them.
    pub(crate) fn unmade() -> Self {
        Self { made: watch::Sender::new(None), signatures: Arc::default() }
    }

    /// Makes the keys, with certificates for `domain`, on threads of their own, and returns at once.
    pub(crate) fn make(&self, domain: &str, now: Timestamp) {
        let (keys, domain) = (self.clone(), domain.to_owned());
        tokio::spawn(async move {
            let made = KeyRing::generate(&domain, now).await;
            if made.is_err() {
                tracing::error!("the signing keys could not be made: no token can be issued");
            }
            keys.made.send_replace(Some(made.map(Arc::new)));
        });
    }

    /// Signs claims as a JSON Web Token.
    pub(crate) async fn sign(
        &self,
        method: &SigningMethod,
        typ: TokenType,
        claims: &impl Serialize,
    ) -> Result<Secret, KeyError> {
        let ring = self.ring().await?;
        self.signatures.fetch_add(1, Ordering::Relaxed);
        match method {
            SigningMethod::Shared(secret) => {
                let header = Header { alg: SigningAlg::Hs256, typ, kid: None };
                let secret = secret.expose().as_bytes();
                jws::compact(&header, claims, |message| Ok(jws::hs256(secret, message)))
            }
            SigningMethod::Rsa(alg) => {
                let key = &ring.current.key;
                let header = Header { alg: *alg, typ, kid: Some(key.kid()) };
                let encoding = alg.rsa_encoding().ok_or(KeyError)?;
                jws::compact(&header, claims, |message| key.sign(encoding, message))
            }
        }
    }

    /// The public key with that id. While no key is made there is no token of ours, and nothing is found.
    pub(crate) fn find(&self, kid: &str) -> Option<Jwk> {
        let ring = self.made.borrow().as_ref()?.clone().ok()?;
        ring.keys().find(|key| key.kid() == kid).map(|key| key.public.clone())
    }

    /// What the tenant publishes.
    pub(crate) async fn jwks(&self) -> Result<Jwks, KeyError> {
        let ring = self.ring().await?;
        Ok(Jwks { keys: ring.keys().map(|key| key.public.clone()).collect() })
    }

    /// The current key's certificate, PEM, as clients show it among their `signing_keys`.
    pub(crate) async fn certificate(&self) -> Result<String, KeyError> {
        Ok(self.ring().await?.current.key.pem())
    }

    /// All keys, in the order in which they are published.
    pub(crate) async fn facts(&self) -> Result<Vec<KeyFacts>, KeyError> {
        Ok(self.ring().await?.facts())
    }

    /// Puts the next key to use and makes another one. The key that was in use goes on verifying what it signed.
    pub(crate) async fn rotate(&self, domain: &str, now: Timestamp) -> Result<(), KeyError> {
        self.ring().await?;
        let new = generate(domain).await?;
        self.made.send_modify(|made| {
            if let Some(Ok(ring)) = made {
                *ring = Arc::new(ring.rotated(new, now));
            }
        });
        Ok(())
    }

    /// Withdraws a key that is out of use: what it signed is worth nothing from now on. `false` when there is none.
    pub(crate) fn revoke(&self, kid: &str) -> bool {
        self.made.send_if_modified(|made| {
            let Some(Ok(ring)) = made else { return false };
            let is_meant = |previous: &Previous| previous.used.key.kid() == kid;
            let found = ring.previous.iter().any(is_meant);
            if found {
                Arc::make_mut(ring).previous.retain(|previous| !is_meant(previous));
            }
            found
        })
    }

    /// How many tokens were signed so far.
    pub(crate) fn signatures(&self) -> usize {
        self.signatures.load(Ordering::Relaxed)
    }

    /// The keys, as soon as they are made.
    async fn ring(&self) -> Result<Arc<KeyRing>, KeyError> {
        let mut made = self.made.subscribe();
        // The sender is ours: it does not go away while we wait.
        let made = made.wait_for(Option::is_some).await.map_err(|_| KeyError)?;
        made.clone().unwrap_or(Err(KeyError))
    }
}

impl KeyRing {
    async fn generate(domain: &str, now: Timestamp) -> Result<Self, KeyError> {
        let (current, next) = tokio::try_join!(generate(domain), generate(domain))?;
        Ok(Self { current: InUse { key: current, since: now }, next, previous: Vec::new() })
    }

    fn rotated(&self, new: Arc<SigningKey>, now: Timestamp) -> Self {
        let mut previous = vec![Previous { used: self.current.clone(), until: now }];
        let has_tokens = |key: &&Previous| now < key.until.plus(LONGEST_LIFETIME);
        previous.extend(self.previous.iter().filter(has_tokens).cloned());
        previous.truncate(MOST_PREVIOUS);
        Self { current: InUse { key: Arc::clone(&self.next), since: now }, next: new, previous }
    }

    fn keys(&self) -> impl Iterator<Item = &SigningKey> {
        let previous = self.previous.iter().map(|previous| &*previous.used.key);
        [&*self.current.key, &*self.next].into_iter().chain(previous)
    }

    fn facts(&self) -> Vec<KeyFacts> {
        let previous = self.previous.iter().map(|Previous { used, until }| KeyPlace::Previous {
            since: used.since,
            until: *until,
        });
        let places = [KeyPlace::Current { since: self.current.since }, KeyPlace::Next];
        let facts = |(key, place): (&SigningKey, KeyPlace)| KeyFacts {
            kid: key.kid().to_owned(),
            certificate: key.pem(),
            fingerprint: key.fingerprint(),
            place,
        };
        self.keys().zip(places.into_iter().chain(previous)).map(facts).collect()
    }
}

async fn generate(domain: &str) -> Result<Arc<SigningKey>, KeyError> {
    let domain = domain.to_owned();
    let made = spawn_blocking(move || SigningKey::generate(&domain)).await;
    made.map_err(|_| KeyError)?.map(Arc::new)
}

/// A key could not be made or used. The cause is left out: it may speak of the key.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a signing key could not be made or used")]
pub(crate) struct KeyError;
