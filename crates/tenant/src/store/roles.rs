//! Roles: permissions that go together, and who has them (discovery-and-tokens.md §3, RBAC).

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use wire::ids::{Audience, UserId};

use crate::store::permissions::Permission;

/// A role.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Role {
    /// `rol_…`.
    pub(crate) id: String,
    /// No two roles have the same.
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    #[serde(skip)]
    pub(crate) permissions: Vec<Permission>,
    /// Who has it, in the order in which they got it.
    #[serde(skip)]
    pub(crate) members: Vec<UserId>,
}

/// All roles, in the order of their creation.
#[derive(Clone, Default)]
pub(crate) struct Roles(Arc<Mutex<Vec<Role>>>);

/// Another role has that name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoleExists;

impl Roles {
    pub(crate) async fn all(&self) -> Vec<Role> {
        self.0.lock().await.clone()
    }

    pub(crate) async fn find(&self, id: &str) -> Option<Role> {
        self.0.lock().await.iter().find(|role| role.id == id).cloned()
    }

    pub(crate) async fn find_by_name(&self, name: &str) -> Option<Role> {
        self.0.lock().await.iter().find(|role| role.name == name).cloned()
    }

    pub(crate) async fn insert(&self, role: Role) -> Result<(), RoleExists> {
        let mut roles = self.0.lock().await;
        if roles.iter().any(|other| other.name == role.name) {
            return Err(RoleExists);
        }
        roles.push(role);
        Ok(())
    }

    /// Changes a role in one step, and says whether there is such a role. What makes its name that of another is
    /// refused.
    pub(crate) async fn change(
        &self,
        id: &str,
        change: impl FnOnce(&mut Role),
    ) -> Option<Result<Role, RoleExists>> {
        let mut roles = self.0.lock().await;
        let mut changed = roles.iter().find(|role| role.id == id)?.clone();
        change(&mut changed);
        let (own, others): (Vec<_>, Vec<_>) = roles.iter_mut().partition(|role| role.id == id);
        if others.iter().any(|other| other.name == changed.name) {
            return Some(Err(RoleExists));
        }
        for role in own {
            role.clone_from(&changed);
        }
        Some(Ok(changed))
    }

    /// Takes a role out, and says whether there was one.
    pub(crate) async fn remove(&self, id: &str) -> bool {
        let mut roles = self.0.lock().await;
        let before = roles.len();
        roles.retain(|role| role.id != id);
        roles.len() < before
    }

    /// The roles that somebody has.
    pub(crate) async fn of_user(&self, user: &UserId) -> Vec<Role> {
        let roles = self.0.lock().await;
        roles.iter().filter(|role| role.members.contains(user)).cloned().collect()
    }

    /// All that somebody may do by their roles.
    pub(crate) async fn permissions_of(&self, user: &UserId) -> Vec<Permission> {
        let roles = self.0.lock().await;
        let own = roles.iter().filter(|role| role.members.contains(user));
        own.flat_map(|role| role.permissions.iter().cloned()).collect()
    }

    /// Takes somebody who is no more out of every role.
    pub(crate) async fn remove_of_user(&self, user: &UserId) {
        for role in self.0.lock().await.iter_mut() {
            role.members.retain(|member| member != user);
        }
    }

    /// Takes out of every role what is of an API that is no more: another of the same name would give it.
    pub(crate) async fn remove_of_api(&self, api: &Audience) {
        for role in self.0.lock().await.iter_mut() {
            role.permissions.retain(|own| own.resource_server_identifier != *api);
        }
    }
}

impl Role {
    /// Adds permissions; those that it has already stay as they are.
    pub(crate) fn allow(&mut self, new: Vec<Permission>) {
        for permission in new {
            if !self.permissions.contains(&permission) {
                self.permissions.push(permission);
            }
        }
    }

    /// Gives it to people; those who have it already keep it.
    pub(crate) fn admit(&mut self, new: Vec<UserId>) {
        for user in new {
            if !self.members.contains(&user) {
                self.members.push(user);
            }
        }
    }
}
