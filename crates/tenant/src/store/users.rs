//! People (management-api.md §8).

use std::net::IpAddr;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;
use wire::ids::{ConnectionName, UserId};

use crate::store::connections::DATABASE;
use crate::store::password::PasswordHash;

/// A person with a profile.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) user_id: UserId,
    pub(crate) connection: ConnectionName,
    pub(crate) email: String,
    pub(crate) email_verified: bool,
    pub(crate) name: String,
    pub(crate) given_name: Option<String>,
    pub(crate) middle_name: Option<String>,
    pub(crate) family_name: Option<String>,
    pub(crate) phone_number: Option<String>,
    pub(crate) nickname: String,
    pub(crate) picture: String,
    /// ISO 8601, UTC.
    pub(crate) created_at: String,
    /// Likewise.
    pub(crate) updated_at: String,
    /// What the person may change.
    pub(crate) user_metadata: Map<String, Value>,
    /// What only the tenant may change.
    pub(crate) app_metadata: Map<String, Value>,
    pub(crate) blocked: bool,
    /// How often they logged in, when they last did, ISO 8601, and from where, if that is known.
    pub(crate) logins_count: u64,
    pub(crate) last_login: Option<String>,
    pub(crate) last_ip: Option<IpAddr>,
    /// `None` for those who prove who they are at a provider.
    pub(crate) password: Option<PasswordHash>,
    /// Whether the login page has a button that logs this person in without a password: people of the tenant file have
    /// one, nobody else ever.
    pub(crate) has_button: bool,
}

/// How a person is known in a connection.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Identity {
    provider: String,
    user_id: String,
    connection: ConnectionName,
    #[serde(rename = "isSocial")]
    is_social: bool,
}

impl User {
    pub(crate) fn identity(&self) -> Identity {
        let (provider, user_id) = self.user_id.as_str().split_once('|').unwrap_or_default();
        Identity {
            provider: provider.to_owned(),
            user_id: user_id.to_owned(),
            connection: self.connection.clone(),
            is_social: provider != DATABASE,
        }
    }

    /// Whether another logs in with the same email address in the same connection.
    fn is_called(&self, other: &Self) -> bool {
        self.connection == other.connection
            && !self.email.is_empty()
            && self.email.eq_ignore_ascii_case(&other.email)
    }

    /// That of their connection.
    pub(crate) fn strategy(&self) -> &str {
        self.user_id.as_str().split_once('|').map_or("", |(strategy, _)| strategy)
    }

    /// The profile as custom claims refer to it.
    pub(crate) fn profile(&self) -> Value {
        json!({
            "user_id": self.user_id,
            "email": self.email,
            "email_verified": self.email_verified,
            "name": self.name,
            "given_name": self.given_name,
            "middle_name": self.middle_name,
            "family_name": self.family_name,
            "nickname": self.nickname,
            "picture": self.picture,
            "phone_number": self.phone_number,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "user_metadata": self.user_metadata,
            "app_metadata": self.app_metadata,
        })
    }
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

    /// The first person with that email address, whatever its case: the same address may come from two connections.
    pub(crate) async fn find_by_email(&self, email: &str) -> Option<User> {
        let users = self.0.lock().await;
        users.iter().find(|user| user.email.eq_ignore_ascii_case(email)).cloned()
    }

    /// The person with that email address in one of the connections.
    pub(crate) async fn find_in(
        &self,
        connections: &[ConnectionName],
        email: &str,
    ) -> Option<User> {
        let users = self.0.lock().await;
        let is_meant = |user: &&User| {
            connections.contains(&user.connection) && user.email.eq_ignore_ascii_case(email)
        };
        users.iter().find(is_meant).cloned()
    }

    /// The people of a connection.
    pub(crate) async fn of_connection(&self, connection: &ConnectionName) -> Vec<UserId> {
        let users = self.0.lock().await;
        let own = users.iter().filter(|user| user.connection == *connection);
        own.map(|user| user.user_id.clone()).collect()
    }

    /// The people who have a button on the login page.
    pub(crate) async fn with_buttons(&self) -> Vec<User> {
        self.0.lock().await.iter().filter(|user| user.has_button).cloned().collect()
    }

    /// Gives a person a button on the login page.
    pub(crate) async fn give_button(&self, id: &UserId) {
        for user in self.0.lock().await.iter_mut().filter(|user| user.user_id == *id) {
            user.has_button = true;
        }
    }

    /// Gives a person the password of that hash, or none.
    pub(crate) async fn give_password(&self, id: &UserId, password: Option<PasswordHash>) {
        for user in self.0.lock().await.iter_mut().filter(|user| user.user_id == *id) {
            user.password.clone_from(&password);
        }
    }

    /// How many there are.
    pub(crate) async fn count(&self) -> usize {
        self.0.lock().await.len()
    }

    /// The person as they come from a provider: new, or known with whatever their profile says now. Whether they are
    /// blocked, and what the tenant has noted about them, is not the provider's to say.
    pub(crate) async fn sign_in(&self, user: User) -> User {
        let mut users = self.0.lock().await;
        if let Some(known) = users.iter_mut().find(|known| known.user_id == user.user_id) {
            let before = known.clone();
            *known = User {
                created_at: before.created_at,
                user_metadata: before.user_metadata,
                app_metadata: before.app_metadata,
                blocked: before.blocked,
                logins_count: before.logins_count,
                last_login: before.last_login,
                last_ip: before.last_ip,
                ..user
            };
            return known.clone();
        }
        users.push(user.clone());
        user
    }

    /// Counts a login, made at that moment (ISO 8601) from that address.
    pub(crate) async fn count_login(&self, id: &UserId, moment: String, ip: Option<IpAddr>) {
        if let Some(user) = self.0.lock().await.iter_mut().find(|user| user.user_id == *id) {
            user.logins_count += 1;
            user.updated_at.clone_from(&moment);
            user.last_login = Some(moment);
            user.last_ip = ip;
        }
    }

    /// Puts another state in the place of a person, in one step; `None` if there is no such person. Who has the email
    /// address of another of the connection is refused.
    pub(crate) async fn update<E: From<UserExists>>(
        &self,
        id: &UserId,
        change: impl FnOnce(&User) -> Result<User, E>,
    ) -> Option<Result<User, E>> {
        let mut users = self.0.lock().await;
        let index = users.iter().position(|user| user.user_id == *id)?;
        let changed = match change(&users[index]) {
            Ok(changed) => changed,
            Err(error) => return Some(Err(error)),
        };
        let mut others = users.iter().enumerate().filter(|(other, _)| *other != index);
        if others.any(|(_, other)| other.is_called(&changed)) {
            return Some(Err(UserExists.into()));
        }
        users[index] = changed.clone();
        Some(Ok(changed))
    }

    /// All of them, in the order of their creation.
    pub(crate) async fn all(&self) -> Vec<User> {
        self.0.lock().await.clone()
    }

    /// Takes a person out; there need not be one.
    pub(crate) async fn remove(&self, id: &UserId) {
        self.0.lock().await.retain(|user| user.user_id != *id);
    }

    pub(crate) async fn insert(&self, user: User) -> Result<(), UserExists> {
        let mut users = self.0.lock().await;
        let same = |other: &User| other.user_id == user.user_id || other.is_called(&user);
        if users.iter().any(same) {
            return Err(UserExists);
        }
        users.push(user);
        Ok(())
    }
}
