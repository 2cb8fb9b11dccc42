//! What a client may have of an API in a person's name (discovery-and-tokens.md §3; AZ-3/10).

use wire::ids::UserId;
use wire::scope::ScopeSet;

use crate::store::client_grants::SubjectType;
use crate::store::clients::Client;
use crate::store::resource_servers::{AccessPolicy, ResourceServer};
use crate::tenant::State as Tenant;

/// Scopes that tell about the person: those of OpenID Connect, and Auth0's own, which are claims by name (DT-1/8).
const PERSON_SCOPES: [&str; 13] = [
    "openid",
    "profile",
    "name",
    "given_name",
    "family_name",
    "nickname",
    "email",
    "email_verified",
    "picture",
    "created_at",
    "identities",
    "phone",
    "address",
];

/// The scope that yields a refresh token (OpenID Connect Core §11).
pub(crate) const OFFLINE_ACCESS: &str = "offline_access";

/// Whether a scope is of no API: those of OpenID Connect, `offline_access` among them.
pub(crate) fn is_about_the_person(scope: &str) -> bool {
    tells_about_the_person(scope) || scope == OFFLINE_ACCESS
}

/// Whether a scope tells about the person (OpenID Connect Core §5.4).
pub(crate) fn tells_about_the_person(scope: &str) -> bool {
    PERSON_SCOPES.contains(&scope)
}

/// The scopes of the API that people can grant the client.
pub(crate) async fn scopes_for_people(
    tenant: &Tenant,
    client: &Client,
    api: &ResourceServer,
) -> Result<ScopeSet, NoAccess> {
    let policy = api.subject_type_authorization.user.policy;
    if policy == AccessPolicy::DenyAll {
        return Err(NoAccess);
    }
    // Third parties need a grant, whatever the API says of others.
    Ok(if policy == AccessPolicy::AllowAll && client.is_first_party {
        api.all_scopes()
    } else {
        let grants = &tenant.client_grants;
        let grant = grants.find(&client.client_id, &api.identifier, SubjectType::User).await;
        grant.ok_or(NoAccess)?.scopes(api).filtered(|scope| api.defines(scope))
    })
}

/// What the person may do at the API, and what is left of a scope then: where permissions decide, nobody has scopes of
/// the API without them (discovery-and-tokens.md §3, RBAC).
pub(crate) async fn permitted(
    tenant: &Tenant,
    user: &UserId,
    api: &ResourceServer,
    scope: &ScopeSet,
) -> (Vec<String>, ScopeSet) {
    let mut permissions = tenant.permissions.of(user, &api.identifier).await;
    permissions.retain(|permission| api.defines(permission));
    let is_permitted = |scope: &str| {
        !api.enforces_permissions()
            || !api.defines(scope)
            || permissions.iter().any(|permission| permission == scope)
    };
    let scope = scope.filtered(is_permitted);
    (permissions, scope)
}

/// The client may have no tokens for that API in a person's name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoAccess;
