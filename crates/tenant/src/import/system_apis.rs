//! The APIs that the tenant has of its own: the Management API and the My Account API.

use serde_json::{Map, Value, json};
use wire::my_account;

use crate::management;
use crate::management::error::ManagementError;
use crate::management::resource_servers;
use crate::tenant::State as Tenant;

/// What a token may allow at the My Account API beside Connected Accounts: the scopes are there as at Auth0, though
/// people have no authentication methods here but their password.
const AUTHENTICATION_METHODS: [&str; 5] = [
    "read:me:authentication_methods",
    "create:me:authentication_methods",
    "update:me:authentication_methods",
    "delete:me:authentication_methods",
    "read:me:factors",
];

/// Creates both. Nobody can change them much or delete them (MG-5/18).
pub(super) async fn create(tenant: &Tenant) -> Result<(), ManagementError> {
    resource_servers::create_system(tenant, management_api(tenant)).await?;
    resource_servers::create_system(tenant, my_account_api(tenant)).await?;
    Ok(())
}

/// Whether that is the identifier of one of them.
pub(super) fn is_system(tenant: &Tenant, identifier: &str) -> bool {
    [tenant.issuer.management(), tenant.issuer.my_account()]
        .iter()
        .any(|own| own.as_str() == identifier)
}

/// The API that `/api/v2` is; people get no tokens for it.
fn management_api(tenant: &Tenant) -> Map<String, Value> {
    Map::from_iter([
        ("name".to_owned(), json!("Auth0 Management API")),
        ("identifier".to_owned(), json!(tenant.issuer.management())),
        ("scopes".to_owned(), scopes(management::scopes())),
        (
            "subject_type_authorization".to_owned(),
            json!({
                "client": { "policy": "require_client_grant" },
                "user": { "policy": "deny_all" },
            }),
        ),
    ])
}

/// The API that `/me/v1` is; clients get tokens for it in people's names alone (CA-1/1).
fn my_account_api(tenant: &Tenant) -> Map<String, Value> {
    let of_connected_accounts = [my_account::CREATE, my_account::READ, my_account::DELETE];
    Map::from_iter([
        ("name".to_owned(), json!("Auth0 My Account API")),
        ("identifier".to_owned(), json!(tenant.issuer.my_account())),
        (
            "scopes".to_owned(),
            scopes(of_connected_accounts.into_iter().chain(AUTHENTICATION_METHODS)),
        ),
        ("allow_offline_access".to_owned(), json!(true)),
        ("token_lifetime".to_owned(), json!(600)),
        ("token_lifetime_for_web".to_owned(), json!(600)),
        ("proof_of_possession".to_owned(), json!({ "mechanism": "dpop", "required": false })),
        (
            "subject_type_authorization".to_owned(),
            json!({
                "client": { "policy": "deny_all" },
                "user": { "policy": "require_client_grant" },
            }),
        ),
    ])
}

fn scopes(values: impl IntoIterator<Item = &'static str>) -> Value {
    values.into_iter().map(|value| json!({ "value": value })).collect()
}
