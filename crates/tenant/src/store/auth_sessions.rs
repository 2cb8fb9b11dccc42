//! Attempts to connect an account: from the app's wish to the code that it brings back (connected-accounts.md §2).

use wire::ids::{ClientId, ConnectionName, UserId};
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use crate::authorize::response_mode::ReturnAddress;
use crate::store::expiring::Expiring;
use crate::store::vault::NewAccount;
use crate::trip::Wish;

/// Seconds that the browser may take to bring the ticket (CA-2.1).
pub(crate) const TICKET_LIFETIME: u64 = 300;

/// Seconds that the app may take to bring the code: those of an authorization code.
const CODE_LIFETIME: u64 = 60;

/// How many tickets and codes there are at once, each with some kilobytes of `state` and addresses.
const AT_MOST: usize = 10_000;

/// An attempt, and what it is bound to: one person, one client, one way back.
#[derive(Clone, Debug)]
pub(crate) struct AuthSession {
    /// Names the attempt when it is completed.
    pub(crate) id: Secret,
    pub(crate) user_id: UserId,
    pub(crate) client_id: ClientId,
    pub(crate) connection: ConnectionName,
    pub(crate) wish: Wish,
    pub(crate) return_address: ReturnAddress,
    /// What the verifier is held against; what is no digest has none.
    pub(crate) code_challenge: Option<String>,
}

/// An attempt whose person has said yes at the provider, which has issued its tokens.
#[derive(Clone)]
pub(crate) struct Consented {
    pub(crate) auth_session: AuthSession,
    pub(crate) account: NewAccount,
}

/// All attempts that are under way, but for those whose person is at the provider: those are trips.
#[derive(Clone)]
pub(crate) struct AuthSessions {
    tickets: Expiring<AuthSession>,
    codes: Expiring<Consented>,
}

impl AuthSessions {
    pub(crate) fn new() -> Self {
        Self { tickets: Expiring::of_at_most(AT_MOST), codes: Expiring::of_at_most(AT_MOST) }
    }

    /// The ticket of a new attempt.
    pub(crate) async fn open(&self, auth_session: AuthSession, now: Timestamp) -> Secret {
        self.tickets.insert(auth_session, TICKET_LIFETIME, now).await
    }

    /// The attempt of a ticket, which stays good.
    pub(crate) async fn find(&self, ticket: &str, now: Timestamp) -> Option<AuthSession> {
        self.tickets.get(ticket, now).await
    }

    /// The attempt of a ticket, which is used up by this.
    pub(crate) async fn take(&self, ticket: &str, now: Timestamp) -> Option<AuthSession> {
        self.tickets.take(ticket, now).await
    }

    /// The code that completes the attempt.
    pub(crate) async fn consent(&self, consented: Consented, now: Timestamp) -> Secret {
        self.codes.insert(consented, CODE_LIFETIME, now).await
    }

    /// Uses a code up. A request of another person or client does nothing to it, or whoever saw a code could spoil it.
    pub(crate) async fn redeem(
        &self,
        code: &str,
        user_id: &UserId,
        client_id: &ClientId,
        now: Timestamp,
    ) -> Option<Consented> {
        let AuthSession { user_id: owner, client_id: app, .. } =
            self.codes.get(code, now).await?.auth_session;
        if owner != *user_id || app != *client_id {
            return None;
        }
        self.codes.take(code, now).await
    }
}
