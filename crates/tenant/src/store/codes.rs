//! Authorization codes (RFC 6749 §4.1.2).

use wire::dpop::Thumbprint;
use wire::ids::ClientId;
use wire::pkce::CodeChallenge;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use crate::authorization::Authorization;
use crate::store::expiring::Expiring;

/// Seconds until a code that nobody redeemed is worth nothing (authorize.md §2).
pub(crate) const LIFETIME: u64 = 60;

/// Seconds for which a code is remembered, so that its replay is known for one: the longest that RFC 6749 §4.1.2 lets
/// codes live.
const REMEMBERED: u64 = 600;

/// How many are remembered, each with a nonce of some kilobytes at most.
const AT_MOST: usize = 10_000;

/// What a code stands for, and what it is bound to.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) authorization: Authorization,
    /// The URI that the code was sent to.
    pub(crate) redirect_uri: String,
    /// Whether the request named that URI: then the token request must name it too (RFC 6749 §4.1.3).
    pub(crate) redirect_uri_was_sent: bool,
    pub(crate) code_challenge: Option<CodeChallenge>,
    /// The key that whoever redeems it proves to hold (RFC 9449 §10).
    pub(crate) dpop_jkt: Option<Thumbprint>,
    pub(crate) nonce: Option<String>,
}

/// What a code became that can be taken back: tokens that the tenant is asked about when they are used. Access tokens
/// for APIs are not: those live on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Yield {
    pub(crate) refresh_token: Option<Secret>,
    /// An access token for `/userinfo` alone.
    pub(crate) opaque_token: Option<Secret>,
}

/// Why a code is not redeemed.
#[derive(Debug)]
pub(crate) enum NotRedeemed<E> {
    /// There is no such code, or not any more, or not of this client.
    Unknown,
    /// The request is not that of whom the code was for.
    Wrong(E),
    /// It was redeemed before, and this is what it became.
    Replayed(Yield),
}

/// All codes that were issued of late.
#[derive(Clone)]
pub(crate) struct Codes(Expiring<Entry>);

#[derive(Clone)]
struct Entry {
    code: Code,
    expires_at: Timestamp,
    state: State,
}

#[derive(Clone)]
enum State {
    Fresh,
    /// Something was wrong with the request that used it up.
    Spoilt,
    Redeemed(Yield),
    /// Presented again after it was redeemed.
    Replayed,
}

impl Codes {
    pub(crate) fn new() -> Self {
        Self(Expiring::of_at_most(AT_MOST))
    }

    /// A new code that is good for `lifetime` seconds.
    pub(crate) async fn insert(&self, code: Code, lifetime: u64, now: Timestamp) -> Secret {
        let entry = Entry { code, expires_at: now.plus(lifetime), state: State::Fresh };
        self.0.insert(entry, REMEMBERED.max(lifetime), now).await
    }

    /// Uses a code up.
    ///
    /// The client's first request does that even when `check` finds something wrong with it: a code that is in the wrong
    /// hands is worth nothing any more. A request of another client does nothing to it, or whoever saw a code could spoil
    /// it; and a second request is a replay only when nothing is wrong with it otherwise, or whoever saw a code could take
    /// back what its owner got for it (RFC 6749 §4.1.2, §10.5).
    pub(crate) async fn redeem<E>(
        &self,
        key: &str,
        client_id: &ClientId,
        check: impl FnOnce(&Code) -> Result<(), E>,
        now: Timestamp,
    ) -> Result<Code, NotRedeemed<E>> {
        let presented = |entry: &mut Entry| entry.redeem(client_id, check, now);
        self.0.change(key, now, presented).await.unwrap_or(Err(NotRedeemed::Unknown))
    }

    /// Remembers what the code became; `false` when it was presented again in the meantime.
    pub(crate) async fn record(&self, key: &str, yielded: &Yield, now: Timestamp) -> bool {
        let record = |entry: &mut Entry| match &mut entry.state {
            State::Redeemed(own) => {
                own.clone_from(yielded);
                true
            }
            _ => false,
        };
        // One that is forgotten by now was pushed out by others, and cannot have been presented again.
        self.0.change(key, now, record).await.unwrap_or(true)
    }
}

impl Entry {
    fn redeem<E>(
        &mut self,
        client_id: &ClientId,
        check: impl FnOnce(&Code) -> Result<(), E>,
        now: Timestamp,
    ) -> Result<Code, NotRedeemed<E>> {
        if self.code.authorization.client_id != *client_id {
            return Err(NotRedeemed::Unknown);
        }
        let checked = check(&self.code);
        match (&mut self.state, checked) {
            (State::Fresh, _) if now >= self.expires_at => Err(NotRedeemed::Unknown),
            (State::Fresh, Ok(())) => {
                self.state = State::Redeemed(Yield::default());
                Ok(self.code.clone())
            }
            (State::Fresh, Err(wrong)) => {
                self.state = State::Spoilt;
                Err(NotRedeemed::Wrong(wrong))
            }
            (State::Redeemed(yielded), Ok(())) => {
                let yielded = std::mem::take(yielded);
                self.state = State::Replayed;
                Err(NotRedeemed::Replayed(yielded))
            }
            _ => Err(NotRedeemed::Unknown),
        }
    }
}
