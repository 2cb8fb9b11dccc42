//! Whether two URLs name the same resource ([RFC 9449 §4.3](https://www.rfc-editor.org/rfc/rfc9449#section-4.3)):
//! compared without query and fragment, and normalised as far as syntax and scheme go
//! ([RFC 3986 §6.2.2, §6.2.3](https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2)).

use std::fmt::Write;

use url::Url;

/// Whether the `htu` of a proof names `url`.
pub(super) fn names(htu: &str, url: &str) -> bool {
    // Scheme and host in lower case, no default port, no dots in the path: the parser has done it.
    match (Url::parse(htu), Url::parse(url)) {
        (Ok(htu), Ok(url)) => {
            htu.scheme() == url.scheme()
                && htu.authority() == url.authority()
                && path(htu.path()) == path(url.path())
        }
        _ => false,
    }
}

/// The path with its percent-encoding written the one way: letters, digits and `-._~` as themselves, the rest in upper
/// case (RFC 3986 §6.2.2.1, §6.2.2.2).
fn path(path: &str) -> String {
    let mut normal = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('%') {
        normal.push_str(before);
        let Some((octet, after)) = octet(after) else {
            normal.push('%');
            rest = after;
            continue;
        };
        rest = after;
        if octet.is_ascii_alphanumeric() || b"-._~".contains(&octet) {
            normal.push(octet.into());
        } else {
            // Writing to a string does not fail.
            let _ = write!(normal, "%{octet:02X}");
        }
    }
    normal + rest
}

/// The octet that two hexadecimal digits stand for, and what follows them.
fn octet(text: &str) -> Option<(u8, &str)> {
    let (digits, rest) = text.split_at_checked(2)?;
    let all_digits = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    Some((u8::from_str_radix(digits, 16).ok().filter(|_| all_digits)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SC-6/1, RFC 3986 §6.2.2, §6.2.3.
    #[test]
    fn spellings_of_one_resource_are_equal() {
        let url = "https://api.example.com/events/a~b";
        for htu in [
            "https://api.example.com/events/a~b",
            "HTTPS://API.Example.COM/events/a~b",
            "https://api.example.com:443/events/a~b",
            "https://api.example.com/events/./x/../a~b",
            "https://api.example.com/%65vents/a%7eb",
            "https://api.example.com/events/a~b?from=1#there",
        ] {
            assert!(names(htu, url), "{htu}");
        }
        assert!(names("http://localhost:4401/%c3%a9", "http://localhost:4401/%C3%A9?to=2"));
        assert!(names("http://localhost:4401", "http://localhost:4401/"));
    }

    /// SC-6/1.
    #[test]
    fn other_resources_are_not() {
        let url = "https://api.example.com/events";
        for htu in [
            "http://api.example.com/events",
            "https://api.example.com:8443/events",
            "https://api.example.com.evil.example/events",
            "https://evil.example/events",
            "https://ada@api.example.com/events",
            "https://api.example.com/events/",
            "https://api.example.com/Events",
            "https://api.example.com/events%2F",
            "https://api.example.com/",
            "/events",
            "api.example.com/events",
            "",
        ] {
            assert!(!names(htu, url), "{htu}");
        }
    }

    #[test]
    fn a_stray_percent_sign_stands_for_itself() {
        assert_eq!(path("/100%/%/%4"), "/100%/%/%4");
        assert_eq!(path("/%é%+1%-a"), "/%é%+1%-a");
    }
}
