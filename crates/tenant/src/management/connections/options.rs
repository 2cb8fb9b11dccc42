//! The options that a connection of each strategy can have (management-api.md §7).

use reqwest::header::{HeaderName, HeaderValue};
use serde_json::Value;

use crate::management::error::ManagementError;
use crate::management::payload::{self, Kind, Object, Property, property};
use crate::store::connections::{Connection, DATABASE};
use crate::upstream::strategy::Strategy;

/// As the connection has them; what each can be depends on the strategy.
pub(super) const PROPERTY: Property =
    property("options", Kind::AnyObject, "The connection's options");

/// An object of a few short texts.
const TEXTS: Kind = Kind::TextMap { most: 20, longest: 2048 };

const DATABASE_OPTIONS: &[Property] = &[
    property("disable_signup", Kind::Flag, "Whether people cannot sign up"),
    // Nobody can change a password here; auth0-deploy-cli says so of every database.
    property(
        "disable_self_service_change_password",
        Kind::Flag,
        "Whether people cannot change their own password",
    ),
];

/// The tenant's client at a provider.
const CLIENT: [Property; 2] = [
    property("client_id", Kind::Text, "The tenant's client ID at the provider"),
    property("client_secret", Kind::Text, "The tenant's client secret at the provider"),
];

const SCOPES: Property =
    property("scope", Kind::Texts, "Scopes that are asked for at the provider");

/// A custom provider.
const CUSTOM: &[Property] = &[
    property("authorizationURL", Kind::Text, "Where browsers ask the provider for a code"),
    property("tokenURL", Kind::Text, "Where the tenant gets the provider's tokens"),
    property("userinfo_endpoint", Kind::Text, "Where the tenant learns who a person is"),
    property("scope", Kind::TextOrTexts, "Scopes that are asked for at the provider"),
    property("pkce_enabled", Kind::Flag, "Whether codes are bound by PKCE"),
    property("authParams", TEXTS, "Parameters of every authorization request"),
    property("customHeaders", TEXTS, "Headers of every request to the token endpoint"),
    SCRIPTS,
    ICON,
];

/// Kept for who reads them again; the tenant runs no script.
const SCRIPTS: Property = property("scripts", Kind::AnyObject, "Scripts of the connection");
const ICON: Property = property("icon_url", Kind::Text, "The picture on the button");

const GOOGLE: &[Property] = &[
    SCOPES,
    ICON,
    property("offline_access", Kind::Flag, "Whether a refresh token is asked for"),
    property("allowed_audiences", Kind::Texts, "Client IDs of native apps of the same people"),
];

/// What a connection of the strategy can have, and which of that is a scope's flag.
fn properties(strategy: &str) -> Vec<Property> {
    let own: &[Property] = match strategy {
        DATABASE => return DATABASE_OPTIONS.to_vec(),
        "google-oauth2" => GOOGLE,
        "github" => &[SCOPES],
        _ => CUSTOM,
    };
    let flags = Strategy::named(strategy).map_or(&[][..], |strategy| strategy.flags);
    let flags =
        flags.iter().map(|flag| property(flag.name, Kind::Flag, "Whether this scope is asked for"));
    CLIENT.iter().chain(own).copied().chain(flags).collect()
}

/// Refuses options that a new connection cannot have.
pub(super) fn check_new(connection: &Object) -> Result<(), ManagementError> {
    let strategy = connection.get("strategy").and_then(Value::as_str).unwrap_or_default();
    check(strategy, connection)
}

/// Refuses options that a connection of this strategy cannot have.
pub(super) fn check(strategy: &str, connection: &Object) -> Result<(), ManagementError> {
    let Some(Value::Object(options)) = connection.get(PROPERTY.name) else {
        return Ok(());
    };
    payload::check_part(&PROPERTY, options, &properties(strategy))?;
    let headers = options.get("customHeaders").and_then(Value::as_object);
    let is_header = |(name, value): (&String, &Value)| {
        let value = value.as_str().is_some_and(|value| HeaderValue::try_from(value).is_ok());
        value && HeaderName::try_from(name.as_str()).is_ok()
    };
    if headers.into_iter().flatten().all(is_header) {
        return Ok(());
    }
    let message = "Payload validation error: 'No headers' on property options.customHeaders \
                   (Headers of every request to the token endpoint).";
    Err(ManagementError::InvalidBody(message.to_owned()))
}

/// Takes out the options that are not known here; a tenant file may be the export of a real tenant.
pub(crate) fn take_unknown(connection: &mut Object) -> Vec<String> {
    let strategy = connection.get("strategy").and_then(Value::as_str).unwrap_or_default();
    let known = properties(strategy);
    let Some(Value::Object(options)) = connection.get_mut(PROPERTY.name) else {
        return Vec::new();
    };
    let is_unknown = |name: &&String| !known.iter().any(|property| property.name == **name);
    let unknown: Vec<String> = options.keys().filter(is_unknown).cloned().collect();
    for name in &unknown {
        options.remove(name);
    }
    unknown
}

/// Says which options are kept and do nothing: scripts are never run here.
pub(super) fn warn_of_scripts(connection: &Connection) {
    for script in connection.options.scripts() {
        let name = connection.name.as_str();
        tracing::warn!("connection {name}: options.scripts.{script} is kept and never run");
    }
}
