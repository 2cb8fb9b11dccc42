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
    /// Whoever signed in here and has not signed out; the last one is the one who acts.
    people: Vec<PersonId>,
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
        let mut people = sessions.remove(old).map(|session| session.people).unwrap_or_default();
        people.retain(|other| *other != person);
        people.push(person);
        sessions.insert(browser.clone(), Session { people, expires_at: now.plus(LIFETIME) });
        browser
    }

    /// Signs out.
    pub(crate) async fn end(&self, browser: &BrowserId) {
        self.0.lock().await.remove(browser);
    }

    /// Everybody who is signed in, the one who acts last.
    pub(crate) async fn people(&self, browser: &BrowserId, now: Timestamp) -> Vec<PersonId> {
        let sessions = self.0.lock().await;
        let session = sessions.get(browser).filter(|session| now < session.expires_at);
        session.map(|session| session.people.clone()).unwrap_or_default()
    }

    /// Who is signed in, and acts.
    pub(crate) async fn person(&self, browser: &BrowserId, now: Timestamp) -> Option<PersonId> {
        self.people(browser, now).await.pop()
    }

    /// Lets one of those who are signed in act from now on.
    pub(crate) async fn choose(&self, browser: &BrowserId, person: &PersonId) {
        if let Some(session) = self.0.lock().await.get_mut(browser) {
            session.people.sort_by_key(|other| other == person);
        }
    }
}
