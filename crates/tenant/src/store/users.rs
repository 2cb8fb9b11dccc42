//! People (management-api.md §8).

use std::sync::Arc;

use tokio::sync::Mutex;
use wire::ids::{ConnectionName, UserId};

use crate::store::password::PasswordHash;

/// A person with a profile and a password.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) user_id: UserId,
    pub(crate) connection: ConnectionName,
    pub(crate) email: String,
    pub(crate) email_verified: bool,
    pub(crate) name: String,
    pub(crate) nickname: String,
    pub(crate) picture: String,
    /// ISO 8601, UTC.
    pub(crate) updated_at: String,
    pub(crate) blocked: bool,
    pub(crate) password: PasswordHash,
}

/// All people of the tenant, in the order of their creation.
#[derive(Clone, Default)]
pub(crate) struct Users(Arc<Mutex<Vec<User>>>);

/// The connection has a person with that email address already (MG-8/2).
#[derive(Clone, Copy, Debug)]
pub(crate) struct UserExists;

impl Users {
    pub(crate) async fn find(&self, id: &UserId) -> Option<User> {
        self.0.lock().await.iter().find(|user| user.user_id == *id).cloned()
    }

    /// The person with that email address, whatever its case.
    pub(crate) async fn find_by_email(&self, email: &str) -> Option<User> {
        let users = self.0.lock().await;
        users.iter().find(|user| user.email.eq_ignore_ascii_case(email)).cloned()
    }

    pub(crate) async fn all(&self) -> Vec<User> {
        self.0.lock().await.clone()
    }

    /// Changes a person in one step, if there is one.
    pub(crate) async fn change(&self, id: &UserId, change: impl FnOnce(&mut User)) {
        if let Some(user) = self.0.lock().await.iter_mut().find(|user| user.user_id == *id) {
            change(user);
        }
    }

    /// Takes a person out; there need not be one.
    pub(crate) async fn remove(&self, id: &UserId) {
        self.0.lock().await.retain(|user| user.user_id != *id);
    }

    pub(crate) async fn insert(&self, user: User) -> Result<(), UserExists> {
        let mut users = self.0.lock().await;
        let same = |other: &User| {
            other.user_id == user.user_id
                || (other.connection == user.connection
                    && other.email.eq_ignore_ascii_case(&user.email))
        };
        if users.iter().any(same) {
            return Err(UserExists);
        }
        users.push(user);
        Ok(())
    }
}
