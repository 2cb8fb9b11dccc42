//! On-behalf-of exchange (token.md §5): an API calls another one in the name of the person who called it.

use service::random;
use wire::claims::{AccessTokenClaims, Actor};
use wire::ids::{Audience, UserId};
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::token::TokenResponse;
use wire::token_exchange::ACCESS_TOKEN_TYPE;

use super::actor;
use crate::access;
use crate::authorization::{Authorization, OrganizationClaims};
use crate::issue::{self, Manner};
use crate::log::LogKind;
use crate::organization;
use crate::store::clients::{Client, ProfileType};
use crate::tenant::State as Tenant;
use crate::token::GrantRequest;
use crate::token::error::TokenError;

/// How many actors may stand in a token that is exchanged (TK-5/1, SC-3/10).
const MOST_ACTORS: usize = 4;

/// Exchanges, and logs how that ended.
pub(super) async fn exchange(
    request: &GrantRequest<'_>,
    subject_token: &Secret,
) -> Result<TokenResponse, TokenError> {
    let mut subject = None;
    let result = checked_exchange(request, subject_token, &mut subject).await;
    let log = &request.tenant.log;
    let entry = log.outcome(&result, LogKind::SuccessOnBehalfOf, LogKind::FailedOnBehalfOf);
    entry.client(&request.client.client_id).user(subject.as_ref()).write();
    result
}

/// Refuses in the order: the client, the request, the subject token, its person, the API that is to be called. Whether
/// the subject token is bound to a key is not asked again: that was for the API to do that took it.
async fn checked_exchange(
    request: &GrantRequest<'_>,
    subject_token: &Secret,
    logged_subject: &mut Option<UserId>,
) -> Result<TokenResponse, TokenError> {
    let GrantRequest { tenant, client, parameters, now, .. } = *request;
    let own_api = own_api(client)?;
    match parameters.get("requested_token_type") {
        None => return Err(TokenError::Missing("requested_token_type")),
        Some(ACCESS_TOKEN_TYPE) => {}
        Some(_) => return Err(TokenError::UnknownTokenType("requested_token_type")),
    }
    let audience: Audience = parameters.parse("audience").ok_or(TokenError::Missing("audience"))?;

    let subject = tenant.access_tokens.verify(subject_token, now).await?;
    *logged_subject = Some(subject.sub.clone());
    if !subject.aud.contains(own_api.as_str()) {
        return Err(TokenError::NotItsApi(own_api.clone()));
    }
    if actors(&subject).count() >= MOST_ACTORS {
        return Err(TokenError::TooManyActors);
    }
    let person = tenant.users.find(&subject.sub).await;
    if person.is_none_or(|person| person.blocked) {
        return Err(TokenError::UnknownSubject);
    }
    let organization = organization(tenant, &subject).await?;

    let scope = scope(request, &audience).await?;
    let act = Some(Actor { act: acted_before(&subject), ..actor(client.client_id.to_string()) });
    let manner = Manner { act, cnf: request.cnf().await?, ..Manner::default() };
    let authorization = Authorization {
        client_id: client.client_id.clone(),
        user_id: subject.sub,
        audience: Some(audience),
        scope,
        // No ID token is made of this, and no session goes with it.
        session_id: random::identifier(32),
        auth_time: now,
        tells_auth_time: false,
        organization,
    };
    let token = issue::access_token(tenant, client, &authorization, manner, now).await?;
    Ok(TokenResponse {
        access_token: token.token,
        refresh_token: None,
        id_token: None,
        scope: (!token.scope.is_empty()).then_some(token.scope),
        expires_in: token.expires_in,
        issued_token_type: Some(ACCESS_TOKEN_TYPE.to_owned()),
        token_type: token.token_type,
    })
}

/// The API that the client is linked to, if it may exchange tokens of that one.
fn own_api(client: &Client) -> Result<&Audience, TokenError> {
    if client.is_public() || !client.may_exchange(ProfileType::OnBehalfOfTokenExchange) {
        return Err(TokenError::ExchangeNotAllowed);
    }
    client.linked_api().ok_or(TokenError::ExchangeNotAllowed)
}

/// Who acted for the subject already, the latest first.
fn actors(subject: &AccessTokenClaims) -> impl Iterator<Item = &Actor> {
    std::iter::successors(subject.act.as_ref(), |actor| actor.act.as_deref())
}

/// Who acted before the client: at first that is the application that the person logged in to.
fn acted_before(subject: &AccessTokenClaims) -> Option<Box<Actor>> {
    let application = || subject.client().map(|client| actor(client.to_string()));
    subject.act.clone().or_else(application).map(Box::new)
}

/// What the client may have of the other API in a person's name. It needs a grant of its own for that, whatever the API
/// allows others; more than the grant says is refused (TK-5/3).
async fn scope(request: &GrantRequest<'_>, audience: &Audience) -> Result<ScopeSet, TokenError> {
    let GrantRequest { tenant, client, parameters, .. } = *request;
    let api = tenant.resource_servers.find(audience).await;
    let api = api.ok_or_else(|| TokenError::UnknownAudience(audience.clone()))?;
    let granted = access::granted_for_people(tenant, client, &api).await;
    let granted = granted.map_err(|_| TokenError::NoClientGrant(audience.clone()))?;
    let asked: ScopeSet = parameters.get("scope").unwrap_or_default().into();
    let beyond = asked.filtered(|scope| !granted.contains(scope));
    if !beyond.is_empty() {
        return Err(TokenError::ScopesNotGranted(beyond));
    }
    Ok(if asked.is_empty() { granted } else { asked })
}

/// The organization that the person logged in to is kept, as long as they are its member.
async fn organization(
    tenant: &Tenant,
    subject: &AccessTokenClaims,
) -> Result<Option<OrganizationClaims>, TokenError> {
    let Some(org_id) = &subject.org_id else {
        return Ok(None);
    };
    let organization = tenant.organizations.find(org_id).await;
    let organization = organization.filter(|organization| organization.has_member(&subject.sub));
    let organization = organization.ok_or(TokenError::UnknownSubject)?;
    Ok(Some(organization::claims(tenant, &organization)))
}
