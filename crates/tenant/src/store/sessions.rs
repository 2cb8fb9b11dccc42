//! Who is logged in, in which browser (authorize.md §4).

use std::collections::HashMap;
use std::sync::Arc;

use service::random;
use tokio::sync::Mutex;
use wire::ids::UserId;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

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
    used_at: Timestamp,
}

impl Session {
    /// Seconds until it ends, if it is not used until then.
    pub(crate) fn seconds_left(&self, now: Timestamp) -> u64 {
        let idle = self.used_at.plus(IDLE_LIFETIME);
        now.seconds_until(idle.min(self.auth_time.plus(ABSOLUTE_LIFETIME)))
    }

    fn is_alive(&self, now: Timestamp) -> bool {
        now < self.auth_time.plus(ABSOLUTE_LIFETIME) && now < self.used_at.plus(IDLE_LIFETIME)
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
    pub(crate) async fn create(&self, user_id: UserId, now: Timestamp) -> (Secret, Session) {
        let key = random::token();
        let session = Session { id: random::identifier(32), user_id, auth_time: now, used_at: now };
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
        let (key, _) = sessions.create("auth0|ada".into(), NOW).await;

        let used = NOW.plus(IDLE_LIFETIME - 1);
        assert!(sessions.resume(key.expose(), used).await.is_some());
        assert!(sessions.resume(key.expose(), used.plus(IDLE_LIFETIME - 1)).await.is_some());
        assert!(sessions.resume(key.expose(), used.plus(2 * IDLE_LIFETIME)).await.is_none());
    }

    /// AZ-4/5.
    #[tokio::test]
    async fn a_session_ends_after_thirty_days_however_much_it_is_used() {
        let sessions = Sessions::default();
        let (key, _) = sessions.create("auth0|ada".into(), NOW).await;

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
        let (used, _) = sessions.create("auth0|ada".into(), NOW).await;
        let (idle, _) = sessions.create("auth0|grace".into(), NOW.plus(1)).await;
        sessions.resume(used.expose(), NOW.plus(2)).await;

        let (new, _) = sessions.create("auth0|ada".into(), NOW.plus(3)).await;

        assert!(sessions.resume(idle.expose(), NOW.plus(4)).await.is_none());
        assert!(sessions.resume(used.expose(), NOW.plus(4)).await.is_some());
        assert!(sessions.resume(new.expose(), NOW.plus(4)).await.is_some());
    }
}
