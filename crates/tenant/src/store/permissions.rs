//! What people may do at APIs by permissions of their own, beside those of their roles (discovery-and-tokens.md §3,
//! RBAC).

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use wire::ids::{Audience, UserId};

/// A permission, in Auth0's words: a scope of an API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Permission {
    pub(crate) resource_server_identifier: Audience,
    pub(crate) permission_name: String,
}

/// Everybody's permissions, in the order in which they were assigned.
#[derive(Clone, Default)]
pub(crate) struct Permissions(Arc<Mutex<HashMap<UserId, Vec<Permission>>>>);

impl Permissions {
    /// All that the person may do by themselves, whatever their roles give them.
    pub(crate) async fn all_of(&self, user: &UserId) -> Vec<Permission> {
        self.0.lock().await.get(user).cloned().unwrap_or_default()
    }

    /// Takes permissions away; the person need not have them.
    pub(crate) async fn withdraw(&self, user: &UserId, permissions: &[Permission]) {
        if let Some(own) = self.0.lock().await.get_mut(user) {
            own.retain(|permission| !permissions.contains(permission));
        }
    }

    /// Forgets what anybody could do at an API that is no more: another of the same name would get it.
    pub(crate) async fn remove_of_api(&self, api: &Audience) {
        for own in self.0.lock().await.values_mut() {
            own.retain(|permission| permission.resource_server_identifier != *api);
        }
    }

    /// Forgets what a person could do who is no more.
    pub(crate) async fn remove_of_user(&self, user: &UserId) {
        self.0.lock().await.remove(user);
    }

    /// Adds permissions; those that the person has already stay as they are.
    pub(crate) async fn assign(&self, user: &UserId, new: Vec<Permission>) {
        let mut permissions = self.0.lock().await;
        let own = permissions.entry(user.clone()).or_default();
        for permission in new {
            if !own.contains(&permission) {
                own.push(permission);
            }
        }
    }
}
