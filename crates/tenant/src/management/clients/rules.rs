//! Which clients make sense (management-api.md §4, validation rules).

use wire::token_exchange::TOKEN_VAULT_GRANT;

use crate::management::error::ManagementError;
use crate::store::clients::{AppType, Client, GRANT_TYPES};

const CLIENT_CREDENTIALS: &str = "client_credentials";

/// Refuses a client that could not do what it says.
pub(super) fn check(client: &Client) -> Result<(), ManagementError> {
    let is_linked = client.resource_server_identifier.is_some();
    if (client.app_type == Some(AppType::ResourceServer)) != is_linked {
        return invalid(
            "resource_server_identifier and app_type resource_server go together".to_owned(),
        );
    }
    let mut bad: Vec<&str> = client
        .grant_types
        .iter()
        .map(String::as_str)
        .filter(|grant| !can_have(client, grant))
        .collect();
    bad.dedup();
    if bad.is_empty() { Ok(()) } else { invalid(format!("Invalid grant types: {}", bad.join(","))) }
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
