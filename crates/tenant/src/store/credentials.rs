//! Public keys by which a client proves who it is, instead of by a secret (management-api.md §4; RFC 7523 §2.2).

use serde::{Deserialize, Serialize};
use service::jwt::Algorithm;
use wire::discovery::Jwk;
use wire::timestamp::Timestamp;

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

impl Credential {
    /// Whether it has not expired.
    pub(crate) fn is_good(&self, now: Timestamp) -> bool {
        let end: Option<jiff::Timestamp> =
            self.expires_at.as_deref().and_then(|end| end.parse().ok());
        end.is_none_or(|end| i64::try_from(now.seconds()).is_ok_and(|now| now < end.as_second()))
    }

    /// How it signs (DT-1/15).
    pub(crate) fn algorithm(&self) -> Option<Algorithm> {
        match self.alg.as_str() {
            "RS256" => Some(Algorithm::RS256),
            "RS384" => Some(Algorithm::RS384),
            "PS256" => Some(Algorithm::PS256),
            _ => None,
        }
    }
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
