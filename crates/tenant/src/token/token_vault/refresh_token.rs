//! Subject token: a refresh token of the tenant, of the client that asks (token-vault.md §3).

use wire::ids::UserId;
use wire::secret::Secret;

use super::told::Told;
use crate::store::refresh_tokens::Found;
use crate::token::GrantRequest;
use crate::token::error::TokenError;

/// What a client has refresh tokens by (TV-3/3).
const GRANTS: [&str; 2] = ["authorization_code", "refresh_token"];

/// Whom the token speaks of. It is looked at and not used: it is neither replaced nor kept alive by this, since what ends
/// an unused login is that the person's application does not renew its own tokens (TK-3.1/5).
pub(super) async fn subject(
    request: &GrantRequest<'_>,
    subject_token: &Secret,
    told: &mut Told,
) -> Result<UserId, TokenError> {
    let GrantRequest { tenant, client, now, .. } = *request;
    if let Some(missing) = GRANTS.into_iter().find(|grant| !client.allows_grant(grant)) {
        return Err(TokenError::GrantNotAllowed(missing.to_owned()));
    }
    let found = tenant.refresh_tokens.find(subject_token.expose(), client, now).await;
    // Another client's token is none of this client's (SC-1/13).
    let found = found.filter(|found| found.authorization.client_id == client.client_id);
    let Found { authorization, jkt, rotates, .. } = found.ok_or(TokenError::InvalidSubjectToken)?;
    told.user_id = Some(authorization.user_id.clone());
    if rotates || client.refresh_token.rotates() {
        return Err(TokenError::RotatingRefreshToken);
    }
    request.check_key(jkt.as_ref())?;
    Ok(authorization.user_id)
}
