//! Organizations: who may log in to an application as one of them (authorize.md §1, AZ-1/17).

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use wire::ids::{ConnectionName, UserId};

/// What the identifiers of organizations begin with, and no name does.
pub(crate) const ID_PREFIX: &str = "org_";

/// An organization.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Organization {
    pub(crate) id: String,
    /// Lower case, and no two organizations have the same.
    pub(crate) name: String,
    /// As people see it.
    #[serde(default)]
    pub(crate) display_name: Option<String>,
    #[serde(default)]
    pub(crate) connections: Vec<OrganizationConnection>,
    #[serde(default)]
    pub(crate) members: Vec<UserId>,
}

/// A connection that people of the organization log in with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OrganizationConnection {
    pub(crate) name: ConnectionName,
    /// Whether who logs in with it is a member from then on.
    #[serde(default)]
    pub(crate) assign_membership_on_login: bool,
    /// Whether the login page offers it; it can be asked for by `connection` all the same.
    #[serde(default = "yes")]
    pub(crate) show_as_button: bool,
    /// Whether people can sign up for the organization with it.
    #[serde(default)]
    pub(crate) is_signup_enabled: bool,
}

const fn yes() -> bool {
    true
}

impl Organization {
    /// How people know it.
    pub(crate) fn title(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.name)
    }

    pub(crate) fn connection(&self, name: &ConnectionName) -> Option<&OrganizationConnection> {
        self.connections.iter().find(|connection| connection.name == *name)
    }

    pub(crate) fn has_member(&self, user_id: &UserId) -> bool {
        self.members.contains(user_id)
    }
}

/// All organizations of the tenant, in the order of their creation.
#[derive(Clone, Default)]
pub(crate) struct Organizations(Arc<Mutex<Vec<Organization>>>);

/// Another organization has that identifier or that name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OrganizationExists;

impl Organizations {
    pub(crate) async fn all(&self) -> Vec<Organization> {
        self.0.lock().await.clone()
    }

    pub(crate) async fn find(&self, id: &str) -> Option<Organization> {
        self.0.lock().await.iter().find(|organization| organization.id == id).cloned()
    }

    /// The organization of that name, whatever its case.
    pub(crate) async fn find_by_name(&self, name: &str) -> Option<Organization> {
        let organizations = self.0.lock().await;
        let is_meant = |organization: &&Organization| organization.name.eq_ignore_ascii_case(name);
        organizations.iter().find(is_meant).cloned()
    }

    /// The organizations that somebody is a member of.
    pub(crate) async fn of_member(&self, user_id: &UserId) -> Vec<Organization> {
        let organizations = self.0.lock().await;
        let is_own = |organization: &&Organization| organization.has_member(user_id);
        organizations.iter().filter(is_own).cloned().collect()
    }

    pub(crate) async fn insert(
        &self,
        organization: Organization,
    ) -> Result<(), OrganizationExists> {
        let mut organizations = self.0.lock().await;
        let is_same = |other: &Organization| {
            other.id == organization.id || other.name.eq_ignore_ascii_case(&organization.name)
        };
        if organizations.iter().any(is_same) {
            return Err(OrganizationExists);
        }
        organizations.push(organization);
        Ok(())
    }

    /// Takes a connection that is no more out of every organization.
    pub(crate) async fn remove_connection(&self, name: &ConnectionName) {
        for organization in self.0.lock().await.iter_mut() {
            organization.connections.retain(|connection| connection.name != *name);
        }
    }

    /// Takes somebody who is no more out of every organization.
    pub(crate) async fn remove_member(&self, user_id: &UserId) {
        for organization in self.0.lock().await.iter_mut() {
            organization.members.retain(|member| member != user_id);
        }
    }

    /// Makes somebody a member, once.
    pub(crate) async fn add_member(&self, id: &str, user_id: &UserId) {
        let mut organizations = self.0.lock().await;
        let found = organizations.iter_mut().find(|organization| organization.id == id);
        if let Some(organization) = found.filter(|organization| !organization.has_member(user_id)) {
            organization.members.push(user_id.clone());
        }
    }
}
