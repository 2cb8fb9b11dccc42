//! What holds for every query, form and JSON object.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::*;

fn parameters() -> impl Strategy<Value = BTreeMap<String, String>> {
    btree_map(any::<String>(), any::<String>(), 1..AT_MOST)
}

fn form<'a>(pairs: impl IntoIterator<Item = (&'a String, &'a String)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Every byte as `%41`: another spelling of the same text.
fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect::<Vec<_>>().concat()
}

proptest! {
    #[test]
    fn a_form_reads_back(sent in parameters()) {
        let read = Parameters::from_form(form(&sent).as_bytes()).unwrap();
        for (name, value) in &sent {
            prop_assert_eq!(read.get(name).unwrap_or_default(), value);
        }
    }

    #[test]
    fn a_json_object_reads_back(sent in parameters()) {
        let read = Parameters::from_json(&serde_json::to_vec(&sent).unwrap()).unwrap();
        for (name, value) in &sent {
            prop_assert_eq!(read.get(name).unwrap_or_default(), value);
        }
    }

    /// SC-1/5: wherever it stands, whatever its value, and however its name is spelt.
    #[test]
    fn a_parameter_that_stands_twice_is_refused(
        sent in btree_map("[a-zA-Z0-9_é ]{1,12}", any::<String>(), 1..AT_MOST),
        which in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        value in any::<String>(),
    ) {
        let mut pairs: Vec<_> =
            sent.iter().map(|pair| form([pair])).collect();
        let twice = sent.keys().nth(which.index(sent.len())).unwrap();
        let again = format!("{}={}", percent_encoded(twice), percent_encoded(&value));
        pairs.insert(place.index(pairs.len() + 1), again);

        let read = Parameters::from_form(pairs.join("&").as_bytes());

        prop_assert_eq!(read.unwrap_err(), ParameterError::Repeated(twice.clone()));
    }

    #[test]
    fn what_is_read_from_any_bytes_is_bounded_and_says_nothing_of_values(
        bytes in prop_oneof![
            vec(any::<u8>(), 0..2048),
            r#"([a-c%+&=;{}":,0-9]|null|\[|\]){0,200}"#.prop_map(String::into_bytes),
        ],
    ) {
        for read in [Parameters::from_form(&bytes), Parameters::from_json(&bytes)] {
            let Ok(read) = read else { continue };
            prop_assert!(read.0.len() <= AT_MOST);
            let names: BTreeSet<_> = read.0.keys().collect();
            prop_assert_eq!(format!("{read:?}"), format!("{names:?}"));
            let again = Parameters::from_form(form(&read.0).as_bytes()).unwrap();
            prop_assert_eq!(again.0, read.0);
        }
    }
}
