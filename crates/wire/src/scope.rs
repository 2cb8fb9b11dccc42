//! The `scope` parameter ([RFC 6749 §3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A set of scopes, written as a list with single spaces between, in the order in which they were first named.
///
/// ```
/// use wire::scope::ScopeSet;
///
/// let scope = ScopeSet::from("openid read:calendar openid");
/// assert_eq!(scope.to_string(), "openid read:calendar");
/// assert!(scope.contains("read:calendar"));
/// assert!(!scope.contains("read"));
/// ```
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ScopeSet(Vec<String>);

impl ScopeSet {
    /// Whether the scope is in the set.
    #[must_use]
    pub fn contains(&self, scope: &str) -> bool {
        self.0.iter().any(|own| own == scope)
    }

    /// Whether every scope of `other` is in the set.
    #[must_use]
    pub fn contains_all(&self, other: &Self) -> bool {
        other.iter().all(|scope| self.contains(scope))
    }

    /// Whether there is no scope at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scopes, in the order in which they were named.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The scopes that satisfy `keep`, in their order.
    #[must_use]
    pub fn filtered(&self, mut keep: impl FnMut(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|scope| keep(scope)).cloned().collect())
    }
}

/// Two sets are equal whatever the order of their scopes.
impl PartialEq for ScopeSet {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.contains_all(other)
    }
}

impl Eq for ScopeSet {}

impl From<&str> for ScopeSet {
    fn from(text: &str) -> Self {
        text.split_ascii_whitespace().collect()
    }
}

impl From<String> for ScopeSet {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<ScopeSet> for String {
    fn from(scope: ScopeSet) -> Self {
        scope.to_string()
    }
}

impl<T: Into<String>> FromIterator<T> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = T>>(scopes: I) -> Self {
        let mut set = Vec::new();
        for scope in scopes.into_iter().map(Into::into) {
            if !set.contains(&scope) {
                set.push(scope);
            }
        }
        Self(set)
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}
