//! The browser's cookies at the tenant.

use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use service::cookie;
use wire::secret::Secret;

use crate::issuer::Issuer;
use crate::store::sessions::{ABSOLUTE_LIFETIME, Session};
use crate::tenant::State as Tenant;

/// The cookie of the person's session; Auth0's name.
pub(crate) const SESSION: &str = "auth0";

/// The cookie that tells browsers apart before anyone has logged in.
pub(crate) const BROWSER: &str = "did";

/// The value of a cookie of the request.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    cookie::value(headers, name)
}

/// The session of the browser, if somebody is logged in; this counts as use.
pub(crate) async fn current(tenant: &Tenant, headers: &HeaderMap) -> Option<Session> {
    tenant.sessions.resume(cookie(headers, SESSION)?, tenant.clock.now()).await
}

/// Sets a cookie for as long as a session can last.
///
/// It goes with top-level navigations and with frames of the same site, which plain-http localhost is; over TLS the app
/// may be of another site, as a plain-http localhost is then, and its frames send the cookie as well (authorize.md §2).
pub(crate) fn set(headers: &mut HeaderMap, issuer: &Issuer, name: &str, value: &Secret) {
    append(headers, issuer, name, value.expose(), ABSOLUTE_LIFETIME);
}

/// Makes the browser forget a cookie.
pub(crate) fn clear(headers: &mut HeaderMap, issuer: &Issuer, name: &str) {
    append(headers, issuer, name, "", 0);
}

fn append(headers: &mut HeaderMap, issuer: &Issuer, name: &str, value: &str, max_age: u64) {
    // A value that cannot stand in a header came from the browser's own cookie and is left there.
    if let Some(cookie) = cookie::lasting(name, value, max_age, issuer.is_https()) {
        headers.append(SET_COOKIE, cookie);
    }
}
