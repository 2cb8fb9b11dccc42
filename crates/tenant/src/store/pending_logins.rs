//! Authorization requests that wait for someone to log in.

use crate::authorize::AcceptedRequest;
use crate::store::expiring::Expiring;

/// Seconds that a login page stays good for.
pub(crate) const LIFETIME: u64 = 3600;

/// How many wait at once. Everybody may make one, and each may hold some kilobytes of `state`.
pub(crate) const AT_MOST: usize = 10_000;

/// A request that was found in order, and the browser that it came from.
#[derive(Clone)]
pub(crate) struct PendingLogin {
    pub(crate) request: AcceptedRequest,
    /// The value of the browser's own cookie: a login page that was opened in one browser is of no use in another
    /// (login CSRF, RFC 6749 §10.12).
    pub(crate) browser: String,
}

/// All requests that wait.
pub(crate) type PendingLogins = Expiring<PendingLogin>;
