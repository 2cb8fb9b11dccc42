//! Objects and errors of the Management API, `/api/v2` (contract: management-api.md).

use serde::{Deserialize, Serialize};

/// The body of a refusal (management-api.md §2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// The status of the answer.
    pub status_code: u16,
    /// The status in words.
    pub error: String,
    /// The cause.
    pub message: String,
    /// Auth0's name of the cause, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// The cause once more, where Auth0 repeats it (MG-2/3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
}

/// What stands in `attributes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attributes {
    /// The message of the error.
    pub error: String,
}
