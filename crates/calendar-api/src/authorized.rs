//! The extractor that guards a route: a verified access token that has the scope
//! ([RFC 6750 §2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1),
//! [RFC 9449 §7.1](https://www.rfc-editor.org/rfc/rfc9449#section-7.1)).

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;
use wire::token::PresentedToken;

use crate::access_token::{AccessTokens, VerifiedToken};
use crate::error::ApiError;

/// Proof that the caller may do what `S` names. A handler that takes it cannot run without.
pub(crate) struct Authorized<S> {
    /// The caller's token.
    pub(crate) token: VerifiedToken,
    scope: PhantomData<S>,
}

/// A scope of this API, as a type.
pub(crate) trait Scope {
    /// As the tenant names it.
    const NAME: &'static str;
}

/// See the person's events.
pub(crate) struct ReadCalendar;

impl Scope for ReadCalendar {
    const NAME: &'static str = "read:calendar";
}

/// Add events to the person's calendar.
pub(crate) struct WriteCalendar;

impl Scope for WriteCalendar {
    const NAME: &'static str = "write:calendar";
}

impl<S, State> FromRequestParts<State> for Authorized<S>
where
    S: Scope,
    State: Send + Sync,
    Arc<AccessTokens>: FromRef<State>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, ApiError> {
        // Only the header counts: a token in a query would end up in logs (RFC 6750 §2.3).
        let presented = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| PresentedToken::in_header(value.to_str().ok()?))
            .ok_or(ApiError::MissingToken)?;

        let token = Arc::<AccessTokens>::from_ref(state).verify(presented, parts).await?;
        if token.scope.contains(S::NAME) {
            Ok(Self { token, scope: PhantomData })
        } else {
            Err(ApiError::InsufficientScope { scope: S::NAME, token_type: token.token_type })
        }
    }
}
