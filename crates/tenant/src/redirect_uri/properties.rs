//! What holds for every registered URL and every URL that is asked for.

use proptest::prelude::*;
use url::Position;

use super::*;

/// Registered URLs, most with a wildcard somewhere.
fn registered() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "https?://[a-z]{0,2}-?\\*?-?[a-z]{0,2}(\\.[a-z]{1,4}){1,3}(:[0-9]{2,5})?(/[a-z]{0,4}){0,2}(\\?[a-z]=[a-z])?",
        1 => "[a-z]{2,6}://[a-z*.@:/?#-]{0,20}",
        1 => any::<String>(),
    ]
}

/// What may stand in place of a wildcard, or be put anywhere.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9-]{0,6}",
        "[a-zA-Z0-9@.:/\\\\?#%&;*\\[\\] _-]{0,12}",
        "(evil\\.example[/\\\\@:?#]{0,2}|%2e|%00|\u{3002}|\u{ff0e}|\t|\u{e9}){1,3}",
        any::<String>(),
    ]
}

/// A registered URL, and one that resembles it.
fn pair() -> impl Strategy<Value = (String, String)> {
    (registered(), piece(), piece(), any::<prop::sample::Index>(), any::<bool>()).prop_map(
        |(registered, in_place, anywhere, place, insert)| {
            let mut asked = registered.replacen('*', &in_place, 1);
            if insert {
                let places: Vec<_> =
                    (0..=asked.len()).filter(|at| asked.is_char_boundary(*at)).collect();
                asked.insert_str(places[place.index(places.len())], &anywhere);
            }
            (registered, asked)
        },
    )
}

proptest! {
    /// SC-7/1, authorize.md §5: as a browser reads it, all but one label is what was registered.
    #[test]
    fn what_is_allowed_differs_in_one_label_at_most((registered, asked) in pair()) {
        if registered == asked || !is_allowed(std::slice::from_ref(&registered), &asked) {
            return Ok(());
        }
        let url = Url::parse(&asked).unwrap();
        let label = url.host_str().unwrap().split('.').next().unwrap();
        // Read by the same rules, but with a label in the wildcard's place.
        let own = Url::parse(&registered.replacen('*', "x", 1)).unwrap();
        let parent = own.host_str().unwrap().split_once('.').unwrap().1;

        prop_assert!(matches!(url.scheme(), "http" | "https"));
        prop_assert_eq!(url.host_str().unwrap(), format!("{label}.{parent}"));
        prop_assert!(parent.contains('.'), "directly above a top-level domain: {}", asked);
        prop_assert_eq!(url.scheme(), own.scheme());
        prop_assert_eq!(url.port_or_known_default(), own.port_or_known_default());
        prop_assert_eq!((url.username(), url.password()), ("", None));
        prop_assert_eq!(&url[Position::BeforePath..], &own[Position::BeforePath..]);
        prop_assert_eq!(url.fragment(), None);
    }

    #[test]
    fn a_url_without_a_wildcard_allows_itself_alone((registered, asked) in pair()) {
        let registered = registered.replace('*', "x");
        prop_assert!(!is_allowed(std::slice::from_ref(&registered), &asked) || registered == asked);
    }

    /// A wildcard is of use at all.
    #[test]
    fn a_label_in_place_of_the_wildcard_is_allowed(
        prefix in "([a-z]{1,3}-)?",
        // Without `--`, which after `xn` announces a name in another script.
        label in "[a-z0-9]{1,4}(-[a-z0-9]{1,4})?",
        suffix in "(-[a-z]{1,3})?",
        parent in "([a-z]{1,6}\\.){1,2}[a-z]{2,4}",
        path in "(:8080)?/[a-z]{0,6}(\\?[a-z]=[a-z])?",
    ) {
        let registered = format!("https://{prefix}*{suffix}.{parent}{path}");
        let asked = format!("https://{prefix}{label}{suffix}.{parent}{path}");
        prop_assert!(is_allowed(&[registered], &asked), "{}", asked);
    }

    /// What the first of several is, when none is asked for, could be asked for as well.
    #[test]
    fn the_first_address_is_allowed(registered in prop::collection::vec(registered(), 0..4)) {
        if let Some(first) = first_address(&registered) {
            prop_assert!(is_allowed(&registered, first));
        }
    }
}
