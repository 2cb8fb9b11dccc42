//! What a person allowed a client in one go. Codes and tokens hang on a grant: once it has ended they are all dead,
//! those that are just being issued too.

use std::collections::HashMap;
use std::sync::Arc;

use service::random;
use tokio::sync::Mutex;
use wire::ids::ClientId;
use wire::scope::ScopeSet;

use crate::dialect::Dialect;
use crate::people::PersonId;

/// Which grant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct GrantId(String);

/// Who allowed whom to do what.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) person: PersonId,
    pub(crate) client: ClientId,
    pub(crate) scope: ScopeSet,
    pub(crate) dialect: Dialect,
}

/// The collection.
#[derive(Clone, Default)]
pub(crate) struct Grants(Arc<Mutex<HashMap<GrantId, Grant>>>);

impl Grants {
    pub(crate) async fn open(&self, grant: Grant) -> GrantId {
        let id = GrantId(random::token());
        self.0.lock().await.insert(id.clone(), grant);
        id
    }

    /// The grant, as long as it has not ended.
    pub(crate) async fn find(&self, id: &GrantId) -> Option<Grant> {
        self.0.lock().await.get(id).cloned()
    }

    /// Ends everything that the person has allowed, and says what that was.
    pub(crate) async fn end_of(&self, person: &PersonId) -> Vec<Grant> {
        let mut grants = self.0.lock().await;
        grants.extract_if(|_, grant| grant.person == *person).map(|(_, grant)| grant).collect()
    }

    /// Ends the grant; `None` when it had ended before.
    pub(crate) async fn end(&self, id: &GrantId) -> Option<Grant> {
        self.0.lock().await.remove(id)
    }
}
