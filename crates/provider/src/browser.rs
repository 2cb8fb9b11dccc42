//! The cookie that tells one browser from another.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use service::{cookie, random};

use crate::issuer::Issuer;

/// Cookies don't tell ports apart: the tenant's has another name.
const COOKIE: &str = "provider_session";

/// Which browser; whoever knows it has the browser's session.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct BrowserId(String);

impl BrowserId {
    pub(crate) fn new() -> Self {
        Self(random::token())
    }

    /// The response, with the cookie that makes the browser come with this id from now on.
    pub(crate) fn remember_in(&self, response: impl IntoResponse, issuer: &Issuer) -> Response {
        let mut response = response.into_response();
        if let Some(cookie) = cookie::session(COOKIE, &self.0, issuer.is_secure()) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }
}

/// The browser that sent the request, if it was here before.
pub(crate) struct Browser(pub(crate) Option<BrowserId>);

impl<S: Sync> FromRequestParts<S> for Browser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let id = cookie::value(&parts.headers, COOKIE);
        Ok(Self(id.map(|id| BrowserId(id.to_owned()))))
    }
}
