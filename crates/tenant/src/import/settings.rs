//! The tenant's own settings in a tenant file. Exports of real tenants have many that mean nothing here, some of them
//! inside of others that do: they are left out with a warning.

use serde_json::Value;

use super::file::Entry;
use crate::management::payload::{Kind, Object, Property};
use crate::management::tenant_settings::PROPERTIES;

/// What the file says that we know.
pub(super) fn known(entry: &Entry) -> Object {
    let (all, _) = entry.split(|_| true);
    known_of(entry, "", all, PROPERTIES)
}

fn known_of(entry: &Entry, path: &str, object: Object, properties: &[Property]) -> Object {
    let mut known = Object::new();
    for (name, value) in object {
        let Some(property) = properties.iter().find(|property| property.name == name) else {
            tracing::warn!("{entry}: {path}{name} is not known here and is left out");
            continue;
        };
        let value = match (&property.kind, value) {
            (Kind::Object(properties), Value::Object(object)) => {
                known_of(entry, &format!("{path}{name}."), object, properties).into()
            }
            (_, value) => value,
        };
        known.insert(name, value);
    }
    known
}
