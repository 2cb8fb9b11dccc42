//! What holds for every address that a page's forms may end at.

use proptest::prelude::*;

use super::*;

fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "(https?|app|com\\.example\\.app)://[a-z0-9.*;, '\\[\\]:@-]{0,24}(/[!-~]{0,12})?",
        "https?://([a-z]{1,8}\\.){0,3}[a-z]{1,8}(:[0-9]{1,5})?/[a-z/?=&#;]{0,16}",
        "[a-z]{1,10}:[!-~]{0,20}",
        "https?://\\[(::1|2001:db8::[0-9a-f]{1,4})\\](:[0-9]{1,4})?/[a-z]{0,4}",
    ]
}

proptest! {
    /// Nothing in an address becomes a directive, a keyword or a wildcard.
    #[test]
    fn a_source_is_the_origin_or_the_scheme_and_rewrites_nothing(address in address()) {
        let Some(source) = source(&address) else { return Ok(()) };
        let url = Url::parse(&address).unwrap();
        let scheme = format!("{}:", url.scheme());

        prop_assert!(source == scheme || source == url.origin().ascii_serialization(), "{}", source);
        prop_assert!(!source.contains([' ', '\t', ';', ',', '*', '\'', '"', '\r', '\n']), "{}", source);
    }

    #[test]
    fn a_policy_has_its_own_directives_whatever_the_addresses(
        addresses in prop::collection::vec(address(), 0..4),
    ) {
        let page = Page::new(super::tests::Frame { domain: "localhost" }).posts_to(&addresses);
        let response = page.into_response();
        let policy = response.headers()["content-security-policy"].to_str().unwrap();

        let (own, sources) = policy.split_once("; form-action 'self'").unwrap();
        prop_assert_eq!(own, format!("{POLICY}; frame-ancestors 'none'"));
        let expected: Vec<_> = addresses.iter().filter_map(|address| source(address)).collect();
        prop_assert_eq!(sources.split_whitespace().collect::<Vec<_>>(), expected);
        prop_assert!(!policy.contains(','), "{}", policy);
    }

    /// Who may frame a page is told by an origin, or nobody may: `http:` would be everybody.
    #[test]
    fn a_page_is_framed_by_one_origin_or_by_nobody(address in address()) {
        let page = Page::new(super::tests::Frame { domain: "localhost" }).framed_by(&address);
        let response = page.into_response();
        let policy = response.headers()["content-security-policy"].to_str().unwrap();

        let ancestors = policy
            .strip_prefix(&format!("{POLICY}; frame-ancestors "))
            .and_then(|rest| rest.strip_suffix("; form-action 'self'"))
            .unwrap();
        let origin = Url::parse(&address).map(|url| url.origin().ascii_serialization());
        prop_assert!(ancestors == "'none'" || Ok(ancestors) == origin.as_deref(), "{}", policy);
        prop_assert_eq!(ancestors == "'none'", response.headers().contains_key("x-frame-options"));
    }

    /// What is left out would stop the login at the form: addresses that clients register are all covered. No label has
    /// two hyphens in a row, since `xn--` begins an encoding that most texts are none of.
    #[test]
    fn web_addresses_are_covered(
        host in "([a-z](-?[a-z0-9]){0,8}\\.){0,3}[a-z][a-z0-9]{0,8}",
        port in any::<u16>(),
        path in "/[a-z/]{0,12}",
    ) {
        let address = format!("https://{host}:{port}{path}");
        let origin = Url::parse(&address).unwrap().origin().ascii_serialization();
        prop_assert_eq!(source(&address), Some(origin));
    }
}
