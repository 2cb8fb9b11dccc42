//! Whether the tenant grants what is asked, and how much of it.

use wire::scope::ScopeSet;

use super::error::Refusal;
use super::request::Asked;
use super::{AcceptedRequest, ReturnAddress};
use crate::store::client_grants::SubjectType;
use crate::store::clients::Client;
use crate::store::connections::DATABASE;
use crate::store::resource_servers::{AccessPolicy, ResourceServer};
use crate::tenant::State as Tenant;

/// Scopes of OpenID Connect that tell about the person. `offline_access` is not among them: the tenant issues no
/// refresh token, and a scope that is granted is a promise.
const PERSON_SCOPES: [&str; 5] = ["openid", "profile", "email", "address", "phone"];

/// Checks the API, the client's access to it, and that somebody can log in at all.
pub(super) async fn accept(
    tenant: &Tenant,
    asked: Asked,
    client: Client,
    return_address: ReturnAddress,
) -> Result<AcceptedRequest, Refusal> {
    let audience = asked.audience.or_else(|| tenant.settings.default_audience.clone());
    let api_scopes = match &audience {
        None => ScopeSet::default(),
        Some(audience) => {
            let api = tenant.resource_servers.find(audience).await;
            let api = api.ok_or_else(|| Refusal::UnknownAudience(audience.clone()))?;
            scopes_for_people(tenant, &client, &api).await?
        }
    };
    if !client.is_first_party {
        // Third-party clients always need the person's consent (AZ-4/9), which cannot be given here.
        return Err(Refusal::ConsentRequired);
    }
    let connections = tenant.connections.enabled_for(&client.client_id).await;
    if !connections.iter().any(|connection| connection.strategy == DATABASE) {
        return Err(Refusal::NoConnection);
    }
    // Unknown scopes are dropped, not refused (AZ-1/4).
    let scope =
        asked.scope.filtered(|scope| PERSON_SCOPES.contains(&scope) || api_scopes.contains(scope));
    Ok(AcceptedRequest {
        client,
        return_address,
        audience,
        scope,
        nonce: asked.nonce,
        code_challenge: asked.code_challenge,
        login_hint: asked.login_hint,
    })
}

/// The scopes of the API that people can grant the client (AZ-3/10; discovery-and-tokens.md §3, RBAC).
async fn scopes_for_people(
    tenant: &Tenant,
    client: &Client,
    api: &ResourceServer,
) -> Result<ScopeSet, Refusal> {
    let denied = || Refusal::NotAuthorizedForApi {
        client_id: client.client_id.clone(),
        audience: api.identifier.clone(),
    };
    let scopes = match api.subject_type_authorization.user.policy {
        AccessPolicy::AllowAll => api.all_scopes(),
        AccessPolicy::DenyAll => return Err(denied()),
        AccessPolicy::RequireClientGrant => {
            let grants = &tenant.client_grants;
            let grant = grants.find(&client.client_id, &api.identifier, SubjectType::User).await;
            grant.ok_or_else(denied)?.scopes(api).filtered(|scope| api.defines(scope))
        }
    };
    Ok(if api.enforces_permissions() { ScopeSet::default() } else { scopes })
}
