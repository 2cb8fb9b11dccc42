//! Which client may have which scopes of which API (management-api.md §6).

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use wire::ids::{Audience, ClientId};
use wire::scope::ScopeSet;

use crate::store::clients::{Client, OrganizationUsage};
use crate::store::resource_servers::ResourceServer;

/// A client grant. It is for one client, or for all of a kind that have none of their own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ClientGrant {
    pub(crate) id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client_id: Option<ClientId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) default_for: Option<DefaultFor>,
    pub(crate) audience: Audience,
    #[serde(default)]
    pub(crate) scope: Vec<String>,
    #[serde(default)]
    pub(crate) subject_type: SubjectType,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) allow_all_scopes: bool,
    /// Whether the client's own tokens are for an organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) organization_usage: Option<OrganizationUsage>,
    /// Whether it may be any one. Without, it may be none: nothing says which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) allow_any_organization: Option<bool>,
    /// Kept and shown; requests with `authorization_details` are not served here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) authorization_details_types: Vec<String>,
    /// Whether the tenant needs it itself, so that nobody changes it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_system: bool,
}

/// Clients that a grant is for without naming them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DefaultFor {
    ThirdPartyClients,
}

/// On whose behalf tokens of the grant speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SubjectType {
    /// The client's own.
    #[default]
    Client,
    /// A person's.
    User,
    /// Nobody's who is known. No token is issued so here.
    AnonymousUser,
}

impl ClientGrant {
    /// The scopes of `api` that the grant gives; the API may have lost some since.
    pub(crate) fn scopes(&self, api: &ResourceServer) -> ScopeSet {
        if self.allow_all_scopes {
            api.all_scopes()
        } else {
            self.scope.iter().map(String::as_str).filter(|scope| api.defines(scope)).collect()
        }
    }
}

/// All client grants of the tenant.
#[derive(Clone, Default)]
pub(crate) struct ClientGrants(Arc<Mutex<Vec<ClientGrant>>>);

/// The client has a grant of that kind for that API already.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GrantExists;

impl ClientGrants {
    /// The client's grant for that API, or else the one for clients of its kind.
    pub(crate) async fn find(
        &self,
        client: &Client,
        audience: &Audience,
        subject_type: SubjectType,
    ) -> Option<ClientGrant> {
        let grants = self.0.lock().await;
        let of_kind: Vec<&ClientGrant> = grants
            .iter()
            .filter(|grant| grant.audience == *audience && grant.subject_type == subject_type)
            .collect();
        let own = of_kind.iter().find(|grant| grant.client_id.as_ref() == Some(&client.client_id));
        let default = || {
            let is_default = |grant: &&&ClientGrant| grant.default_for.is_some();
            of_kind.iter().find(is_default).filter(|_| !client.is_first_party)
        };
        own.or_else(default).map(|grant| (*grant).clone())
    }

    pub(crate) async fn find_by_id(&self, id: &str) -> Option<ClientGrant> {
        self.0.lock().await.iter().find(|grant| grant.id == id).cloned()
    }

    pub(crate) async fn all(&self) -> Vec<ClientGrant> {
        self.0.lock().await.clone()
    }

    pub(crate) async fn insert(&self, grant: ClientGrant) -> Result<(), GrantExists> {
        let mut grants = self.0.lock().await;
        if grants.iter().any(|other| is_for_the_same(other, &grant)) {
            return Err(GrantExists);
        }
        grants.push(grant);
        Ok(())
    }

    /// Changes a grant in one step; `None` when there is none, `Err` when `change` refuses.
    pub(crate) async fn update<E>(
        &self,
        id: &str,
        change: impl FnOnce(&ClientGrant) -> Result<ClientGrant, E>,
    ) -> Option<Result<ClientGrant, E>> {
        let mut grants = self.0.lock().await;
        let grant = grants.iter_mut().find(|grant| grant.id == id)?;
        Some(change(grant).inspect(|changed| *grant = changed.clone()))
    }

    /// Takes a grant out; there need not be one.
    pub(crate) async fn remove(&self, id: &str) {
        self.0.lock().await.retain(|grant| grant.id != id);
    }

    /// Takes out what a client had that is no more.
    pub(crate) async fn remove_of_client(&self, client_id: &ClientId) {
        self.0.lock().await.retain(|grant| grant.client_id.as_ref() != Some(client_id));
    }

    /// Takes out what there was for an API that is no more.
    pub(crate) async fn remove_for_api(&self, audience: &Audience) {
        self.0.lock().await.retain(|grant| grant.audience != *audience);
    }
}

/// Of grants for the same there is one.
fn is_for_the_same(one: &ClientGrant, other: &ClientGrant) -> bool {
    let of = |grant: &ClientGrant| {
        let ClientGrant { client_id, default_for, audience, subject_type, .. } = grant.clone();
        (client_id, default_for, audience, subject_type)
    };
    of(one) == of(other)
}
