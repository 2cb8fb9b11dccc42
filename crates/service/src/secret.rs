//! Comparison of secrets.

use subtle::ConstantTimeEq;

/// Whether two secrets are equal, in a time that tells nothing about where they differ (SC-9/4).
#[must_use]
pub fn equal(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}
