//! Public keys by which a client proves who it is, instead of by a secret (management-api.md §4; RFC 7523 §2.2).

use serde::{Deserialize, Serialize};
use wire::discovery::Jwk;

/// A key that a client has, whether it may be used or not: see [`AuthenticationMethods`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Credential {
    /// `cred_…`.
    pub(crate) id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// What the header of an assertion may name the key by.
    pub(crate) kid: String,
    /// The one algorithm that assertions are signed with.
    pub(crate) alg: String,
    pub(crate) credential_type: String,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
    /// RFC 3339, as it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<String>,
    pub(crate) key: Jwk,
}

/// `client_authentication_methods`: which of its keys a client may use, and what for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AuthenticationMethods {
    pub(crate) private_key_jwt: PrivateKeyJwt,
}

/// The keys that client assertions are signed with (TK-1/13).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PrivateKeyJwt {
    pub(crate) credentials: Vec<CredentialId>,
}

/// A key, named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CredentialId {
    pub(crate) id: String,
}
