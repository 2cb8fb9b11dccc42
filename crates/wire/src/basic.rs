//! A client's identifier and secret in the `Authorization` header
//! ([RFC 6749 §2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1)).

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::ids::ClientId;
use crate::secret::Secret;

/// The client in an `Authorization` header value, both parts form-decoded as §2.3.1 has it (SC-1/1); `None` for
/// another scheme or what cannot be read.
///
/// ```
/// # use wire::basic::credentials_in;
/// let (client_id, secret) = credentials_in("Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW").unwrap();
/// assert_eq!((client_id.as_str(), secret.expose()), ("s6BhdRkqt3", "gX1fBat3bV"));
/// assert!(credentials_in("Bearer mF_9.B5f-4.1JqM").is_none());
/// ```
#[must_use]
pub fn credentials_in(authorization: &str) -> Option<(ClientId, Secret)> {
    let (scheme, encoded) = authorization.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (client_id, secret) = pair.split_once(':')?;
    Some((form_decoded(client_id).into(), form_decoded(secret).into()))
}

fn form_decoded(text: &str) -> String {
    // A form of one value without a name: `&` and `=` of a client that did not encode are put out of the way.
    let text = text.replace('&', "%26").replace('=', "%3D");
    let value = form_urlencoded::parse(text.as_bytes()).next();
    value.map(|(name, _)| name.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests {
    use super::*;

    fn read(pair: &str) -> Option<(String, String)> {
        let (client_id, secret) = credentials_in(&format!("Basic {}", STANDARD.encode(pair)))?;
        Some((client_id.to_string(), secret.expose().to_owned()))
    }

    /// SC-1/1.
    #[test]
    fn both_parts_are_form_decoded() {
        assert_eq!(read("a%3Ab:c+d%2B%25"), Some(("a:b".to_owned(), "c d+%".to_owned())));
        assert_eq!(read("a&b=c:d&e=f"), Some(("a&b=c".to_owned(), "d&e=f".to_owned())));
        assert_eq!(read("a:"), Some(("a".to_owned(), String::new())));
    }

    #[test]
    fn what_is_no_pair_is_not_read() {
        assert_eq!(read("no colon"), None);
        assert!(credentials_in("Basic ***").is_none());
        assert!(credentials_in("Basic").is_none());
    }
}
