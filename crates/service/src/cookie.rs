//! The cookie that ties a browser to a server
//! ([RFC 6265 §4](https://www.rfc-editor.org/rfc/rfc6265#section-4)).

use axum::http::{HeaderMap, HeaderValue, header};

/// The value of the cookie called `name`, where the browser sent one.
///
/// ```
/// # use axum::http::{HeaderMap, HeaderValue, header::COOKIE};
/// # use service::cookie;
/// let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("theme=dark; session=abc"))]);
/// assert_eq!(cookie::value(&headers, "session"), Some("abc"));
/// assert_eq!(cookie::value(&headers, "sess"), None);
/// ```
#[must_use]
pub fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

/// A `Set-Cookie` value for a cookie that ends with the browser's own session: hidden from scripts, not sent along
/// with posts from other sites, and over TLS only where the server itself is (`secure`). Cookies don't tell ports
/// apart, so each server on one host needs a name of its own.
///
/// `None` when the value holds what no cookie's value may, such as the `;` that would begin an attribute.
///
/// ```
/// # use service::cookie;
/// assert!(cookie::session("s", "v; Domain=example.com", true).is_none());
/// ```
#[must_use]
pub fn session(name: &str, value: &str, secure: bool) -> Option<HeaderValue> {
    let reach = if secure { "SameSite=Lax; Secure" } else { "SameSite=Lax" };
    header_value(name, value, "", reach)
}

/// The same for a cookie that outlives the browser's session: the browser keeps it for `max_age` seconds, and forgets it
/// at once when that is 0.
///
/// It is for pages that apps show in a frame. Over TLS it therefore goes along with requests from other sites too, so
/// that forms need a token of their own; by plain HTTP, where browsers refuse such cookies, the app has to be of the
/// same site.
#[must_use]
pub fn lasting(name: &str, value: &str, max_age: u64, secure: bool) -> Option<HeaderValue> {
    let reach = if secure { "SameSite=None; Secure" } else { "SameSite=Lax" };
    header_value(name, value, &format!("; Max-Age={max_age}"), reach)
}

fn header_value(name: &str, value: &str, age: &str, reach: &str) -> Option<HeaderValue> {
    if !value.bytes().all(is_cookie_octet) {
        return None;
    }
    let cookie = format!("{name}={value}{age}; Path=/; HttpOnly; {reach}");
    let mut cookie = HeaderValue::try_from(cookie).ok()?;
    cookie.set_sensitive(true);
    Some(cookie)
}

/// What a value may hold (RFC 6265 §4.1.1).
const fn is_cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2B | 0x2D..=0x3A | 0x3C..=0x5B | 0x5D..=0x7E)
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_cookie_is_out_of_reach_of_scripts_and_other_sites_posts() {
        let plain = session("s", "v", false).unwrap();
        let secure = session("s", "v", true).unwrap();

        assert_eq!(plain, "s=v; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(secure, "s=v; Path=/; HttpOnly; SameSite=Lax; Secure");
    }

    #[test]
    fn a_value_that_would_begin_an_attribute_or_a_header_is_not_set() {
        for value in ["v\r\nSet-Cookie: x=y", "v; Domain=example.com", "a b", "a,b", "\"", "é"] {
            assert!(session("s", value, false).is_none(), "{value}");
            assert!(lasting("s", value, 60, false).is_none(), "{value}");
        }
    }

    #[test]
    fn a_lasting_cookie_reaches_frames_on_other_sites_over_tls() {
        let plain = lasting("s", "v", 60, false).unwrap();
        let secure = lasting("s", "v", 60, true).unwrap();

        assert_eq!(plain, "s=v; Max-Age=60; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(secure, "s=v; Max-Age=60; Path=/; HttpOnly; SameSite=None; Secure");
    }

    #[test]
    fn cookies_of_several_headers_are_found() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1"));
        headers.append(header::COOKIE, HeaderValue::from_static("b=2=3; c"));

        assert_eq!(value(&headers, "b"), Some("2=3"));
        assert_eq!(value(&headers, "c"), None);
    }
}
