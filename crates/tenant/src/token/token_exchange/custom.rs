//! Custom token exchange (token.md §6): a token of another issuer is as good as a login.

use service::random;
use wire::claims::Actor;
use wire::ids::UserId;
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::token::TokenResponse;
use wire::token_exchange::ACCESS_TOKEN_TYPE;

use super::{Presented, actor, subject_rule};
use crate::access;
use crate::authorization::{Authorization, OrganizationClaims};
use crate::log::LogKind;
use crate::organization;
use crate::store::clients::ProfileType;
use crate::store::resource_servers::ResourceServer;
use crate::store::token_exchange_profiles::TokenExchangeProfile;
use crate::store::users::User;
use crate::token::GrantRequest;
use crate::token::error::TokenError;

/// Exchanges, and logs how that ended.
pub(super) async fn exchange(
    request: &GrantRequest<'_>,
    profile: &TokenExchangeProfile,
    subject_token: &Secret,
) -> Result<TokenResponse, TokenError> {
    let mut subject = None;
    let result = checked_exchange(request, profile, subject_token, &mut subject).await;
    let entry = request.tenant.log.outcome(&result, LogKind::Secte, LogKind::Fecte);
    let entry = entry.client(&request.client.client_id).connection(&profile.name);
    entry.user(subject.as_ref()).write();
    result
}

/// Refuses in the order: the client, the request, the subject and actor tokens, the person, the API.
async fn checked_exchange(
    request: &GrantRequest<'_>,
    profile: &TokenExchangeProfile,
    subject_token: &Secret,
    logged_subject: &mut Option<UserId>,
) -> Result<TokenResponse, TokenError> {
    let GrantRequest { tenant, client, parameters, .. } = *request;
    let is_eligible = client.is_first_party && client.oidc_conformant;
    if !is_eligible || !client.may_exchange(ProfileType::CustomAuthentication) {
        return Err(TokenError::ExchangeNotAllowed);
    }
    if parameters.get("requested_token_type").is_some_and(|kind| kind != ACCESS_TOKEN_TYPE) {
        return Err(TokenError::UnknownTokenType("requested_token_type"));
    }
    let actor_token = Presented::actor(parameters)?;

    let named = named(request, profile, subject_token).await?;
    let act = match &actor_token {
        Some(token) => Some(actor(acting(request, token).await?)),
        None => None,
    };
    let user = subject_rule::person(tenant, &profile.rule, &named).await;
    let user = user.ok_or(TokenError::UnknownSubject)?;
    *logged_subject = Some(user.user_id.clone());
    if user.blocked {
        return Err(TokenError::UserBlocked);
    }
    let organization = organization(request, &user).await?;
    issue(request, &user, act, organization).await
}

/// The organization that the request names, which the person must be a member of, as at a login.
async fn organization(
    request: &GrantRequest<'_>,
    user: &User,
) -> Result<Option<OrganizationClaims>, TokenError> {
    let GrantRequest { tenant, client, parameters, .. } = *request;
    let asked: String = parameters.parse("organization").unwrap_or_default();
    match organization::requested(tenant, parameters, client).await {
        Ok(None) => Ok(None),
        Ok(Some(found)) if organization::admits(tenant, &found, user).await => {
            Ok(Some(organization::claims(tenant, &found)))
        }
        _ => Err(TokenError::Organization(asked)),
    }
}

/// How the subject token names its person. Who comes with bad ones too often has to wait.
async fn named(
    request: &GrantRequest<'_>,
    profile: &TokenExchangeProfile,
    token: &Secret,
) -> Result<String, TokenError> {
    let GrantRequest { tenant, caller, now, .. } = *request;
    let proof = async { subject_rule::subject(&profile.rule, token, now) };
    let attempt = (profile.subject_token_type.as_str(), caller);
    let named = tenant.failed_exchanges.attempt(attempt, now, proof).await?;
    named.ok_or(TokenError::InvalidSubjectToken)
}

/// Who acts: the subject of an access token of ours, or whom a token of another profile names.
async fn acting(
    request: &GrantRequest<'_>,
    presented: &Presented<'_>,
) -> Result<String, TokenError> {
    let GrantRequest { tenant, now, .. } = *request;
    if presented.token_type == ACCESS_TOKEN_TYPE {
        let claims = tenant.access_tokens.verify(&presented.token, now).await;
        return claims
            .map(|claims| claims.sub.to_string())
            .map_err(|_| TokenError::InvalidActorToken);
    }
    let profile = tenant.token_exchange_profiles.find(presented.token_type).await;
    let profile = profile.ok_or(TokenError::UnknownTokenType("actor_token_type"))?;
    named(request, &profile, &presented.token).await.map_err(|error| match error {
        TokenError::InvalidSubjectToken => TokenError::InvalidActorToken,
        error => error,
    })
}

/// What a login with the client would have yielded. With an actor there is no refresh token: it would act for ever.
async fn issue(
    request: &GrantRequest<'_>,
    user: &User,
    act: Option<Actor>,
    organization: Option<OrganizationClaims>,
) -> Result<TokenResponse, TokenError> {
    let GrantRequest { tenant, client, now, .. } = *request;
    let audience = access::audience(tenant, request.parameters)?;
    let api = match &audience {
        Some(audience) => {
            let api = tenant.resource_servers.find(audience).await;
            Some(api.ok_or_else(|| TokenError::UnknownAudience(audience.clone()))?)
        }
        None => None,
    };
    let scope = scope(request, api.as_ref(), act.is_some()).await?;
    let authorization = Authorization {
        client_id: client.client_id.clone(),
        user_id: user.user_id.clone(),
        audience,
        scope,
        session_id: random::identifier(32),
        auth_time: now,
        tells_auth_time: false,
        organization,
    };
    let tokens = request.tokens(user, &authorization, None, act).await?;
    Ok(TokenResponse { issued_token_type: Some(ACCESS_TOKEN_TYPE.to_owned()), ..tokens })
}

/// What the client may have of what it asks for; the rest is left out, as at a login.
async fn scope(
    request: &GrantRequest<'_>,
    api: Option<&ResourceServer>,
    has_actor: bool,
) -> Result<ScopeSet, TokenError> {
    let GrantRequest { tenant, client, parameters, .. } = *request;
    let of_api = match api {
        Some(api) => access::scopes_for_people(tenant, client, api)
            .await
            .map_err(|_| TokenError::NoClientGrant(api.identifier.clone()))?,
        None => ScopeSet::default(),
    };
    let gives_refresh_token = !has_actor && client.gets_refresh_tokens(api);
    let asked: ScopeSet = parameters.get("scope").unwrap_or_default().into();
    Ok(access::given(&asked, &of_api, gives_refresh_token))
}
