//! The access token of a request: proof that a person allowed what the handler does.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use wire::bearer::token_in;
use wire::google_calendar::{EVENTS_READONLY_SCOPE, EVENTS_SCOPE};
use wire::scope::ScopeSet;

use crate::dialect::Dialect;
use crate::error::ApiError;
use crate::people::PersonId;
use crate::router::App;
use crate::scope::OPENID;

/// Something that takes a scope.
pub(crate) trait Permission {
    /// Scopes of which one is enough; the first is the least that will do.
    const SCOPES: &'static [&'static str];
}

/// To see events.
pub(crate) struct ReadEvents;

impl Permission for ReadEvents {
    const SCOPES: &'static [&'static str] = &[EVENTS_READONLY_SCOPE, EVENTS_SCOPE];
}

/// To add, change and delete events.
pub(crate) struct WriteEvents;

impl Permission for WriteEvents {
    const SCOPES: &'static [&'static str] = &[EVENTS_SCOPE];
}

/// To know who somebody is.
pub(crate) struct KnowPerson;

impl Permission for KnowPerson {
    const SCOPES: &'static [&'static str] = &[OPENID];
}

/// A live access token that has the permission: whose it is, and what else it allows.
pub(crate) struct Authorized<P> {
    pub(crate) person: PersonId,
    pub(crate) scope: ScopeSet,
    permission: PhantomData<P>,
}

impl<P: Permission> FromRequestParts<App> for Authorized<P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let header = parts.headers.get(AUTHORIZATION).ok_or(ApiError::MissingToken)?;
        let token = header.to_str().ok().and_then(token_in).ok_or(ApiError::InvalidToken)?;
        let token = app.access_tokens.find(&token, app.clock.now()).await;
        let token = token.ok_or(ApiError::InvalidToken)?;
        let grant = app.grants.find(&token.grant).await.ok_or(ApiError::InvalidToken)?;
        if grant.dialect != Dialect::Google {
            return Err(ApiError::InvalidToken);
        }
        if !P::SCOPES.iter().any(|scope| token.scope.contains(scope)) {
            let needed = P::SCOPES.first().copied().unwrap_or_default();
            return Err(ApiError::InsufficientScope { needed });
        }
        Ok(Self { person: grant.person, scope: token.scope, permission: PhantomData })
    }
}
