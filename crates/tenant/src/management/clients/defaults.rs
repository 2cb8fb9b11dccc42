//! What a new client is when nothing else is said (MG-4/8 to MG-4/13).

use serde_json::{Value, json};

use super::credentials;
use crate::management::payload::{self, Object};

/// The defaults of the given `app_type`.
pub(super) fn of(given: &Object) -> Object {
    let app_type = given.get("app_type").and_then(Value::as_str);
    let browser = json!(["authorization_code", "implicit", "refresh_token"]);
    let server = json!(["authorization_code", "implicit", "refresh_token", "client_credentials"]);
    let (auth_method, grant_types) = match app_type {
        Some("spa" | "native") => (Some("none"), browser),
        Some("regular_web" | "non_interactive") => (Some("client_secret_post"), server),
        Some("resource_server") => (None, json!([])),
        _ => (None, server),
    };
    // Who proves itself by keys does so by no other method.
    let auth_method = auth_method.filter(|_| !given.contains_key(credentials::METHODS));
    let defaults = json!({
        "is_first_party": true,
        "oidc_conformant": app_type == Some("resource_server"),
        "grant_types": grant_types,
        "jwt_configuration": { "alg": "RS256", "lifetime_in_seconds": 36_000, "secret_encoded": false },
        "refresh_token": {},
        "is_token_endpoint_ip_header_trusted": false,
        "sso_disabled": false,
        "cross_origin_authentication": false,
        "custom_login_page_on": true,
        "token_endpoint_auth_method": auth_method,
    });
    match defaults {
        Value::Object(mut defaults) => {
            defaults.retain(|_, value| !value.is_null());
            defaults
        }
        _ => Object::new(),
    }
}

/// Fills in what the `refresh_token` of a client leaves out (TK-3.1). A token that is to expire has no infinite lifetime,
/// unless that is said.
pub(super) fn complete_refresh_token(client: &mut Object) {
    let app_type = client.get("app_type").and_then(Value::as_str);
    // Browsers and Custom API Clients get shorter lives (TK-3.1/4, TK-3.1/5).
    let is_short_lived = matches!(app_type, Some("spa" | "resource_server"));
    let (lifetime, idle_lifetime): (u64, u64) =
        if is_short_lived { (2_592_000, 1_296_000) } else { (31_557_600, 2_592_000) };
    let given = match client.remove("refresh_token") {
        Some(Value::Object(given)) => given,
        _ => Object::new(),
    };
    let expires = given.get("expiration_type").and_then(Value::as_str) == Some("expiring");
    let lifetime = given.get("token_lifetime").and_then(Value::as_u64).unwrap_or(lifetime);
    let defaults = json!({
        "rotation_type": "non-rotating",
        "expiration_type": "non-expiring",
        "leeway": 0,
        "token_lifetime": lifetime,
        "infinite_token_lifetime": !expires,
        "infinite_idle_token_lifetime": !expires,
        "idle_token_lifetime": idle_lifetime.min(lifetime),
    });
    if let Value::Object(defaults) = defaults {
        let complete = payload::overlay(&defaults, given);
        client.insert("refresh_token".to_owned(), complete.into());
    }
}
