//! Why the browser was sent away, and so what is to be done when it comes back.

use serde::{Deserialize, Serialize};
use wire::my_account::CompleteRequest;
use wire::oauth_error::OAuthError;
use wire::secret::Secret;

use crate::client::ConnectAccount;

/// To connect an account takes a token for the My Account API, before and after the way to the provider. Tokens live in
/// memory and a page that is left forgets them, so that there may be a login on either side, with nothing to ask the
/// person.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Members", into = "Members")]
pub(crate) enum Purpose {
    /// To log in.
    Login,
    /// To log in, then to connect this account.
    LoginToConnect(ConnectAccount),
    /// To the provider, for a `connect_code`.
    Connect {
        /// Names the attempt.
        auth_session: Secret,
    },
    /// To log in, then to complete the attempt.
    LoginToComplete(CompleteRequest),
    /// To log in, then to say that the attempt was refused.
    LoginAfterRefusal(OAuthError),
}

impl Purpose {
    /// Whether the browser is to bring a code of a login, rather than a `connect_code`.
    pub(crate) const fn is_login(&self) -> bool {
        !matches!(self, Self::Connect { .. })
    }
}

/// A purpose as it is stored. Spelled out, since serde's enums with content would be heavy in the app.
#[derive(Serialize, Deserialize)]
struct Members {
    connect: Option<ConnectAccount>,
    auth_session: Option<Secret>,
    complete: Option<CompleteRequest>,
    refused: Option<OAuthError>,
}

impl From<Members> for Purpose {
    fn from(members: Members) -> Self {
        match members {
            Members { connect: Some(wish), .. } => Self::LoginToConnect(wish),
            Members { auth_session: Some(auth_session), .. } => Self::Connect { auth_session },
            Members { complete: Some(request), .. } => Self::LoginToComplete(request),
            Members { refused: Some(refusal), .. } => Self::LoginAfterRefusal(refusal),
            _ => Self::Login,
        }
    }
}

impl From<Purpose> for Members {
    fn from(purpose: Purpose) -> Self {
        let mut members = Self { connect: None, auth_session: None, complete: None, refused: None };
        match purpose {
            Purpose::Login => {}
            Purpose::LoginToConnect(wish) => members.connect = Some(wish),
            Purpose::Connect { auth_session } => members.auth_session = Some(auth_session),
            Purpose::LoginToComplete(request) => members.complete = Some(request),
            Purpose::LoginAfterRefusal(refusal) => members.refused = Some(refusal),
        }
        members
    }
}
