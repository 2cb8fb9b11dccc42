//! Proofs that a client holds a key (RFC 9449; discovery-and-tokens.md §7): which of them the tenant takes, and what it
//! binds to their keys. The check itself is `service::dpop`, which the APIs share.

pub(crate) mod binding;
mod nonces;

use axum::http::{HeaderMap, HeaderValue, Method};
use service::dpop::{self, Expected, NonceRule, Proof, ProofError, Replays, TokenNotTaken};
use wire::dpop::Thumbprint;
use wire::timestamp::Timestamp;
use wire::token::PresentedToken;

use self::nonces::Nonces;
use crate::issuer::Issuer;
use crate::store::clients::Client;

/// The nonces that the tenant gave out, and the proofs that it took.
#[derive(Clone)]
pub(crate) struct Proofs {
    issuer: Issuer,
    nonces: Nonces,
    replays: Replays,
}

impl Proofs {
    pub(crate) fn new(issuer: Issuer) -> Self {
        Self { issuer, nonces: Nonces::new(), replays: Replays::default() }
    }

    /// Gives who sent a proof the nonce of the next one, whatever else the answer says (RFC 9449 §8.2, DT-7/7).
    pub(crate) fn offer_nonce(&self, request: &HeaderMap, answer: &mut HeaderMap, now: Timestamp) {
        if request.contains_key(dpop::PROOF)
            && let Ok(nonce) = HeaderValue::try_from(self.nonces.make(now))
        {
            answer.insert(dpop::NONCE, nonce);
        }
    }

    /// The proof that came with a client's `POST` to `path` below the issuer. A public client, whose proofs nothing
    /// else ties to this moment, must have a nonce of ours in it (DT-7/3, DT-7/4).
    ///
    /// It is yet to be taken by [`Self::take`], once the request is found to be good otherwise.
    pub(crate) fn of_client(
        &self,
        client: &Client,
        headers: &HeaderMap,
        path: &str,
        now: Timestamp,
    ) -> Result<Option<Proof>, ProofError> {
        let is_good = |nonce: &str| self.nonces.is_good(nonce, now);
        let nonce = if client.is_public() {
            NonceRule::Required(&is_good)
        } else {
            NonceRule::IfSent(&is_good)
        };
        let url = &self.issuer.at(path);
        dpop::check(
            headers,
            &Expected { method: &Method::POST, url, access_token: None, nonce, now },
        )
    }

    /// Takes a proof, once.
    pub(crate) async fn take(&self, proof: &Proof, now: Timestamp) -> Result<(), ProofError> {
        self.replays.take(proof, now).await
    }

    /// Takes a token, otherwise good, that came to an API of the tenant's own.
    pub(crate) async fn take_token(
        &self,
        presented: &PresentedToken,
        bound_to: Option<&Thumbprint>,
        request: &ApiRequest<'_>,
        now: Timestamp,
    ) -> Result<(), TokenNotTaken> {
        let ApiRequest { method, headers, path, needs_nonce } = *request;
        let is_good = |nonce: &str| self.nonces.is_good(nonce, now);
        let nonce =
            if needs_nonce { NonceRule::Required(&is_good) } else { NonceRule::IfSent(&is_good) };
        let url = &self.issuer.at(path);
        let expected = Expected { method, url, access_token: None, nonce, now };
        dpop::take_token(presented, bound_to, headers, &expected, &self.replays).await
    }
}

/// A request to an API of the tenant's own.
#[derive(Clone, Copy)]
pub(crate) struct ApiRequest<'a> {
    pub(crate) method: &'a Method,
    pub(crate) headers: &'a HeaderMap,
    /// Below the issuer, without a leading slash.
    pub(crate) path: &'a str,
    /// Whether a proof must have a nonce of ours in it (CA-4/14).
    pub(crate) needs_nonce: bool,
}
