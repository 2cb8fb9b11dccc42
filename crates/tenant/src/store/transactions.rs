//! Authorization requests that wait for a person to answer a page.

use crate::authorize::AcceptedRequest;
use crate::store::expiring::Expiring;

/// Seconds that a page stays good for.
pub(crate) const LIFETIME: u64 = 3600;

/// How many wait at once. Everybody may make one, and each may hold some kilobytes of `state`.
pub(crate) const AT_MOST: usize = 10_000;

/// A request that was found in order, what its person is asked, and where.
#[derive(Clone)]
pub(crate) struct Transaction {
    pub(crate) request: AcceptedRequest,
    pub(crate) question: Question,
    /// The `id` of the session in which that is asked, where somebody is logged in: nobody answers for somebody else.
    pub(crate) session_id: Option<String>,
    /// The value of the browser's own cookie: a page that was opened in one browser is of no use in another
    /// (login CSRF, RFC 6749 §10.12).
    pub(crate) browser: String,
}

/// What a person is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Who they are.
    Login,
    /// Which account it is to be.
    Account,
    /// Which organization.
    Organization,
    /// Whether the client may have what it asks for.
    Consent,
}

/// All requests that wait.
pub(crate) type Transactions = Expiring<Transaction>;
