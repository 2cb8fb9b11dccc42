//! What holds for every `Cookie` header, and for every cookie that is set.

use proptest::prelude::*;

use super::*;

/// The cookies of a header as RFC 6265 §5.4 writes them.
fn header(cookies: &[(String, String)]) -> HeaderMap {
    let pairs: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    HeaderMap::from_iter([(header::COOKIE, HeaderValue::try_from(pairs.join("; ")).unwrap())])
}

proptest! {
    #[test]
    fn each_cookie_is_found_by_its_whole_name(
        cookies in prop::collection::vec(("[a-c]{1,3}", "[!-:<-~]{0,20}"), 1..8),
    ) {
        let headers = header(&cookies);
        for (name, _) in &cookies {
            let first = cookies.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
            prop_assert_eq!(value(&headers, name), first);
        }
        prop_assert_eq!(value(&headers, "d"), None);
    }

    /// A value is set as it is or not at all: nothing in it becomes an attribute or a header.
    #[test]
    fn what_is_set_reads_back_and_adds_nothing(
        name in "[a-z_]{1,12}",
        sent in prop_oneof![any::<String>(), "[!-~]{0,40}", "[a-z;,= \r\n\"]{0,40}"],
        secure in any::<bool>(),
    ) {
        let Some(set) = session(&name, &sent, secure) else { return Ok(()) };
        let text = set.to_str().unwrap();
        let (cookie, attributes) = text.split_once("; ").unwrap();

        let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(cookie).unwrap())]);
        prop_assert_eq!(value(&headers, &name), Some(sent.as_str()));
        let expected = if secure {
            "Path=/; HttpOnly; SameSite=Lax; Secure"
        } else {
            "Path=/; HttpOnly; SameSite=Lax"
        };
        prop_assert_eq!(attributes, expected);
    }

    /// Tokens as we make them can always be set.
    #[test]
    fn a_token_can_be_set(token in "[A-Za-z0-9_-]{1,60}") {
        prop_assert!(session("s", &token, true).is_some());
    }

    #[test]
    fn any_header_is_read(bytes in prop::collection::vec(32_u8..=255, 0..100)) {
        if let Ok(header_value) = HeaderValue::from_bytes(&bytes) {
            let headers = HeaderMap::from_iter([(header::COOKIE, header_value)]);
            let found = value(&headers, "s");
            prop_assert!(found.is_none_or(|found| !found.contains(';')));
        }
    }
}
