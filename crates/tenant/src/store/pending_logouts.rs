//! Logouts that wait for the person to confirm them.

use crate::logout::Destination;
use crate::store::expiring::Expiring;

/// Seconds that the question stays good for.
pub(crate) const LIFETIME: u64 = 600;

/// How many wait at once: everybody who is logged in may begin one.
pub(crate) const AT_MOST: usize = 10_000;

/// What is done once the person says yes.
#[derive(Clone)]
pub(crate) struct PendingLogout {
    /// The session that the question was about: the answer of another browser ends nothing.
    pub(crate) session_id: String,
    /// Where the browser goes then.
    pub(crate) destination: Destination,
}

/// All logouts that wait.
pub(crate) type PendingLogouts = Expiring<PendingLogout>;
