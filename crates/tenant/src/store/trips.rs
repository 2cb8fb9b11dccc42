//! Browsers that are at a provider, to come back by `/login/callback`.

use wire::ids::ConnectionName;
use wire::pkce::CodeVerifier;
use wire::secret::Secret;

use crate::store::auth_sessions::AuthSession;
use crate::store::expiring::Expiring;

/// A way to a provider and back.
#[derive(Clone)]
pub(crate) struct Trip {
    pub(crate) errand: Errand,
    pub(crate) connection: ConnectionName,
    pub(crate) code_verifier: CodeVerifier,
}

/// What the browser is sent out for.
#[derive(Clone)]
pub(crate) enum Errand {
    /// To log in.
    Login {
        /// The `state` of the transaction that the login is for.
        transaction: String,
    },
    /// To connect an account.
    Connect {
        auth_session: Box<AuthSession>,
        /// The value of the browser's own cookie: the answer is taken from the browser that asked, and no other.
        browser: Secret,
    },
}

/// All of them, by the `state` that the provider gets.
pub(crate) type Trips = Expiring<Trip>;
