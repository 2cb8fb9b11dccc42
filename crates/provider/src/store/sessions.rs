//! Who is signed in, in which browser.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Mutex;
use wire::timestamp::Timestamp;

use crate::browser::BrowserId;
use crate::people::PersonId;

/// A day's work, in seconds.
const LIFETIME: u64 = 12 * 3600;

struct Session {
    person: PersonId,
    expires_at: Timestamp,
}

/// The collection.
#[derive(Clone, Default)]
pub(crate) struct Sessions(Arc<Mutex<HashMap<BrowserId, Session>>>);

impl Sessions {
    /// Signs the person in under a new id, and ends what the old id was good for: an id that somebody else knew
    /// before the sign-in must not be one that is signed in (session fixation).
    pub(crate) async fn start(
        &self,
        old: &BrowserId,
        person: PersonId,
        now: Timestamp,
    ) -> BrowserId {
        let browser = BrowserId::new();
        let mut sessions = self.0.lock().await;
        sessions.retain(|_, session| now < session.expires_at);
        sessions.remove(old);
        sessions.insert(browser.clone(), Session { person, expires_at: now.plus(LIFETIME) });
        browser
    }

    /// Signs out.
    pub(crate) async fn end(&self, browser: &BrowserId) {
        self.0.lock().await.remove(browser);
    }

    /// Who is signed in.
    pub(crate) async fn person(&self, browser: &BrowserId, now: Timestamp) -> Option<PersonId> {
        let sessions = self.0.lock().await;
        let session = sessions.get(browser).filter(|session| now < session.expires_at)?;
        Some(session.person.clone())
    }
}
