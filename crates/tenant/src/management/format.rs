//! Formats of texts, by the names that Auth0's validator has for them (MG-2/20).

use jiff::Timestamp;
use url::Url;

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// An email address.
    Email,
    /// The identifier of a client.
    ClientId,
    /// An identifier that begins so, as in `cgr_…`.
    Id(&'static str),
    /// An absolute URL, or nothing.
    UrlOrEmpty,
    /// An absolute URL that is the same in the browser as here: `https`, or `http` on this computer.
    SecureUrlOrEmpty,
    /// A moment of RFC 3339.
    DateTime,
}

/// The longest identifier of a client.
const LONGEST: usize = 64;

impl Format {
    /// As messages name it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::ClientId => "client-id",
            Self::Id(_) => "id",
            Self::UrlOrEmpty => "absolute-uri-or-empty",
            Self::SecureUrlOrEmpty => "absolute-https-uri-or-empty",
            Self::DateTime => "date-time",
        }
    }

    pub(crate) fn matches(self, text: &str) -> bool {
        match self {
            Self::Email => is_email(text),
            Self::ClientId => (1..=LONGEST).contains(&text.len()) && is_word(text),
            Self::Id(prefix) => {
                text.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && is_word(rest))
            }
            Self::UrlOrEmpty => text.is_empty() || Url::parse(text).is_ok(),
            Self::SecureUrlOrEmpty => text.is_empty() || is_secure(text),
            Self::DateTime => text.parse::<Timestamp>().is_ok(),
        }
    }
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Something, an `@`, and a domain: what it takes to be told from other texts.
fn is_email(text: &str) -> bool {
    let parts = text.rsplit_once('@');
    parts.is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.is_empty()
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>".contains(c))
    })
}

fn is_secure(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        let is_here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        url.scheme() == "https" || (url.scheme() == "http" && is_here)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_tell_what_is_theirs() {
        for (format, own, others) in [
            (
                Format::Email,
                &["ada@example.com", "a+b@localhost"][..],
                &["", "ada", "@b", "a@", "a b@c", "a@.b"][..],
            ),
            (Format::ClientId, &["calendar-spa", "q7_A"], &["", "my app", "a/b", "ä"]),
            (
                Format::Id("cgr_"),
                &["cgr_e40jKy0Rq2IfvoyQ"],
                &["", "cgr_", "con_e40jKy0Rq2IfvoyQ", "cgr_a/b"],
            ),
            (Format::UrlOrEmpty, &["", "http://a.example/b", "com.app://cb"], &["a.example", "/b"]),
            (
                Format::SecureUrlOrEmpty,
                &["", "https://a.example", "http://localhost:80/"],
                &["http://a.example", "a"],
            ),
            (Format::DateTime, &["2026-02-11T08:15:30.000Z"], &["", "tomorrow", "2026-02-11"]),
        ] {
            for text in own {
                assert!(format.matches(text), "{text} is {format:?}");
            }
            for text in others {
                assert!(!format.matches(text), "{text} is no {format:?}");
            }
        }
    }
}
