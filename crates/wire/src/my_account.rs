//! The My Account API's Connected Accounts, `/me/v1/connected-accounts` (contract: connected-accounts.md).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{ConnectedAccountId, ConnectionName};
use crate::pkce::{CodeChallenge, CodeVerifier};
use crate::secret::Secret;

/// Path of the API below the tenant's address; its audience is the issuer with `me/` behind it (CA-1/1).
pub const PATH: &str = "me/v1/connected-accounts";

/// What a token needs to connect accounts (CA-1/2).
pub const CREATE: &str = "create:me:connected_accounts";

/// What a token needs to list accounts and connections (CA-1/2).
pub const READ: &str = "read:me:connected_accounts";

/// What a token needs to remove accounts (CA-1/2).
pub const DELETE: &str = "delete:me:connected_accounts";

/// `POST …/connect`: the wish to connect an account (CA-2.1).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConnectRequest {
    /// Where the account is.
    pub connection: ConnectionName,
    /// Where the browser comes back to; an allowed callback of the token's client.
    pub redirect_uri: String,
    /// Comes back beside the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Ties the completion to who asked (RFC 7636).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<CodeChallenge>,
    /// `S256`, where there is a challenge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_challenge_method: Option<String>,
    /// What to ask of the provider instead of the connection's own scopes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
}

/// The answer: where to send the browser (CA-2.1).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConnectResponse {
    /// Names the attempt when it is completed.
    pub auth_session: Secret,
    /// Where the browser goes, with [`ConnectResponse::connect_params`] as its query.
    pub connect_uri: String,
    /// The query.
    pub connect_params: BTreeMap<String, Secret>,
    /// How long that may take, in seconds.
    pub expires_in: u64,
}

/// `POST …/complete`: the code that the browser brought back (CA-2.3).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CompleteRequest {
    /// The attempt.
    pub auth_session: Secret,
    /// The code.
    pub connect_code: Secret,
    /// The same as when the attempt began.
    pub redirect_uri: String,
    /// What the challenge was made of, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_verifier: Option<CodeVerifier>,
}

/// An account that is connected (CA-2.3, CA-2.4/2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectedAccount {
    /// `cac_…`.
    pub id: ConnectedAccountId,
    /// Where the account is.
    pub connection: ConnectionName,
    /// `offline`: it can be used while its person is away.
    pub access_type: String,
    /// What the provider allows.
    pub scopes: Vec<String>,
    /// When it was connected, ISO 8601.
    pub created_at: String,
    /// When it ends, ISO 8601, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// The organization that it was connected for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_id: Option<String>,
}

/// `GET …/accounts`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConnectedAccounts {
    /// A page of them.
    pub accounts: Vec<ConnectedAccount>,
    /// The `from` of the next page, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A connection whose accounts can be connected (CA-2.4/1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvailableConnection {
    /// Its name.
    pub name: ConnectionName,
    /// What kind of provider it leads to, e.g. `google-oauth2`.
    pub strategy: String,
    /// What is asked of the provider unless the app says otherwise.
    pub scopes: Vec<String>,
}

/// `GET …/connections`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AvailableConnections {
    /// A page of them.
    pub connections: Vec<AvailableConnection>,
    /// The `from` of the next page, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The body of a refusal (connected-accounts.md §4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A URL that ends in a code, `A0E-{status}-{nnnn}`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status of the answer.
    pub status: u16,
    /// The cause in short.
    pub title: String,
    /// The cause.
    pub detail: String,
    /// What is wrong with the request, member by member.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub validation_errors: Vec<ValidationError>,
}

/// What is wrong with one member of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidationError {
    /// What.
    pub detail: String,
    /// The member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The member as a JSON pointer (RFC 6901).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// `body`, `query` or `path`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}
