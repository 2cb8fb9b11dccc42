//! What a client may have of an API in a person's name (discovery-and-tokens.md §3; AZ-3/10).

use wire::scope::ScopeSet;

use crate::store::client_grants::SubjectType;
use crate::store::clients::Client;
use crate::store::resource_servers::{AccessPolicy, ResourceServer};
use crate::tenant::State as Tenant;

/// Scopes of OpenID Connect that tell about the person.
const PERSON_SCOPES: [&str; 5] = ["openid", "profile", "email", "address", "phone"];

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
    let scopes = if policy == AccessPolicy::AllowAll && client.is_first_party {
        api.all_scopes()
    } else {
        let grants = &tenant.client_grants;
        let grant = grants.find(&client.client_id, &api.identifier, SubjectType::User).await;
        grant.ok_or(NoAccess)?.scopes(api).filtered(|scope| api.defines(scope))
    };
    Ok(if api.enforces_permissions() { ScopeSet::default() } else { scopes })
}

/// The client may have no tokens for that API in a person's name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoAccess;
