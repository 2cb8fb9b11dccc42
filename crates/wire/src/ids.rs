//! Identifiers: strings with a meaning, which the compiler keeps apart.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The identifier as it stands on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<T: Into<String>> From<T> for $name {
            fn from(text: T) -> Self {
                Self(text.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

identifier! {
    /// An application at the tenant ([RFC 6749 §2.2](https://www.rfc-editor.org/rfc/rfc6749#section-2.2)).
    ClientId
}

identifier! {
    /// A person at the tenant: `{identity provider}|{id}`, e.g. `auth0|5f7c8ec7c33c6c004bbafe82`; the `sub` of tokens.
    UserId
}

identifier! {
    /// An API: the identifier of a resource server, and what a token for it names in `aud`.
    Audience
}

identifier! {
    /// A connection as the tenant names it, e.g. `google-oauth2`.
    ConnectionName
}

identifier! {
    /// An account at a provider that a person has connected: `cac_…` (connected-accounts.md §2.3).
    ConnectedAccountId
}
