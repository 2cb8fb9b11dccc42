//! The tenant's log: what was asked and how it ended, in Auth0's type codes.

use std::collections::VecDeque;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use service::clock::Clock;
use wire::ids::{Audience, ClientId, UserId};
use wire::scope::ScopeSet;
use wire::timestamp::Timestamp;

use crate::remote::Remote;

/// How many entries are kept; the oldest goes first.
const KEPT: usize = 1000;

/// Bytes of a description that are kept: it may quote what a stranger sent.
const DESCRIPTION: usize = 1024;

/// An entry. It names who asked for what; no token, code or password is in it.
#[derive(Clone, Debug, Serialize)]
pub struct LogEntry {
    /// Later entries have greater ones.
    pub log_id: String,
    /// When.
    pub date: Timestamp,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: LogKind,
    /// The application, where one is known.
    pub client_id: Option<ClientId>,
    /// The person, where one is known.
    pub user_id: Option<UserId>,
    /// The connection, where one is concerned.
    pub connection: Option<String>,
    /// Why it failed; empty for what succeeded.
    pub description: String,
    /// The address that the request came from, where there was one.
    pub ip: Option<IpAddr>,
    /// What the program there calls itself.
    pub user_agent: Option<String>,
    /// The API that a token is for.
    pub audience: Option<Audience>,
    /// What a token allows.
    pub scope: Option<String>,
    /// What else there is to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<LogDetails>,
    /// What was asked of the Management API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<OperationDetails>,
}

/// What entries of some kinds tell beside the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum LogDetails {
    /// Of `sertft`, `fertft` and `ferrt`.
    RefreshToken(RefreshTokenDetails),
    /// Of `seta` and `feta`.
    TokenVault(Box<TokenVaultDetails>),
}

/// An operation of the Management API: what was asked and how it ended. Bodies are left out, for the secrets in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OperationDetails {
    /// What was asked.
    pub request: OperationRequest,
    /// How it ended.
    pub response: OperationResponse,
}

/// What was asked of the Management API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OperationRequest {
    /// In lower case, as Auth0 has it.
    pub method: String,
    /// The path, without its query.
    pub path: String,
}

/// How that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct OperationResponse {
    /// The status of the answer.
    #[serde(rename = "statusCode")]
    pub status: u16,
}

/// Which refresh token of which family: tokens that replaced one another are of one family (token.md §3.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RefreshTokenDetails {
    /// The family.
    pub family_id: String,
    /// The number of the token that was presented, as it says itself.
    pub token_counter: u32,
    /// The number of the family's latest token.
    pub latest_counter: u32,
}

/// A Token Vault exchange (token-vault.md §5). What it issued is named by its hash.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TokenVaultDetails {
    /// What kind of token was to be exchanged, as the request says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_token_type: Option<String>,
    /// Whether the client spoke for the person without a token of theirs.
    pub is_privileged_worker: bool,
    /// What kind of token it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued_token_type: Option<String>,
    /// What that allows at the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<ScopeSet>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Its SHA-256, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_thumbprint: Option<String>,
    /// Why there is none, in a word; `unknown` where there is no word for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<&'static str>,
    /// What the privileged worker says that it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit_context: Option<String>,
}

impl From<RefreshTokenDetails> for LogDetails {
    fn from(details: RefreshTokenDetails) -> Self {
        Self::RefreshToken(details)
    }
}

impl From<TokenVaultDetails> for LogDetails {
    fn from(details: TokenVaultDetails) -> Self {
        Self::TokenVault(Box::new(details))
    }
}

/// Auth0's codes for the events that we log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogKind {
    /// A person logged in.
    S,
    /// Something about a login is not as the application wants it.
    W,
    /// A login at a provider failed.
    F,
    /// A password was wrong.
    Fp,
    /// A person's login is blocked from an address after too many wrong passwords.
    #[serde(rename = "limit_wc")]
    LimitWc,
    /// A person signed up.
    Ss,
    /// Somebody could not sign up.
    Fs,
    /// A person logged out.
    Slo,
    /// A code was exchanged for tokens.
    Seacft,
    /// A code was refused.
    Feacft,
    /// A client got a token for itself.
    Seccft,
    /// A client was refused a token for itself.
    Feccft,
    /// A refresh token was exchanged.
    Sertft,
    /// A refresh token was refused.
    Fertft,
    /// A refresh token was used again after it was replaced: its family and its grant are revoked.
    Ferrt,
    /// A token of another issuer was exchanged.
    Secte,
    /// A token of another issuer was not exchanged.
    Fecte,
    /// An API exchanged a token to call another API.
    #[serde(rename = "success_on_behalf_of_token_exchange")]
    SuccessOnBehalfOf,
    /// An API was refused to exchange a token.
    #[serde(rename = "failed_on_behalf_of_token_exchange")]
    FailedOnBehalfOf,
    /// A person connected an account.
    #[serde(rename = "connected_accounts_connection_succeeded")]
    ConnectedAccountsConnectionSucceeded,
    /// A person could not connect an account.
    #[serde(rename = "connected_accounts_connection_failed")]
    ConnectedAccountsConnectionFailed,
    /// A person removed a connected account.
    #[serde(rename = "connected_accounts_delete_succeeded")]
    ConnectedAccountsDeleteSucceeded,
    /// A person could not remove a connected account.
    #[serde(rename = "connected_accounts_delete_failed")]
    ConnectedAccountsDeleteFailed,
    /// A Token Vault exchange succeeded.
    Seta,
    /// A Token Vault exchange was refused.
    Feta,
    /// The Management API changed something.
    Sapi,
    /// The Management API refused to change something.
    Fapi,
}

/// The newest entries, in memory.
#[derive(Clone)]
pub(crate) struct Log {
    clock: Clock,
    entries: Arc<Mutex<Entries>>,
}

#[derive(Default)]
struct Entries {
    kept: VecDeque<LogEntry>,
    /// How many there were in all.
    written: u64,
}

impl Log {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, entries: Arc::default() }
    }

    /// Begins an entry; [`LogLine::write`] ends it.
    pub(crate) fn entry(&self, kind: LogKind) -> LogLine<'_> {
        let Remote { ip, user_agent } = Remote::current();
        let entry = LogEntry {
            log_id: String::new(),
            date: self.clock.now(),
            kind,
            client_id: None,
            user_id: None,
            connection: None,
            description: String::new(),
            ip,
            user_agent,
            audience: None,
            scope: None,
            details: None,
            operation: None,
        };
        LogLine { log: self, entry }
    }

    /// Begins the entry of something that succeeded or failed; the error's text is the description.
    pub(crate) fn outcome<T, E: fmt::Display>(
        &self,
        result: &Result<T, E>,
        success: LogKind,
        failure: LogKind,
    ) -> LogLine<'_> {
        match result {
            Ok(_) => self.entry(success),
            Err(error) => self.entry(failure).description(error.to_string()),
        }
    }

    pub(crate) fn entries(&self) -> Vec<LogEntry> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.kept.iter().cloned().collect()
    }
}

/// An entry that is being written.
#[must_use = "an entry is logged by `write`"]
pub(crate) struct LogLine<'a> {
    log: &'a Log,
    entry: LogEntry,
}

impl LogLine<'_> {
    pub(crate) fn client(mut self, client_id: &ClientId) -> Self {
        self.entry.client_id = Some(client_id.clone());
        self
    }

    pub(crate) fn user<'u>(mut self, user_id: impl Into<Option<&'u UserId>>) -> Self {
        self.entry.user_id = user_id.into().cloned();
        self
    }

    pub(crate) fn connection(mut self, connection: impl Into<String>) -> Self {
        self.entry.connection = Some(connection.into());
        self
    }

    /// On whose behalf the request came, where that is not who sent it.
    pub(crate) const fn ip(mut self, ip: IpAddr) -> Self {
        self.entry.ip = Some(ip);
        self
    }

    pub(crate) fn details(mut self, details: Option<impl Into<LogDetails>>) -> Self {
        self.entry.details = details.map(Into::into);
        self
    }

    /// What the token is for and allows that is asked for.
    pub(crate) fn token(mut self, audience: Option<&Audience>, scope: &ScopeSet) -> Self {
        self.entry.audience = audience.cloned();
        self.entry.scope = Some(scope.to_string());
        self
    }

    pub(crate) fn operation(mut self, operation: OperationDetails) -> Self {
        self.entry.operation = Some(operation);
        self
    }

    pub(crate) fn description(mut self, description: impl Into<String>) -> Self {
        let mut description = description.into();
        let end = (0..=DESCRIPTION).rev().find(|end| description.is_char_boundary(*end));
        description.truncate(end.unwrap_or_default());
        self.entry.description = description;
        self
    }

    pub(crate) fn write(mut self) {
        let LogEntry { kind, client_id, user_id, connection, description, .. } = &self.entry;
        tracing::info!(
            kind = ?kind,
            client_id = client_id.as_ref().map(ClientId::as_str),
            user_id = user_id.as_ref().map(UserId::as_str),
            connection = connection.as_deref(),
            "{description}"
        );
        let mut entries = self.log.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.kept.len() == KEPT {
            entries.kept.pop_front();
        }
        entries.written += 1;
        self.entry.log_id = log_id(self.entry.date, entries.written);
        entries.kept.push_back(self.entry);
    }
}

/// In Auth0's form: 57 digits that grow with time, and never repeat.
fn log_id(date: Timestamp, number: u64) -> String {
    format!("90020{:013}{number:039}", date.seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_keeps_the_newest_entries_and_the_start_of_long_ones() {
        let log = Log::new(Clock::system());
        for _ in 0..=KEPT {
            log.entry(LogKind::Fp).description("€".repeat(DESCRIPTION)).write();
        }
        log.entry(LogKind::S).write();

        let entries = log.entries();
        assert_eq!(entries.len(), KEPT);
        assert_eq!(entries.last().map(|entry| entry.kind), Some(LogKind::S));
        let longest = entries.iter().map(|entry| entry.description.len()).max();
        assert_eq!(longest, Some(DESCRIPTION / 3 * 3));
        let ids: Vec<&str> = entries.iter().map(|entry| entry.log_id.as_str()).collect();
        assert!(ids.iter().all(|id| id.len() == 57 && id.starts_with("900")));
        assert!(ids.is_sorted_by(|a, b| a < b), "identifiers grow");
    }
}
