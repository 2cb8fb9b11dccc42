//! The person's accounts at providers: what is connected and what can be, fetched, and still shown when that fails.

use auth_client::AuthError;
use leptos::prelude::*;
use wire::my_account::{AvailableConnection, ConnectedAccount};

use crate::auth::{Auth, News};
use crate::browser;
use crate::date::LocalTime;
use crate::provider;

/// What can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing yet.
    Loading,
    /// The accounts.
    Listed,
    /// Nothing before another login.
    LoginRequired,
    /// Nothing but the reason.
    Failed,
}

/// What the tenant told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What is connected.
    pub accounts: Vec<ConnectedAccount>,
    /// What can be.
    pub connections: Vec<AvailableConnection>,
}

impl Listed {
    /// What a person calls the accounts of a connection.
    #[must_use]
    pub fn name(&self, connection: &str) -> String {
        provider::name(connection, &self.connections).to_owned()
    }
}

/// The accounts, and what can be done about them. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Accounts {
    auth: Auth,
    listed: RwSignal<Option<(Listed, LocalTime)>>,
    problem: RwSignal<Option<AuthError>>,
    loading: RwSignal<bool>,
    /// The account that is being disconnected.
    leaving: RwSignal<Option<ConnectedAccount>>,
}

impl Accounts {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(auth: Auth) -> Self {
        Self {
            auth,
            listed: RwSignal::new(None),
            problem: RwSignal::new(None),
            loading: RwSignal::new(false),
            leaving: RwSignal::new(None),
        }
    }

    /// What can be shown.
    pub fn phase(self) -> Memo<Phase> {
        Memo::new(move |_| {
            self.problem.with(|problem| match problem {
                Some(AuthError::LoginRequired) => Phase::LoginRequired,
                _ if self.listed.with(Option::is_some) => Phase::Listed,
                Some(_) => Phase::Failed,
                None => Phase::Loading,
            })
        })
    }

    /// What the tenant told, if it did.
    #[must_use]
    pub fn listed(self) -> Option<Listed> {
        self.listed.with(|listed| listed.as_ref().map(|(listed, _)| listed.clone()))
    }

    /// Since when that is so.
    #[must_use]
    pub fn since(self) -> Option<LocalTime> {
        self.listed.with(|listed| listed.as_ref().map(|(_, since)| *since))
    }

    /// Why it could not be fetched the last time.
    #[must_use]
    pub fn problem(self) -> Option<AuthError> {
        self.problem.get()
    }

    /// Whether it is being fetched.
    #[must_use]
    pub fn is_loading(self) -> bool {
        self.loading.get()
    }

    /// Whether this account is being disconnected.
    #[must_use]
    pub fn is_leaving(self, account: &ConnectedAccount) -> bool {
        self.leaving.with(|leaving| leaving.as_ref() == Some(account))
    }

    /// Asks the tenant. What is in sight stays there meanwhile.
    pub fn refresh(self) {
        self.loading.set(true);
        browser::spawn(async move {
            match self.fetch().await {
                Ok(listed) => {
                    self.listed.try_set(Some((listed, browser::local_now())));
                    self.problem.try_set(None);
                }
                Err(problem) => _ = self.problem.try_set(Some(problem)),
            }
            self.loading.try_set(false);
        });
    }

    /// Has the tenant forget an account and destroy its tokens.
    pub fn disconnect(self, account: ConnectedAccount) {
        if self.leaving.with_untracked(Option::is_some) {
            return;
        }
        self.leaving.set(Some(account.clone()));
        self.auth.tell(None);
        browser::spawn(async move {
            let outcome = self.auth.client().disconnect_account(&account.id).await;
            self.leaving.try_set(None);
            let news = match outcome {
                Ok(()) => {
                    let name = self.without(&account);
                    // The button that had the focus is gone.
                    browser::focus("main");
                    News::Disconnected(name)
                }
                Err(AuthError::LoginRequired) => {
                    self.problem.try_set(Some(AuthError::LoginRequired));
                    return;
                }
                Err(error) => News::NotDisconnected(error),
            };
            self.auth.tell(Some(news));
        });
    }

    /// Takes an account out of sight, and tells what it was called.
    fn without(self, account: &ConnectedAccount) -> String {
        let connection = account.connection.as_str();
        let name = self.listed.try_update(|listed| {
            let (listed, _) = listed.as_mut()?;
            listed.accounts.retain(|other| other.id != account.id);
            Some(listed.name(connection))
        });
        name.flatten().unwrap_or_else(|| connection.to_owned())
    }

    async fn fetch(self) -> Result<Listed, AuthError> {
        let client = self.auth.client();
        let accounts = client.connected_accounts().await?;
        Ok(Listed { accounts, connections: client.available_connections().await? })
    }
}
