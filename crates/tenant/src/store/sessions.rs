//! Who is logged in, in which browser (authorize.md §4).

use std::collections::HashMap;
use std::sync::Arc;

use service::random;
use tokio::sync::Mutex;
use wire::ids::{ClientId, UserId};
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use crate::remote::Remote;

/// Seconds without use after which a session ends: 3 days (AZ-4/5).
const IDLE_LIFETIME: u64 = 3 * 24 * 3600;

/// Seconds after the login at which a session ends in any case: 30 days (AZ-4/5).
pub(crate) const ABSOLUTE_LIFETIME: u64 = 30 * 24 * 3600;

/// How many sessions there are at once: whoever can log in can begin more. The one unused for longest gives way.
const AT_MOST: usize = 100_000;

/// A person's session in one browser.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// The `sid` of ID tokens.
    pub(crate) id: String,
    pub(crate) user_id: UserId,
    /// When the person proved who they are.
    pub(crate) auth_time: Timestamp,
    pub(crate) used_at: Timestamp,
    /// Where it began.
    pub(crate) device: Remote,
    /// The clients that got something by it, each once.
    pub(crate) clients: Vec<ClientId>,
}

impl Session {
    /// Seconds until it ends, if it is not used until then.
    pub(crate) fn seconds_left(&self, now: Timestamp) -> u64 {
        now.seconds_until(self.idle_end().min(self.end()))
    }

    /// When it ends, if it is not used until then.
    pub(crate) const fn idle_end(&self) -> Timestamp {
        self.used_at.plus(IDLE_LIFETIME)
    }

    /// When it ends in any case.
    pub(crate) const fn end(&self) -> Timestamp {
        self.auth_time.plus(ABSOLUTE_LIFETIME)
    }

    fn is_alive(&self, now: Timestamp) -> bool {
        now < self.end() && now < self.idle_end()
    }
}

/// All sessions, by the secret in the browser's cookie.
#[derive(Clone)]
pub(crate) struct Sessions {
    by_key: Arc<Mutex<HashMap<String, Session>>>,
    at_most: usize,
}

impl Default for Sessions {
    fn default() -> Self {
        Self::of_at_most(AT_MOST)
    }
}

impl Sessions {
    fn of_at_most(at_most: usize) -> Self {
        Self { by_key: Arc::default(), at_most }
    }

    /// A new session, and the secret for the browser's cookie: never one that the browser brought (session fixation).
    pub(crate) async fn create(
        &self,
        user_id: UserId,
        device: Remote,
        now: Timestamp,
    ) -> (Secret, Session) {
        let key = random::token();
        let session = Session {
            id: random::identifier(32),
            user_id,
            auth_time: now,
            used_at: now,
            device,
            clients: Vec::new(),
        };
        let mut sessions = self.by_key.lock().await;
        sessions.retain(|_, session| session.is_alive(now));
        make_room(&mut sessions, self.at_most);
        sessions.insert(key.clone(), session.clone());
        (key.into(), session)
    }

    /// The living session of a cookie; this counts as use.
    pub(crate) async fn resume(&self, key: &str, now: Timestamp) -> Option<Session> {
        let mut sessions = self.by_key.lock().await;
        let session = sessions.get_mut(key).filter(|session| session.is_alive(now))?;
        session.used_at = now;
        Some(session.clone())
    }

    /// Remembers that a client got something by a session, if that still lives.
    pub(crate) async fn note_client(&self, id: &str, client_id: &ClientId) {
        let mut sessions = self.by_key.lock().await;
        let session = sessions.values_mut().find(|session| session.id == id);
        if let Some(session) = session.filter(|session| !session.clients.contains(client_id)) {
            session.clients.push(client_id.clone());
        }
    }

    /// The living session of that identifier.
    pub(crate) async fn find(&self, id: &str, now: Timestamp) -> Option<Session> {
        let sessions = self.by_key.lock().await;
        sessions.values().find(|session| session.id == id && session.is_alive(now)).cloned()
    }

    /// The living sessions of a person.
    pub(crate) async fn of_user(&self, user_id: &UserId, now: Timestamp) -> Vec<Session> {
        let sessions = self.by_key.lock().await;
        let own = |session: &&Session| session.user_id == *user_id && session.is_alive(now);
        sessions.values().filter(own).cloned().collect()
    }

    /// Ends the session of that identifier; there need not be one.
    pub(crate) async fn end_by_id(&self, id: &str) {
        self.by_key.lock().await.retain(|_, session| session.id != id);
    }

    /// Ends all sessions of a person.
    pub(crate) async fn end_of_user(&self, user_id: &UserId) {
        self.by_key.lock().await.retain(|_, session| session.user_id != *user_id);
    }

    /// Ends a session and hands it out one last time.
    pub(crate) async fn end(&self, key: &str) -> Option<Session> {
        self.by_key.lock().await.remove(key)
    }
}

fn make_room(sessions: &mut HashMap<String, Session>, at_most: usize) {
    if sessions.len() >= at_most {
        let idle = sessions.iter().min_by_key(|(_, session)| session.used_at);
        if let Some(key) = idle.map(|(key, _)| key.clone()) {
            sessions.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_epoch(1_000_000);

    /// AZ-4/5.
    #[tokio::test]
    async fn a_session_ends_when_idle_for_three_days() {
        let sessions = Sessions::default();
        let (key, _) = sessions.create("auth0|ada".into(), Remote::default(), NOW).await;

        let used = NOW.plus(IDLE_LIFETIME - 1);
        assert!(sessions.resume(key.expose(), used).await.is_some());
        assert!(sessions.resume(key.expose(), used.plus(IDLE_LIFETIME - 1)).await.is_some());
        assert!(sessions.resume(key.expose(), used.plus(2 * IDLE_LIFETIME)).await.is_none());
    }

    /// AZ-4/5.
    #[tokio::test]
    async fn a_session_ends_after_thirty_days_however_much_it_is_used() {
        let sessions = Sessions::default();
        let (key, _) = sessions.create("auth0|ada".into(), Remote::default(), NOW).await;

        for day in 1..30 {
            assert!(
                sessions.resume(key.expose(), NOW.plus(day * 24 * 3600)).await.is_some(),
                "day {day}"
            );
        }
        assert!(sessions.resume(key.expose(), NOW.plus(ABSOLUTE_LIFETIME)).await.is_none());
    }

    #[tokio::test]
    async fn the_session_unused_for_longest_gives_way() {
        let sessions = Sessions::of_at_most(2);
        let (used, _) = sessions.create("auth0|ada".into(), Remote::default(), NOW).await;
        let (idle, _) = sessions.create("auth0|grace".into(), Remote::default(), NOW.plus(1)).await;
        sessions.resume(used.expose(), NOW.plus(2)).await;

        let (new, _) = sessions.create("auth0|ada".into(), Remote::default(), NOW.plus(3)).await;

        assert!(sessions.resume(idle.expose(), NOW.plus(4)).await.is_none());
        assert!(sessions.resume(used.expose(), NOW.plus(4)).await.is_some());
        assert!(sessions.resume(new.expose(), NOW.plus(4)).await.is_some());
    }
}
