//! Nonces for proofs ([RFC 9449 §8](https://www.rfc-editor.org/rfc/rfc9449#section-8)): nothing is kept of them, so
//! that nobody can make the tenant remember much.

use std::sync::Arc;

use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use service::random;
use wire::timestamp::Timestamp;

/// Seconds that a nonce is good for. A new one comes with every answer to a request with a proof.
pub(crate) const LIFETIME: u64 = 300;

/// Makes nonces and knows them again: each is the time when it was made, and a code that nobody else can make.
#[derive(Clone)]
pub(super) struct Nonces(Arc<Key>);

impl Nonces {
    /// Nonces of this run of the tenant: those of an earlier one are worth nothing.
    pub(super) fn new() -> Self {
        Self(Arc::new(Key::new(HMAC_SHA256, &random::bytes::<32>())))
    }

    pub(super) fn make(&self, now: Timestamp) -> String {
        let made_at = now.seconds().to_be_bytes();
        let code = hmac::sign(&self.0, &made_at);
        URL_SAFE_NO_PAD.encode([&made_at, code.as_ref()].concat())
    }

    pub(super) fn is_good(&self, nonce: &str, now: Timestamp) -> bool {
        self.made_at(nonce).is_some_and(|made_at| made_at <= now && now < made_at.plus(LIFETIME))
    }

    /// When we made it; `None` when we did not. The code is compared in constant time.
    fn made_at(&self, nonce: &str) -> Option<Timestamp> {
        let bytes = URL_SAFE_NO_PAD.decode(nonce).ok()?;
        let (made_at, code) = bytes.split_first_chunk()?;
        hmac::verify(&self.0, made_at, code).ok()?;
        Some(Timestamp::from_epoch(u64::from_be_bytes(*made_at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_epoch(1_790_000_000);

    /// SC-6/5.
    #[test]
    fn a_nonce_is_good_for_five_minutes() {
        let nonces = Nonces::new();
        let nonce = nonces.make(NOW);
        assert!(nonces.is_good(&nonce, NOW));
        assert!(nonces.is_good(&nonce, NOW.plus(LIFETIME - 1)));
        assert!(!nonces.is_good(&nonce, NOW.plus(LIFETIME)));
        assert_ne!(nonces.make(NOW.plus(1)), nonce);
    }

    #[test]
    fn nobody_else_can_make_one() {
        let nonces = Nonces::new();
        let foreign = Nonces::new().make(NOW);
        let nonce = nonces.make(NOW);
        let bytes = URL_SAFE_NO_PAD.decode(&nonce).unwrap();
        let later = NOW.plus(1).seconds().to_be_bytes();
        let prolonged = URL_SAFE_NO_PAD.encode([&later, &bytes[8..]].concat());
        let without_code = URL_SAFE_NO_PAD.encode(&bytes[..8]);
        let cut = URL_SAFE_NO_PAD.encode(&bytes[..39]);
        for forged in [&foreign, &prolonged, &without_code, &cut, "", "AQAB", "!"] {
            assert!(!nonces.is_good(forged, NOW), "{forged}");
        }
    }
}
