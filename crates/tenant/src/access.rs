//! What a client may have of an API in a person's name (discovery-and-tokens.md §3; AZ-3/10).

use url::Url;
use wire::ids::{Audience, UserId};
use wire::parameters::Parameters;
use wire::scope::ScopeSet;

use crate::store::client_grants::SubjectType;
use crate::store::clients::Client;
use crate::store::permissions::Permission;
use crate::store::resource_servers::{AccessPolicy, ResourceServer};
use crate::tenant::{ResourceParameterProfile, State as Tenant};

/// The tenant's own scopes, in the order in which discovery names them (DT-1/8): those of OpenID Connect, and Auth0's,
/// which are claims by name.
pub(crate) const SCOPES: [&str; 14] = [
    "openid",
    "profile",
    OFFLINE_ACCESS,
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
fn tells_about_the_person(scope: &str) -> bool {
    scope != OFFLINE_ACCESS && SCOPES.contains(&scope)
}

/// Whom an access token is to be for: the `audience`, in the compatibility profile else the `resource` of RFC 8707
/// (AZ-1/6, SC-3/11), else what the tenant means by none (AZ-1/5).
pub(crate) fn audience(
    tenant: &Tenant,
    parameters: &Parameters,
) -> Result<Option<Audience>, MalformedResource> {
    let settings = tenant.settings();
    let resource = match settings.resource_parameter_profile {
        ResourceParameterProfile::Audience => None,
        ResourceParameterProfile::Compatibility => parameters.get("resource"),
    };
    match (parameters.parse("audience"), resource) {
        (Some(audience), _) => Ok(Some(audience)),
        (None, Some(resource)) => {
            let is_absolute = Url::parse(resource).is_ok_and(|url| url.fragment().is_none());
            is_absolute.then(|| Some(resource.into())).ok_or(MalformedResource)
        }
        (None, None) => Ok(settings.default_audience.clone()),
    }
}

/// The resource is no absolute URI, or has a fragment ([RFC 8707 §2](https://www.rfc-editor.org/rfc/rfc8707#section-2)).
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("resource must be an absolute URI without a fragment")]
pub(crate) struct MalformedResource;

/// What is left of the scopes that are asked for: unknown ones are dropped, not refused (AZ-1/4).
pub(crate) fn given(asked: &ScopeSet, of_api: &ScopeSet, gives_refresh_token: bool) -> ScopeSet {
    asked.filtered(|scope| {
        tells_about_the_person(scope)
            || of_api.contains(scope)
            || (scope == OFFLINE_ACCESS && gives_refresh_token)
    })
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
        granted_for_people(tenant, client, api).await?
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
    let permissions = permissions(tenant, user, api).await;
    let is_permitted = |scope: &str| {
        !api.enforces_permissions()
            || !api.defines(scope)
            || permissions.iter().any(|permission| permission == scope)
    };
    let scope = scope.filtered(is_permitted);
    (permissions, scope)
}

/// The person's permissions at the API, their own and those of their roles, each once.
async fn permissions(tenant: &Tenant, user: &UserId, api: &ResourceServer) -> Vec<String> {
    let own = tenant.permissions.all_of(user).await;
    let of_roles = tenant.roles.permissions_of(user).await;
    let mut permissions = Vec::new();
    for permission in own.into_iter().chain(of_roles) {
        let Permission { resource_server_identifier, permission_name } = permission;
        if resource_server_identifier == api.identifier
            && api.defines(&permission_name)
            && !permissions.contains(&permission_name)
        {
            permissions.push(permission_name);
        }
    }
    permissions
}

/// The scopes of the API that the client itself was granted, to use them in people's names.
pub(crate) async fn granted_for_people(
    tenant: &Tenant,
    client: &Client,
    api: &ResourceServer,
) -> Result<ScopeSet, NoAccess> {
    if api.subject_type_authorization.user.policy == AccessPolicy::DenyAll {
        return Err(NoAccess);
    }
    let grants = &tenant.client_grants;
    let grant = grants.find(client, &api.identifier, SubjectType::User).await;
    Ok(grant.ok_or(NoAccess)?.scopes(api).filtered(|scope| api.defines(scope)))
}

/// The client may have no tokens for that API in a person's name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoAccess;
