//! What a new client is when nothing else is said (MG-4/8 to MG-4/13).

use serde_json::{Value, json};

use super::credentials;
use crate::management::payload::Object;

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
    // Browsers and Custom API Clients get shorter lives (TK-3.1/4, TK-3.1/5).
    let is_short_lived = matches!(app_type, Some("spa" | "resource_server"));
    let (lifetime, idle_lifetime) =
        if is_short_lived { (2_592_000, 1_296_000) } else { (31_557_600, 2_592_000) };
    let defaults = json!({
        "is_first_party": true,
        "oidc_conformant": app_type == Some("resource_server"),
        "grant_types": grant_types,
        "jwt_configuration": { "alg": "RS256", "lifetime_in_seconds": 36_000, "secret_encoded": false },
        "refresh_token": {
            "rotation_type": "non-rotating",
            "expiration_type": "non-expiring",
            "leeway": 0,
            "token_lifetime": lifetime,
            "infinite_token_lifetime": true,
            "infinite_idle_token_lifetime": true,
            "idle_token_lifetime": idle_lifetime,
        },
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
