//! Client grants (management-api.md §6).

use service::random;

use super::error::ManagementError;
use super::payload::{self, Kind, Object, Property, property};
use crate::store::client_grants::ClientGrant;
use crate::tenant::State as Tenant;

/// What a grant can be created with.
pub(crate) const PROPERTIES: &[Property] = &[
    property("client_id", Kind::Name, "ID of the client"),
    property("audience", Kind::Name, "The audience (API identifier) of this client grant"),
    property("scope", Kind::Texts, "Scopes allowed for this client grant"),
    property(
        "subject_type",
        Kind::Word(&["client", "user"]),
        "The type of application access the client grant allows",
    ),
    property(
        "organization_usage",
        Kind::Word(&["deny", "allow", "require"]),
        "Defines whether organizations can be used with client credentials exchanges for this grant",
    ),
    property(
        "allow_any_organization",
        Kind::Flag,
        "Whether any organization can be used with this grant",
    ),
    property("allow_all_scopes", Kind::Flag, "Whether all scopes of the API are allowed"),
];

/// Creates a grant between a client and an API that exist.
pub(crate) async fn create(tenant: &Tenant, given: Object) -> Result<ClientGrant, ManagementError> {
    payload::check(&given, PROPERTIES, &["client_id", "audience"])?;
    let mut object = given;
    object.insert("id".to_owned(), format!("cgr_{}", random::identifier(16)).into());
    let grant: ClientGrant = payload::typed(object)?;
    if tenant.clients.find(&grant.client_id).await.is_none() {
        return Err(ManagementError::UnknownClientOfGrant);
    }
    if tenant.resource_servers.find(&grant.audience).await.is_none() {
        return Err(ManagementError::UnknownApiOfGrant(grant.audience));
    }
    tenant.client_grants.insert(grant.clone()).await.map_err(|_| {
        ManagementError::GrantExists(grant.client_id.to_string(), grant.audience.clone())
    })?;
    Ok(grant)
}
