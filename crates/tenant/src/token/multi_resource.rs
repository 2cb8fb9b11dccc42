//! Which API a refresh is for, and what it may have of it: Multi-Resource Refresh Tokens (token.md §3.3).

use wire::ids::Audience;
use wire::scope::ScopeSet;

use super::GrantRequest;
use super::error::TokenError;
use crate::access;
use crate::authorization::Authorization;
use crate::my_account::policy;

/// What the new access token is for.
pub(super) struct Target {
    /// `None` means `/userinfo` alone.
    pub(super) audience: Option<Audience>,
    pub(super) scope: ScopeSet,
}

/// The API that the request names, or that of the login, with those scopes that the request asks for and may have. More
/// is not refused, it is just not given (TK-3/2, TK-3.3/5).
pub(super) async fn target(
    request: &GrantRequest<'_>,
    authorization: &Authorization,
) -> Result<Target, TokenError> {
    let asked_for: Option<Audience> = request.parameters.parse("audience");
    let audience = asked_for.or_else(|| authorization.audience.clone());
    let now = request.now;
    if !policy::is_met(request.tenant, audience.as_ref(), authorization.auth_time, now) {
        return Err(TokenError::UnmetAuthenticationRequirements);
    }
    let allowed = match &audience {
        None => authorization.scope.clone(),
        Some(audience) => allowed(request, authorization, audience).await?,
    };
    let scope = match request.parameters.get("scope") {
        None => allowed,
        Some(asked) => ScopeSet::from(asked).filtered(|scope| allowed.contains(scope)),
    };
    Ok(Target { audience, scope })
}

/// All scopes that the token may yield for an API: those of the login if it was for that API (TK-3.3/3), and those that
/// the client's policy adds. What is about the person goes with every token.
async fn allowed(
    request: &GrantRequest<'_>,
    authorization: &Authorization,
    audience: &Audience,
) -> Result<ScopeSet, TokenError> {
    let is_of_the_login = authorization.audience.as_ref() == Some(audience);
    let added = added_by_policy(request, audience).await;
    let own = match &added {
        _ if is_of_the_login => authorization.scope.clone(),
        Some(_) => authorization.scope.filtered(access::is_about_the_person),
        None => return Err(refusal(request, audience).await),
    };
    let added = added.unwrap_or_default();
    Ok(own.iter().chain(added.iter()).collect())
}

/// The scopes that the client's policy gives for an API. A policy for an API that does not exist, or that asks people for
/// their consent, is as none (TK-3.3/6): nobody was asked.
async fn added_by_policy(request: &GrantRequest<'_>, audience: &Audience) -> Option<ScopeSet> {
    let GrantRequest { tenant, client, .. } = *request;
    let policies = &client.refresh_token.policies;
    let policy = policies.iter().find(|policy| policy.audience == *audience)?;
    let api = tenant.resource_servers.find(audience).await?;
    if !client.is_first_party || !api.skip_consent_for_verifiable_first_party_clients {
        return None;
    }
    let accessible = access::scopes_for_people(tenant, client, &api).await.ok()?;
    Some(accessible.filtered(|scope| policy.scope.iter().any(|own| own == scope)))
}

/// TK-3.3/7.
async fn refusal(request: &GrantRequest<'_>, audience: &Audience) -> TokenError {
    if request.tenant.resource_servers.find(audience).await.is_some() {
        TokenError::NotInPolicy {
            client_id: request.client.client_id.clone(),
            audience: audience.clone(),
        }
    } else {
        TokenError::ServiceNotFound(audience.clone())
    }
}
