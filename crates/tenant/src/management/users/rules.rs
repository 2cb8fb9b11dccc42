//! What a person's properties must be, and what they are when nobody says.

use wire::secret::Secret;

use crate::management::error::ManagementError;
use crate::store::password;
use crate::tenant::State as Tenant;

/// Refuses a password that nobody could sign up with.
pub(super) fn check_password(password: &Secret) -> Result<(), ManagementError> {
    if password::LENGTH.contains(&password.expose().len()) {
        Ok(())
    } else {
        Err(ManagementError::WeakPassword)
    }
}

pub(super) fn local_part(email: &str) -> String {
    email.split('@').next().unwrap_or_default().to_owned()
}

pub(super) fn default_picture(tenant: &Tenant) -> String {
    tenant.issuer.at("assets/mark.svg")
}
