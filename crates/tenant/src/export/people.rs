//! People as an import takes them, with what they may do and have connected.

use serde_json::{Value, json};

use super::Secrets;
use super::objects::{Objects, known};
use crate::import::{CONNECTED_ACCOUNTS, PASSWORD_HASH, PERMISSIONS, ROLES};
use crate::management::error::ManagementError;
use crate::management::payload::Object;
use crate::management::users;
use crate::store::connections::DATABASE;
use crate::store::users::User;

/// Whether the person can come from a file: who comes by a provider comes from there again.
pub(super) fn is_exported(user: &User) -> bool {
    user.user_id.as_str().split_once('|').is_some_and(|(provider, _)| provider == DATABASE)
}

impl Objects<'_> {
    pub(super) async fn people(&self) -> Result<Value, ManagementError> {
        let mut all = Vec::new();
        for user in self.tenant.users.all().await.iter().filter(|user| is_exported(user)) {
            all.push(self.person(user).await);
        }
        Ok(all.into())
    }

    async fn person(&self, user: &User) -> Object {
        let Value::Object(profile) = user.profile() else { return Object::new() };
        let mut object = known(profile, users::PROPERTIES);
        let id = user.user_id.as_str().split_once('|').map_or("", |(_, id)| id);
        object.insert("user_id".to_owned(), id.into());
        object.insert("connection".to_owned(), user.connection.as_str().into());
        object.insert("blocked".to_owned(), user.blocked.into());
        let roles = self.tenant.roles.all().await;
        let roles = roles.into_iter().filter(|role| role.members.contains(&user.user_id));
        let roles: Vec<String> = roles.map(|role| role.name).collect();
        object.insert(ROLES.to_owned(), roles.into());
        let permissions = self.tenant.permissions.all_of(&user.user_id).await;
        object.insert(PERMISSIONS.to_owned(), json!(permissions));
        if self.secrets == Secrets::Told {
            let hash = user.password.as_ref().map(ToString::to_string);
            object.insert(PASSWORD_HASH.to_owned(), hash.into());
            object.insert(CONNECTED_ACCOUNTS.to_owned(), self.accounts(user).await.into());
        }
        object.retain(|_, value| !is_nothing(value));
        object
    }

    async fn accounts(&self, user: &User) -> Vec<Value> {
        let mut all = Vec::new();
        for account in self.tenant.vault.of_user(&user.user_id).await {
            let tokens = account.tokens().await;
            let mut object = json!({
                "connection": account.connection,
                "user_id": account.provider_user_id,
                "scopes": tokens.scope.iter().collect::<Vec<_>>(),
            });
            if let Some(email) = &account.provider_email {
                object["email"] = email.as_str().into();
            }
            if let Some(token) = &tokens.refresh_token {
                object["refresh_token"] = token.expose().into();
            }
            all.push(object);
        }
        all
    }
}

/// What need not be said.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    }
}
