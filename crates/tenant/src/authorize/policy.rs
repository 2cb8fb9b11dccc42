//! Whether the tenant grants what is asked, and how much of it.

use wire::ids::ConnectionName;
use wire::parameters::Parameters;
use wire::scope::ScopeSet;

use super::error::Refusal;
use super::response_type::ResponseType;
use crate::access;
use crate::log::LogKind;
use crate::login::connections;
use crate::store::clients::Client;
use crate::store::connections::Connection;
use crate::store::organizations::Organization;
use crate::store::resource_servers::ResourceServer;
use crate::tenant::State as Tenant;

/// The API that this is (AZ-3/9).
pub(super) async fn api(
    tenant: &Tenant,
    parameters: &Parameters,
) -> Result<Option<ResourceServer>, Refusal> {
    let audience = access::audience(tenant, parameters);
    let Some(audience) = audience.map_err(|_| Refusal::MalformedResource)? else {
        return Ok(None);
    };
    let api = tenant.resource_servers.find(&audience).await;
    api.map(Some).ok_or(Refusal::UnknownAudience(audience))
}

/// What the client may have of what it asks for; unknown scopes are dropped, not refused (AZ-1/4).
pub(super) async fn scope(
    tenant: &Tenant,
    parameters: &Parameters,
    response_type: ResponseType,
    (client, api): (&Client, Option<&ResourceServer>),
) -> Result<ScopeSet, Refusal> {
    let asked: ScopeSet = parameters.get("scope").unwrap_or_default().into();
    if asked.contains("online_access") && asked.contains("offline_access") {
        return Err(Refusal::OnlineAndOfflineAccess);
    }
    let of_api = match api {
        Some(api) => access::scopes_for_people(tenant, client, api).await.map_err(|_| {
            let client = Box::new(client.clone());
            Refusal::NotAuthorizedForApi { client, audience: api.identifier.clone() }
        })?,
        None => ScopeSet::default(),
    };
    // A scope that is granted is a promise: `offline_access` is one of a refresh token, and of nothing without a code
    // (OpenID Connect Core §11).
    let gives_refresh_token = response_type.code && client.gets_refresh_tokens(api);
    if response_type.code && asked.contains(access::OFFLINE_ACCESS) && !gives_refresh_token {
        warn_about_refresh_tokens(tenant, client);
    }
    Ok(access::given(&asked, &of_api, gives_refresh_token))
}

/// What was asked for is left out silently; who wonders why finds the reason in the tenant's log (AZ-4/6).
fn warn_about_refresh_tokens(tenant: &Tenant, client: &Client) {
    let reason = "offline_access is left out: a refresh token needs the refresh_token grant, an API that allows offline \
                  access and, for a single-page app, rotation";
    tenant.log.entry(LogKind::W).client(&client.client_id).description(reason).write();
}

/// The one connection that the request names, if it does; there must be some in any case (AZ-3/24, AZ-3/25).
pub(super) async fn connection(
    tenant: &Tenant,
    parameters: &Parameters,
    client: &Client,
    organization: Option<&Organization>,
) -> Result<Option<Connection>, Refusal> {
    let enabled = connections::enabled(tenant, &client.client_id, organization).await;
    if enabled.is_empty() {
        return Err(Refusal::NoConnection);
    }
    let Some(name) = parameters.parse::<ConnectionName>("connection") else {
        return Ok(None);
    };
    let named = enabled.into_iter().find(|connection| connection.name == name);
    named.map(Some).ok_or(Refusal::ConnectionDisabled)
}
