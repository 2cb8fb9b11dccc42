//! The Token Vault: provider tokens of connected accounts (token-vault.md §5).

use std::sync::Arc;

use service::random;
use tokio::sync::Mutex;
use wire::ids::{ConnectedAccountId, ConnectionName, UserId};
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

/// An account at a provider that a person has connected.
#[derive(Clone, Debug)]
pub(crate) struct ConnectedAccount {
    pub(crate) id: ConnectedAccountId,
    pub(crate) created_at: Timestamp,
    pub(crate) user_id: UserId,
    pub(crate) connection: ConnectionName,
    /// The person's id at the provider.
    pub(crate) provider_user_id: String,
    /// The person's email address at the provider.
    pub(crate) provider_email: Option<String>,
    tokens: Arc<Mutex<TokenSet>>,
}

/// What the provider issued for the account.
#[derive(Clone, Debug)]
pub(crate) struct TokenSet {
    /// What the tokens allow at the provider.
    pub(crate) scope: ScopeSet,
    pub(crate) access_token: Option<ProviderToken>,
    pub(crate) refresh_token: Option<Secret>,
}

/// A provider's access token.
#[derive(Clone, Debug)]
pub(crate) struct ProviderToken {
    pub(crate) token: Secret,
    pub(crate) expires_at: Timestamp,
}

impl ConnectedAccount {
    /// The account's tokens, for one caller at a time: who refreshes them holds the others up, so that they find the
    /// new set and do not refresh again.
    pub(crate) async fn tokens(&self) -> tokio::sync::MutexGuard<'_, TokenSet> {
        self.tokens.lock().await
    }

    /// Whether a `login_hint` means this account: the id at the provider, else the email address (TV-2.1/8).
    pub(crate) fn is_meant_by(&self, login_hint: &str) -> bool {
        self.provider_user_id == login_hint
            || self
                .provider_email
                .as_deref()
                .is_some_and(|email| email.eq_ignore_ascii_case(login_hint))
    }
}

/// All connected accounts, the most recently connected last.
#[derive(Clone, Default)]
pub(crate) struct Vault(Arc<Mutex<Vec<ConnectedAccount>>>);

/// An account that is about to be connected.
#[derive(Clone)]
pub(crate) struct NewAccount {
    pub(crate) user_id: UserId,
    pub(crate) connection: ConnectionName,
    pub(crate) provider_user_id: String,
    pub(crate) provider_email: Option<String>,
    pub(crate) tokens: TokenSet,
}

impl Vault {
    /// Keeps the account; it takes the place of the same account connected before (TV-5/6).
    pub(crate) async fn connect(&self, account: NewAccount, now: Timestamp) -> ConnectedAccount {
        let NewAccount { user_id, connection, provider_user_id, provider_email, tokens } = account;
        let mut accounts = self.0.lock().await;
        accounts.retain(|other| {
            other.user_id != user_id
                || other.connection != connection
                || other.provider_user_id != provider_user_id
        });
        let account = ConnectedAccount {
            id: format!("cac_{}", random::identifier(18)).into(),
            created_at: now,
            user_id,
            connection,
            provider_user_id,
            provider_email,
            tokens: Arc::new(Mutex::new(tokens)),
        };
        accounts.push(account.clone());
        account
    }

    /// The person's accounts of a connection, the most recently connected first.
    pub(crate) async fn find(
        &self,
        user_id: &UserId,
        connection: &ConnectionName,
    ) -> Vec<ConnectedAccount> {
        let accounts = self.0.lock().await;
        let own = |a: &&ConnectedAccount| a.user_id == *user_id && a.connection == *connection;
        accounts.iter().rev().filter(own).cloned().collect()
    }

    /// All accounts of the person, the most recently connected last.
    pub(crate) async fn of_user(&self, user_id: &UserId) -> Vec<ConnectedAccount> {
        let accounts = self.0.lock().await;
        accounts.iter().filter(|account| account.user_id == *user_id).cloned().collect()
    }

    /// Forgets an account of the person and its tokens; says whether there was one (TV-5/4).
    pub(crate) async fn remove(&self, user_id: &UserId, id: &ConnectedAccountId) -> bool {
        let mut accounts = self.0.lock().await;
        let before = accounts.len();
        accounts.retain(|account| account.user_id != *user_id || account.id != *id);
        accounts.len() < before
    }

    /// Forgets all accounts of a person.
    pub(crate) async fn remove_of_user(&self, user_id: &UserId) {
        self.0.lock().await.retain(|account| account.user_id != *user_id);
    }

    /// Forgets all accounts of a connection.
    pub(crate) async fn remove_of_connection(&self, connection: &ConnectionName) {
        self.0.lock().await.retain(|account| account.connection != *connection);
    }

    /// Whether the person has any account connected.
    pub(crate) async fn has_account(&self, user_id: &UserId) -> bool {
        self.0.lock().await.iter().any(|account| account.user_id == *user_id)
    }
}
