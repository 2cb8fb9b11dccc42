//! What the log tells of an exchange: `seta` or `feta` (token-vault.md §5).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use service::digest::sha256;
use wire::ids::UserId;
use wire::token::TokenResponse;
use wire::token_exchange::JWT_TYPE;

use super::refresh::RefreshError;
use crate::log::{LogKind, TokenVaultDetails};
use crate::token::GrantRequest;
use crate::token::error::TokenError;
use crate::upstream::UpstreamError;

/// What is known once it has been checked.
#[derive(Default)]
pub(super) struct Told {
    pub(super) user_id: Option<UserId>,
    /// What a privileged worker says that it is for.
    pub(super) audit_context: Option<String>,
}

impl Told {
    pub(super) fn write(
        self,
        request: &GrantRequest<'_>,
        result: &Result<TokenResponse, TokenError>,
    ) {
        let GrantRequest { tenant, client, parameters, from, now, .. } = *request;
        let subject_token_type = parameters.get("subject_token_type");
        let mut details = TokenVaultDetails {
            subject_token_type: subject_token_type.map(str::to_owned),
            is_privileged_worker: subject_token_type == Some(JWT_TYPE),
            audit_context: self.audit_context,
            ..TokenVaultDetails::default()
        };
        match result {
            Ok(response) => {
                let token = response.access_token.expose();
                details.issued_token_type.clone_from(&response.issued_token_type);
                details.scope.clone_from(&response.scope);
                details.expires_at = Some(now.plus(response.expires_in));
                details.token_thumbprint = Some(URL_SAFE_NO_PAD.encode(sha256(token.as_bytes())));
            }
            Err(error) => details.failure_reason = Some(reason(error)),
        }
        let entry = tenant.log.outcome(result, LogKind::Seta, LogKind::Feta);
        let mut entry = entry.client(&client.client_id).user(self.user_id.as_ref());
        if let Some(connection) = parameters.get("connection") {
            entry = entry.connection(connection);
        }
        entry.ip(from.person).details(Some(details)).write();
    }
}

/// The cause in a word.
fn reason(error: &TokenError) -> &'static str {
    match error {
        TokenError::SubjectToken(_)
        | TokenError::WorkersToken(_)
        | TokenError::InvalidSubjectToken => "invalid_subject_token",
        TokenError::RotatingRefreshToken => "rotating_refresh_token",
        TokenError::UnknownSubject => "user_not_found",
        TokenError::NotItsApi(_) => "audience_mismatch",
        TokenError::NotAResourceServer
        | TokenError::NotEligibleForTokenVault
        | TokenError::GrantNotAllowed(_) => "client_not_allowed",
        TokenError::AddressNotAllowed => "ip_not_allowed",
        TokenError::NotPrivileged | TokenError::ScopeNotHeld => "not_granted",
        TokenError::MfaRequired(_) => "mfa_required",
        TokenError::ConnectionNotEnabled => "connection_not_enabled",
        TokenError::NotConnected => "tokenset_not_found",
        TokenError::NoAccountForHint => "identity_not_found",
        TokenError::Refresh(error) => refresh_reason(error),
        _ => "unknown",
    }
}

fn refresh_reason(error: &RefreshError) -> &'static str {
    match error {
        RefreshError::NoToken => "tokenset_not_found",
        RefreshError::Refused => "refresh_token_refused",
        RefreshError::Provider(error) if error.ends_the_refresh_token() => "refresh_token_refused",
        RefreshError::Provider(UpstreamError::Refused(_)) => "provider_refused",
        RefreshError::Provider(_) => "provider_unavailable",
        RefreshError::Lost => "refresh_token_lost",
        RefreshError::NotNarrowed => "downscoping_not_supported",
        RefreshError::BrokenOff => "unknown",
    }
}
