//! Grant `refresh_token`: new tokens for a login that was some time ago (token.md §3).

use wire::ids::UserId;
use wire::secret::Secret;
use wire::token::TokenResponse;

use super::GrantRequest;
use super::error::TokenError;
use super::multi_resource::{self, Target};
use crate::authorization::Authorization;
use crate::issue::{self, IdTokenFacts, Manner};
use crate::log::{LogKind, RefreshTokenDetails};
use crate::store::consents::Parties;
use crate::store::refresh_tokens::{Found, NotExchanged};
use crate::store::users::User;

/// Renews tokens, and logs how that ended: `sertft`, `fertft`, or `ferrt` for a token that was replaced before.
pub(super) async fn renew(request: &GrantRequest<'_>) -> Result<TokenResponse, TokenError> {
    let mut concerned = Concerned::default();
    let result = exchange(request, &mut concerned).await;
    let failure = if concerned.was_reused { LogKind::Ferrt } else { LogKind::Fertft };
    let entry = request.tenant.log.outcome(&result, LogKind::Sertft, failure);
    let entry = entry.client(&request.client.client_id).user(concerned.user_id.as_ref());
    entry.details(concerned.details).write();
    result
}

/// What the log tells, as far as it is known.
#[derive(Default)]
struct Concerned {
    user_id: Option<UserId>,
    details: Option<RefreshTokenDetails>,
    was_reused: bool,
}

/// A token that was replaced is used at once, and that is the end of it. Any other is used last, so that what is refused
/// costs it nothing, and of two requests at once only one is served: what was issued for the other one is thrown away.
async fn exchange(
    request: &GrantRequest<'_>,
    concerned: &mut Concerned,
) -> Result<TokenResponse, TokenError> {
    let GrantRequest { tenant, client, parameters, now, .. } = *request;
    let token = parameters.get("refresh_token").ok_or(TokenError::Missing("refresh_token"))?;
    let found = tenant.refresh_tokens.find(token, client, now).await;
    // Another client's token is none of this client's (SC-1/13).
    let found = found.filter(|found| found.authorization.client_id == client.client_id);
    let Found { authorization, jkt, was_replaced, details, .. } =
        found.ok_or(TokenError::RefreshToken)?;
    concerned.user_id = Some(authorization.user_id.clone());
    concerned.details = Some(details);
    request.check_key(jkt.as_ref())?;
    let parties = authorization.parties();
    if was_replaced {
        use_up(request, token, &parties, concerned).await?;
    }
    let user = person(request, &authorization).await?;
    let target = multi_resource::target(request, &authorization).await?;
    let response = issue(request, authorization, target, &user).await?;
    let refresh_token = use_up(request, token, &parties, concerned).await?;
    Ok(TokenResponse { refresh_token, ..response })
}

/// Uses the token. One that was replaced ends the grant, what the person allowed included (TK-3.2/4).
async fn use_up(
    request: &GrantRequest<'_>,
    token: &str,
    parties: &Parties,
    concerned: &mut Concerned,
) -> Result<Option<Secret>, TokenError> {
    let GrantRequest { tenant, client, now, .. } = *request;
    match tenant.refresh_tokens.exchange(token, client, now).await {
        Ok(next) => Ok(next),
        Err(NotExchanged::Unknown) => Err(TokenError::RefreshToken),
        Err(NotExchanged::Reused(details)) => {
            concerned.details = Some(details);
            concerned.was_reused = true;
            tenant.consents.remove(parties).await;
            Err(TokenError::RefreshToken)
        }
    }
}

/// Whom the token speaks of, if that person may still have tokens (TK-3.4/3, TK-3.4/4).
async fn person(
    request: &GrantRequest<'_>,
    authorization: &Authorization,
) -> Result<User, TokenError> {
    let tenant = request.tenant;
    let user = tenant.users.find(&authorization.user_id).await.ok_or(TokenError::PersonGone)?;
    if user.blocked { Err(TokenError::UserBlocked) } else { Ok(user) }
}

async fn issue(
    request: &GrantRequest<'_>,
    authorization: Authorization,
    target: Target,
    user: &User,
) -> Result<TokenResponse, TokenError> {
    let GrantRequest { tenant, client, now, .. } = *request;
    // Who logged in is told as at the login, whatever the access token is for (SC-4/12); without its nonce.
    let id_token = if authorization.scope.contains("openid") {
        let facts = IdTokenFacts::default();
        Some(issue::id_token(tenant, client, user, &authorization, facts, now).await?)
    } else {
        None
    };
    let Target { audience, scope } = target;
    let authorization = Authorization { audience, scope, ..authorization };
    let cnf = request.cnf().await?;
    let manner = Manner { gty: Some("refresh_token"), cnf, ..Manner::default() };
    let access_token = issue::access_token(tenant, client, &authorization, manner, now).await?;
    Ok(TokenResponse {
        access_token: access_token.token,
        refresh_token: None,
        id_token,
        scope: Some(access_token.scope),
        expires_in: access_token.expires_in,
        issued_token_type: None,
        token_type: access_token.token_type,
    })
}
