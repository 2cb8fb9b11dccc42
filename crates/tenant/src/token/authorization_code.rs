//! Grant `authorization_code`: a code becomes tokens, once (token.md §2).

use wire::pkce::{CodeChallenge, CodeVerifier};
use wire::token::TokenResponse;

use super::GrantRequest;
use super::error::TokenError;
use crate::authorization::Authorization;
use crate::log::LogKind;
use crate::store::codes::{Code, NotRedeemed, Yield};
use crate::tenant::State as Tenant;

/// Redeems the code, and logs how that ended.
pub(super) async fn redeem(request: &GrantRequest<'_>) -> Result<TokenResponse, TokenError> {
    let mut redeemed = None;
    let result = exchange(request, &mut redeemed).await;
    let entry = request.tenant.log.outcome(&result, LogKind::Seacft, LogKind::Feacft);
    let entry = entry.client(&request.client.client_id);
    match redeemed {
        Some(Authorization { user_id, audience, scope, .. }) => {
            entry.user(&user_id).token(audience.as_ref(), &scope).write();
        }
        None => entry.write(),
    }
    result
}

/// A code that is presented again after it was redeemed was seen by somebody else: what it became is taken back, as far
/// as it can be (SC-1/7).
async fn exchange(
    request: &GrantRequest<'_>,
    redeemed: &mut Option<Authorization>,
) -> Result<TokenResponse, TokenError> {
    let GrantRequest { tenant, client, parameters, now, .. } = *request;
    let key = parameters.get("code").ok_or(TokenError::Missing("code"))?;
    let check = |code: &Code| check(code, request);
    let code = match tenant.codes.redeem(key, &client.client_id, check, now).await {
        Ok(code) => code,
        Err(NotRedeemed::Unknown) => return Err(TokenError::InvalidCode),
        Err(NotRedeemed::Wrong(error)) => return Err(error),
        Err(NotRedeemed::Replayed(yielded)) => {
            take_back(tenant, &yielded).await;
            return Err(TokenError::InvalidCode);
        }
    };
    *redeemed = Some(code.authorization.clone());
    let user = tenant.users.find(&code.authorization.user_id).await;
    let user = user.ok_or(TokenError::InvalidCode)?;
    if user.blocked {
        return Err(TokenError::UserBlocked);
    }
    let has_no_api = code.authorization.audience.is_none();
    let response = request.tokens(&user, &code.authorization, code.nonce, None).await?;
    let yielded = Yield {
        refresh_token: response.refresh_token.clone(),
        opaque_token: has_no_api.then(|| response.access_token.clone()),
    };
    if tenant.codes.record(key, &yielded, now).await {
        Ok(response)
    } else {
        take_back(tenant, &yielded).await;
        Err(TokenError::InvalidCode)
    }
}

/// Whether the request is that of whom the code was for.
fn check(code: &Code, request: &GrantRequest<'_>) -> Result<(), TokenError> {
    let parameters = request.parameters;
    check_redirect_uri(code, parameters.get("redirect_uri"))?;
    check_verifier(code.code_challenge.as_ref(), parameters.parse("code_verifier"))?;
    Ok(request.check_key(code.dpop_jkt.as_ref())?)
}

/// The same string as in the authorization request, if that had one (RFC 6749 §4.1.3).
fn check_redirect_uri(code: &Code, sent: Option<&str>) -> Result<(), TokenError> {
    let matches = match sent {
        Some(sent) => sent == code.redirect_uri,
        None => !code.redirect_uri_was_sent,
    };
    matches.then_some(()).ok_or_else(|| TokenError::RedirectUri {
        sent: sent.unwrap_or_default().to_owned(),
        expected: code.redirect_uri.clone(),
    })
}

/// A challenge wants its verifier, and a verifier wants a challenge: neither is dropped on the way (SC-2/4, SC-2/5).
fn check_verifier(
    challenge: Option<&CodeChallenge>,
    verifier: Option<String>,
) -> Result<(), TokenError> {
    let matches = match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => CodeVerifier::try_from(verifier)
            .is_ok_and(|verifier| verifier.challenge() == *challenge),
        _ => false,
    };
    matches.then_some(()).ok_or(TokenError::CodeVerifier)
}

async fn take_back(tenant: &Tenant, yielded: &Yield) {
    if let Some(token) = &yielded.refresh_token {
        tenant.refresh_tokens.revoke(token.expose()).await;
    }
    if let Some(token) = &yielded.opaque_token {
        tenant.opaque_tokens.take(token.expose(), tenant.clock.now()).await;
    }
}
