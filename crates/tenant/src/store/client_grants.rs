//! Which client may have which scopes of which API (management-api.md §6).

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use wire::ids::{Audience, ClientId};
use wire::scope::ScopeSet;

use crate::store::clients::OrganizationUsage;
use crate::store::resource_servers::ResourceServer;

/// A client grant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ClientGrant {
    pub(crate) id: String,
    pub(crate) client_id: ClientId,
    pub(crate) audience: Audience,
    #[serde(default)]
    pub(crate) scope: Vec<String>,
    #[serde(default)]
    pub(crate) subject_type: SubjectType,
    #[serde(default)]
    pub(crate) allow_all_scopes: bool,
    /// Whether the client's own tokens are for an organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) organization_usage: Option<OrganizationUsage>,
    /// Whether it may be any one. Without, it may be none: nothing says which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) allow_any_organization: Option<bool>,
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
}

impl ClientGrant {
    /// The scopes of `api` that the grant gives.
    pub(crate) fn scopes(&self, api: &ResourceServer) -> ScopeSet {
        if self.allow_all_scopes {
            api.all_scopes()
        } else {
            self.scope.iter().map(String::as_str).collect()
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
    pub(crate) async fn find(
        &self,
        client_id: &ClientId,
        audience: &Audience,
        subject_type: SubjectType,
    ) -> Option<ClientGrant> {
        let same = |grant: &&ClientGrant| is_for(grant, client_id, audience, subject_type);
        self.0.lock().await.iter().find(same).cloned()
    }

    pub(crate) async fn insert(&self, grant: ClientGrant) -> Result<(), GrantExists> {
        let mut grants = self.0.lock().await;
        let ClientGrant { client_id, audience, subject_type, .. } = &grant;
        if grants.iter().any(|other| is_for(other, client_id, audience, *subject_type)) {
            return Err(GrantExists);
        }
        grants.push(grant);
        Ok(())
    }

    /// Takes out what a client had that is no more.
    pub(crate) async fn remove_of_client(&self, client_id: &ClientId) {
        self.0.lock().await.retain(|grant| grant.client_id != *client_id);
    }

    /// Takes out what there was for an API that is no more.
    pub(crate) async fn remove_for_api(&self, audience: &Audience) {
        self.0.lock().await.retain(|grant| grant.audience != *audience);
    }
}

fn is_for(
    grant: &ClientGrant,
    client_id: &ClientId,
    audience: &Audience,
    subject_type: SubjectType,
) -> bool {
    grant.client_id == *client_id
        && grant.audience == *audience
        && grant.subject_type == subject_type
}
