//! The access token exchange with Token Vault: a token of ours becomes the provider's (token-vault.md §2).

use wire::claims::AccessTokenClaims;
use wire::ids::{ConnectionName, UserId};
use wire::parameters::Parameters;
use wire::secret::Secret;
use wire::timestamp::Timestamp;
use wire::token::{TokenResponse, TokenType};
use wire::token_exchange::{ACCESS_TOKEN_TYPE, FEDERATED_CONNECTION_ACCESS_TOKEN};

use super::GrantRequest;
use super::error::TokenError;
use crate::log::LogKind;
use crate::store::connections::Connection;
use crate::store::vault::{ConnectedAccount, ProviderToken, TokenSet};
use crate::tenant::State as Tenant;
use crate::upstream::Upstream;

/// Exchanges the subject token, and logs how that ended: `seta` or `feta` (token-vault.md §5).
pub(super) async fn exchange(request: &GrantRequest<'_>) -> Result<TokenResponse, TokenError> {
    let GrantRequest { tenant, client, parameters, .. } = *request;
    let mut subject = None;
    let result = checked_exchange(request, &mut subject).await;
    let entry = tenant.log.outcome(&result, LogKind::Seta, LogKind::Feta);
    let mut entry = entry.client(&client.client_id).user(subject.as_ref());
    if let Some(connection) = parameters.get("connection") {
        entry = entry.connection(connection);
    }
    entry.write();
    result
}

/// Refuses in the order of TV-2.3: the client, the request, the subject token, its link, its person, the account.
async fn checked_exchange(
    request: &GrantRequest<'_>,
    logged_subject: &mut Option<UserId>,
) -> Result<TokenResponse, TokenError> {
    let GrantRequest { tenant, client, parameters, now, .. } = *request;
    if !client.is_eligible_for_token_vault() {
        return Err(TokenError::NotEligibleForTokenVault);
    }
    // The provider's token cannot be bound to the key of a proof; the proof itself must be good all the same (TV-2.1/11).
    request.cnf().await?;
    let request = Request::read(parameters)?;
    let api = client.linked_api().ok_or(TokenError::NotAResourceServer)?;

    let subject = tenant.access_tokens.verify(&request.subject_token, now).await?;
    *logged_subject = Some(subject.sub.clone());
    if !subject.aud.contains(api.as_str()) {
        return Err(TokenError::NotItsApi(api.clone()));
    }
    let connection = check_person_and_connection(tenant, &subject, &request.connection).await?;
    let account = account(tenant, &subject, &request).await?;

    let mut tokens = account.tokens().await;
    let token = fresh_token(&mut tokens, &tenant.upstream, &connection, now).await?;
    Ok(TokenResponse {
        access_token: token.token,
        refresh_token: None,
        id_token: None,
        scope: Some(tokens.scope.clone()),
        expires_in: now.seconds_until(token.expires_at),
        issued_token_type: Some(FEDERATED_CONNECTION_ACCESS_TOKEN.to_owned()),
        token_type: TokenType::Bearer,
    })
}

/// The exchange's own parameters (TV-2.1). `scope`, `audience` and `resource` mean nothing here and are ignored.
struct Request {
    subject_token: Secret,
    connection: ConnectionName,
    login_hint: Option<String>,
}

impl Request {
    fn read(parameters: &Parameters) -> Result<Self, TokenError> {
        let required = |name| parameters.get(name).ok_or(TokenError::Required(name));
        let requested_token_type = required("requested_token_type")?;
        let subject_token_type = required("subject_token_type")?;
        let subject_token = required("subject_token")?.into();
        let connection = required("connection")?.into();
        if requested_token_type != FEDERATED_CONNECTION_ACCESS_TOKEN {
            return Err(TokenError::UnknownTokenType("requested_token_type"));
        }
        if subject_token_type != ACCESS_TOKEN_TYPE {
            return Err(TokenError::UnknownTokenType("subject_token_type"));
        }
        Ok(Self { subject_token, connection, login_hint: parameters.parse("login_hint") })
    }
}

async fn check_person_and_connection(
    tenant: &Tenant,
    subject: &AccessTokenClaims,
    connection: &ConnectionName,
) -> Result<Connection, TokenError> {
    let user = tenant.users.find(&subject.sub).await.ok_or(TokenError::UnknownSubject)?;
    if user.blocked {
        return Err(TokenError::UnknownSubject);
    }
    let connection = tenant.connections.find(connection).await;
    connection
        .filter(|connection| connection.connected_accounts.active)
        .ok_or(TokenError::ConnectionNotEnabled)
}

/// The account that is meant: the most recently connected one, or the one that `login_hint` names.
async fn account(
    tenant: &Tenant,
    subject: &AccessTokenClaims,
    request: &Request,
) -> Result<ConnectedAccount, TokenError> {
    let mut accounts = tenant.vault.find(&subject.sub, &request.connection).await.into_iter();
    match &request.login_hint {
        Some(_) if accounts.len() == 0 => Err(TokenError::NotConnected),
        Some(hint) => {
            accounts.find(|account| account.is_meant_by(hint)).ok_or(TokenError::NoAccountForHint)
        }
        None => accounts.next().ok_or(TokenError::NotConnected),
    }
}

/// The stored access token while it lasts; then a new one from the provider, which is kept (TV-5/1).
async fn fresh_token(
    tokens: &mut TokenSet,
    upstream: &Upstream,
    connection: &Connection,
    now: Timestamp,
) -> Result<ProviderToken, TokenError> {
    if let Some(token) = tokens.access_token.as_ref().filter(|token| now < token.expires_at) {
        return Ok(token.clone());
    }
    // A provider that gave no refresh token leaves nothing to go on with (TV-5/5).
    let refresh_token = tokens.refresh_token.as_ref().ok_or(TokenError::NotConnected)?;
    let refreshed = upstream.refresh(connection, refresh_token, None).await?;
    let expires_at = refreshed.expires_at(now, true);
    let token = ProviderToken { token: refreshed.access_token, expires_at };
    tokens.access_token = Some(token.clone());
    if let Some(rotated) = refreshed.refresh_token {
        tokens.refresh_token = Some(rotated);
    }
    if let Some(scope) = refreshed.scope {
        tokens.scope = scope;
    }
    Ok(token)
}
