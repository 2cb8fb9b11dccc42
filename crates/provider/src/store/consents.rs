//! What people have allowed, so that they are asked once.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Mutex;
use wire::ids::ClientId;
use wire::scope::ScopeSet;

use super::grants::Grant;
use crate::people::PersonId;

/// The collection.
#[derive(Clone, Default)]
pub(crate) struct Consents(Arc<Mutex<HashMap<(PersonId, ClientId), ScopeSet>>>);

impl Consents {
    /// Whether the person has allowed the client all of it before.
    pub(crate) async fn cover(
        &self,
        person: &PersonId,
        client: &ClientId,
        scope: &ScopeSet,
    ) -> bool {
        let consents = self.0.lock().await;
        let allowed = consents.get(&(person.clone(), client.clone()));
        allowed.is_some_and(|allowed| allowed.contains_all(scope))
    }

    /// Adds what was just allowed.
    pub(crate) async fn remember(&self, grant: &Grant) {
        let mut consents = self.0.lock().await;
        let allowed = consents.entry((grant.person.clone(), grant.client.clone())).or_default();
        *allowed = allowed.iter().chain(grant.scope.iter()).collect();
    }

    /// The person will be asked again.
    pub(crate) async fn forget(&self, person: &PersonId, client: &ClientId) {
        self.0.lock().await.remove(&(person.clone(), client.clone()));
    }
}
