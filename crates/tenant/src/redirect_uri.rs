//! Which URLs a browser may be sent to (authorize.md §5).

use url::Url;

/// Schemes of addresses that run in the page, or show what their sender wrote: no application lives there.
const NEVER: [&str; 5] = ["javascript", "data", "vbscript", "blob", "file"];

/// Whether one of the registered URLs allows `asked`: the same string, or one `*` in the left-most label of its host.
///
/// Ports, paths, slashes and case must be equal, loopback included (a live tenant insists on the port). What is no URL,
/// or has a fragment (RFC 6749 §3.1.2), is never allowed, registered or not.
pub(crate) fn is_allowed(registered: &[String], asked: &str) -> bool {
    is_address(asked)
        && registered.iter().any(|pattern| pattern == asked || matches_wildcard(pattern, asked))
}

/// The first registered URL that is an address and no pattern.
pub(crate) fn first_address(registered: &[String]) -> Option<&String> {
    registered.iter().find(|url| is_address(url))
}

fn is_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        !NEVER.contains(&url.scheme())
            && url.fragment().is_none()
            && url.host_str().is_none_or(|host| !host.contains('*'))
    })
}

/// `https://*.app.example/callback` allows one label in place of `*`, with text around it where the pattern has some.
/// Nothing is allowed directly above a top-level domain.
fn matches_wildcard(pattern: &str, asked: &str) -> bool {
    let Some((scheme @ ("http" | "https"), rest)) = pattern.split_once("://") else {
        return false;
    };
    let Some((label, parent)) = rest.split_once('.') else {
        return false;
    };
    let Some((prefix, suffix)) = label.split_once('*') else {
        return false;
    };
    let domain = parent.split(['/', ':', '?']).next().unwrap_or_default();
    let above_top_level = domain.split('.').count() < 2 || domain.split('.').any(str::is_empty);
    let in_label = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if above_top_level || parent.contains('*') || !in_label(prefix) || !in_label(suffix) {
        return false;
    }
    // The asked URL must be one as browsers read it: `http://evil.example\.app.example` and user names before the host
    // change their meaning when they are parsed.
    let normal = Url::parse(asked)
        .is_ok_and(|url| url.as_str() == asked || url.as_str().strip_suffix('/') == Some(asked));
    let middle = asked
        .strip_prefix(scheme)
        .and_then(|asked| asked.strip_prefix("://"))
        .and_then(|asked| asked.strip_prefix(prefix))
        .and_then(|asked| asked.strip_suffix(parent))
        .and_then(|asked| asked.strip_suffix('.'))
        .and_then(|asked| asked.strip_suffix(suffix));
    normal && middle.is_some_and(|middle| !middle.is_empty() && in_label(middle))
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(registered: &str, asked: &str) -> bool {
        is_allowed(&[registered.to_owned()], asked)
    }

    /// SC-7/1.
    #[test]
    fn without_a_wildcard_only_the_same_string_is_allowed() {
        let registered = "http://localhost:8080/callback";
        assert!(allowed(registered, "http://localhost:8080/callback"));
        for other in [
            "http://localhost:8080/callback/",
            "http://localhost:8080/callback?x=1",
            "http://localhost:8081/callback",
            "https://localhost:8080/callback",
            "http://localhost/callback",
            "http://LOCALHOST:8080/callback",
        ] {
            assert!(!allowed(registered, other), "{other}");
        }
    }

    /// SC-7/1.
    #[test]
    fn a_wildcard_stands_for_one_label() {
        let registered = "https://pr-*-x.app.example/callback";
        assert!(allowed(registered, "https://pr-17-x.app.example/callback"));
        assert!(allowed("https://*.app.example", "https://a.app.example"));
        assert!(allowed("http://*.app.example:8080/cb?a=b", "http://a.app.example:8080/cb?a=b"));
        for other in [
            "https://pr--x.app.example/callback",
            "https://pr-1.2-x.app.example/callback",
            "https://pr-17-x.app.example/other",
            "https://pr-17-x.app.example/callback?x=1",
            "https://pr-17-x.app.example:8443/callback",
            "http://pr-17-x.app.example/callback",
            "https://PR-17-x.app.example/callback",
            "https://pr-%31-x.app.example/callback",
            "https://pr-*-x.app.example/callback",
            "https://user@pr-17-x.app.example/callback",
            "https://pr-17-x.app.example\\@evil.example/callback",
            "https://pr-a@evil.example/-x.app.example/callback",
            "https://evil.example/pr-17-x.app.example/callback",
        ] {
            assert!(!allowed(registered, other), "{other}");
        }
    }

    #[test]
    fn no_wildcard_directly_above_a_top_level_domain_or_twice() {
        assert!(!allowed("https://*.example", "https://evil.example"));
        assert!(!allowed("https://*.example.", "https://evil.example."));
        assert!(!allowed("https://*.example:443", "https://evil.example:443"));
        assert!(!allowed("https://*", "https://evil.example"));
        assert!(!allowed("https://app.*.example.com", "https://app.evil.example.com"));
        assert!(!allowed("https://*.app.example/*", "https://a.app.example/*"));
        assert!(!allowed("https://me@*.app.example", "https://me@a.app.example"));
        assert!(!allowed("https://*.*.app.example", "https://a.b.app.example"));
        assert!(!allowed("app://*.app.example", "app://a.app.example"));
    }

    /// SC-7/2: what no browser should be sent to is not allowed, even if somebody registered it.
    #[test]
    fn addresses_that_run_or_lie_are_never_allowed() {
        for never in [
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "https://app.example/callback#x",
            "not an address",
            "//app.example/callback",
            "",
        ] {
            assert!(!allowed(never, never), "{never}");
        }
        assert!(allowed("com.example.app:/callback", "com.example.app:/callback"));
        assert_eq!(
            first_address(&["https://*.app.example".to_owned(), "https://app.example".to_owned()])
                .map(String::as_str),
            Some("https://app.example")
        );
    }

    /// SC-7/1: whatever is asked for beside a wildcard, its host ends in the registered domain when a browser reads it.
    #[test]
    fn no_text_in_place_of_the_wildcard_leads_out_of_the_domain() {
        let pieces = [
            "a",
            "-",
            ".",
            "/",
            "\\",
            "@",
            ":",
            "#",
            "?",
            "%2e",
            "evil.example",
            "*",
            " ",
            "\t",
            "é",
            "[",
            "]",
        ];
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    let asked = format!("https://{first}{second}{third}.app.example/callback");
                    if allowed("https://*.app.example/callback", &asked) {
                        let url = Url::parse(&asked).expect("what is allowed is a URL");
                        let host = url.host_str().unwrap_or_default();
                        assert!(host.ends_with(".app.example"), "{asked}");
                        assert_eq!(host.split('.').count(), 3, "{asked}");
                    }
                }
            }
        }
    }
}
