//! What survives the redirect to the tenant and back.
//!
//! A transaction stands in the tab's session storage under its `state`. Several may be open: a person who begins a
//! login, goes back and begins another may finish either. Each lives ten minutes, which is as long as a code may
//! ([RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use wire::ids::{Audience, ClientId};
use wire::pkce::CodeVerifier;
use wire::scope::ScopeSet;
use wire::timestamp::Timestamp;

use crate::client::Login;
use crate::config::Config;
use crate::error::AuthError;
use crate::platform::Platform;

/// Seconds that a login may take.
const LIFETIME: u64 = 600;

/// A login that was begun: what its answer must match, and what redeems the code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Transaction {
    pub(crate) verifier: CodeVerifier,
    pub(crate) nonce: String,
    pub(crate) redirect_uri: String,
    pub(crate) audience: Option<Audience>,
    pub(crate) scope: ScopeSet,
    pub(crate) return_to: Option<String>,
    started_at: Timestamp,
}

impl Transaction {
    /// A login with a verifier and a nonce of its own, 256 random bits each.
    pub(crate) fn begin(
        login: Login,
        config: &Config,
        platform: &impl Platform,
    ) -> Result<Self, AuthError> {
        Ok(Self {
            verifier: CodeVerifier::from_random(platform.random()?),
            nonce: random_text(platform)?,
            redirect_uri: config.redirect_uri.clone(),
            audience: login.audience,
            scope: std::iter::once("openid").chain(login.scope.iter()).collect(),
            return_to: login.return_to.filter(|path| is_same_origin_path(path)),
            started_at: platform.now(),
        })
    }

    fn has_expired(&self, now: Timestamp) -> bool {
        now >= self.started_at.plus(LIFETIME)
    }
}

/// 256 random bits as 43 characters, for `state` and `nonce`.
pub(crate) fn random_text(platform: &impl Platform) -> Result<String, AuthError> {
    Ok(URL_SAFE_NO_PAD.encode(platform.random()?))
}

/// Whether a browser that is sent to `path` stays on this origin (SC-7/2: no open redirector).
///
/// Browsers drop tabs and line breaks from addresses, read `\` as `/`, and take what starts with `//` for another host.
/// Empty segments are refused everywhere in the path, since dot segments can move them to its start.
pub(crate) fn is_same_origin_path(path: &str) -> bool {
    let before_query = path.split(['?', '#']).next().unwrap_or_default();
    before_query.starts_with('/')
        && !before_query.contains("//")
        && !before_query.contains('\\')
        && !path.contains(|c: char| c.is_control())
}

/// The open transactions of one client in this tab.
pub(crate) struct Transactions<'a, P> {
    platform: &'a P,
    prefix: String,
}

impl<'a, P: Platform> Transactions<'a, P> {
    pub(crate) fn new(platform: &'a P, client_id: &ClientId) -> Self {
        let prefix = ["auth-client/", client_id.as_str(), "/"].concat();
        Self { platform, prefix }
    }

    /// Keeps a transaction, and clears away those that nobody will finish any more.
    pub(crate) fn open(&self, state: &str, transaction: &Transaction) -> Result<(), AuthError> {
        for state in self.states()? {
            if self.find(&state).is_err() {
                self.close(&state)?;
            }
        }
        let json = serde_json::to_string(transaction).map_err(|_| AuthError::Storage)?;
        Ok(self.platform.store(&self.key(state), &json)?)
    }

    /// The transaction with that `state`. It stays: whoever sends a wrong answer cannot spoil the login of another.
    pub(crate) fn find(&self, state: &str) -> Result<Transaction, AuthError> {
        let Some(json) = self.platform.stored(&self.key(state))? else {
            return Err(if self.states()?.is_empty() {
                AuthError::NoTransaction
            } else {
                AuthError::StateMismatch
            });
        };
        let transaction: Transaction =
            wire::json::from_str(&json).map_err(|_| AuthError::TransactionMalformed)?;
        if transaction.has_expired(self.platform.now()) {
            return Err(AuthError::TransactionExpired);
        }
        Ok(transaction)
    }

    /// Forgets the transaction with that `state`.
    pub(crate) fn close(&self, state: &str) -> Result<(), AuthError> {
        Ok(self.platform.forget(&self.key(state))?)
    }

    /// Forgets every transaction of this client.
    pub(crate) fn close_all(&self) -> Result<(), AuthError> {
        self.states()?.iter().try_for_each(|state| self.close(state))
    }

    fn key(&self, state: &str) -> String {
        [&self.prefix, state].concat()
    }

    fn states(&self) -> Result<Vec<String>, AuthError> {
        let keys = self.platform.stored_keys()?;
        let ours = keys.iter().filter_map(|key| key.strip_prefix(&self.prefix));
        // A `state` has no slash: what has one belongs to a client whose id begins like ours.
        Ok(ours.filter(|state| !state.contains('/')).map(str::to_owned).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_this_origin_may_be_returned_to() {
        for path in
            ["/", "/calendar", "/calendar?from=2026-08-01#day", "/a?next=https://b.example//c"]
        {
            assert!(is_same_origin_path(path), "{path}");
        }
        for path in [
            "",
            "calendar",
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            "/.//evil.example",
            "/x/..//evil.example",
            "/%2e//evil.example",
            "/a\\b",
            "javascript:alert(1)",
        ] {
            assert!(!is_same_origin_path(path), "{path:?}");
        }
    }
}
