//! Grant `authorization_code`: a code becomes tokens, once (token.md §2).

use wire::pkce::{CodeChallenge, CodeVerifier};
use wire::token::TokenResponse;

use super::GrantRequest;
use super::error::TokenError;
use crate::issue::{self, IdTokenFacts, Manner};
use crate::log::LogKind;
use crate::store::codes::Code;
use crate::store::users::User;

/// Redeems the code. Whatever is wrong with the request, the code is worth nothing afterwards.
pub(super) async fn redeem(request: &GrantRequest<'_>) -> Result<TokenResponse, TokenError> {
    let result = exchange(request).await;
    let entry = request.tenant.log.outcome(&result, LogKind::Seacft, LogKind::Feacft);
    entry.client(&request.client.client_id).write();
    result
}

async fn exchange(request: &GrantRequest<'_>) -> Result<TokenResponse, TokenError> {
    let GrantRequest { tenant, client, parameters, now, .. } = request;
    let code = parameters.get("code").ok_or(TokenError::Missing("code"))?;
    let code = tenant.codes.take(code, *now).await.ok_or(TokenError::InvalidCode)?;
    if code.authorization.client_id != client.client_id {
        return Err(TokenError::InvalidCode);
    }
    check_redirect_uri(&code, parameters.get("redirect_uri"))?;
    check_verifier(code.code_challenge.as_ref(), parameters.parse("code_verifier"))?;
    request.check_key(code.dpop_jkt.as_ref())?;

    let user = tenant.users.find(&code.authorization.user_id).await;
    let user = user.ok_or(TokenError::InvalidCode)?;
    if user.blocked {
        return Err(TokenError::UserBlocked);
    }
    issue(request, code, &user).await
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

async fn issue(
    request: &GrantRequest<'_>,
    code: Code,
    user: &User,
) -> Result<TokenResponse, TokenError> {
    let GrantRequest { tenant, client, now, .. } = *request;
    let Code { authorization, nonce, .. } = code;
    let id_token = if authorization.scope.contains("openid") {
        let facts = IdTokenFacts { nonce, ..IdTokenFacts::default() };
        Some(issue::id_token(tenant, client, user, &authorization, facts, now)?)
    } else {
        None
    };
    let manner = Manner { cnf: request.cnf().await?, ..Manner::default() };
    let access_token = issue::access_token(tenant, client, &authorization, manner, now).await?;
    Ok(TokenResponse {
        access_token: access_token.token,
        refresh_token: None,
        id_token,
        scope: Some(authorization.scope),
        expires_in: access_token.expires_in,
        issued_token_type: None,
        token_type: access_token.token_type,
    })
}
