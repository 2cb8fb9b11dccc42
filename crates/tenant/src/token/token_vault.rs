//! The exchange with Token Vault: a token of ours, or a worker's own, becomes the provider's (token-vault.md §2 to §4).

mod access_token;
mod flights;
pub(crate) mod refresh;
mod refresh_token;
mod told;
pub(crate) mod worker;

use service::random;
use wire::ids::{ConnectionName, UserId};
use wire::parameters::Parameters;
use wire::secret::Secret;
use wire::token::{TokenResponse, TokenType};
use wire::token_exchange::{
    ACCESS_TOKEN_TYPE, FEDERATED_CONNECTION_ACCESS_TOKEN, JWT_TYPE, REFRESH_TOKEN_TYPE,
    TOKEN_VAULT_ACCESS_TOKEN,
};

use self::told::Told;
use self::worker::Warrant;
use super::GrantRequest;
use super::error::TokenError;
use crate::store::connections::Connection;
use crate::store::vault::{Access, ConnectedAccount};

/// Exchanges the subject token, and logs how that ended.
pub(super) async fn exchange(request: &GrantRequest<'_>) -> Result<TokenResponse, TokenError> {
    let mut told = Told::default();
    let result = checked_exchange(request, &mut told).await;
    told.write(request, &result);
    result
}

/// Refuses in the order of TV-2.3: the client, the request, the subject token, its link, its person, the connection, the
/// account.
async fn checked_exchange(
    request: &GrantRequest<'_>,
    told: &mut Told,
) -> Result<TokenResponse, TokenError> {
    let GrantRequest { tenant, client, parameters, now, .. } = *request;
    if !client.is_eligible_for_token_vault() {
        return Err(TokenError::NotEligibleForTokenVault);
    }
    // The provider's token cannot be bound to the key of a proof; the proof itself must be good all the same (TV-2.1/11).
    request.cnf().await?;
    let Asked { subject, subject_token, connection, login_hint } = Asked::read(parameters)?;

    let (user_id, warrant) = match subject {
        Subject::AccessToken => (access_token::subject(request, &subject_token, told).await?, None),
        Subject::RefreshToken => {
            (refresh_token::subject(request, &subject_token, told).await?, None)
        }
        Subject::Worker => {
            let warrant = worker::warrant(request, &subject_token, &connection, told).await?;
            (warrant.user_id.clone(), Some(warrant))
        }
    };
    check_person(request, &user_id).await?;
    let connection = self::connection(request, &connection).await?;
    if warrant.is_some() {
        Warrant::check(request, &connection)?;
    }

    tenant.vault.sweep(now).await;
    let account = account(request, &user_id, &connection, login_hint.as_deref()).await?;
    let scope = match warrant {
        Some(warrant) => warrant.narrowing(&account.tokens().await.scope)?,
        None => None,
    };
    let Access { token, scope } =
        refresh::access(tenant, &account, &connection, scope, now).await?;
    Ok(TokenResponse {
        access_token: token.token,
        refresh_token: None,
        id_token: None,
        scope: Some(scope),
        expires_in: now.seconds_until(token.expires_at),
        issued_token_type: Some(subject.issued_token_type().to_owned()),
        token_type: TokenType::Bearer,
    })
}

/// What is exchanged.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject {
    AccessToken,
    RefreshToken,
    /// The word of a privileged worker.
    Worker,
}

impl Subject {
    fn of(subject_token_type: &str) -> Option<Self> {
        match subject_token_type {
            ACCESS_TOKEN_TYPE => Some(Self::AccessToken),
            REFRESH_TOKEN_TYPE => Some(Self::RefreshToken),
            JWT_TYPE => Some(Self::Worker),
            _ => None,
        }
    }

    /// What it becomes, by the name by which that is requested (TV-4/2).
    const fn issued_token_type(self) -> &'static str {
        match self {
            Self::AccessToken | Self::RefreshToken => FEDERATED_CONNECTION_ACCESS_TOKEN,
            Self::Worker => TOKEN_VAULT_ACCESS_TOKEN,
        }
    }
}

/// Whether a requested token type is one of Token Vault.
pub(super) fn issues(token_type: &str) -> bool {
    matches!(token_type, FEDERATED_CONNECTION_ACCESS_TOKEN | TOKEN_VAULT_ACCESS_TOKEN)
}

/// The exchange's own parameters (TV-2.1). `audience` and `resource` mean nothing here and are ignored, and so is `scope`
/// unless a worker asks.
struct Asked {
    subject: Subject,
    subject_token: Secret,
    connection: ConnectionName,
    login_hint: Option<String>,
}

impl Asked {
    fn read(parameters: &Parameters) -> Result<Self, TokenError> {
        let required = |name| parameters.get(name).ok_or(TokenError::Required(name));
        let requested_token_type = required("requested_token_type")?;
        let subject_token_type = required("subject_token_type")?;
        let subject_token = required("subject_token")?.into();
        let connection = required("connection")?.into();
        if !issues(requested_token_type) {
            return Err(TokenError::UnknownTokenType("requested_token_type"));
        }
        let subject = Subject::of(subject_token_type)
            .ok_or(TokenError::UnknownTokenType("subject_token_type"))?;
        if requested_token_type != subject.issued_token_type() {
            return Err(TokenError::TokenTypeCombination);
        }
        let login_hint = parameters.parse("login_hint");
        Ok(Self { subject, subject_token, connection, login_hint })
    }
}

/// Somebody whom the tenant knows, who is not blocked, and of whom no second factor is asked.
async fn check_person(request: &GrantRequest<'_>, user_id: &UserId) -> Result<(), TokenError> {
    let tenant = request.tenant;
    let user = tenant.users.find(user_id).await.ok_or(TokenError::UnknownSubject)?;
    if user.blocked {
        return Err(TokenError::UnknownSubject);
    }
    if tenant.vault_policy.requires_mfa {
        return Err(TokenError::MfaRequired(random::token().into()));
    }
    Ok(())
}

/// The connection, if its accounts may be connected, and where the tenant wants that, if the client may use it.
async fn connection(
    request: &GrantRequest<'_>,
    name: &ConnectionName,
) -> Result<Connection, TokenError> {
    let GrantRequest { tenant, client, .. } = *request;
    let must_be_enabled = tenant.vault_policy.connection_must_be_enabled_for_client;
    let connection = tenant.connections.find(name).await;
    connection
        .filter(|connection| connection.connected_accounts.active)
        .filter(|own| !must_be_enabled || own.is_enabled_for(&client.client_id))
        .ok_or(TokenError::ConnectionNotEnabled)
}

/// The account that is meant: the most recently connected one, or the one that `login_hint` names.
async fn account(
    request: &GrantRequest<'_>,
    user_id: &UserId,
    connection: &Connection,
    login_hint: Option<&str>,
) -> Result<ConnectedAccount, TokenError> {
    let vault = &request.tenant.vault;
    let mut accounts = vault.find(user_id, &connection.name).await.into_iter();
    match login_hint {
        Some(_) if accounts.len() == 0 => Err(TokenError::NotConnected),
        Some(hint) => {
            accounts.find(|account| account.is_meant_by(hint)).ok_or(TokenError::NoAccountForHint)
        }
        None => accounts.next().ok_or(TokenError::NotConnected),
    }
}
