//! Grant `authorization_code`: a code becomes tokens, once (token.md §2).

use wire::parameters::Parameters;
use wire::pkce::{CodeChallenge, CodeVerifier};
use wire::timestamp::Timestamp;
use wire::token::{TokenResponse, TokenType};

use super::error::TokenError;
use crate::access_token::Grant;
use crate::id_token;
use crate::log::LogKind;
use crate::store::clients::Client;
use crate::store::codes::Code;
use crate::store::opaque_tokens::{self, OpaqueToken};
use crate::store::users::User;
use crate::tenant::State as Tenant;

/// Redeems the code. Whatever is wrong with the request, the code is worth nothing afterwards.
pub(super) async fn redeem(
    tenant: &Tenant,
    client: &Client,
    parameters: &Parameters,
) -> Result<TokenResponse, TokenError> {
    let result = exchange(tenant, client, parameters).await;
    let entry = tenant.log.outcome(&result, LogKind::Seacft, LogKind::Feacft);
    entry.client(&client.client_id).write();
    result
}

async fn exchange(
    tenant: &Tenant,
    client: &Client,
    parameters: &Parameters,
) -> Result<TokenResponse, TokenError> {
    let now = tenant.clock.now();
    let code = parameters.get("code").ok_or(TokenError::Missing("code"))?;
    let code = tenant.codes.take(code, now).await.ok_or(TokenError::InvalidCode)?;
    if code.client_id != client.client_id {
        return Err(TokenError::InvalidCode);
    }
    check_redirect_uri(&code, parameters.get("redirect_uri"))?;
    check_verifier(code.code_challenge.as_ref(), parameters.parse("code_verifier"))?;

    let user = tenant.users.find(&code.user_id).await.ok_or(TokenError::InvalidCode)?;
    if user.blocked {
        return Err(TokenError::UserBlocked);
    }
    issue(tenant, client, code, &user, now).await
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
    tenant: &Tenant,
    client: &Client,
    code: Code,
    user: &User,
    now: Timestamp,
) -> Result<TokenResponse, TokenError> {
    let id_token = if code.scope.contains("openid") {
        let person = id_token::person(user, &code.scope);
        let claims =
            id_token::claims(&tenant.issuer, client, person, code.nonce, code.session_id, now);
        Some(tenant.access_tokens.sign(&claims)?)
    } else {
        None
    };
    let scope = code.scope.clone();
    let (access_token, expires_in) = if let Some(audience) = code.audience {
        let api = tenant.resource_servers.find(&audience).await;
        let lifetime = api.ok_or(TokenError::InvalidCode)?.token_lifetime;
        let grant = Grant {
            subject: code.user_id,
            client_id: client.client_id.clone(),
            audience,
            scope: code.scope,
            lifetime,
            gty: None,
        };
        (tenant.access_tokens.issue(grant, now)?, lifetime)
    } else {
        let opaque = OpaqueToken { user_id: code.user_id, scope: code.scope };
        let lifetime = opaque_tokens::LIFETIME;
        (tenant.opaque_tokens.insert(opaque, lifetime, now).await, lifetime)
    };
    Ok(TokenResponse {
        access_token,
        refresh_token: None,
        id_token,
        scope: Some(scope),
        expires_in,
        issued_token_type: None,
        token_type: TokenType::Bearer,
    })
}
