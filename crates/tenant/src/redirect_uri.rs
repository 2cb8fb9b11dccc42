//! Which URLs a browser may be sent to (authorize.md §5).

use url::Url;

/// The first registered URL that allows `asked`: the same string, or one `*` in the left-most label of its host.
///
/// Ports, paths and slashes must be equal, loopback included (a live tenant insists on the port).
pub(crate) fn is_allowed(registered: &[String], asked: &str) -> bool {
    registered.iter().any(|pattern| pattern == asked || matches_wildcard(pattern, asked))
}

/// `https://*.app.example/callback` allows one label in place of `*`, with text around it where the pattern has some.
/// Nothing is allowed directly above a top-level domain.
fn matches_wildcard(pattern: &str, asked: &str) -> bool {
    let Some((scheme, rest)) = pattern.split_once("://") else {
        return false;
    };
    let Some((label, parent)) = rest.split_once('.') else {
        return false;
    };
    let Some((prefix, suffix)) = label.split_once('*') else {
        return false;
    };
    let host = parent.split(['/', ':', '?']).next().unwrap_or_default();
    if !matches!(scheme, "http" | "https") || suffix.contains('*') || !host.contains('.') {
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
    let is_label = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    normal && middle.is_some_and(is_label)
}

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

    #[test]
    fn a_wildcard_stands_for_one_label() {
        let registered = "https://pr-*-x.app.example/callback";
        assert!(allowed(registered, "https://pr-17-x.app.example/callback"));
        for other in [
            "https://pr--x.app.example/callback",
            "https://pr-1.2-x.app.example/callback",
            "https://pr-17-x.app.example/other",
            "https://pr-a@evil.example/-x.app.example/callback",
            "https://evil.example/pr-17-x.app.example/callback",
        ] {
            assert!(!allowed(registered, other), "{other}");
        }
    }

    #[test]
    fn no_wildcard_directly_above_a_top_level_domain_or_twice() {
        assert!(!allowed("https://*.example", "https://evil.example"));
        assert!(!allowed("https://*.*.app.example", "https://a.b.app.example"));
        assert!(!allowed("app://*.app.example", "app://a.app.example"));
    }
}
