//! Grant `client_credentials`: a token for the client itself (token.md §4).

use wire::scope::ScopeSet;
use wire::token::{TokenResponse, TokenType};

use super::GrantRequest;
use super::error::TokenError;
use crate::access;
use crate::access_token::Grant;
use crate::authorization::OrganizationClaims;
use crate::custom_claims::Claims;
use crate::dpop::binding;
use crate::log::LogKind;
use crate::organization;
use crate::store::client_grants::{ClientGrant, SubjectType};
use crate::store::clients::OrganizationUsage;
use crate::store::resource_servers::AccessPolicy;

/// Issues a token for the API, with all scopes of the client's grant or those that are asked for.
pub(super) async fn issue(request: &GrantRequest<'_>) -> Result<TokenResponse, TokenError> {
    let result = grant(request).await;
    let entry = request.tenant.log.outcome(&result, LogKind::Seccft, LogKind::Feccft);
    let entry = entry.client(&request.client.client_id);
    match &result {
        Ok(TokenResponse { scope: Some(scope), .. }) => {
            entry.token(request.parameters.parse("audience").as_ref(), scope).write();
        }
        _ => entry.write(),
    }
    result
}

async fn grant(request: &GrantRequest<'_>) -> Result<TokenResponse, TokenError> {
    let GrantRequest { tenant, client, parameters, now, .. } = *request;
    if client.is_public() {
        return Err(TokenError::GrantNotAllowed("client_credentials".to_owned()));
    }
    let audience = access::audience(tenant, parameters)?.ok_or(TokenError::MissingAudience)?;
    let api = tenant.resource_servers.find(&audience).await;
    let api = api.ok_or_else(|| TokenError::UnknownAudience(audience.clone()))?;
    let grant = tenant.client_grants.find(client, &audience, SubjectType::Client).await;
    let denied = api.subject_type_authorization.client.policy == AccessPolicy::DenyAll;
    let grant = grant.filter(|_| !denied);
    let grant = grant.ok_or_else(|| TokenError::NoClientGrant(audience.clone()))?;
    let granted = grant.scopes(&api);
    let organization = organization(request, &grant).await?;

    let asked: ScopeSet = parameters.get("scope").unwrap_or_default().into();
    let beyond = asked.filtered(|scope| !granted.contains(scope));
    if !beyond.is_empty() {
        return Err(TokenError::ScopesNotGranted(beyond));
    }
    let scope = if asked.is_empty() { granted.clone() } else { asked };
    let cnf = binding::confirmation(client, Some(&api), request.cnf().await?)?;
    let token_type = TokenType::of(cnf.as_ref());
    let token = Grant {
        subject: format!("{}@clients", client.client_id).into(),
        client_id: client.client_id.clone(),
        scope: scope.clone(),
        lifetime: api.token_lifetime,
        gty: Some("client-credentials"),
        organization,
        act: None,
        cnf,
        custom: Claims::new(),
        // A client may do what it was granted.
        permissions: granted.iter().map(str::to_owned).collect(),
    };
    Ok(TokenResponse {
        access_token: tenant.access_tokens.issue(&api, token, now).await?,
        refresh_token: None,
        id_token: None,
        scope: (!scope.is_empty()).then_some(scope),
        expires_in: api.token_lifetime,
        issued_token_type: None,
        token_type,
    })
}

/// The organization that the token is for, as far as the grant lets the client have one. Which clients belong to which
/// organization is not told here, so that a grant is for any or for none.
async fn organization(
    request: &GrantRequest<'_>,
    grant: &ClientGrant,
) -> Result<Option<OrganizationClaims>, TokenError> {
    let GrantRequest { tenant, parameters, .. } = *request;
    let usage = grant.organization_usage.unwrap_or_default();
    let Some(asked) = parameters.get("organization") else {
        let missing = TokenError::Missing("organization");
        return if usage == OrganizationUsage::Require { Err(missing) } else { Ok(None) };
    };
    let may_have_any =
        usage != OrganizationUsage::Deny && grant.allow_any_organization == Some(true);
    let found = if may_have_any { organization::named(tenant, asked).await } else { None };
    let found = found.ok_or_else(|| TokenError::Organization(asked.to_owned()))?;
    Ok(Some(organization::claims(tenant, &found)))
}
