//! Whether the tenant grants what is asked, and how much of it.

use url::Url;
use wire::ids::{Audience, ConnectionName};
use wire::parameters::Parameters;
use wire::scope::ScopeSet;

use super::error::Refusal;
use crate::store::client_grants::SubjectType;
use crate::store::clients::Client;
use crate::store::connections::{Connection, DATABASE};
use crate::store::resource_servers::{AccessPolicy, ResourceServer};
use crate::tenant::{ResourceParameterProfile, State as Tenant};

/// Scopes of OpenID Connect that tell about the person. `offline_access` is not among them: the tenant issues no
/// refresh token, and a scope that is granted is a promise.
const PERSON_SCOPES: [&str; 5] = ["openid", "profile", "email", "address", "phone"];

/// Whom the access token is to be for: the `audience`, in the compatibility profile else the `resource` of RFC 8707
/// (AZ-1/6), else what the tenant means by none (AZ-1/5).
pub(super) fn audience(
    tenant: &Tenant,
    parameters: &Parameters,
) -> Result<Option<Audience>, Refusal> {
    let settings = &tenant.settings;
    let resource = match settings.resource_parameter_profile {
        ResourceParameterProfile::Audience => None,
        ResourceParameterProfile::Compatibility => parameters.get("resource"),
    };
    match (parameters.parse("audience"), resource) {
        (Some(audience), _) => Ok(Some(audience)),
        (None, Some(resource)) => {
            let is_absolute = Url::parse(resource).is_ok_and(|url| url.fragment().is_none());
            is_absolute.then(|| Some(resource.into())).ok_or(Refusal::MalformedResource)
        }
        (None, None) => Ok(settings.default_audience.clone()),
    }
}

/// The API that this is (AZ-3/9).
pub(super) async fn api(
    tenant: &Tenant,
    parameters: &Parameters,
) -> Result<Option<ResourceServer>, Refusal> {
    let Some(audience) = audience(tenant, parameters)? else {
        return Ok(None);
    };
    let api = tenant.resource_servers.find(&audience).await;
    api.map(Some).ok_or(Refusal::UnknownAudience(audience))
}

/// What the client may have of what it asks for; unknown scopes are dropped, not refused (AZ-1/4).
pub(super) async fn scope(
    tenant: &Tenant,
    parameters: &Parameters,
    client: &Client,
    api: Option<&ResourceServer>,
) -> Result<ScopeSet, Refusal> {
    let asked: ScopeSet = parameters.get("scope").unwrap_or_default().into();
    if asked.contains("online_access") && asked.contains("offline_access") {
        return Err(Refusal::OnlineAndOfflineAccess);
    }
    let of_api = match api {
        Some(api) => scopes_for_people(tenant, client, api).await?,
        None => ScopeSet::default(),
    };
    Ok(asked.filtered(|scope| PERSON_SCOPES.contains(&scope) || of_api.contains(scope)))
}

/// The scopes of the API that people can grant the client (AZ-3/10; discovery-and-tokens.md §3, RBAC).
async fn scopes_for_people(
    tenant: &Tenant,
    client: &Client,
    api: &ResourceServer,
) -> Result<ScopeSet, Refusal> {
    let denied = || Refusal::NotAuthorizedForApi {
        client: Box::new(client.clone()),
        audience: api.identifier.clone(),
    };
    let policy = api.subject_type_authorization.user.policy;
    if policy == AccessPolicy::DenyAll {
        return Err(denied());
    }
    // Third parties need a grant, whatever the API says of others.
    let scopes = if policy == AccessPolicy::AllowAll && client.is_first_party {
        api.all_scopes()
    } else {
        let grants = &tenant.client_grants;
        let grant = grants.find(&client.client_id, &api.identifier, SubjectType::User).await;
        grant.ok_or_else(denied)?.scopes(api).filtered(|scope| api.defines(scope))
    };
    Ok(if api.enforces_permissions() { ScopeSet::default() } else { scopes })
}

/// The one connection that the request names, if it does; there must be some in any case (AZ-3/24, AZ-3/25).
pub(super) async fn connection(
    tenant: &Tenant,
    parameters: &Parameters,
    client: &Client,
) -> Result<Option<Connection>, Refusal> {
    let mut enabled = tenant.connections.enabled_for(&client.client_id).await;
    enabled.retain(|connection| connection.strategy == DATABASE);
    if enabled.is_empty() {
        return Err(Refusal::NoConnection);
    }
    let Some(name) = parameters.parse::<ConnectionName>("connection") else {
        return Ok(None);
    };
    let named = enabled.into_iter().find(|connection| connection.name == name);
    named.map(Some).ok_or(Refusal::ConnectionDisabled)
}
