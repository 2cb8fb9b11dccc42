//! What the tenant is made of, as an import takes it.

use serde_json::{Value, json};

use super::Secrets;
use super::keys::pem;
use crate::management::payload::{self, Object, Property};
use crate::management::{
    client_grants, clients, connections, error::ManagementError, organizations, resource_servers,
    roles, tenant_settings, token_exchange_profiles,
};
use crate::store::clients::Client;
use crate::store::connections::DATABASE;
use crate::store::credentials::{Credential, CredentialId};
use crate::store::organizations::Organization;
use crate::store::token_exchange_profiles::{SubjectRule, TokenExchangeProfile};
use crate::tenant::State as Tenant;

/// Reads the stores.
pub(super) struct Objects<'a> {
    pub(super) tenant: &'a Tenant,
    pub(super) secrets: Secrets,
}

impl Objects<'_> {
    pub(super) fn settings(&self) -> Result<Value, ManagementError> {
        let settings = payload::object(&*self.tenant.settings())?;
        Ok(known(settings, tenant_settings::PROPERTIES).into())
    }

    /// Those of the tenant itself come with every tenant.
    pub(super) async fn resource_servers(&self) -> Result<Value, ManagementError> {
        let mut all = Vec::new();
        for api in self.tenant.resource_servers.all().await {
            if !api.is_system {
                let mut object = known(payload::object(&api)?, resource_servers::PROPERTIES);
                self.drop_secret(&mut object, "signing_secret");
                all.push(object);
            }
        }
        Ok(all.into())
    }

    pub(super) async fn clients(&self) -> Result<Value, ManagementError> {
        let clients = self.tenant.clients.all().await;
        clients.iter().map(|client| self.client(client)).collect()
    }

    fn client(&self, client: &Client) -> Result<Value, ManagementError> {
        let all = payload::object(client)?;
        let mut object = known(all.clone(), clients::creatable());
        for name in ["client_id", "client_secret"] {
            if let Some(value) = all.get(name) {
                object.insert(name.to_owned(), value.clone());
            }
        }
        self.drop_secret(&mut object, "client_secret");
        // A new client brings its keys along, where that of a running tenant names them.
        if let Some(methods) = &client.client_authentication_methods {
            let credentials = keys(client, &methods.private_key_jwt.credentials)?;
            let methods = json!({ "private_key_jwt": { "credentials": credentials } });
            object.insert(clients::AUTHENTICATION_METHODS.to_owned(), methods);
        }
        if let Some(access) = &client.token_vault_privileged_access {
            let credentials = keys(client, &access.credentials)?;
            object[clients::PRIVILEGED_ACCESS]["credentials"] = credentials.into();
        }
        Ok(object.into())
    }

    /// The grants, with clients by their names where those tell them apart.
    pub(super) async fn client_grants(&self) -> Result<Value, ManagementError> {
        let clients = self.tenant.clients.all().await;
        let mut all = Vec::new();
        for grant in self.tenant.client_grants.all().await {
            let mut object = known(payload::object(&grant)?, client_grants::PROPERTIES);
            if let Some(client_id) = &grant.client_id {
                object.insert("client_id".to_owned(), name_of(&clients, client_id.as_str()).into());
            }
            if grant.is_system {
                object.insert("is_system".to_owned(), true.into());
            }
            all.push(object);
        }
        Ok(all.into())
    }

    /// Connections with passwords of our own, and the others.
    pub(super) async fn connections(&self) -> Result<(Value, Value), ManagementError> {
        let clients = self.tenant.clients.all().await;
        let (mut databases, mut others) = (Vec::new(), Vec::new());
        for connection in self.tenant.connections.all().await {
            let mut object = known(payload::object(&connection)?, connections::PROPERTIES);
            let enabled = connection.enabled_clients.iter();
            let mut names: Vec<String> =
                enabled.map(|client| name_of(&clients, client.as_str())).collect();
            names.sort();
            object.insert("enabled_clients".to_owned(), names.into());
            if let Some(Value::Object(options)) = object.get_mut("options") {
                self.drop_secret(options, "client_secret");
                self.drop_secret(options, "customHeaders");
            }
            if connection.strategy == DATABASE { &mut databases } else { &mut others }.push(object);
        }
        Ok((databases.into(), others.into()))
    }

    pub(super) async fn roles(&self) -> Result<Value, ManagementError> {
        let mut all = Vec::new();
        for role in self.tenant.roles.all().await {
            let mut object = known(payload::object(&role)?, roles::PROPERTIES);
            if !role.permissions.is_empty() {
                object.insert("permissions".to_owned(), json!(role.permissions));
            }
            all.push(object);
        }
        Ok(all.into())
    }

    /// The organizations, with their members by email address.
    pub(super) async fn organizations(&self) -> Result<Value, ManagementError> {
        let mut all = Vec::new();
        for organization in self.tenant.organizations.all().await {
            let mut object = known(payload::object(&organization)?, organizations::PROPERTIES);
            let Organization { id, members, .. } = organization;
            object.insert("id".to_owned(), id.into());
            let mut emails = Vec::new();
            for member in members {
                let person = self.tenant.users.find(&member).await;
                emails.extend(person.filter(super::people::is_exported).map(|user| user.email));
            }
            object.insert("members".to_owned(), emails.into());
            object.retain(|_, value| !value.is_null());
            all.push(object);
        }
        Ok(all.into())
    }

    pub(super) async fn token_exchange_profiles(&self) -> Result<Value, ManagementError> {
        let profiles = self.tenant.token_exchange_profiles.all().await;
        profiles.into_iter().map(profile).collect()
    }

    /// Takes a secret out, unless secrets are told.
    pub(super) fn drop_secret(&self, object: &mut Object, name: &str) {
        if self.secrets == Secrets::LeftOut {
            object.remove(name);
        }
    }
}

/// What an import knows of an object.
pub(super) fn known(mut object: Object, properties: &[Property]) -> Object {
    object.retain(|name, _| properties.iter().any(|property| property.name == name));
    object
}

/// The name of a client as a file has it: its id, where others have the same name.
fn name_of(clients: &[Client], id: &str) -> String {
    let Some(client) = clients.iter().find(|client| client.client_id.as_str() == id) else {
        return id.to_owned();
    };
    let is_unique = clients.iter().filter(|other| other.name == client.name).count() == 1;
    if is_unique { client.name.clone() } else { id.to_owned() }
}

/// Keys of a client, as they are given.
fn keys(client: &Client, ids: &[CredentialId]) -> Result<Vec<Value>, ManagementError> {
    let named = |id: &CredentialId| client.credentials.iter().find(|own| own.id == id.id);
    ids.iter().filter_map(named).map(key).collect()
}

fn key(credential: &Credential) -> Result<Value, ManagementError> {
    let Credential { name, kid, alg, credential_type, expires_at, key, .. } = credential;
    let mut given = json!({
        "credential_type": credential_type,
        "kid": kid,
        "alg": alg,
        "pem": pem(key)?,
    });
    if let Some(name) = name {
        given["name"] = name.as_str().into();
    }
    if let Some(expires_at) = expires_at {
        given["expires_at"] = expires_at.as_str().into();
    }
    Ok(given)
}

fn profile(profile: TokenExchangeProfile) -> Result<Value, ManagementError> {
    let TokenExchangeProfile { name, subject_token_type, rule } = profile;
    let SubjectRule { issuer, audience, key, alg, claim, names } = rule;
    Ok(json!({
        "name": name,
        "subject_token_type": subject_token_type,
        "type": "custom_authentication",
        token_exchange_profiles::RULE: {
            "issuer": issuer,
            "audience": audience,
            "public_key": pem(&key)?,
            "alg": alg,
            "claim": claim,
            "names": names,
        },
    }))
}
