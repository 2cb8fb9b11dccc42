//! Values that nobody can guess, from the operating system's generator.

use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// `N` random bytes.
///
/// # Panics
///
/// When the operating system has no randomness to give: nothing could be secure then.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A token of 256 random bits, 43 characters of base64url: twice what RFC 6749 §10.10 asks for (SC-9/4).
#[must_use]
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// An identifier of `length` letters and digits, for names that need be unique but not secret.
#[must_use]
pub fn identifier(length: usize) -> String {
    let mut identifier = String::with_capacity(length);
    while identifier.len() < length {
        let letters = bytes::<64>().into_iter().map(char::from).filter(char::is_ascii_alphanumeric);
        identifier.extend(letters.take(length - identifier.len()));
    }
    identifier
}

/// An identifier of `length` hexadecimal digits.
#[must_use]
pub fn hexadecimal(length: usize) -> String {
    let mut digits = String::with_capacity(length + 1);
    while digits.len() < length {
        let [byte] = bytes::<1>();
        digits.extend(
            [byte >> 4, byte & 0xf].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0')),
        );
    }
    digits.truncate(length);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_have_256_bits() {
        assert_ne!(token(), token());
        assert_eq!(token().len(), 43);
    }

    #[test]
    fn identifiers_have_the_asked_length() {
        let identifier = identifier(32);
        assert_eq!(identifier.len(), 32);
        assert!(identifier.bytes().all(|b| b.is_ascii_alphanumeric()));
    }
}
