//! A tenant file, in the format of auth0-deploy-cli, applied through the functions of the Management API.

mod file;
#[cfg(test)]
mod properties;
mod settings;
mod system_apis;

use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};
use service::random;
use wire::ids::{ClientId, ConnectionName};
use wire::scope::ScopeSet;
use wire::secret::Secret;

use self::file::{Entry, TenantFile};
use crate::export;
use crate::issuer::Issuer;
use crate::management::clients::Credentials;
use crate::management::error::ManagementError;
use crate::management::payload::{Object, Property};
use crate::management::{
    client_grants, clients, connections, organizations, payload, permissions, resource_servers,
    roles, tenant_settings, token_exchange_profiles, users,
};
use crate::store::password::PasswordHash;
use crate::store::permissions::Permission;
use crate::store::vault::{NewAccount, TokenSet};
use crate::tenant::{MfaPolicy, Settings, State as Tenant, VaultPolicy};

/// A tenant file that was read.
pub(crate) struct Import(TenantFile);

/// What a person of a tenant file has beside the properties of the Management API.
pub(crate) const CONNECTED_ACCOUNTS: &str = "connected_accounts";

/// Likewise: what the person may do at APIs, one by one and by the names of roles.
pub(crate) const PERMISSIONS: &str = "permissions";
pub(crate) const ROLES: &str = "roles";

/// A property of the Management API's that a file may do without.
const PASSWORD: &str = "password";

/// Likewise: the hash of a password, in its place.
pub(crate) const PASSWORD_HASH: &str = "password_hash";

/// Where passwords are, unless a person says otherwise.
const DEFAULT_CONNECTION: &str = "Username-Password-Authentication";

impl Import {
    /// Reads the file; `##ISSUER##` stands for the issuer, as deploy-cli's keyword replacement would have it.
    pub(crate) fn read(path: &Path, issuer: &Issuer) -> Result<Self, ImportError> {
        let text = std::fs::read_to_string(path).map_err(|source| ImportError::Unreadable {
            path: path.display().to_string(),
            source,
        })?;
        Self::parse(&text, issuer)
    }

    fn parse(text: &str, issuer: &Issuer) -> Result<Self, ImportError> {
        TenantFile::parse(&text.replace(export::ISSUER, issuer.as_str())).map(Self)
    }

    /// The tenant's own settings.
    pub(crate) fn settings(&self) -> Result<Settings, ImportError> {
        let known = settings::known(self.0.tenant());
        let settings = tenant_settings::changed(&Settings::default(), known);
        settings.map_err(|error| self.0.tenant().refused(&error))
    }

    /// What is asked of Token Vault exchanges.
    pub(crate) fn vault_policy(&self) -> Result<VaultPolicy, ImportError> {
        #[derive(Deserialize)]
        struct Guardian {
            #[serde(default)]
            policies: Vec<MfaPolicy>,
        }
        let Guardian { policies } = self.0.guardian_policies().typed()?;
        let requires_mfa = policies.contains(&MfaPolicy::AllApplications);
        Ok(VaultPolicy { requires_mfa, ..self.0.token_vault().typed()? })
    }

    /// Creates everything, in the order in which one thing needs the other.
    pub(crate) async fn apply(&self, tenant: &Tenant) -> Result<(), ImportError> {
        system_apis::create(tenant).await.map_err(|error| ImportError::Invalid {
            entry: "tenant".to_owned(),
            message: error.to_string(),
        })?;
        for entry in self.0.resource_servers() {
            let object = known_properties(entry, resource_servers::PROPERTIES);
            let identifier = object.get("identifier").and_then(Value::as_str);
            if identifier.is_some_and(|identifier| system_apis::is_system(tenant, identifier)) {
                tracing::warn!("{entry}: left out, the tenant has that API of its own");
                continue;
            }
            resource_servers::create(tenant, object)
                .await
                .map_err(|error| entry.refused(&error))?;
        }
        for entry in self.0.clients() {
            create_client(tenant, entry).await.map_err(|error| entry.refused(&error))?;
        }
        for entry in self.0.client_grants() {
            create_client_grant(tenant, entry).await.map_err(|error| entry.refused(&error))?;
        }
        for entry in self.0.connections() {
            let mut object = known_properties(entry, connections::PROPERTIES);
            if let Some(Value::Array(clients)) = object.get_mut("enabled_clients") {
                for client in clients {
                    resolve_client(tenant, Some(client)).await;
                }
            }
            for option in connections::options::take_unknown(&mut object) {
                tracing::warn!("{entry}: options.{option} is not known here and is left out");
            }
            connections::create(tenant, object).await.map_err(|error| entry.refused(&error))?;
        }
        for entry in self.0.roles() {
            create_role(tenant, entry).await.map_err(|error| entry.refused(&error))?;
        }
        for entry in self.0.users() {
            create_user(tenant, entry).await?;
        }
        for entry in self.0.organizations() {
            create_organization(tenant, entry).await.map_err(|error| entry.refused(&error))?;
        }
        for entry in self.0.token_exchange_profiles() {
            let object = known_properties(entry, token_exchange_profiles::PROPERTIES);
            if !object.contains_key(token_exchange_profiles::RULE) {
                tracing::warn!("{entry}: left out, it has no {}", token_exchange_profiles::RULE);
                continue;
            }
            let created = token_exchange_profiles::create(tenant, object).await;
            created.map_err(|error| entry.refused(&error))?;
        }
        Ok(())
    }
}

/// A client of the file may have its identifier and its secret from there.
async fn create_client(tenant: &Tenant, entry: &Entry) -> Result<(), ManagementError> {
    #[derive(Deserialize)]
    struct Given {
        client_id: Option<ClientId>,
        client_secret: Option<Secret>,
    }
    let (credentials, rest) = entry.split(|name| matches!(name, "client_id" | "client_secret"));
    let Given { client_id, client_secret } = payload::typed(credentials)?;
    let rest = known_properties(&entry.with(rest), clients::creatable());
    clients::create(tenant, rest, Credentials { client_id, client_secret }).await.map(|_| ())
}

/// A grant of the file may be one that the tenant needs itself.
async fn create_client_grant(tenant: &Tenant, entry: &Entry) -> Result<(), ManagementError> {
    let (system, rest) = entry.split(|name| name == "is_system");
    let is_system = system.get("is_system") == Some(&Value::Bool(true));
    let mut object = known_properties(&entry.with(rest), client_grants::PROPERTIES);
    resolve_client(tenant, object.get_mut("client_id")).await;
    client_grants::create(tenant, object, is_system).await.map(|_| ())
}

/// Files name clients by their name; identifiers are taken as well.
async fn resolve_client(tenant: &Tenant, reference: Option<&mut Value>) {
    if let Some(Value::String(text)) = reference
        && let Some(client) = tenant.clients.find_by_name(text).await
    {
        client.client_id.as_str().clone_into(text);
    }
}

/// What a person of the file has that is no property of the Management API's.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Beside {
    connected_accounts: Vec<ImportedAccount>,
    permissions: Vec<Permission>,
    roles: Vec<String>,
    password_hash: Option<Secret>,
}

/// An account at a provider that a person of the file has connected.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ImportedAccount {
    connection: ConnectionName,
    /// The person's id at the provider.
    user_id: String,
    email: Option<String>,
    scopes: Vec<String>,
    refresh_token: Option<Secret>,
}

/// A role of the file has its permissions with it.
async fn create_role(tenant: &Tenant, entry: &Entry) -> Result<(), ManagementError> {
    #[derive(Deserialize)]
    struct Given {
        #[serde(default)]
        permissions: Vec<Permission>,
    }
    let (beside, rest) = entry.split(|name| name == PERMISSIONS);
    let Given { permissions } = payload::typed(beside)?;
    let rest = known_properties(&entry.with(rest), roles::PROPERTIES);
    roles::create(tenant, rest, permissions).await.map(|_| ())
}

async fn create_user(tenant: &Tenant, entry: &Entry) -> Result<(), ImportError> {
    let (beside, rest) = entry
        .split(|name| matches!(name, CONNECTED_ACCOUNTS | PASSWORD_HASH | PERMISSIONS | ROLES));
    let mut object = known_properties(&entry.with(rest), users::PROPERTIES);
    object.entry("connection").or_insert_with(|| DEFAULT_CONNECTION.into());
    // Who has none is made with one that nobody knows, which the hash or nothing takes the place of.
    let has_password = object.contains_key(PASSWORD);
    object.entry(PASSWORD).or_insert_with(|| random::token().into());
    let user = users::create(tenant, object).await.map_err(|error| entry.refused(&error))?;
    tenant.users.give_button(&user.user_id).await;

    let Beside { connected_accounts, permissions, roles, password_hash } =
        serde_json::from_value(Value::Object(beside))
            .map_err(|error| entry.error(error.to_string()))?;
    if !has_password {
        let hash = password_hash.map(|hash| hash.expose().parse::<PasswordHash>()).transpose();
        let hash = hash.map_err(|error| entry.error(error.to_string()))?;
        tenant.users.give_password(&user.user_id, hash).await;
    }
    for name in roles {
        let unknown = || entry.error("it has a role that is not among roles".to_owned());
        let role = tenant.roles.find_by_name(&name).await.ok_or_else(unknown)?;
        let member = user.user_id.clone();
        tenant.roles.change(&role.id, |role| role.admit(vec![member])).await;
    }
    permissions::assign(tenant, &user.user_id, permissions)
        .await
        .map_err(|error| entry.refused(&error))?;
    for account in connected_accounts {
        let connection = tenant.connections.find(&account.connection).await;
        if !connection.is_some_and(|connection| connection.connected_accounts.active) {
            let message =
                format!("connection {} is not active for connected accounts", account.connection);
            return Err(entry.error(message));
        }
        let tokens = TokenSet {
            scope: account.scopes.into_iter().collect::<ScopeSet>(),
            access_token: None,
            refresh_token: account.refresh_token,
            refresh_token_expires_at: None,
        };
        let account = NewAccount {
            user_id: user.user_id.clone(),
            connection: account.connection,
            provider_user_id: account.user_id,
            provider_email: account.email,
            tokens,
        };
        tenant.vault.connect(account, tenant.clock.now()).await;
    }
    Ok(())
}

/// An organization of the file may have its identifier from there, and its members.
async fn create_organization(tenant: &Tenant, entry: &Entry) -> Result<(), ManagementError> {
    let (extension, rest) = entry.split(|name| matches!(name, "id" | "members"));
    let rest = known_properties(&entry.with(rest), organizations::PROPERTIES);
    organizations::create(tenant, rest, payload::typed(extension)?).await.map(|_| ())
}

/// The entry without what we do not know, which is named in a warning.
fn known_properties(entry: &Entry, properties: &[Property]) -> Object {
    let (known, unknown) =
        entry.split(|name| properties.iter().any(|property| property.name == name));
    warn_unknown(entry, &unknown);
    known
}

fn warn_unknown(entry: &Entry, unknown: &Map<String, Value>) {
    for name in unknown.keys() {
        tracing::warn!("{entry}: {name} is not known here and is left out");
    }
}

/// Why a tenant file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportError {
    #[error("cannot read the tenant file {path}: {source}; choose one with --import FILE")]
    Unreadable { path: String, source: std::io::Error },
    #[error("the tenant file is not as it must be: {0}")]
    Syntax(String),
    #[error("the tenant file cannot be imported: {entry}: {message}")]
    Invalid { entry: String, message: String },
}
