//! What people may do at APIs: their permissions, assigned one by one or with a role (discovery-and-tokens.md §3, RBAC).

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
    /// What the person may do at the API, whatever a client asks for.
    pub(crate) async fn of(&self, user: &UserId, api: &Audience) -> Vec<String> {
        let permissions = self.0.lock().await;
        let own = permissions.get(user).into_iter().flatten();
        own.filter(|permission| permission.resource_server_identifier == *api)
            .map(|permission| permission.permission_name.clone())
            .collect()
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
