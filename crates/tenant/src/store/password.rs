//! Passwords, kept as salted hashes.

use std::fmt;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::str::FromStr;

use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use service::random;

use crate::store::users::User;

/// Fewer than a tenant with real people would take: these are the passwords of test people, and suites log in often.
const ITERATIONS: NonZeroU32 = NonZeroU32::new(10_000).unwrap();

/// Bytes of a password that somebody may choose; Auth0 has no more than 72 either.
pub(crate) const LENGTH: RangeInclusive<usize> = 8..=72;

/// A password that can be checked but not read.
#[derive(Clone)]
pub(crate) struct PasswordHash {
    salt: [u8; 16],
    hash: [u8; 32],
}

impl PasswordHash {
    pub(crate) fn of(password: &str) -> Self {
        let salt = random::bytes();
        let mut hash = [0; 32];
        pbkdf2::derive(PBKDF2_HMAC_SHA256, ITERATIONS, &salt, password.as_bytes(), &mut hash);
        Self { salt, hash }
    }

    /// Compares in constant time.
    pub(crate) fn matches(&self, password: &str) -> bool {
        let Self { salt, hash } = self;
        pbkdf2::verify(PBKDF2_HMAC_SHA256, ITERATIONS, salt, password.as_bytes(), hash).is_ok()
    }
}

/// What the text of a hash begins with.
const PREFIX: &str = "$pbkdf2-sha256$i=10000$";

/// As tenant files have it: in the
/// [PHC string format](https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md).
impl fmt::Display for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [salt, hash] = [&self.salt[..], &self.hash].map(|bytes| STANDARD_NO_PAD.encode(bytes));
        write!(f, "{PREFIX}{salt}${hash}")
    }
}

/// The text is not that of a hash of ours.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a password_hash is what an export wrote, and begins with {PREFIX}")]
pub(crate) struct UnknownHash;

impl FromStr for PasswordHash {
    type Err = UnknownHash;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.strip_prefix(PREFIX).and_then(|rest| rest.split_once('$'));
        let (salt, hash) = parts.ok_or(UnknownHash)?;
        let bytes = |text: &str| STANDARD_NO_PAD.decode(text).map_err(|_| UnknownHash);
        let salt = bytes(salt)?.try_into().map_err(|_| UnknownHash)?;
        let hash = bytes(hash)?.try_into().map_err(|_| UnknownHash)?;
        Ok(Self { salt, hash })
    }
}

/// The user, if that is their password. Where there is no such user, or none with a password, a password is hashed all
/// the same: the time that the answer takes tells nobody who has an account.
pub(crate) fn check(user: Option<User>, password: &str) -> Option<User> {
    let own = user.as_ref().and_then(|user| user.password.as_ref());
    match own {
        Some(own) if own.matches(password) => user,
        Some(_) => None,
        None => {
            let _took_as_long = PasswordHash::of(password);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_itself_matches() {
        let hash = PasswordHash::of("ada-password");
        assert!(hash.matches("ada-password"));
        assert!(!hash.matches("Ada-password"));
        assert!(!hash.matches(""));
    }

    #[test]
    fn a_hash_is_read_back_from_its_text() {
        let hash = PasswordHash::of("ada-password");
        let text = hash.to_string();

        assert!(text.parse::<PasswordHash>().unwrap().matches("ada-password"));
        for other in
            ["", "ada-password", &text[1..], &text[..text.len() - 2], &text.replace("10000", "1")]
        {
            assert!(other.parse::<PasswordHash>().is_err(), "{other}");
        }
    }
}
