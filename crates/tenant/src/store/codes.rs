//! Authorization codes (RFC 6749 §4.1.2).

use wire::dpop::Thumbprint;
use wire::pkce::CodeChallenge;

use crate::authorization::Authorization;
use crate::store::expiring::Expiring;

/// Seconds until a code that nobody redeemed is worth nothing (authorize.md §2).
pub(crate) const LIFETIME: u64 = 60;

/// What a code stands for, and what it is bound to.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) authorization: Authorization,
    /// The URI that the code was sent to.
    pub(crate) redirect_uri: String,
    /// Whether the request named that URI: then the token request must name it too (RFC 6749 §4.1.3).
    pub(crate) redirect_uri_was_sent: bool,
    pub(crate) code_challenge: Option<CodeChallenge>,
    /// The key that whoever redeems it proves to hold (RFC 9449 §10).
    pub(crate) dpop_jkt: Option<Thumbprint>,
    pub(crate) nonce: Option<String>,
}

/// Codes that wait to be redeemed, once each.
pub(crate) type Codes = Expiring<Code>;
