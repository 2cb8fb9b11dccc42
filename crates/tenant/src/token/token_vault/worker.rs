//! Subject token: a JWT by which a privileged worker says itself whom it speaks for (token-vault.md §4).

mod subject_token;

use wire::ids::{ConnectionName, UserId};
use wire::scope::ScopeSet;
use wire::secret::Secret;

pub(crate) use self::subject_token::WorkersTokenError;

use super::told::Told;
use crate::store::connections::Connection;
use crate::token::GrantRequest;
use crate::token::error::TokenError;

/// What a worker may have, of whom.
pub(super) struct Warrant {
    pub(super) user_id: UserId,
    reach: Reach,
}

/// Which scopes.
enum Reach {
    /// Those that it asks for, and is granted.
    Asked(ScopeSet),
    /// It asks for none: those that it is granted, as far as the account has them.
    Granted(ScopeSet),
}

/// Refuses in the order: where it calls from, what it presents, what it may have. A client without settings may nothing
/// from anywhere.
pub(super) async fn warrant(
    request: &GrantRequest<'_>,
    subject_token: &Secret,
    connection: &ConnectionName,
    told: &mut Told,
) -> Result<Warrant, TokenError> {
    let GrantRequest { tenant, client, parameters, from, now, .. } = *request;
    let access = client.token_vault_privileged_access.as_ref();
    let access = access.filter(|access| access.allows_address(from.peer));
    let access = access.ok_or(TokenError::AddressNotAllowed)?;

    let claims = subject_token::verified(tenant, client, subject_token, told, now).await?;
    let granted = access.granted(connection).ok_or(TokenError::NotPrivileged)?;
    let granted: ScopeSet = granted.iter().map(String::as_str).collect();
    let asked: ScopeSet = parameters.parse("scope").unwrap_or_default();
    if !granted.contains_all(&asked) {
        return Err(TokenError::NotPrivileged);
    }
    let reach = if asked.is_empty() { Reach::Granted(granted) } else { Reach::Asked(asked) };
    Ok(Warrant { user_id: claims.sub, reach })
}

impl Warrant {
    /// The worker's client must be among those of the connection (TV-4/3).
    pub(super) fn check(
        request: &GrantRequest<'_>,
        connection: &Connection,
    ) -> Result<(), TokenError> {
        let is_enabled = connection.is_enabled_for(&request.client.client_id);
        is_enabled.then_some(()).ok_or(TokenError::ConnectionNotEnabled)
    }

    /// What of the account's scopes the token is to be for; `None` where that is all of them. Nobody gets what the person
    /// did not allow (SC-10/6).
    pub(super) fn narrowing(&self, account: &ScopeSet) -> Result<Option<ScopeSet>, TokenError> {
        let scope = match &self.reach {
            Reach::Asked(asked) if !account.contains_all(asked) => {
                return Err(TokenError::ScopeNotHeld);
            }
            Reach::Asked(asked) => asked.clone(),
            Reach::Granted(granted) => granted.filtered(|scope| account.contains(scope)),
        };
        if scope.is_empty() && !account.is_empty() {
            return Err(TokenError::ScopeNotHeld);
        }
        Ok((!scope.contains_all(account)).then_some(scope))
    }
}
