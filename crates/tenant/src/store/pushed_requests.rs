//! Authorization requests that clients pushed ahead of the browser (RFC 9126).

use wire::ids::ClientId;
use wire::parameters::Parameters;

use crate::store::expiring::Expiring;

/// Seconds until a request that no browser came for is forgotten, where its client says nothing else (AZ-6/4).
pub(crate) const LIFETIME: u64 = 30;

/// How many wait at once: each may hold ten kilobytes.
pub(crate) const AT_MOST: usize = 10_000;

/// A request, and whose it is. It was found in order when it came, and is checked again when it is used.
#[derive(Clone)]
pub(crate) struct PushedRequest {
    pub(crate) client_id: ClientId,
    pub(crate) parameters: Parameters,
}

/// All requests that wait.
pub(crate) type PushedRequests = Expiring<PushedRequest>;
