//! Passwords, kept as salted hashes.

use std::num::NonZeroU32;
use std::ops::RangeInclusive;

use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA256};
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
}
