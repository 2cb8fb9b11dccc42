//! What people have allowed, so that they are asked once.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Mutex;
use wire::ids::ClientId;
use wire::scope::ScopeSet;

use super::grants::Grant;
use crate::dialect::Dialect;
use crate::people::PersonId;

/// Who allowed whom, where.
type Key = (PersonId, ClientId, Dialect);

/// The collection.
#[derive(Clone, Default)]
pub(crate) struct Consents(Arc<Mutex<HashMap<Key, ScopeSet>>>);

impl Consents {
    /// Whether the person has allowed the client all of it before.
    pub(crate) async fn cover(&self, grant: &Grant) -> bool {
        let consents = self.0.lock().await;
        consents.get(&key(grant)).is_some_and(|allowed| allowed.contains_all(&grant.scope))
    }

    /// The grant, with all that the person has allowed the client before.
    pub(crate) async fn joined(&self, grant: Grant) -> Grant {
        let consents = self.0.lock().await;
        let allowed = consents.get(&key(&grant)).into_iter().flat_map(ScopeSet::iter);
        let scope = grant.scope.iter().chain(allowed).collect();
        Grant { scope, ..grant }
    }

    /// Adds what was just allowed.
    pub(crate) async fn remember(&self, grant: &Grant) {
        let mut consents = self.0.lock().await;
        let allowed = consents.entry(key(grant)).or_default();
        *allowed = allowed.iter().chain(grant.scope.iter()).collect();
    }

    /// The person will be asked again.
    pub(crate) async fn forget(&self, grant: &Grant) {
        self.0.lock().await.remove(&key(grant));
    }
}

fn key(grant: &Grant) -> Key {
    (grant.person.clone(), grant.client.clone(), grant.dialect)
}
