//! Browsers that are at a provider, to come back by `/login/callback`.

use wire::ids::ConnectionName;
use wire::pkce::CodeVerifier;

use crate::store::expiring::Expiring;

/// A way to a provider and back.
#[derive(Clone)]
pub(crate) struct Trip {
    /// The `state` of the transaction that the login is for.
    pub(crate) transaction: String,
    pub(crate) connection: ConnectionName,
    pub(crate) code_verifier: CodeVerifier,
}

/// All of them, by the `state` that the provider gets.
pub(crate) type Trips = Expiring<Trip>;
