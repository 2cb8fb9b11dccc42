//! What people have allowed clients, so that they are asked once (authorize.md §4).

use std::collections::HashMap;
use std::sync::Arc;

use service::random;
use tokio::sync::Mutex;
use wire::ids::{Audience, ClientId, UserId};
use wire::scope::ScopeSet;

/// Between whom, and for which API; `None` is `/userinfo` alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Parties {
    pub(crate) user_id: UserId,
    pub(crate) client_id: ClientId,
    pub(crate) audience: Option<Audience>,
}

/// What a person has allowed.
#[derive(Clone, Debug)]
pub(crate) struct Consent {
    /// By which an administrator names it.
    pub(crate) id: String,
    pub(crate) scope: ScopeSet,
}

/// All consents. There is one at most for each person, client and API, and none without an answer of the person.
#[derive(Clone, Default)]
pub(crate) struct Consents(Arc<Mutex<HashMap<Parties, Consent>>>);

impl Consents {
    /// Whether the person has allowed the client all of these scopes; nobody has who was never asked.
    pub(crate) async fn cover(&self, parties: &Parties, scope: &ScopeSet) -> bool {
        let consents = self.0.lock().await;
        consents.get(parties).is_some_and(|consent| consent.scope.contains_all(scope))
    }

    /// Adds to what the person has allowed before.
    pub(crate) async fn remember(&self, parties: Parties, scope: &ScopeSet) {
        let mut consents = self.0.lock().await;
        let new = || Consent { id: random::hexadecimal(24), scope: ScopeSet::default() };
        let consent = consents.entry(parties).or_insert_with(new);
        consent.scope = consent.scope.iter().chain(scope.iter()).collect();
    }

    /// All of them, in no order.
    pub(crate) async fn all(&self) -> Vec<(Parties, Consent)> {
        let consents = self.0.lock().await;
        consents.iter().map(|(parties, consent)| (parties.clone(), consent.clone())).collect()
    }

    /// Forgets the consents that satisfy `goes`, and says between whom they were.
    pub(crate) async fn remove_where(
        &self,
        goes: impl Fn(&Parties, &Consent) -> bool,
    ) -> Vec<Parties> {
        let mut consents = self.0.lock().await;
        let gone = consents.extract_if(|parties, consent| goes(parties, consent));
        gone.map(|(parties, _)| parties).collect()
    }

    /// Forgets what the person has allowed the client.
    pub(crate) async fn remove(&self, parties: &Parties) {
        self.0.lock().await.remove(parties);
    }

    /// Forgets what a person has allowed who is no more.
    pub(crate) async fn remove_of_user(&self, user_id: &UserId) {
        self.0.lock().await.retain(|parties, _| parties.user_id != *user_id);
    }

    /// Forgets what anybody has allowed a client that is no more.
    pub(crate) async fn remove_of_client(&self, client_id: &ClientId) {
        self.0.lock().await.retain(|parties, _| parties.client_id != *client_id);
    }

    /// Forgets what anybody has allowed for an API that is no more: another of the same name would get it.
    pub(crate) async fn remove_of_api(&self, audience: &Audience) {
        self.0.lock().await.retain(|parties, _| parties.audience.as_ref() != Some(audience));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parties(client: &str, api: &str) -> Parties {
        Parties {
            user_id: "auth0|ada".into(),
            client_id: client.into(),
            audience: Some(api.into()),
        }
    }

    #[tokio::test]
    async fn a_consent_is_for_one_client_and_one_api_and_grows() {
        let consents = Consents::default();
        let calendar = parties("spa", "calendar");
        let read = ScopeSet::from("openid read");
        assert!(!consents.cover(&calendar, &ScopeSet::default()).await);
        consents.remember(calendar.clone(), &read).await;

        assert!(consents.cover(&calendar, &read).await);
        assert!(consents.cover(&calendar, &"read".into()).await);
        assert!(!consents.cover(&calendar, &"read write".into()).await);
        assert!(!consents.cover(&parties("spa", "reports"), &read).await);
        assert!(!consents.cover(&parties("other", "calendar"), &read).await);

        consents.remember(calendar.clone(), &"write".into()).await;
        assert!(consents.cover(&calendar, &"read write openid".into()).await);
    }

    #[tokio::test]
    async fn a_consent_goes_with_its_client_or_its_api() {
        let consents = Consents::default();
        let scope = ScopeSet::from("read");
        for (client, api) in [("spa", "calendar"), ("spa", "reports"), ("other", "reports")] {
            consents.remember(parties(client, api), &scope).await;
        }

        consents.remove_of_client(&"other".into()).await;
        consents.remove_of_api(&"calendar".into()).await;

        assert!(!consents.cover(&parties("other", "reports"), &scope).await);
        assert!(!consents.cover(&parties("spa", "calendar"), &scope).await);
        assert!(consents.cover(&parties("spa", "reports"), &scope).await);
    }
}
