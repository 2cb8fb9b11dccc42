//! The Token Vault: provider tokens of connected accounts (token-vault.md §5).

mod record;
mod tokens;

use std::collections::HashMap;
use std::sync::Arc;

use service::random;
use tokio::sync::Mutex;
use wire::ids::{ConnectedAccountId, ConnectionName, UserId};
use wire::timestamp::Timestamp;

use self::record::Record;
pub(crate) use self::record::{Access, Begun, NotRefreshable, Outcome};
pub(crate) use self::tokens::{ProviderToken, TokenSet};

/// An account at a provider that a person has connected. A clone shares its tokens, which live on with it where the vault
/// has forgotten it: who was refreshing them then changes nothing in the vault.
#[derive(Clone)]
pub(crate) struct ConnectedAccount {
    pub(crate) id: ConnectedAccountId,
    pub(crate) created_at: Timestamp,
    pub(crate) connection: ConnectionName,
    /// The person's id at the provider.
    pub(crate) provider_user_id: String,
    /// The person's email address at the provider.
    pub(crate) provider_email: Option<String>,
    record: Arc<Mutex<Record>>,
}

impl ConnectedAccount {
    /// What the provider issued, as it is stored.
    pub(crate) async fn tokens(&self) -> TokenSet {
        self.record.lock().await.tokens().clone()
    }

    /// Whether the provider does not take the stored refresh token any more: only its person can mend that, by
    /// connecting the account again.
    pub(crate) async fn needs_reconnect(&self) -> bool {
        self.record.lock().await.needs_reconnect()
    }

    /// The stored access token while it lasts; the account counts as used.
    pub(crate) async fn access(&self, now: Timestamp) -> Option<Access> {
        self.record.lock().await.access(now)
    }

    /// Records that the refresh token is about to be used, and hands it out. One refresh at a time is for the caller to
    /// see to: an intent that is found here is taken for one that was interrupted.
    pub(crate) async fn begin_refresh(&self, now: Timestamp) -> Result<Begun, NotRefreshable> {
        self.record.lock().await.begin(now)
    }

    /// Puts the outcome in the place of the intent, in one step. Where nobody knows the outcome, nothing is settled.
    pub(crate) async fn settle_refresh(&self, outcome: Outcome, now: Timestamp) {
        self.record.lock().await.settle(outcome, now);
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

/// All connected accounts, by their people, the most recently connected last. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Vault(Arc<Mutex<Accounts>>);

#[derive(Default)]
struct Accounts {
    by_person: HashMap<UserId, Vec<ConnectedAccount>>,
    /// When what has ended was last looked for among all of them.
    swept_at: Option<Timestamp>,
}

/// Seconds between two looks for what has ended.
const SWEEP: u64 = 24 * 60 * 60;

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
        let own = accounts.by_person.entry(user_id).or_default();
        own.retain(|other| {
            other.connection != connection || other.provider_user_id != provider_user_id
        });
        let account = ConnectedAccount {
            id: format!("cac_{}", random::identifier(18)).into(),
            created_at: now,
            connection,
            provider_user_id,
            provider_email,
            record: Arc::new(Mutex::new(Record::new(tokens, now))),
        };
        own.push(account.clone());
        account
    }

    /// The person's accounts of a connection, the most recently connected first.
    pub(crate) async fn find(
        &self,
        user_id: &UserId,
        connection: &ConnectionName,
    ) -> Vec<ConnectedAccount> {
        let mut accounts = self.of_user(user_id).await;
        accounts.retain(|account| account.connection == *connection);
        accounts.reverse();
        accounts
    }

    /// All accounts of the person, the most recently connected last.
    pub(crate) async fn of_user(&self, user_id: &UserId) -> Vec<ConnectedAccount> {
        self.0.lock().await.by_person.get(user_id).cloned().unwrap_or_default()
    }

    /// Forgets an account of the person and its tokens; says whether there was one (TV-5/4).
    pub(crate) async fn remove(&self, user_id: &UserId, id: &ConnectedAccountId) -> bool {
        let mut accounts = self.0.lock().await;
        let Some(own) = accounts.by_person.get_mut(user_id) else { return false };
        let before = own.len();
        own.retain(|account| account.id != *id);
        let is_gone = own.len() < before;
        if own.is_empty() {
            accounts.by_person.remove(user_id);
        }
        is_gone
    }

    /// Forgets all accounts of a person.
    pub(crate) async fn remove_of_user(&self, user_id: &UserId) {
        self.0.lock().await.by_person.remove(user_id);
    }

    /// Forgets all accounts of a connection.
    pub(crate) async fn remove_of_connection(&self, connection: &ConnectionName) {
        self.0.lock().await.by_person.retain(|_, own| {
            own.retain(|account| account.connection != *connection);
            !own.is_empty()
        });
    }

    /// Whether the person has any account connected.
    pub(crate) async fn has_account(&self, user_id: &UserId) -> bool {
        self.0.lock().await.by_person.contains_key(user_id)
    }

    /// Forgets the tokens of all accounts that have ended or that nobody has used for a year, once a day (TV-5/2,
    /// TV-5/3): those that nobody asks for would stay for ever.
    pub(crate) async fn sweep(&self, now: Timestamp) {
        let mut accounts = self.0.lock().await;
        if accounts.swept_at.is_some_and(|last| now < last.plus(SWEEP)) {
            return;
        }
        accounts.swept_at = Some(now);
        for account in accounts.by_person.values().flatten() {
            account.record.lock().await.drop_what_ended(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_epoch(1_000_000);
    const YEAR: u64 = 365 * 24 * 60 * 60;

    fn account(provider_user_id: &str, refresh_token: &str) -> NewAccount {
        let tokens = TokenSet {
            scope: "a".into(),
            access_token: None,
            refresh_token: Some(refresh_token.into()),
            refresh_token_expires_at: None,
        };
        NewAccount {
            user_id: "auth0|ada".into(),
            connection: "google-oauth2".into(),
            provider_user_id: provider_user_id.to_owned(),
            provider_email: None,
            tokens,
        }
    }

    async fn refresh_tokens(vault: &Vault) -> Vec<String> {
        let mut found = Vec::new();
        for account in vault.find(&"auth0|ada".into(), &"google-oauth2".into()).await {
            let token = account.tokens().await.refresh_token;
            found.push(token.map_or_else(String::new, |token| token.expose().to_owned()));
        }
        found
    }

    /// TV-5/6: the tokens are new, and so is the account's id; another account stays beside it.
    #[tokio::test]
    async fn an_account_that_is_connected_again_has_the_new_tokens_alone() {
        let vault = Vault::default();
        let first = vault.connect(account("1", "old"), NOW).await;
        vault.connect(account("2", "other"), NOW).await;
        let again = vault.connect(account("1", "new"), NOW).await;

        assert_ne!(again.id, first.id);
        assert_eq!(refresh_tokens(&vault).await, ["new", "other"]);
    }

    /// A refresh of the old tokens that ends later is not taken for one of the new.
    #[tokio::test]
    async fn a_refresh_that_was_under_way_does_not_touch_the_new_tokens() {
        let vault = Vault::default();
        let first = vault.connect(account("1", "old"), NOW).await;
        first.begin_refresh(NOW).await.unwrap();
        vault.connect(account("1", "new"), NOW).await;
        first.settle_refresh(Outcome::Refused, NOW).await;

        let again = vault.find(&"auth0|ada".into(), &"google-oauth2".into()).await.remove(0);
        assert!(!again.needs_reconnect().await);
        assert!(!again.begin_refresh(NOW).await.unwrap().is_uncertain);
    }

    /// TV-5/4.
    #[tokio::test]
    async fn an_account_that_is_removed_is_gone_with_its_tokens() {
        let vault = Vault::default();
        let ada = "auth0|ada".into();
        let first = vault.connect(account("1", "one"), NOW).await;
        vault.connect(account("2", "two"), NOW).await;

        assert!(!vault.remove(&"auth0|grace".into(), &first.id).await, "it is not hers");
        assert!(vault.remove(&ada, &first.id).await);
        assert!(!vault.remove(&ada, &first.id).await);
        assert_eq!(refresh_tokens(&vault).await, ["two"]);
        vault.remove_of_connection(&"google-oauth2".into()).await;
        assert!(!vault.has_account(&ada).await);
    }

    /// TV-5/3, though nobody asks for the account.
    #[tokio::test]
    async fn a_sweep_finds_what_nobody_has_used() {
        let vault = Vault::default();
        vault.connect(account("1", "one"), NOW).await;
        vault.sweep(NOW.plus(YEAR)).await;
        assert_eq!(refresh_tokens(&vault).await, ["one"]);
        vault.sweep(NOW.plus(YEAR + 1)).await;
        assert_eq!(refresh_tokens(&vault).await, ["one"], "once a day is enough");
        vault.sweep(NOW.plus(YEAR + SWEEP)).await;
        assert_eq!(refresh_tokens(&vault).await, [""]);
    }
}
