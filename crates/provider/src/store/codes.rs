//! Authorization codes ([RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2), SC-1/7).

use std::collections::HashMap;
use std::sync::Arc;

use service::random;
use tokio::sync::Mutex;
use wire::ids::ClientId;
use wire::pkce::CodeChallenge;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use super::grants::GrantId;

/// Seconds in which a code must be redeemed.
const LIFETIME: u64 = 60;

/// Seconds for which a code is known, so that a late replay is noticed too.
const MEMORY: u64 = 24 * 3600;

/// What a code is bound to.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) grant: GrantId,
    pub(crate) client: ClientId,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: Option<CodeChallenge>,
    /// Whether a refresh token comes with it.
    pub(crate) offline: bool,
}

/// What became of a code that was presented.
pub(crate) enum Redemption {
    /// It was there, and is now used.
    First(Code),
    /// It was used before: somebody has stolen it, or the answer (RFC 6749 §4.1.2).
    Replay(GrantId),
    /// Never issued, or too old.
    Unknown,
}

struct Entry {
    code: Code,
    issued_at: Timestamp,
    used: bool,
}

/// The collection.
#[derive(Clone, Default)]
pub(crate) struct Codes(Arc<Mutex<HashMap<Secret, Entry>>>);

impl Codes {
    pub(crate) async fn issue(&self, code: Code, now: Timestamp) -> Secret {
        // Google's codes begin like this.
        let text = Secret::from(format!("4/0A{}", random::token()));
        let mut codes = self.0.lock().await;
        codes.retain(|_, entry| now < entry.issued_at.plus(MEMORY));
        codes.insert(text.clone(), Entry { code, issued_at: now, used: false });
        text
    }

    /// Uses the code up, whether or not its bearer turns out to be the right one.
    pub(crate) async fn redeem(&self, text: &Secret, now: Timestamp) -> Redemption {
        let mut codes = self.0.lock().await;
        let Some(entry) = codes.get_mut(text) else {
            return Redemption::Unknown;
        };
        if std::mem::replace(&mut entry.used, true) {
            return Redemption::Replay(entry.code.grant.clone());
        }
        if now < entry.issued_at.plus(LIFETIME) {
            Redemption::First(entry.code.clone())
        } else {
            Redemption::Unknown
        }
    }
}
