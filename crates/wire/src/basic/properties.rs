//! What holds for every `Authorization` header.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn form_encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn header(client_id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{client_id}:{secret}")))
}

proptest! {
    /// SC-1/1.
    #[test]
    fn what_a_client_encodes_reads_back(client_id in any::<String>(), secret in any::<String>()) {
        let value = header(&form_encoded(&client_id), &form_encoded(&secret));
        let (read, secret_read) = credentials_in(&value).unwrap();

        prop_assert_eq!((read.as_str(), secret_read.expose()), (client_id.as_str(), secret.as_str()));
    }

    /// Many clients leave the encoding out; nothing changes for what needs none.
    #[test]
    fn what_a_client_does_not_encode_reads_back(
        client_id in "[^:%+]{0,40}",
        secret in "[^%+]{0,40}",
    ) {
        let (read, secret_read) = credentials_in(&header(&client_id, &secret)).unwrap();

        prop_assert_eq!((read.as_str(), secret_read.expose()), (client_id.as_str(), secret.as_str()));
    }

    #[test]
    fn other_headers_hold_no_client(value in any::<String>()) {
        prop_assume!(!value.to_ascii_lowercase().starts_with("basic "));
        prop_assert!(credentials_in(&value).is_none());
    }

    #[test]
    fn whatever_follows_basic_is_a_pair_or_nothing(bytes in vec(any::<u8>(), 0..200), text in ".{0,80}") {
        let pair = String::from_utf8(bytes.clone()).is_ok_and(|pair| pair.contains(':'));
        prop_assert_eq!(credentials_in(&format!("bAsIc {}", STANDARD.encode(bytes))).is_some(), pair);
        let _ = credentials_in(&format!("Basic {text}"));
    }
}
