//! Which access tokens are bound to a key, which are not, and which are not issued at all (discovery-and-tokens.md §7,
//! issue matrix).

use wire::claims::Confirmation;

use crate::store::clients::Client;
use crate::store::resource_servers::{Mechanism, ResourceServer};

/// How a token for `api`, or for `/userinfo` alone, is bound when the client proved to hold the key in `proven`.
///
/// An API that says nothing about proofs gets bearer tokens, even beside one; so does one that wants certificates,
/// which are not served here.
pub(crate) fn confirmation(
    client: &Client,
    api: Option<&ResourceServer>,
    proven: Option<Confirmation>,
) -> Result<Option<Confirmation>, ProofRequired> {
    let policy = api.map(|api| api.proof_of_possession);
    let takes_proofs = match policy {
        None => true,
        Some(policy) => policy.is_some_and(|policy| policy.mechanism == Mechanism::Dpop),
    };
    let required = client.requires_proof_of_possession()
        || policy.flatten().is_some_and(|policy| policy.is_required_of(client));
    match proven.filter(|_| takes_proofs) {
        None if required => Err(ProofRequired),
        cnf => Ok(cnf),
    }
}

/// The client or the API wants tokens that are bound to a key, and this one would not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The access token must be sender-constrained, and the request has no proof of possession for it"
)]
pub(crate) struct ProofRequired;
