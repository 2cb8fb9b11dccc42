//! The sections of a tenant file.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::ImportError;
use crate::management::error::ManagementError;

/// The sections that we read. Others are left out with a warning.
#[derive(Default)]
pub(super) struct TenantFile {
    tenant: Entry,
    guardian_policies: Entry,
    token_vault: Entry,
    resource_servers: Vec<Entry>,
    clients: Vec<Entry>,
    client_grants: Vec<Entry>,
    connections: Vec<Entry>,
    roles: Vec<Entry>,
    users: Vec<Entry>,
    organizations: Vec<Entry>,
    token_exchange_profiles: Vec<Entry>,
}

/// One object of a section, with the words to name it in messages.
#[derive(Clone, Default)]
pub(super) struct Entry {
    name: String,
    object: Map<String, Value>,
}

impl TenantFile {
    pub(super) fn parse(text: &str) -> Result<Self, ImportError> {
        // The message quotes the file, which holds secrets of test tenants at most; the position is what matters.
        let value: Value = serde_saphyr::from_str(text)
            .map_err(|error| ImportError::Syntax(first_line(&error.to_string())))?;
        let Value::Object(sections) = value else {
            return Err(ImportError::Syntax("it is not a mapping of sections".to_owned()));
        };
        let mut file = Self::default();
        for (section, value) in sections {
            match section.as_str() {
                "tenant" => file.tenant = Entry::new(section, value)?,
                "guardianPolicies" => file.guardian_policies = Entry::new(section, value)?,
                "tokenVault" => file.token_vault = Entry::new(section, value)?,
                "resourceServers" => file.resource_servers = entries(&section, value)?,
                "clients" => file.clients = entries(&section, value)?,
                "clientGrants" => file.client_grants = entries(&section, value)?,
                // deploy-cli keeps connections with passwords apart.
                "connections" | "databases" => file.connections.extend(entries(&section, value)?),
                "roles" => file.roles = entries(&section, value)?,
                "users" => file.users = entries(&section, value)?,
                "organizations" => file.organizations = entries(&section, value)?,
                "tokenExchangeProfiles" => {
                    file.token_exchange_profiles = entries(&section, value)?;
                }
                _ => tracing::warn!("{section} is not known here and is left out"),
            }
        }
        Ok(file)
    }

    pub(super) const fn tenant(&self) -> &Entry {
        &self.tenant
    }

    pub(super) const fn guardian_policies(&self) -> &Entry {
        &self.guardian_policies
    }

    pub(super) const fn token_vault(&self) -> &Entry {
        &self.token_vault
    }

    pub(super) fn resource_servers(&self) -> &[Entry] {
        &self.resource_servers
    }

    pub(super) fn clients(&self) -> &[Entry] {
        &self.clients
    }

    pub(super) fn client_grants(&self) -> &[Entry] {
        &self.client_grants
    }

    pub(super) fn connections(&self) -> &[Entry] {
        &self.connections
    }

    pub(super) fn roles(&self) -> &[Entry] {
        &self.roles
    }

    pub(super) fn token_exchange_profiles(&self) -> &[Entry] {
        &self.token_exchange_profiles
    }

    pub(super) fn users(&self) -> &[Entry] {
        &self.users
    }

    pub(super) fn organizations(&self) -> &[Entry] {
        &self.organizations
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

fn entries(section: &str, value: Value) -> Result<Vec<Entry>, ImportError> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => items
            .into_iter()
            .enumerate()
            .map(|(index, item)| Entry::new(format!("{section}[{index}]"), item))
            .collect(),
        _ => Err(ImportError::Syntax(format!("{section} is not a list"))),
    }
}

impl Entry {
    fn new(place: String, value: Value) -> Result<Self, ImportError> {
        let Value::Object(object) = value else {
            return Err(ImportError::Syntax(format!("{place} is not a mapping")));
        };
        let name = match object.get("name").and_then(Value::as_str) {
            Some(name) => format!("{place} ({name})"),
            None => place,
        };
        Ok(Self { name, object })
    }

    /// The same entry with other content.
    pub(super) fn with(&self, object: Map<String, Value>) -> Self {
        Self { name: self.name.clone(), object }
    }

    /// The properties that satisfy `take`, and the others.
    pub(super) fn split(
        &self,
        take: impl Fn(&str) -> bool,
    ) -> (Map<String, Value>, Map<String, Value>) {
        self.object.clone().into_iter().partition(|(name, _)| take(name))
    }

    /// The entry as what it must be.
    pub(super) fn typed<T: DeserializeOwned>(&self) -> Result<T, ImportError> {
        serde_json::from_value(Value::Object(self.object.clone()))
            .map_err(|error| self.error(error.to_string()))
    }

    pub(super) fn refused(&self, error: &ManagementError) -> ImportError {
        self.error(error.to_string())
    }

    pub(super) fn error(&self, message: String) -> ImportError {
        ImportError::Invalid { entry: self.name.clone(), message }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
