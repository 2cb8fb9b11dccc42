//! Which clients make sense (management-api.md §4, validation rules).

use wire::token_exchange::TOKEN_VAULT_GRANT;

use super::privileged_access;
use crate::issuer::Issuer;
use crate::keys::SigningAlg;
use crate::management::error::ManagementError;
use crate::store::clients::{AppType, Client, GRANT_TYPES, JwtConfiguration};
use crate::store::refresh_token_settings::ExpirationType;

const CLIENT_CREDENTIALS: &str = "client_credentials";

/// Refuses a client that could not do what it says.
pub(super) fn check(client: &Client, issuer: &Issuer) -> Result<(), ManagementError> {
    let is_linked = client.resource_server_identifier.is_some();
    if (client.app_type == Some(AppType::ResourceServer)) != is_linked {
        return invalid(
            "resource_server_identifier and app_type resource_server go together".to_owned(),
        );
    }
    if client.uses_private_key_jwt() {
        check_keys(client)?;
    }
    privileged_access::check(client)?;
    check_refresh_token(client, issuer)?;
    check_id_tokens(client)?;
    let mut bad: Vec<&str> = client
        .grant_types
        .iter()
        .map(String::as_str)
        .filter(|grant| !can_have(client, grant))
        .collect();
    bad.dedup();
    if bad.is_empty() { Ok(()) } else { invalid(format!("Invalid grant types: {}", bad.join(","))) }
}

/// MG-4/22, TK-3.1/5, and the rules of rotation (token.md §3.1) and of other APIs (token.md §3.3).
fn check_refresh_token(client: &Client, issuer: &Issuer) -> Result<(), ManagementError> {
    let settings = &client.refresh_token;
    let expires = settings.expiration_type == ExpirationType::Expiring;
    let is_infinite = !expires || settings.infinite_token_lifetime;
    if settings.rotates() && is_infinite {
        return invalid("Rotating refresh tokens must have a finite token_lifetime".to_owned());
    }
    if settings.rotates() && !client.oidc_conformant {
        return invalid("Refresh token rotation needs an OIDC conformant client".to_owned());
    }
    let has_idle_end = expires && !settings.infinite_idle_token_lifetime;
    if has_idle_end && !is_infinite && settings.idle_token_lifetime > settings.token_lifetime {
        return invalid("idle_token_lifetime must not be greater than token_lifetime".to_owned());
    }
    if !settings.policies.is_empty() && !client.is_first_party {
        return invalid("Only first-party clients can have refresh token policies".to_owned());
    }
    if settings.policies.iter().any(|policy| policy.audience == issuer.management()) {
        return invalid("The Management API cannot be in a refresh token policy".to_owned());
    }
    Ok(())
}

/// One method at a time, keys that the client has, and tokens of an algorithm with keys.
fn check_keys(client: &Client) -> Result<(), ManagementError> {
    if client.token_endpoint_auth_method.is_some() {
        return invalid(
            "client_authentication_methods and token_endpoint_auth_method exclude each other"
                .to_owned(),
        );
    }
    let methods = client.client_authentication_methods.as_ref();
    let named = methods.map_or(0, |methods| methods.private_key_jwt.credentials.len());
    if client.keys().count() < named {
        return invalid("private_key_jwt takes different credentials of the client".to_owned());
    }
    if client.jwt_configuration.alg == SigningAlg::Hs256 {
        return invalid(
            "private_key_jwt leaves no secret for jwt_configuration.alg HS256".to_owned(),
        );
    }
    Ok(())
}

/// How ID tokens are signed must be something that the client can check: who keeps no secret knows the tenant's keys
/// alone (discovery-and-tokens.md §4).
fn check_id_tokens(client: &Client) -> Result<(), ManagementError> {
    let JwtConfiguration { alg, secret_encoded, .. } = &client.jwt_configuration;
    if client.is_public() && *alg != SigningAlg::Rs256 {
        return invalid("A public client needs jwt_configuration.alg to be RS256".to_owned());
    }
    if *alg == SigningAlg::Hs256 && *secret_encoded {
        return invalid("Secrets are not base64 here: secret_encoded must be false".to_owned());
    }
    Ok(())
}

/// A client that proves itself by its own keys has no secret to rotate or to choose.
pub(super) fn check_uses_secret(client: &Client) -> Result<(), ManagementError> {
    if client.uses_private_key_jwt() {
        return invalid("The client has no secret: it uses private_key_jwt".to_owned());
    }
    Ok(())
}

/// MG-4/18 to MG-4/21: unknown ones, those that need a secret on a client without, and any but Token Vault on a
/// Custom API Client.
fn can_have(client: &Client, grant_type: &str) -> bool {
    match grant_type {
        TOKEN_VAULT_GRANT => client.is_eligible_for_token_vault(),
        _ if client.app_type == Some(AppType::ResourceServer) => false,
        CLIENT_CREDENTIALS => !client.is_public(),
        _ => GRANT_TYPES.contains(&grant_type),
    }
}

/// Refuses a step from one client to another that each make sense.
pub(super) fn check_change(before: &Client, after: &Client) -> Result<(), ManagementError> {
    if before.is_first_party != after.is_first_party {
        return invalid("is_first_party cannot be changed".to_owned());
    }
    if !before.is_public()
        && after.is_public()
        && before.allows_grant(CLIENT_CREDENTIALS)
        && after.allows_grant(CLIENT_CREDENTIALS)
    {
        return invalid(
            "Application must not have Token Endpoint Authentication Method set to \"none\" when \
             client_credentials grant type is enabled"
                .to_owned(),
        );
    }
    Ok(())
}

fn invalid(text: String) -> Result<(), ManagementError> {
    Err(ManagementError::InvalidBody(text))
}
