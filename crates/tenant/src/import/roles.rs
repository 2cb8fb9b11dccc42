//! Roles of a tenant file: permissions that go together. What a person has of them is assigned one by one.

use serde::Deserialize;
use serde_json::Value;

use super::ImportError;
use super::file::Entry;
use crate::store::permissions::Permission;

/// The roles of a file.
pub(super) struct Roles(Vec<Role>);

#[derive(Deserialize)]
struct Role {
    name: String,
    #[serde(default)]
    permissions: Vec<Permission>,
}

impl Roles {
    pub(super) fn read(entries: &[Entry]) -> Result<Self, ImportError> {
        let role = |entry: &Entry| {
            let (role, _) = entry.split(|name| matches!(name, "name" | "permissions"));
            serde_json::from_value(Value::Object(role))
                .map_err(|error| entry.error(error.to_string()))
        };
        entries.iter().map(role).collect::<Result<_, _>>().map(Self)
    }

    /// What the role of that name allows.
    pub(super) fn find(&self, name: &str) -> Option<Vec<Permission>> {
        self.0.iter().find(|role| role.name == name).map(|role| role.permissions.clone())
    }
}
