//! A client that proves to hold a key: for tests of servers that ask for it.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use wire::dpop::{
    ALGORITHM, PROOF_TYPE, ProofClaims, ProofHeader, ProofKey, Thumbprint, access_token_hash,
};
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use crate::random;

/// An ES256 key and the proofs that it makes.
#[derive(Debug)]
pub struct Prover {
    pair: EcdsaKeyPair,
    key: ProofKey,
}

impl Prover {
    /// A new key.
    ///
    /// # Panics
    ///
    /// When none can be made.
    #[must_use]
    pub fn generate() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let key = ProofKey::from_point(pair.public_key().as_ref()).expect("a point on P-256");
        Self { pair, key }
    }

    /// The public half.
    #[must_use]
    pub const fn key(&self) -> ProofKey {
        self.key
    }

    /// Its thumbprint.
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        self.key.thumbprint()
    }

    /// The header of an honest proof.
    #[must_use]
    pub fn header(&self) -> ProofHeader {
        ProofHeader {
            typ: PROOF_TYPE.to_owned(),
            alg: ALGORITHM.to_owned(),
            jwk: self.key.to_jwk(),
            crit: false,
        }
    }

    /// An honest proof.
    #[must_use]
    pub fn proof(&self, claims: &ProofClaims) -> String {
        self.sign(&self.header(), claims)
    }

    /// Signs whatever it is given.
    ///
    /// # Panics
    ///
    /// When it cannot be written as JSON.
    #[must_use]
    pub fn sign(&self, header: &impl Serialize, claims: &impl Serialize) -> String {
        let message = format!("{}.{}", encoded(header), encoded(claims));
        let signature =
            self.pair.sign(&SystemRandom::new(), message.as_bytes()).expect("a signature");
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn encoded(part: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(part).expect("JSON"))
}

/// The claims of a new proof for a request.
#[must_use]
pub fn claims(method: &str, url: &str, now: Timestamp) -> ProofClaims {
    ProofClaims {
        jti: random::identifier(32),
        htm: method.to_owned(),
        htu: url.to_owned(),
        iat: now,
        ath: None,
        nonce: None,
    }
}

/// The same for a request that presents an access token.
#[must_use]
pub fn claims_with_token(method: &str, url: &str, token: &Secret, now: Timestamp) -> ProofClaims {
    ProofClaims { ath: Some(access_token_hash(token)), ..claims(method, url, now) }
}
