//! Permissions of people and of roles (management-api.md §8).

use wire::ids::UserId;

use super::error::ManagementError;
use crate::store::permissions::Permission;
use crate::tenant::State as Tenant;

/// Assigns permissions to a person. Each is a scope that an API defines (MG-2/15).
pub(crate) async fn assign(
    tenant: &Tenant,
    user: &UserId,
    permissions: Vec<Permission>,
) -> Result<(), ManagementError> {
    for permission in &permissions {
        let api = tenant.resource_servers.find(&permission.resource_server_identifier).await;
        if !api.is_some_and(|api| api.defines(&permission.permission_name)) {
            return Err(ManagementError::UnknownPermission(permission.clone()));
        }
    }
    tenant.permissions.assign(user, permissions).await;
    Ok(())
}
