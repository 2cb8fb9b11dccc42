//! What a person allowed a client (RFC 6749 §4.1): what codes and refresh tokens stand for, and tokens are issued by.

use wire::ids::{Audience, ClientId, UserId};
use wire::scope::ScopeSet;
use wire::timestamp::Timestamp;

use crate::store::consents::Parties;

/// An authorization, with the login in which it was given.
#[derive(Clone, Debug)]
pub(crate) struct Authorization {
    pub(crate) client_id: ClientId,
    pub(crate) user_id: UserId,
    /// The API; `None` means `/userinfo` alone.
    pub(crate) audience: Option<Audience>,
    /// What was granted.
    pub(crate) scope: ScopeSet,
    /// The `sid` of ID tokens.
    pub(crate) session_id: String,
    /// When the person last proved who they are.
    pub(crate) auth_time: Timestamp,
    /// Whether ID tokens tell `auth_time`: the request had `max_age` (DT-4/4).
    pub(crate) tells_auth_time: bool,
    /// The organization that the person logged in to.
    pub(crate) organization: Option<OrganizationClaims>,
}

impl Authorization {
    /// Between whom it is: with what grant it stands and falls.
    pub(crate) fn parties(&self) -> Parties {
        Parties {
            user_id: self.user_id.clone(),
            client_id: self.client_id.clone(),
            audience: self.audience.clone(),
        }
    }
}

/// An organization as tokens tell it (DT-3/11, DT-4/8).
#[derive(Clone, Debug)]
pub(crate) struct OrganizationClaims {
    pub(crate) org_id: String,
    /// Where the tenant lets clients use names.
    pub(crate) org_name: Option<String>,
}
