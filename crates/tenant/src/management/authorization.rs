//! The Management API's bearer token (management-api.md §1).

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use wire::ids::ClientId;
use wire::scope::ScopeSet;
use wire::secret::Secret;

use super::error::ManagementError;
use crate::tenant::State as Tenant;

/// A verified token for the Management API. It has one of the scopes of the operation; what else it allows is checked by
/// [`ManagementToken::require`].
#[derive(Clone)]
pub(crate) struct ManagementToken {
    scope: ScopeSet,
    /// Whom it was issued to.
    client_id: Option<ClientId>,
}

impl ManagementToken {
    /// Takes the token from a request's headers.
    pub(crate) async fn verify(
        headers: &HeaderMap,
        tenant: &Tenant,
    ) -> Result<Self, ManagementError> {
        let value = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .ok_or(ManagementError::MissingAuthentication)?;
        let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(ManagementError::MissingAuthentication);
        }
        if token.is_empty() || token.contains(char::is_whitespace) {
            return Err(ManagementError::MalformedAuthentication);
        }
        let token = Secret::from(token);
        let claims = tenant.access_tokens.verify(&token, tenant.clock.now()).await?;
        if !claims.aud.contains(tenant.issuer.management().as_str()) {
            let audiences: Vec<&str> = claims.aud.iter().collect();
            return Err(ManagementError::BadAudience(audiences.join(",")));
        }
        Ok(Self { scope: claims.scope, client_id: claims.azp.or(claims.client_id) })
    }

    pub(super) const fn client_id(&self) -> Option<&ClientId> {
        self.client_id.as_ref()
    }

    /// Refuses unless the token has one of the scopes.
    pub(crate) fn require(&self, any_of: &'static [&'static str]) -> Result<(), ManagementError> {
        if any_of.iter().any(|scope| self.allows(scope)) {
            Ok(())
        } else {
            Err(ManagementError::InsufficientScope(any_of))
        }
    }

    pub(crate) fn allows(&self, scope: &str) -> bool {
        self.scope.contains(scope)
    }
}

/// The token of a request that was let through.
impl<S: Send + Sync> FromRequestParts<S> for ManagementToken {
    type Rejection = ManagementError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get().cloned().ok_or(ManagementError::MissingAuthentication)
    }
}
