//! Text that must not be seen: tokens, codes, passwords, client secrets.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A secret. It goes over the wire as plain text; `Debug` hides it and there is no `Display`, so that it reaches no
/// log and no error text by accident.
///
/// ```
/// use wire::secret::Secret;
///
/// assert_eq!(format!("{:?}", Secret::from("ya29.a0AfB")), "Secret(..)");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text itself, for sending it or for comparing it in constant time.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Secret {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
