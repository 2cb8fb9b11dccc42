//! Subject token: an access token of the tenant, for the API whose Custom API Client asks (token-vault.md §2).

use wire::ids::UserId;
use wire::secret::Secret;

use super::told::Told;
use crate::token::GrantRequest;
use crate::token::error::TokenError;

/// Whom the token speaks of. A stranger's token is one for another API (TV-2.4/9, SC-10/2); whether it is bound to a key
/// was for the API to ask that took it.
pub(super) async fn subject(
    request: &GrantRequest<'_>,
    subject_token: &Secret,
    told: &mut Told,
) -> Result<UserId, TokenError> {
    let GrantRequest { tenant, client, now, .. } = *request;
    let api = client.linked_api().ok_or(TokenError::NotAResourceServer)?;
    let subject = tenant.access_tokens.verify(subject_token, now).await?;
    told.user_id = Some(subject.sub.clone());
    if !subject.aud.contains(api.as_str()) {
        return Err(TokenError::NotItsApi(api.clone()));
    }
    Ok(subject.sub)
}
